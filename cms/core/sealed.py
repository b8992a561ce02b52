"""Sealed tables: the database itself refuses UPDATE, DELETE and TRUNCATE (design 3.4, I11).

A model says ``append_only = True``; the triggers are installed after every migration and verified by
``check_invariants``. Only ``lifted()`` opens a seal, and it writes down that it did.
"""

from contextlib import contextmanager

from django.apps import apps
from django.db import connection, connections

PG_FUNCTION = """
CREATE OR REPLACE FUNCTION bestari_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'sealed table %: rows are only added', TG_TABLE_NAME; END $$ LANGUAGE plpgsql
"""


def models():
    return [model for model in apps.get_models() if getattr(model, "append_only", False)]


def _names(table: str) -> tuple[str, str, str]:
    return f"seal_{table}_update", f"seal_{table}_delete", f"seal_{table}_truncate"


def _statements(vendor: str, table: str) -> list[str]:
    update, delete, truncate = _names(table)
    if vendor == "sqlite":
        return [
            f'CREATE TRIGGER IF NOT EXISTS "{name}" BEFORE {verb} ON "{table}" '
            f"BEGIN SELECT RAISE(ABORT, 'sealed table {table}: rows are only added'); END"
            for name, verb in [(update, "UPDATE"), (delete, "DELETE")]
        ]
    return [
        f'CREATE OR REPLACE TRIGGER "{update}" BEFORE UPDATE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION bestari_refuse()",
        f'CREATE OR REPLACE TRIGGER "{delete}" BEFORE DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION bestari_refuse()",
        f'CREATE OR REPLACE TRIGGER "{truncate}" BEFORE TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION bestari_refuse()",
    ]


def install(using: str = "default") -> None:
    """Put the missing seals on every sealed table that exists. Does nothing when all are there."""
    database = connections[using]
    lacking = set(missing(using))
    if not lacking:
        return
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(PG_FUNCTION)
        for table in sorted(lacking):
            for statement in _statements(database.vendor, table):
                cursor.execute(statement)


def install_after_migrate(*, using, **kwargs) -> None:
    install(using)


def missing(using: str = "default") -> list[str]:
    """Sealed tables that lack a trigger."""
    database = connections[using]
    present = set(database.introspection.table_names())
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        found = {row[0] for row in cursor.fetchall()}
    wanted = 2 if database.vendor == "sqlite" else 3
    tables = [model._meta.db_table for model in models() if model._meta.db_table in present]
    return [table for table in tables if not set(_names(table)[:wanted]) <= found]


@contextmanager
def lifted(*, reason: str):
    """Open all seals inside the block: for retention, erasure and test teardown only."""
    tables = [model._meta.db_table for model in models()]
    with connection.cursor() as cursor:
        for table in tables:
            for name in _names(table)[: 2 if connection.vendor == "sqlite" else 3]:
                on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')
    try:
        yield
    finally:
        install()
        from cms.core.audit import audit  # audit is sealed itself: only after the seals are back

        audit(None, "seal_lifted", detail={"reason": reason})
