"""The list behind ``manage.py check_invariants``: read-only questions whose answer must be 'nothing'."""

from collections.abc import Callable

from django.db.models import F, QuerySet

from cms.core import sealed

INVARIANTS: dict[str, tuple[str, Callable[[], list[str]]]] = {}


def invariant(key: str, sentence: str):
    """Register a function that returns the breaches, one string each; an empty list means it holds."""

    def register(function):
        INVARIANTS[key] = (sentence, function)
        return function

    return register


def apart(rules) -> list[str]:
    """Rows whose two ways to an owner lead to two: ``[(model or queryset, one way, the other)]``."""
    found = []
    for rows, one, other in rules:
        rows = rows if isinstance(rows, QuerySet) else rows._base_manager.all()
        astray = rows.exclude(**{other: None}).exclude(**{other: F(one)}).order_by()
        label = rows.model._meta.label
        found += [f"{label} {pk}: {one} and {other} differ" for pk in astray.values_list("pk", flat=True)[:20]]
    return found


@invariant("I11", "sealed tables refuse UPDATE, DELETE and TRUNCATE")
def every_seal_is_there() -> list[str]:
    return sealed.missing()


@invariant("I10", "no side effect is given up")
def no_message_failed() -> list[str]:
    from cms.core.models import OutboxMessage

    failed = OutboxMessage.everything.filter(state=OutboxMessage.State.FAILED)
    return [f"{m.kind} {m.key}: {m.fault}" for m in failed[:20]]
