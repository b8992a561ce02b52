"""Rows straight into tables: COPY on PostgreSQL, executemany on SQLite (stack: 2 to 4 times bulk_create)."""

import json
import random
import uuid
from collections.abc import Iterable
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Model

loaded: set[type[Model]] = set()  # tables to look at when keys are checked in sets


def next_pk(model: type[Model]) -> int:
    return (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def load(model: type[Model], columns: str, rows: Iterable[tuple]) -> int:
    """Put ``rows`` of the named fields into the model's table; every other field gets its default, the same for all."""
    loaded.add(model)
    named = [model._meta.get_field(name) for name in columns.split()]
    unnamed = [field for field in model._meta.concrete_fields if field not in named and not field.primary_key]
    others = [field for field in unnamed if not field.has_db_default()]
    constants = tuple(None if field.null and not field.has_default() else field.get_default() for field in others)
    names = ", ".join(f'"{field.column}"' for field in [*named, *others])
    put = _copy if connection.vendor == "postgresql" else _execute_many
    return put(model._meta.db_table, names, (row + constants for row in rows), len(named) + len(others))


def _copy(table: str, names: str, rows: Iterable[tuple], _width: int) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row([json.dumps(one) if isinstance(one, dict | list) else one for one in row])
            count += 1
    return count


def _execute_many(table: str, names: str, rows: Iterable[tuple], width: int) -> int:
    prepared = [tuple(_for_sqlite(one) for one in row) for row in rows]
    if prepared:
        with connection.cursor() as cursor:
            marks = ", ".join(["%s"] * width)
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', prepared)
    return len(prepared)


def _for_sqlite(value):
    """``value`` as Django itself would store it in SQLite."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, date | Decimal):
        return str(value)
    return json.dumps(value) if isinstance(value, dict | list) else value


def execute(sql: str, *parameters) -> int:
    """One set-wise statement; returns how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.rowcount


def without_time_limit() -> None:
    """The limits of a web request would cut a load short; they come back with the end of the transaction."""
    if connection.vendor == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            execute(f"SET LOCAL {limit} = 0")


@contextmanager
def keys_checked_in_sets():
    """PostgreSQL asks for every foreign key of every row, which takes longer than the load itself. Whoever may, asks
    set-wise afterwards instead: one statement a key, for every table loaded inside the block."""
    loaded.clear()
    if connection.vendor != "postgresql" or not _is_superuser():
        yield
        return
    execute("SET LOCAL session_replication_role = replica")
    yield
    execute("SET LOCAL session_replication_role = origin")
    for model in sorted(loaded, key=lambda model: model._meta.label):
        _refuse_lost_keys(model)


def _is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return cursor.fetchone()[0]


def _refuse_lost_keys(model: type[Model]) -> None:
    table = model._meta.db_table
    for field in model._meta.concrete_fields:
        if not field.is_relation:
            continue
        target, column = field.related_model._meta.db_table, field.target_field.column
        sql = f'SELECT 1 FROM "{table}" t LEFT JOIN "{target}" o ON o."{column}" = t."{field.column}"'
        with connection.cursor() as cursor:
            cursor.execute(f'{sql} WHERE t."{field.column}" IS NOT NULL AND o."{column}" IS NULL LIMIT 1')
            if cursor.fetchone():
                raise IntegrityError(f"{table}.{field.column} points to rows of {target} that do not exist")


def catch_up(*models: type[Model]) -> None:
    """Keys were given here, so the database's own counters must move past them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


@transaction.atomic
def analyse() -> None:
    """Tell the planner what the tables hold now."""
    without_time_limit()
    execute("ANALYZE")


def moment_between(start: str, end: str, part: str, whole: str) -> str:
    """SQL for the moment ``part``/``whole`` of the way from ``start`` to ``end``."""
    if connection.vendor == "postgresql":
        return f"{start} + ({end} - {start}) * {part} / {whole}"
    day = f"julianday({start}) + (julianday({end}) - julianday({start})) * {part} / {whole}"
    return f"strftime('%%Y-%%m-%%d %%H:%%M:%%f', {day})"


def uuid4(dice: random.Random) -> uuid.UUID:
    """A uuid from the dice: the same seed grows the same base."""
    return uuid.UUID(int=dice.getrandbits(128), version=4)
