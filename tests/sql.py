"""``assert_sql(n)``: a screen costs n statements. Session, user and transaction statements are not counted."""

from contextlib import contextmanager

from django.contrib.auth import get_user_model
from django.db import connections
from django.test.utils import CaptureQueriesContext

from cms.directory.models import OpenSession as Session

TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE SAVEPOINT", "SET CONSTRAINTS", "SET LOCAL")


def is_housekeeping(sql: str) -> bool:
    """Whether the statement belongs to the request as such, not to the screen."""
    words = sql.lstrip().upper()
    if words.startswith(TRANSACTION):
        return True
    if f'"{Session._meta.db_table}"'.upper() in words:
        return True
    # The signed-in account is loaded with its person and agency in one statement; other reads of users do count.
    users = get_user_model()._meta.db_table.upper()
    return words.startswith("SELECT") and f' FROM "{users}"' in words and f'WHERE "{users}"."ID" = ' in words


def counted(captured: CaptureQueriesContext) -> list[str]:
    """The statements that belong to the screen itself."""
    return [query["sql"] for query in captured.captured_queries if not is_housekeeping(query["sql"])]


def _listing(statements: list[str]) -> str:
    return "\n".join(f"{number}. {sql}" for number, sql in enumerate(statements, 1))


@contextmanager
def assert_sql(expected: int, *, using: str = "default"):
    """Exactly ``expected`` statements, or a failure that lists them."""
    with CaptureQueriesContext(connections[using]) as captured:
        yield
    statements = counted(captured)
    assert len(statements) == expected, f"{len(statements)} statements, {expected} expected:\n{_listing(statements)}"


@contextmanager
def assert_sql_at_most(limit: int, *, using: str = "default"):
    """A budget: any number of statements up to ``limit``."""
    with CaptureQueriesContext(connections[using]) as captured:
        yield
    statements = counted(captured)
    assert len(statements) <= limit, f"{len(statements)} statements, at most {limit} allowed:\n{_listing(statements)}"
