"""A statement whose shape never changes is written once a process; each call only brings its values.

Django builds the SQL of a queryset anew on every call: for a page that asks five questions that is most of its
processor time. ``Prepared(build)`` calls ``build`` once with marks in place of the values, finds the marks among the
parameters, and from then on runs the same text and makes the same objects. ``PreparedUpdate`` does so for an UPDATE.

``build`` must not read a clock or a setting: what changes is a value. Dates that are no marks are refused.
"""

import functools
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models.sql import UpdateQuery

from cms.core.rows import Reader, Rows

PLACE = re.compile("%[%s]")
# Holds for the one statement, being the whole transaction; a SET before it would be a statement and a round trip more.
NOT_WAITING = " AND set_config('synchronous_commit', 'off', true) IS NOT NULL"
MOMENT = re.compile(r"\d{4}-\d\d-\d\d")


class Unfit(RuntimeError):
    """The queryset cannot be prepared: a mark is lost, or it holds a date of its own."""


@dataclass(frozen=True)
class _Plan:
    sql: str
    params: tuple
    places: list  # (position among the parameters, name of the value, how it is written for the database)
    read: Reader | None = None

    def filled(self, values: dict) -> list:
        params = list(self.params)
        for position, name, written in self.places:
            params[position] = written(values[name])
        return params


@functools.cache
def _keeping_cursor():
    import psycopg

    class KeepingCursor(psycopg.Cursor):
        """Values travel beside the text, and the server keeps the plan of the text from the first time on."""

        def execute(self, query, params=None, **kwargs):
            super().execute(query, params, prepare=True, **kwargs)
            # Django's list of statements reads it; psycopg sets it for statements that are not kept only.
            self._query = SimpleNamespace(query=query.encode())
            return self

    return KeepingCursor


def kept_cursor():
    """Parsing and planning often cost PostgreSQL more than the rows: there it keeps them."""
    db = connections[DEFAULT_DB_ALIAS]  # looked up once: behind the name ``connection`` it is looked up at each word
    if db.vendor != "postgresql":
        return db.cursor()
    db.close_if_health_check_failed()
    db.ensure_connection()
    return db._prepare_cursor(_keeping_cursor()(db.connection))


def rows_of(queryset) -> Rows:
    """The rows of a queryset whose shape is not known before; written for this one time."""
    compiler = queryset.query.get_compiler(using=connection.alias)
    sql, params = compiler.as_sql()
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return Rows(tuple(cursor.fetchall()), Reader(compiler, connection))


class _Statement:
    def __init__(self, build: Callable):
        self.build = build
        self.plans: dict[tuple, _Plan] = {}

    def _plan(self, values: dict) -> _Plan:
        # A yes or a no cannot be told from another one by its mark: each has a text of its own.
        flags = {name: value for name, value in values.items() if value is True or value is False}
        key = (connection.vendor, *flags.items())
        if (plan := self.plans.get(key)) is None:
            marks = {n: _mark(at, v) for at, (n, v) in enumerate(sorted(values.items()), 1) if n not in flags}
            sql, params, read = self._compiled({**marks, **flags})
            plan = self.plans[key] = _written(sql, params, _places(self.build, params, marks), read)
        return plan


class Prepared(_Statement):
    """``Prepared(build)(name=value)`` gives the rows of ``build(name=value)``, without building it."""

    def __call__(self, **values) -> Rows:
        plan = self._plan(values)
        with kept_cursor() as cursor:
            cursor.execute(plan.sql, plan.filled(values))
            return Rows(tuple(cursor.fetchall()), plan.read)

    def one(self, **values):
        """The first row, or None."""
        rows = self(**values)
        return rows[0] if rows else None

    def _compiled(self, marks: dict) -> tuple:
        compiler = self.build(**marks).query.get_compiler(using=connection.alias)
        return *compiler.as_sql(), Reader(compiler, connection)


class PreparedUpdate(_Statement):
    """``build`` gives rows and what becomes of them; a call changes the rows and says how many they were.

    ``durable=False`` is for marks of convenience that nobody was told are kept: outside a transaction PostgreSQL then
    does not wait for the disk. A power cut may take the marks of the last second; nothing else of the call is at risk.
    """

    def __init__(self, build: Callable, *, durable: bool = True):
        super().__init__(build)
        self.durable = durable

    def __call__(self, **values) -> int:
        plan = self._plan(values)
        with kept_cursor() as cursor:
            cursor.execute(plan.sql if self._waits() else plan.sql + NOT_WAITING, plan.filled(values))
            return cursor.rowcount

    def _waits(self) -> bool:
        # Inside a transaction the setting would hold for all that is written with it.
        return self.durable or connection.vendor != "postgresql" or connection.in_atomic_block

    def _compiled(self, marks: dict) -> tuple:
        rows, changes = self.build(**marks)
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        return *query.get_compiler(using=connection.alias).as_sql(), None


def _places(build, params, marks: dict) -> list:
    """Where the values stand among the parameters; ``Unfit`` when one is lost or a date stands there unasked."""
    places = [(n, *found) for n, param in enumerate(params) if (found := _found(param, marks))]
    if lost := marks.keys() - {name for _position, name, _written in places}:
        raise Unfit(f"{build.__qualname__}: not among the parameters: {', '.join(sorted(lost))}")
    known = {position for position, _name, _written in places}
    for position, param in enumerate(params):
        if position not in known and _is_moment(param):
            raise Unfit(f"{build.__qualname__} holds a date of its own: {param}")
    return places


def _written(sql: str, params, places: list, read: Reader | None) -> _Plan:
    """On PostgreSQL what never changes stands in the text: a kept plan that sees it may use an index made for it."""
    if connection.vendor != "postgresql":
        return _Plan(sql, tuple(params), places, read)
    from psycopg import sql as texts

    connection.ensure_connection()
    kept = [position for position, _name, _written in places]
    bits = iter(
        "%s" if position in kept else texts.Literal(param).as_string(connection.connection).replace("%", "%%")
        for position, param in enumerate(params)
    )
    text = PLACE.sub(lambda found: found[0] if found[0] == "%%" else next(bits), sql)
    at = {position: n for n, position in enumerate(kept)}
    places = [(at[position], name, written) for position, name, written in places]
    return _Plan(text, tuple(params[position] for position in kept), places, read)


def _mark(n: int, value):
    """A value of the same kind that occurs nowhere else."""
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=0xFACE << 64 | n)
    if isinstance(value, datetime):
        return datetime(2999, 1, 1, 3, 4, 5, n, UTC)
    if isinstance(value, date):
        return date(2999, 1, 1) + timedelta(days=n)
    if isinstance(value, int):
        return 31_400 + n  # fits the smallest column
    if isinstance(value, Decimal):
        return 314 + Decimal(n) / 100
    if isinstance(value, dict):
        return {"": f"\ue000{n}\ue000"}
    return f"\ue000{n}\ue000"


def _found(param, marks: dict):
    """(name, how to write its values) when ``param`` is a mark as this engine takes it."""
    for name, mark in marks.items():
        if isinstance(mark, int) and isinstance(param, int) and param == mark:
            return name, type(param)  # PostgreSQL knows integers of several sizes
        for written in _ways(mark):
            if type(param) is type(way := written(mark)) and _bare(param) == _bare(way):
                return name, written
    return None


def _bare(param):
    """JSON for PostgreSQL comes wrapped, and wraps are never equal."""
    return getattr(param, "obj", param)


def _ways(mark):
    yield lambda value: value
    if isinstance(mark, uuid.UUID):
        yield lambda value: value.hex
    elif isinstance(mark, datetime):
        yield connection.ops.adapt_datetimefield_value
    elif isinstance(mark, date):
        yield connection.ops.adapt_datefield_value
    elif isinstance(mark, str):
        yield lambda value: f"%{connection.ops.prep_for_like_query(value)}%"  # icontains
    elif isinstance(mark, Decimal):
        yield lambda value: f"{value:f}"
    elif isinstance(mark, dict):
        yield lambda value: connection.ops.adapt_json_value(value, None)


def _is_moment(param) -> bool:
    return isinstance(param, date) or isinstance(param, str) and bool(MOMENT.match(param))
