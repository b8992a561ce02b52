"""Side effects after commit, at least once (I10): a row in the same transaction, a hint to the worker, a sweeper."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from cms.core.models import OutboxMessage

log = logging.getLogger(__name__)
HANDLERS: dict[str, Callable[[dict], None]] = {}
BULK: set[str] = set()  # kinds that take long: they wait in the bulk queue, so that notices do not wait for them
STUCK_AFTER = timedelta(minutes=2)
MOST_TRIES = 12
REST = 5  # seconds a process does not speak to a broker that did not answer
_rests_until = 0.0
State = OutboxMessage.State


def handler(kind: str, *, bulk: bool = False):
    """Register the function that carries out messages of ``kind``; ``bulk`` for what takes long.

    It must be harmless when run twice, and opens its own transaction: a mail server that is slow, or a page that is
    being drawn, must not keep writers waiting.
    """

    def register(function):
        HANDLERS[kind] = function
        if bulk:
            BULK.add(kind)
        return function

    return register


def put(kind: str, key: str, payload: dict, *, send_after=None) -> None:
    """Ask for a side effect. The same (kind, key) again changes nothing."""
    put_all([(kind, key, payload)], send_after=send_after)


def put_all(messages, *, send_after=None) -> None:
    """Several ``(kind, key, payload)`` in one statement."""
    due = send_after or timezone.now()
    OutboxMessage.everything.bulk_create(
        [OutboxMessage(kind=kind, key=key, payload=payload, send_after=due) for kind, key, payload in messages],
        ignore_conflicts=True,
    )
    hint_after_commit(_wake)


def hint_after_commit(wake: Callable[[], None]) -> None:
    """Call ``wake`` once after the present transaction, however many rows it wrote."""
    connection = transaction.get_connection()
    now = set(connection.savepoint_ids)
    # A hint asked for inside a savepoint that is still open, or that was kept, goes out with this transaction.
    if not any(function is wake and set(sids) <= now for sids, function, *_more in connection.run_on_commit):
        transaction.on_commit(wake)


def _wake() -> None:
    from cms.core.tasks import deliver

    send_hint(deliver)


def send_hint(task, *arguments, **options) -> None:
    """Wake a worker. A broker that is down only delays: the sweep finds the row (I19)."""
    global _rests_until
    if time.monotonic() < _rests_until:
        return
    try:
        task.apply_async(arguments, retry=False, **options)
    except Exception as fault:  # noqa: BLE001  any transport fault means the same: later
        _rests_until = time.monotonic() + REST
        log.warning("no broker; the sweep will deliver", extra={"fault": type(fault).__name__})


def open_messages():
    """What is due: never begun, or taken by a worker that has not been heard of since."""
    now = timezone.now()
    return OutboxMessage.everything.filter(
        Q(state=State.WAITING) | Q(state=State.TAKEN, taken_at__lt=now - STUCK_AFTER), send_after__lte=now
    )


def deliver_fast() -> int:
    """What the fast worker carries out; it wakes the bulk worker for the rest."""
    from cms.core.tasks import deliver_bulk

    done = deliver_all(messages=open_messages().exclude(kind__in=BULK))
    if open_messages().filter(kind__in=BULK).exists():
        send_hint(deliver_bulk, queue="bulk")
    return done


def deliver_all(limit: int = 500, messages=None) -> int:
    """Carry out what is due, or those of ``messages``; returns how many were done."""
    _give_up()
    done = 0
    due = open_messages() if messages is None else messages
    for pk in list(due.order_by("send_after", "pk").values_list("pk", flat=True)[:limit]):
        # Two workers may read the same row; only one of these updates finds it open.
        if open_messages().filter(pk=pk).update(state=State.TAKEN, taken_at=timezone.now(), tries=F("tries") + 1):
            done += _carry_out(OutboxMessage.everything.get(pk=pk))
    return done


def _give_up() -> None:
    """A message whose worker died at every try would kill workers for ever."""
    dead = open_messages().filter(state=State.TAKEN, tries__gte=MOST_TRIES)
    if count := dead.update(state=State.FAILED, fault="worker lost"):
        log.error("outbox messages given up", extra={"kind": f"{count}"})


def _carry_out(message: OutboxMessage) -> int:
    try:
        HANDLERS[message.kind](message.payload)
    except Exception as fault:  # noqa: BLE001  one bad message must not stop the rest
        log.exception("outbox message failed", extra={"kind": message.kind})
        _put_back(message, fault)
        return 0
    message.state, message.done_at, message.fault = State.DONE, timezone.now(), ""
    message.save(update_fields=["state", "done_at", "fault"])
    return 1


def _put_back(message: OutboxMessage, fault: Exception) -> None:
    message.state = State.FAILED if message.tries >= MOST_TRIES else State.WAITING
    message.fault = type(fault).__name__
    message.send_after = timezone.now() + timedelta(seconds=min(900, 2**message.tries))
    message.save(update_fields=["state", "fault", "send_after"])
