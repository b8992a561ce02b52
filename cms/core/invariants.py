"""The list behind ``manage.py check_invariants``: read-only questions whose answer must be 'nothing'."""

from collections.abc import Callable

from cms.core import sealed

INVARIANTS: dict[str, tuple[str, Callable[[], list[str]]]] = {}


def invariant(key: str, sentence: str):
    """Register a function that returns the breaches, one string each; an empty list means it holds."""

    def register(function):
        INVARIANTS[key] = (sentence, function)
        return function

    return register


@invariant("I11", "sealed tables refuse UPDATE, DELETE and TRUNCATE")
def every_seal_is_there() -> list[str]:
    return sealed.missing()


@invariant("I10", "no side effect is given up")
def no_message_failed() -> list[str]:
    from cms.core.models import OutboxMessage

    failed = OutboxMessage.everything.filter(state=OutboxMessage.State.FAILED)
    return [f"{m.kind} {m.key}: {m.fault}" for m in failed[:20]]
