"""The two ways in, as a person meets them on a machine that is not ready: a sentence, not a stack."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def run(script, *arguments, **environment):
    return subprocess.run(
        [sys.executable, str(ROOT / ".ci" / script), *arguments],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("typed", ["0", "65536", "-1", "80a", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused_with_the_range(typed):
    done = run("serve.py", PORT=typed)
    assert done.returncode == 1
    assert done.stderr == f"PORT={typed!r} is not a port number (1 to 65535).\n"


def test_a_taken_port_is_named_before_anything_is_prepared():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        number = other.getsockname()[1]
        done = run("serve.py", PORT=str(number))
    assert done.returncode == 1
    assert f"Port {number} on 127.0.0.1 cannot be used" in done.stderr
    assert f"make run PORT={number + 1}" in done.stderr
    assert done.stdout == ""


def test_without_postgresql_the_second_pass_says_what_it_left_out():
    """An empty PATH hides initdb; Debian's own folder cannot be hidden, so a machine that has it runs the command."""
    environment = {"PATH": "", "TEST_DATABASE_URL": "", "BESTARI_NO_SKIP": ""}
    done = run("with_postgres.py", sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'])", **environment)
    assert done.returncode == 0
    if list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        assert done.stdout.startswith("postgresql://bestari:")
    else:
        assert "reason: no TEST_DATABASE_URL and no PostgreSQL binaries" in done.stdout


def test_a_named_server_is_used_as_it_is():
    url = "postgresql://someone@example.invalid/name"
    show = [sys.executable, "-c", "import os; print(os.environ['DATABASE_URL'])"]
    assert run("with_postgres.py", *show, TEST_DATABASE_URL=url).stdout == f"{url}\n"


def test_the_scripts_people_call_can_be_executed():
    for name in ("run", "environment", "assets", "with_postgres.py"):
        assert os.access(ROOT / ".ci" / name, os.X_OK), name
