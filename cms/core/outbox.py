"""Side effects after commit, at least once (I10): a row in the same transaction, a hint to the worker, a sweeper."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from cms.core.models import OutboxMessage

log = logging.getLogger(__name__)
HANDLERS: dict[str, Callable[[dict], None]] = {}
STUCK_AFTER = timedelta(minutes=2)
MOST_TRIES = 12


def handler(kind: str):
    """Register the function that carries out messages of ``kind``. It must be harmless when run twice."""

    def register(function):
        HANDLERS[kind] = function
        return function

    return register


def put(kind: str, key: str, payload: dict, *, send_after=None) -> None:
    """Ask for a side effect. The same (kind, key) again changes nothing."""
    OutboxMessage.everything.bulk_create(
        [OutboxMessage(kind=kind, key=key, payload=payload, send_after=send_after or timezone.now())],
        ignore_conflicts=True,
    )
    transaction.on_commit(_hint)


def _hint() -> None:
    """Wake the worker. A broker that is down only delays: the sweep finds the row (I19)."""
    from cms.core.tasks import deliver

    try:
        deliver.apply_async(retry=False)
    except Exception as fault:  # noqa: BLE001  any transport fault means the same: later
        log.warning("no broker; the sweep will deliver", extra={"fault": type(fault).__name__})


def open_messages():
    now = timezone.now()
    state = OutboxMessage.State
    return OutboxMessage.everything.filter(
        Q(state=state.WAITING) | Q(state=state.TAKEN, taken_at__lt=now - STUCK_AFTER), send_after__lte=now
    )


def deliver_all(limit: int = 500) -> int:
    """Carry out what is due; returns how many messages were done."""
    done = 0
    for pk in list(open_messages().order_by("pk").values_list("pk", flat=True)[:limit]):
        # Two workers may read the same row; only one of these updates finds it open.
        if (
            open_messages()
            .filter(pk=pk)
            .update(state=OutboxMessage.State.TAKEN, taken_at=timezone.now(), tries=F("tries") + 1)
        ):
            done += _carry_out(OutboxMessage.everything.get(pk=pk))
    return done


def _carry_out(message: OutboxMessage) -> int:
    state = OutboxMessage.State
    try:
        with transaction.atomic():
            HANDLERS[message.kind](message.payload)
            message.state, message.done_at, message.fault = state.DONE, timezone.now(), ""
            message.save(update_fields=["state", "done_at", "fault"])
        return 1
    except Exception as fault:  # noqa: BLE001  one bad message must not stop the rest
        log.exception("outbox message failed", extra={"kind": message.kind})
        message.state = state.FAILED if message.tries >= MOST_TRIES else state.WAITING
        message.fault = type(fault).__name__
        message.send_after = timezone.now() + timedelta(seconds=min(900, 2**message.tries))
        message.save(update_fields=["state", "fault", "send_after"])
        return 0
