"""Real processes for drills: a web server, a worker, a broker, a PostgreSQL that can crash. All end with the test."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
sys.path.insert(0, str(ROOT / ".ci"))

import with_postgres  # noqa: E402  lies in .ci, which is no package

PATIENCE = 120  # seconds for a process to answer; a busy machine is no fault


def free_port() -> int:
    return with_postgres.free_port()


def until(question, *, seconds: float = PATIENCE, what: str = ""):
    """The first true answer to ``question``; a failure with ``what`` when there is none in time."""
    last = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < last, f"waited {seconds} s in vain: {what}"
        time.sleep(0.1)
    return answer


class Process:
    """A program in a process group of its own, its output in a file."""

    def __init__(self, command: list, *, env: dict, log: Path):
        self.command, self.env, self.log = [str(part) for part in command], env, log
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def kill(self) -> None:
        """kill -9 of the program and all its children."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()] if path.exists() else []

    def kill_children(self) -> None:
        """kill -9 of the working processes; the master stays and makes new ones."""
        for pid in self.children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]


class House:
    """A Bestari of its own: a folder, a copy of the migrated test database, processes that use both."""

    def __init__(self, folder: Path, url: str):
        self.folder, self.running = folder, []
        folder.mkdir(exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        self.env = {
            **kept, "BESTARI_HOME": str(folder), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
            "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        self.port = free_port()

    def close(self) -> None:
        for process in self.running:
            process.kill()

    def _begin(self, name: str, command: list, **env) -> Process:
        process = Process(command, env={**self.env, **env}, log=self.folder / f"{name}.log")
        self.running.append(process)
        return process

    def web(self, *, workers: int = 2, **env) -> Process:
        """gunicorn as ``make run`` and the deploy page start it."""
        process = self._begin("web", [
            BIN / "gunicorn", "cms.wsgi:application", "--config", ROOT / "gunicorn.conf.py", "--bind",
            f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--workers", workers,
            "--threads", "4", "--preload", "--log-level", "warning", "--no-control-socket",
        ], **env)  # fmt: skip
        self.wait_for_web(process)
        return process

    def wait_for_web(self, process: Process) -> None:
        until(lambda: self.answers() or process.process.poll() is not None, what=process.said)
        assert process.process.poll() is None, process.said

    def answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.get("/healthz").status == 200
        return False

    def get(self, path: str, **headers) -> http.client.HTTPResponse:
        return self.request("GET", path, headers=headers)

    def request(self, method: str, path: str, body=None, *, headers=None, timeout: float = 60):
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            line.request(method, path, body, headers or {})
            answer = line.getresponse()
            answer.body = answer.read()
            return answer
        finally:
            line.close()

    def worker(self, queues: str = "fast,bulk", **env) -> Process:
        return self._begin(f"worker-{queues}", [
            BIN / "celery", "--quiet", "-A", "cms.celery", "worker", "--queues", queues, "--concurrency", "1",
            "--loglevel", "WARNING", "--without-gossip", "--without-mingle",
        ], **env)  # fmt: skip

    def manage(self, *words: str, **env) -> subprocess.CompletedProcess:
        return self._run([ROOT / "manage.py", *words], env)

    def begin_manage(self, name: str, *words: str, **env) -> Process:
        return self._begin(name, [sys.executable, ROOT / "manage.py", *words], **env)

    def tell(self, act: str, *words, **env) -> dict:
        """Run a function of ``tests.drills.acts`` in a process of this house and return what it prints."""
        done = self._run(["-m", "tests.drills.acts", act, *map(str, words)], env)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def _run(self, words: list, env: dict) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, *map(str, words)], cwd=ROOT, env={**self.env, **env}, capture_output=True, text=True,
            timeout=600,
        )  # fmt: skip

    def assert_invariants_hold(self) -> None:
        done = self.manage("check_invariants")
        assert done.returncode == 0, done.stdout + done.stderr


def copy_of_test_database(folder: Path) -> str:
    """The address of a copy, migrated and empty like the test database itself."""
    if connection.vendor == "sqlite":
        path = folder / "template.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        return f"sqlite:///{path}"
    name = connection.settings_dict["NAME"]
    connection.close()  # a database in use cannot be copied
    return _copy_of(name)


def copy(template: str, folder: Path) -> str:
    """The address of another copy."""
    if template.startswith("sqlite"):
        path = folder / "bestari.sqlite3"
        shutil.copy(template.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"
    return _copy_of(template.rsplit("/", 1)[1])


def _copy_of(name: str) -> str:
    made = f"drill_{os.getpid()}_{uuid.uuid4().hex[:12]}"
    _as_owner(f'CREATE DATABASE "{made}" TEMPLATE "{name}"')
    s = connection.settings_dict
    return f"postgresql://{s['USER']}:{s['PASSWORD']}@{s['HOST']}:{s['PORT']}/{made}"


def _as_owner(statement: str) -> None:
    with _server() as line:
        line.execute(statement)


@contextlib.contextmanager
def _server():
    import psycopg

    s = connection.settings_dict
    with psycopg.connect(
        host=s["HOST"], port=s["PORT"], user=s["USER"], password=s["PASSWORD"], dbname="postgres", autocommit=True
    ) as line:
        yield line


def line_to(house: House):
    """A connection of the test's own to the PostgreSQL of a house."""
    import psycopg

    return psycopg.connect(house.env["DATABASE_URL"], autocommit=True)


def drop(url: str) -> None:
    if url.startswith("postgres"):
        _as_owner(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1]}" WITH (FORCE)')


@contextlib.contextmanager
def safe_postgres(template: str):
    """A PostgreSQL of its own that writes to disk as production does, holding a copy of ``template``."""
    binaries = with_postgres.binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL binaries (Debian: apt-get install postgresql)")
    server = with_postgres.Server(binaries, settings=with_postgres.DURABLE)
    try:
        server.start()
        dump = subprocess.run([binaries / "pg_dump", "--no-owner", template], check=True, capture_output=True)
        subprocess.run(
            [binaries / "psql", "--quiet", "-v", "ON_ERROR_STOP=1", server.url("postgres")],
            input=dump.stdout, check=True, capture_output=True,
        )  # fmt: skip
        yield server
    finally:
        server.stop()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def needs(program: str) -> str:
    """The path of a program of the machine; `.ci/run` installs it and forbids the skip."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"no {program} (Debian: apt-get install {program})")
    return found
