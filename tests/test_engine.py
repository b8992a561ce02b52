"""The ground every other test stands on: which database library answers, and that it refuses what it should."""

import sqlite3

import pytest
from django.core import checks
from django.db import connection

pytestmark = pytest.mark.django_db


@pytest.mark.sqlite
def test_sqlite_is_the_current_one_and_not_the_machines():
    assert sqlite3.__name__ == "pysqlite3"
    # Below 3.51.3 a WAL reset can corrupt the file; 3.52.0 was withdrawn.
    assert sqlite3.sqlite_version_info >= (3, 51, 3)
    assert sqlite3.sqlite_version_info[:3] != (3, 52, 0)


@pytest.mark.sqlite
def test_sqlite_writes_to_disk_before_it_says_yes():
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert cursor.execute("PRAGMA recursive_triggers").fetchone() == (1,)


@pytest.mark.postgresql
def test_postgresql_gives_up_a_lock_and_a_statement_in_time():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("2s", "15s")


def test_no_constraint_of_a_model_is_left_out_on_this_engine():
    """A promise the engine cannot keep is only a warning to Django; here it is a fault (design 3.15)."""
    assert checks.run_checks(tags=[checks.Tags.models], databases=["default"]) == []
