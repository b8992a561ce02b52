"""Starts the embedded Bestari: data up to date, web server, two workers, the clock. Ctrl-C stops all of it.

The launcher itself never imports Django: it only watches its children, starts one again that died,
and gives up when the same one dies five times in a minute.
"""

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
PATIENCE = 20  # seconds a child gets to finish what it holds
DEATHS_A_MINUTE = 5
PR_SET_PDEATHSIG = 1
# Celery's remark to root, twice a start: containers run this as root, and messages are JSON, never pickles.
REMARK = "ignore:You're running the worker"


class Refused(SystemExit):
    """The start is refused, with a sentence for the person who typed the command."""


def die_with_parent() -> None:
    """Linux only: a launcher that is killed outright must not leave a server on the port."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Child:
    """One process with a process group of its own, so that Ctrl-C reaches the launcher alone."""

    def __init__(self, name: str, command: list[str]):
        self.name, self.command = name, command
        self.deaths: list[float] = []
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent
        )

    def revive(self) -> None:
        """Start again after a death, or stop everything if it keeps dying."""
        code, now = self.process.returncode, time.monotonic()
        self.kill_group(signal.SIGKILL)  # pool children of a killed worker
        self.deaths = [then for then in self.deaths if now - then < 60] + [now]
        if len(self.deaths) >= DEATHS_A_MINUTE:
            raise Refused(f"{self.name} died {DEATHS_A_MINUTE} times in a minute (last exit code {code}); stopping.")
        print(f"{self.name} ended with code {code}; starting it again.", flush=True)
        time.sleep(len(self.deaths))
        self.start()

    def kill_group(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def stop(self, until: float) -> None:
        """Wait for a child that was asked to end; after ``until`` it is not asked any more."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, until - time.monotonic()))
        self.kill_group(signal.SIGKILL)
        self.process.wait()


def port() -> int:
    typed = os.environ.get("PORT") or "8000"
    if not (typed.isascii() and typed.isdigit() and 0 < int(typed) < 65536):
        raise Refused(f"PORT={typed!r} is not a port number (1 to 65535).")
    return int(typed)


def refuse_a_taken_port(host: str, number: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, number))
        except OSError as error:
            raise Refused(
                f"Port {number} on {host} cannot be used ({error.strerror}). Another one: make run PORT={number + 1}"
            ) from None


def web(host: str, number: int, sign_ins: Path) -> Child:
    """Brings the data up to date, then serves; the demo sign-ins are in ``sign_ins`` as soon as it answers."""
    return Child("web server", [
        sys.executable, str(ROOT / ".ci" / "web.py"), str(sign_ins),
        "cms.wsgi:application", "--config", str(ROOT / "gunicorn.conf.py"), "--bind", f"{host}:{number}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4",
        "--preload",  # the code is read once, not once a worker
        "--forwarded-allow-ips", "",  # nobody stands between: what a request says about its way here is not believed
        "--log-level", "warning", "--no-control-socket", "--graceful-timeout", str(PATIENCE - 5),
    ])  # fmt: skip


def worker(queue: str) -> Child:
    """One worker a queue: a long import in ``bulk`` never makes a certificate in ``fast`` wait."""
    return Child(f"worker {queue}", [
        str(BIN / "celery"), "--quiet", "-A", "cms.celery", "worker", "--queues", queue, "--hostname", f"{queue}@%h",
        "--concurrency", "1", "--loglevel", "WARNING", "--without-gossip", "--without-mingle",
    ])  # fmt: skip


def clock() -> Child:
    command = [str(BIN / "celery"), "--quiet", "-A", "cms.celery", "beat", "--loglevel", "WARNING", "--pidfile="]
    return Child("clock", command)


def answers(host: str, number: int) -> bool:
    """Whether the site answers at all; a page that says no is an answer."""
    try:
        connection = http.client.HTTPConnection(host, number, timeout=30)
        connection.request("GET", "/")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False


def wait_for(host: str, number: int, child: Child) -> None:
    while not answers(host, number):
        if child.process.poll() is not None:
            raise Refused(f"Bestari was not started (exit code {child.process.returncode}): the reason is above.")
        time.sleep(0.1)


def watch(children: list[Child]) -> None:
    while True:
        time.sleep(0.5)
        for child in children:
            if child.process.poll() is not None:
                child.revive()


def stop(children: list[Child]) -> None:
    # From here on a second Ctrl-C changes nothing: the children are ending already.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    started = [child for child in children if child.process]
    for child in started:
        child.process.terminate()
    until = time.monotonic() + PATIENCE
    for child in started:
        child.stop(until)


def ask_to_stop(*_) -> None:
    raise KeyboardInterrupt


def serve(host: str, number: int, sign_ins: Path) -> None:
    began = time.monotonic()
    site = web(host, number, sign_ins)
    others = [worker("fast"), worker("bulk"), clock()]
    try:
        print("Preparing Bestari:", flush=True)
        # The site first, the workers after it: on two cores they would only slow each other down.
        site.start()
        wait_for("127.0.0.1" if host == "0.0.0.0" else host, number, site)
        print(f"\nBestari answers on http://localhost:{number}/ ({time.monotonic() - began:.0f} s). Ctrl-C stops it.\n")
        print(sign_ins.read_text(encoding="utf-8"), flush=True)
        for child in others:
            child.start()
        watch([site, *others])
    except KeyboardInterrupt:
        print("\nStopping Bestari.", flush=True)
    finally:
        stop([site, *others])


def main() -> None:
    signal.signal(signal.SIGTERM, ask_to_stop)
    host, number = os.environ.get("BESTARI_BIND") or "127.0.0.1", port()
    refuse_a_taken_port(host, number)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
    os.environ.setdefault("BESTARI_ADDRESS", f"http://localhost:{number}")
    os.environ["PYTHONWARNINGS"] = ",".join(filter(None, [os.environ.get("PYTHONWARNINGS"), REMARK]))
    with tempfile.TemporaryDirectory(prefix="bestari-") as folder:
        serve(host, number, Path(folder) / "sign-ins")


if __name__ == "__main__":
    main()
