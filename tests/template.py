"""A migrated database, kept between runs: migrating an empty one costs more than most of the tests together.

The first process that needs it migrates and keeps the result under var/templates; the others, and later runs, start
from the copy. Its name is a digest of every migration and of the lock file, so a change makes a new one. `migrate`
still runs on the copy, finds nothing to do and puts every seal where it belongs.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "templates"
KEPT = 4  # older ones of an engine are removed


def digest() -> str:
    files = [ROOT / "requirements.txt", *sorted(ROOT.glob("*/*/migrations/*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]


@contextmanager
def alone():
    """One process at a time makes a template; the others wait for it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def path() -> Path:
    return FOLDER / f"{connection.vendor}-{digest()}"


def restore() -> bool:
    """Fill the test database, not made yet, from the template; False when there is none."""
    template = path()
    if not template.exists() or not _tools():
        return False
    os.utime(template)
    (_restore_sqlite if connection.vendor == "sqlite" else _restore_postgresql)(template)
    return True


def keep() -> None:
    """Remember the database that was just migrated."""
    if not _tools():
        return
    unfinished = path().with_suffix(".new")
    if connection.vendor == "sqlite":
        _copy(connection.connection, _open(str(unfinished)))
    else:
        name = connection.settings_dict["NAME"]
        _pg("pg_dump", "--format=custom", "--file", str(unfinished), "--dbname", name)
    unfinished.rename(path())
    _forget_older()


def _forget_older() -> None:
    every = sorted(FOLDER.glob(f"{connection.vendor}-*"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in every[KEPT:]:
        old.unlink(missing_ok=True)


def _open(name: str, **options):
    return connection.Database.connect(name, **options)


def _copy(source, target) -> None:
    source.backup(target)
    target.close()


# In memory a database lives as long as somebody holds it open: this one until the process ends.
_held: list = []


def _restore_sqlite(template: Path) -> None:
    held = _open(connection.creation._get_test_db_name(), uri=True)
    _held.append(held)
    source = _open(str(template))
    source.backup(held)
    source.close()


def _restore_postgresql(template: Path) -> None:
    name = connection.creation._get_test_db_name()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    _pg("pg_restore", "--no-owner", "--dbname", name, str(template))


def _tools() -> bool:
    return connection.vendor == "sqlite" or bool(_bin("pg_dump") and _bin("pg_restore"))


def _bin(program: str) -> str | None:
    found = shutil.which(program)
    return found or next(
        iter(sorted(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{program}")), reverse=True)), None
    )


def _pg(program: str, *arguments: str) -> None:
    server = connection.settings_dict
    environment = {
        "PGHOST": server["HOST"], "PGPORT": str(server["PORT"]), "PGUSER": server["USER"],
        "PGPASSWORD": server["PASSWORD"],
    }  # fmt: skip
    environment = {name: value for name, value in environment.items() if value}
    subprocess.run([_bin(program), *arguments], check=True, env={**os.environ, **environment})
