"""The system under measurement: a durable database that keeps its grown data, gunicorn as in production, and the
processor time both have used."""

import contextlib
import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import with_postgres

ROOT = Path(__file__).resolve().parents[1]
GUNICORN = (
    "cms.wsgi:application", "--config", str(ROOT / "gunicorn.conf.py"), "--worker-class", "gthread", "--workers", "2",
    "--threads", "4", "--preload", "--keep-alive", "60", "--log-level", "warning", "--no-control-socket",
)  # fmt: skip


class Refused(SystemExit):
    """Cannot measure, with a sentence for the person who typed the command."""


class Base:
    """A database kept under ``folder`` from run to run: PostgreSQL of our own, TEST_DATABASE_URL, or SQLite."""

    def __init__(self, folder: Path, engine: str):
        self.folder, self.engine = folder, engine
        self.home = folder / f"home-{engine}"
        self.home.mkdir(parents=True, exist_ok=True)
        self.server: with_postgres.Server | None = None

    def start(self) -> str:
        """The address of the database."""
        if self.engine == "sqlite":
            return f"sqlite:///{self.home / 'bestari.sqlite3'}"
        if url := os.environ.get("TEST_DATABASE_URL"):
            return url
        binaries = with_postgres.binaries()
        if binaries is None:
            raise Refused(f"The bench needs PostgreSQL: {with_postgres.NO_SERVER}.")
        self.server = with_postgres.Server(binaries, folder=self.folder / "postgres", settings=with_postgres.DURABLE)
        return self.server.start()

    def processes(self) -> list[int]:
        """Processes of the database; none for SQLite, which works inside the web server."""
        return [self.server.postmaster] if self.server else []

    def stop(self) -> None:
        if self.server:
            self.server.stop()


def environment(base: Base, url: str) -> dict[str, str]:
    """What the settings of the bench read; set before Django is."""
    secret = base.home / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(48))
    return {
        "DJANGO_SETTINGS_MODULE": "cms.settings.bench", "BESTARI_HOME": str(base.home), "DATABASE_URL": url,
        "BESTARI_SECRET_KEY": secret.read_text(), "BESTARI_HOSTS": "127.0.0.1", "CELERY_BROKER_URL": "filesystem://",
        "BESTARI_SERVER_TIMING": "1",
    }  # fmt: skip


class Site:
    """gunicorn on a free port of loopback."""

    def __init__(self):
        self.port = with_postgres.free_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [str(Path(sys.executable).parent / "gunicorn"), *GUNICORN, "--bind", f"127.0.0.1:{self.port}"],
            cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + 60
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise Refused("The web server did not start; the reason is above.")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False

    def stop(self) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


class Meter:
    """Processor time of some processes and their children, from the scheduler's own counters in /proc."""

    def __init__(self, roots: list[int]):
        self.roots = roots

    def milliseconds(self) -> float:
        return sum(map(_nanoseconds, self._family())) / 1e6

    def _family(self) -> list[int]:
        family = list(self.roots)
        for pid in family:  # grows while it is read: children of children
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    family += map(int, (task / "children").read_text().split())
        return family


def _nanoseconds(pid: int) -> int:
    total = 0
    with contextlib.suppress(OSError):
        for task in os.scandir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"{task.path}/schedstat") as counters:
                total += int(counters.read().split()[0])
    return total
