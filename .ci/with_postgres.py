#!/usr/bin/env python3
"""Run a command with DATABASE_URL pointing at a PostgreSQL made for it: ``with_postgres.py pytest -q``.

TEST_DATABASE_URL names a server to use instead. Without either server or binaries it says so and exits 0,
or 1 when BESTARI_NO_SKIP is set. Standard library only: it also serves people who have no environment yet.
"""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

NO_SERVER = "no TEST_DATABASE_URL and no PostgreSQL binaries (Debian: apt-get install postgresql)"
# Nothing here outlives the run, so nothing needs to reach the disk.
SPEED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
# A commit is on the disk before it is answered, as in production; memory for a machine of a few gigabytes.
DURABLE = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_connections": "100",
    "shared_buffers": "512MB", "effective_cache_size": "2GB", "work_mem": "16MB", "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB", "random_page_cost": "1.1", "jit": "off",
}  # fmt: skip


def binaries() -> Path | None:
    """The folder with initdb: on the path, or where Debian hides it, newest version first."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    debian = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(debian, key=lambda folder: float(folder.parent.name), default=None)


def someone_else() -> dict:
    """PostgreSQL refuses to run as root: arguments for subprocess that make it run as another user."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    other = known.get("postgres") or known["nobody"]
    return {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A cluster reachable from this machine only, with a password of its own: in a temporary folder and thrown away,
    or in a ``folder`` that keeps its data from one run to the next."""

    def __init__(self, bin_folder: Path, *, folder: Path | None = None, settings: dict[str, str] = SPEED):
        self.bin = bin_folder
        self.kept = folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="bestari-pg-"))
        self.settings = settings
        self.data = self.folder / "data"
        self.port = free_port()
        self.password = secrets.token_hex(16)
        self.run_as = someone_else()

    def start(self) -> str:
        secret = self.folder / "password"
        if (self.data / "PG_VERSION").exists():
            self.password = secret.read_text()
        else:
            self._make(secret)
        self._boot()
        return self.url("postgres")

    def url(self, name: str) -> str:
        return f"postgresql://bestari:{self.password}@127.0.0.1:{self.port}/{name}"

    def _boot(self) -> None:
        options = [f"-c {name}={value}" for name, value in self.settings.items()]
        options += [f"-p {self.port}", "-h 127.0.0.1", f"-k {self.folder}"]
        log = self.folder / "log"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", log, "-o", " ".join(options), "start")

    def crash(self) -> None:
        """Stop without writing anything more, as a power cut would, then start again: it recovers from its log."""
        self._run("pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop")
        self._boot()

    def _make(self, secret: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if self.run_as:
            for path in (self.folder, secret):
                os.chown(path, self.run_as["user"], self.run_as["group"])
        self._run(
            "initdb", "-D", self.data, "-U", "bestari", "--pwfile", secret, "--auth", "scram-sha-256",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip

    @property
    def postmaster(self) -> int:
        """The process whose children are the database."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", self.data, "-w", "-m", "fast" if self.kept else "immediate", "stop")
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments) -> None:
        command = [str(self.bin / program), *map(str, arguments)]
        # pg_ctl leaves the server behind: a pipe to it would never close.
        output = subprocess.PIPE if program == "initdb" else subprocess.DEVNULL
        # A session of its own: Ctrl-C must reach the tests first, and the server only through stop().
        done = subprocess.run(
            command, cwd=self.folder, text=True, stdin=subprocess.DEVNULL, start_new_session=True,
            stdout=output, stderr=subprocess.STDOUT, **self.run_as,
        )  # fmt: skip
        if done.returncode:
            log = self.folder / "log"
            said = (done.stdout or "") + (log.read_text(errors="replace") if log.exists() else "")
            raise SystemExit(f"PostgreSQL for the tests did not {program}:\n{said}")


def run(command: list[str], url: str) -> int:
    return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode


def main(command: list[str]) -> int:
    if not command:
        raise SystemExit(__doc__)
    if url := os.environ.get("TEST_DATABASE_URL"):
        return run(command, url)
    bin_folder = binaries()
    if bin_folder is None:
        print(f"SKIPPED on PostgreSQL: {' '.join(command)}\n  reason: {NO_SERVER}", flush=True)
        return 1 if os.environ.get("BESTARI_NO_SKIP") else 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped on kill, too
    server = Server(bin_folder)
    try:
        return run(command, server.start())
    except KeyboardInterrupt:
        return 130
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
