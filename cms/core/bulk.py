"""Many rows in one statement, for work on a thousand people at once.

Django binds every cell of ``bulk_create`` and every value of ``__in`` as a parameter of its own; for a thousand rows
that costs more than the database's whole work. Here what differs from row to row travels as one JSON text, what is
the same for all rows once, and a list as one value.
"""

import json
import uuid

from django.db import connection
from django.db.models import Field, ForeignObject, JSONField, Lookup, Model, UUIDField


def insert(
    model: type[Model], columns: str, rows: list[tuple], *, same: dict, ignore_conflicts: bool = False, returning=()
) -> list[tuple]:
    """Write ``rows`` of the named fields, in their order; ``same`` holds for each. Returns ``returning`` of each row.

    Cells are numbers, text, uuids, None, or what a JSON field holds. A field not named gets its default, a uuid its
    own in each row. Like bulk_create it sends no signals; unlike it, it makes no objects.
    """
    if not rows:
        return []
    each = [model._meta.get_field(name) for name in columns.split()]
    others = {field: same[field.name] for field in model._meta.concrete_fields if field.name in same}
    fresh = []
    for field in model._meta.concrete_fields:
        if field in each or field in others or field.primary_key or field.has_db_default():
            continue
        if isinstance(field, UUIDField) and field.default is uuid.uuid4:
            fresh.append(field)
        else:
            others[field] = None if field.null and not field.has_default() else field.get_default()
    if fresh and connection.vendor == "sqlite":  # PostgreSQL draws them itself, for a tenth
        rows = [(*row, *(uuid.uuid4() for _field in fresh)) for row in rows]
        each, fresh = [*each, *fresh], []
    return _write(model, each, fresh, others, rows, ignore_conflicts, returning)


def _write(model, each: list[Field], fresh, others: dict[Field, object], rows, ignore_conflicts, returning) -> list:
    quote = connection.ops.quote_name
    conflict = "ON CONFLICT DO NOTHING" if ignore_conflicts else ""
    names = ", ".join(quote(field.column) for field in [*each, *fresh, *others])
    cells = [_typed(f"(j.value {_arrow(field)} {n})", field) for n, field in enumerate(each)]
    cells += ["gen_random_uuid()" for _field in fresh]
    cells += [_typed("%s", field) for field in others]
    back = ", ".join(quote(model._meta.get_field(name).column) for name in returning)
    sql = (
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT {', '.join(cells)} {_ROWS[connection.vendor]} "
        f"{conflict} {'RETURNING ' + back if back else ''}"
    )
    same = [field.get_db_prep_save(value, connection) for field, value in others.items()]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*same, _as_json(rows)])
        return cursor.fetchall() if back else []


# In the order of the list: whoever stands first waits first.
_ROWS = {
    "postgresql": "FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS j(value, n) ORDER BY j.n",
    "sqlite": "FROM json_each(%s) AS j WHERE true ORDER BY j.key",
}


def _arrow(field: Field) -> str:
    return "->" if isinstance(field, JSONField) else "->>"


def _typed(cell: str, field: Field) -> str:
    # SQLite takes what JSON says: a cast to a type it does not know would make numbers of text.
    return f"{cell}::{field.cast_db_type(connection)}" if connection.vendor == "postgresql" else cell


def _as_json(rows: list) -> str:
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=lambda one: one.hex)  # uuids only


@Field.register_lookup
@ForeignObject.register_lookup  # it knows no lookup but its own
class Among(Lookup):
    """``field__among=values``: as ``__in``, with the whole list as one parameter."""

    lookup_name = "among"

    def get_prep_lookup(self):
        return [self.lhs.output_field.get_prep_value(one) for one in self.rhs]

    def get_db_prep_lookup(self, value, connection):
        prepared = [self.lhs.output_field.get_db_prep_value(one, connection, prepared=True) for one in value]
        return "%s", [prepared if connection.vendor == "postgresql" else _as_json(prepared)]

    def as_sql(self, compiler, connection):
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        return f"{left} IN (SELECT value FROM json_each({right}))", [*left_values, *right_values]

    def as_postgresql(self, compiler, connection):
        left, left_values = self.process_lhs(compiler, connection)
        right, right_values = self.process_rhs(compiler, connection)
        kind = self.lhs.output_field.cast_db_type(connection)
        return f"{left} = ANY({right}::{kind}[])", [*left_values, *right_values]
