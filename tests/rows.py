"""A row of any table by plain SQL: what the database itself takes, without any code of ours."""

import datetime
import uuid
from decimal import Decimal

from django.db import connection, models

NOW = datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC)


def value_for(field):
    """Something the column takes; keys may point nowhere, for the row never outlives the test."""
    if field.null:
        return None
    if isinstance(field, models.DateTimeField):
        return NOW
    if isinstance(field, models.DateField):
        return NOW.date()
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.DecimalField):
        return Decimal(1)
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.BinaryField):
        return b""
    if isinstance(field, (models.CharField, models.TextField)):
        return str(field.choices[0][0]) if field.choices else "x"
    return 1


def insert_row(model, **instead) -> None:
    """A row of ``model``, which may be a model as a migration knew it, with all columns it has."""
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [
        field.get_db_prep_save(instead.get(field.name, value_for(_kind_of(field))), connection) for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})', values)


def _kind_of(field):
    return field.target_field if field.is_relation and not field.null else field
