"""Numbers from a locked row (I05): never from MAX + 1."""

from django.db import connection

from cms.core.models import Counter

# One statement on both engines; it holds the row's lock until commit, so nobody else reads the same value.
NEXT = (
    "INSERT INTO {table} (scope, value) VALUES (%s, 1) "
    "ON CONFLICT (scope) DO UPDATE SET value = {table}.value + 1 RETURNING value"
)


def next_number(scope: str) -> int:
    """The next number of ``scope``. Must run inside the transaction that uses the number."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT.format(table=connection.ops.quote_name(Counter._meta.db_table)), [scope])
        return cursor.fetchone()[0]


def hold(scope: str) -> None:
    """Let nobody else past this line for the same ``scope`` until this transaction has ended. One statement."""
    next_number(f"hold:{scope}")
