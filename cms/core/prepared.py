"""A statement whose shape never changes is written once a process; each call only brings its values.

Django builds the SQL of a queryset anew on every call: for a page that asks five questions that is most of its
processor time. ``Prepared(build)`` calls ``build`` once with marks in place of the values, finds the marks among the
parameters, and from then on runs the same text and makes the same objects. ``PreparedUpdate`` does so for an UPDATE.

``build`` must not read a clock or a setting: what changes is a value. Dates that are no marks are refused.
"""

import copy
import functools
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

from django.db import connection
from django.db.models.query import ModelIterable, QuerySet
from django.db.models.sql import UpdateQuery

MOMENT = re.compile(r"\d{4}-\d\d-\d\d")


class Unfit(RuntimeError):
    """The queryset cannot be prepared: a mark is lost, or it holds a date of its own."""


@dataclass(frozen=True)
class _Plan:
    compiler: object
    sql: str
    params: tuple
    places: list  # (position among the parameters, name of the value, how it is written for the database)
    model: type
    converters: dict


class _Kept:
    """PostgreSQL keeps the plan of the statement too: parsing and planning often cost it more than the rows."""

    def __init__(self, real):
        self.real = real

    def __getattr__(self, name):
        return getattr(self.real, name)

    def cursor(self):
        self.real.ensure_connection()
        return self.real._prepare_cursor(_keeping_cursor()(self.real.connection))


@functools.cache
def _keeping_cursor():
    import psycopg

    class KeepingCursor(psycopg.Cursor):
        """Values travel beside the text, and the text is kept by the server from the first time on."""

        def execute(self, query, params=None, **kwargs):
            super().execute(query, params, prepare=True, **kwargs)
            # Django's list of statements reads it; psycopg sets it for statements that are not kept only.
            self._query = SimpleNamespace(query=query.encode())
            return self

    return KeepingCursor


class _Bound:
    """The little that Django's own row reader asks of a queryset."""

    _known_related_objects: dict = {}

    def __init__(self, plan: _Plan, params: tuple):
        self.model, self.db, self.query = plan.model, connection.alias, self
        self.compiler = copy.copy(plan.compiler)
        self.compiler.connection = _keeping(connection)
        self.compiler.as_sql = lambda *args, **kwargs: (plan.sql, params)
        self.compiler.get_converters = lambda expressions: plan.converters

    def get_compiler(self, using=None, **kwargs):
        return self.compiler


class Prepared:
    """``Prepared(build)(name=value)`` is ``list(build(name=value))``, without building it."""

    def __init__(self, build: Callable[..., QuerySet]):
        self.build = build
        self.plans: dict[str, _Plan] = {}

    def __call__(self, **values) -> list:
        plan = self.plans.get(connection.vendor)
        if plan is None:
            plan = self.plans[connection.vendor] = self._plan(values)
        params = list(plan.params)
        for position, name, written in plan.places:
            params[position] = written(values[name])
        return list(ModelIterable(_Bound(plan, tuple(params))))

    def one(self, **values):
        """The first row, or None."""
        rows = self(**values)
        return rows[0] if rows else None

    def _plan(self, values: dict) -> _Plan:
        marks = _marks(values)
        queryset = self.build(**marks)
        compiler = queryset.query.get_compiler(using=connection.alias)
        sql, params = compiler.as_sql()
        places = _places(self.build, params, marks)
        fields = [column[0] for column in compiler.select[: compiler.col_count]]
        return _Plan(compiler, sql, tuple(params), places, queryset.model, compiler.get_converters(fields))


class PreparedUpdate:
    """``build`` gives rows and what becomes of them; a call changes the rows and says how many they were."""

    def __init__(self, build: Callable[..., tuple[QuerySet, dict]]):
        self.build = build
        self.plans: dict[str, tuple] = {}

    def __call__(self, **values) -> int:
        if (plan := self.plans.get(connection.vendor)) is None:
            plan = self.plans[connection.vendor] = self._plan(values)
        sql, known, places = plan
        params = list(known)
        for position, name, written in places:
            params[position] = written(values[name])
        with _keeping(connection).cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.rowcount

    def _plan(self, values: dict) -> tuple:
        marks = _marks(values)
        rows, changes = self.build(**marks)
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(changes)
        sql, params = query.get_compiler(using=connection.alias).as_sql()
        return sql, tuple(params), _places(self.build, params, marks)


def _keeping(real):
    return _Kept(real) if real.vendor == "postgresql" else real


def _marks(values: dict) -> dict:
    return {name: _mark(n, value) for n, (name, value) in enumerate(sorted(values.items()), 1)}


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
    elif isinstance(mark, dict):
        yield lambda value: connection.ops.adapt_json_value(value, None)


def _is_moment(param) -> bool:
    return isinstance(param, date) or isinstance(param, str) and bool(MOMENT.match(param))
