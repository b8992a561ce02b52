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
TOGETHER: dict[str, Callable[[list[dict]], object]] = {}
BULK: set[str] = set()  # kinds that take long: they wait in the bulk queue, so that notices do not wait for them
STUCK_AFTER = timedelta(minutes=2)
MOST_TRIES = 12
BATCH = 20  # taken by one worker in one commit
HOLD = 60.0  # seconds after which a worker hands back what it has not begun: well before it counts as stuck
REST = 5  # seconds a process does not speak to a broker that did not answer
_rests_until = 0.0
State = OutboxMessage.State


def handler(kind: str, *, bulk: bool = False, together: Callable[[list[dict]], object] | None = None):
    """Register the function that carries out messages of ``kind``; ``bulk`` for what takes long, ``together`` does
    the same for several payloads at once.

    It must be harmless when run twice, and opens its own transaction: a mail server that is slow, or a page that is
    being drawn, must not keep writers waiting.
    """

    def register(function):
        HANDLERS[kind] = function
        if together:
            TOGETHER[kind] = together
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
    done = seen = 0
    due = open_messages() if messages is None else messages
    while seen < limit and (batch := _take(due, min(BATCH, limit - seen))):
        seen += len(batch)
        done += _carry_out_all(batch)
    return done


@transaction.atomic
def _take(due, most: int) -> list[OutboxMessage]:
    """Make the next messages ours. Whoever asks at the same moment passes over them and gets the ones behind."""
    rows = list(due.select_for_update(skip_locked=True).order_by("send_after", "pk")[:most])
    # What was with a worker that died may have killed it: alone, so that it takes no others along.
    mine = [row for row in rows if row.state == State.TAKEN][:1] or rows
    now = timezone.now()
    OutboxMessage.everything.filter(pk__in=[row.pk for row in mine]).update(
        state=State.TAKEN, taken_at=now, tries=F("tries") + 1
    )
    for row in mine:
        row.state, row.taken_at, row.tries = State.TAKEN, now, row.tries + 1
    return mine


def _give_up() -> None:
    """A message whose worker died at every try would kill workers for ever."""
    dead = open_messages().filter(state=State.TAKEN, tries__gte=MOST_TRIES)
    if count := dead.update(state=State.FAILED, fault="worker lost"):
        log.error("outbox messages given up", extra={"kind": f"{count}"})


def _carry_out_all(batch: list[OutboxMessage]) -> int:
    until = time.monotonic() + HOLD
    done, alone = _together(batch)
    for n, message in enumerate(alone):
        if time.monotonic() > until:
            _hand_back(alone[n:])
            break
        done += _carry_out(message)
    return done


def _together(batch: list[OutboxMessage]) -> tuple[int, list[OutboxMessage]]:
    """Carry out at once what can be; returns how many were done, and what must be done one by one."""
    by_kind: dict[str, list[OutboxMessage]] = {}
    for message in batch:
        by_kind.setdefault(message.kind, []).append(message)
    done, alone = 0, []
    for kind, messages in by_kind.items():
        if kind not in TOGETHER or len(messages) == 1 or not _succeeds(kind, messages):
            alone += messages
            continue
        keys = [message.pk for message in messages]
        OutboxMessage.everything.filter(pk__in=keys).update(state=State.DONE, done_at=timezone.now(), fault="")
        done += len(messages)
    return done, alone


def _succeeds(kind: str, messages: list[OutboxMessage]) -> bool:
    try:
        TOGETHER[kind]([message.payload for message in messages])
    except Exception:  # noqa: BLE001  one of them is bad: one by one it will be found
        log.warning("outbox messages did not go together", extra={"kind": kind}, exc_info=True)
        return False
    return True


def _hand_back(messages: list[OutboxMessage]) -> None:
    """These were not begun, so it was no try."""
    rows = OutboxMessage.everything.filter(pk__in=[message.pk for message in messages])
    rows.update(state=State.WAITING, tries=F("tries") - 1)


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
