"""Long jobs (design 3.16): the row is the truth, the message to the worker only a hint, the sweep starts what is stuck.

A handler is a generator: it does its work in steps that each commit, and yields how many rows are done so far. It must
be harmless to run again from the beginning: what is done already is skipped. So a job stopped in the middle goes on.

A step may take long: while its process lives, a thread beside it gives signs of life. Whoever was silent so long that
another took over (a machine put to sleep) finds the other's claim at its next step, and stops.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from cms.core import sweeps
from cms.core.models import LongJob

log = logging.getLogger(__name__)
HANDLERS: dict[str, Callable[[LongJob], Iterator[int]]] = {}
STUCK_AFTER = timedelta(minutes=2)
BEAT = 30.0  # seconds between signs of life
MOST_ERRORS = 200


class Lost(Exception):
    """Another worker has taken the job over."""


def kind(name: str):
    """Register the generator that carries out jobs of kind ``name``."""

    def register(function):
        HANDLERS[name] = function
        return function

    return register


def start(*, kind: str, by, agency_id: int | None, payload: dict, total: int = 0) -> LongJob:
    """A job in the caller's transaction; the worker hears of it after the commit."""
    job = LongJob.everything.create(kind=kind, owner_id=by.pk, agency_id=agency_id, payload=payload, total=total)
    enqueue(kind, job.pk)
    return job


def enqueue(name: str, key: int) -> None:
    """Wake the bulk worker for job ``key`` after the commit. A broker that is down only delays (I19)."""
    transaction.on_commit(lambda: _hint(name, key))


def _hint(name: str, key: int) -> None:
    from cms.core.tasks import work

    try:
        work.apply_async(args=[key], queue="bulk", retry=False)
    except Exception as fault:  # noqa: BLE001  any transport fault means the same: later
        log.warning("no broker; the sweep will start the job", extra={"kind": name, "fault": type(fault).__name__})


def open_jobs():
    """Jobs nobody works on: waiting, or running without a sign of life."""
    state = LongJob.State
    silent = Q(touched_at__lt=timezone.now() - STUCK_AFTER) | Q(touched_at=None)
    return LongJob.everything.filter(Q(state=state.WAITING) | Q(state=state.RUNNING) & silent)


def run(key: int) -> bool:
    """Carry the job out if nobody else does; returns whether this call did."""
    state = LongJob.State
    # Of two workers with the same message only one finds the job open.
    claim = uuid.uuid4()
    if not open_jobs().filter(pk=key).update(state=state.RUNNING, touched_at=timezone.now(), claim=claim):
        return False
    job = LongJob.everything.get(pk=key)
    try:
        with _signs_of_life(job.pk, claim):
            for done in HANDLERS[job.kind](job):
                tell(job, done)
    except Lost:
        log.warning("long job was taken over", extra={"kind": job.kind})
        return False
    except Exception:  # noqa: BLE001  whatever stopped it, the row says so and the person may start it again
        log.exception("long job failed", extra={"kind": job.kind})
        _finish(job, state.FAILED)
        return True
    _finish(job, state.DONE)
    return True


@contextmanager
def _signs_of_life(key: int, claim: uuid.UUID):
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=(key, claim, over), name="signs-of-life", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(key: int, claim: uuid.UUID, over: threading.Event) -> None:
    while not over.wait(BEAT):
        try:
            LongJob.everything.filter(pk=key, claim=claim).update(touched_at=timezone.now())
        except (DatabaseError, InterfaceError):  # busy or away; the next one may come through
            log.warning("no sign of life", exc_info=True)
        finally:
            connection.close()  # this thread's own; seldom used


def _ours(job: LongJob):
    return LongJob.everything.filter(pk=job.pk, claim=job.claim)


def tell(job: LongJob, done: int) -> None:
    """A sign of life with the progress so far, or ``Lost``."""
    job.done = done
    kept = _ours(job).update(
        done=done, total=job.total, touched_at=timezone.now(), row_errors=job.row_errors[:MOST_ERRORS]
    )
    if not kept:
        raise Lost


def _finish(job: LongJob, state: str) -> None:
    _ours(job).update(
        state=state, total=job.total, done=job.done, finished_at=timezone.now(), payload=job.payload,
        row_errors=job.row_errors[:MOST_ERRORS], result_digest=job.result_digest,
    )  # fmt: skip


def again(job: LongJob) -> None:
    """Start a failed job once more; what it did is not done twice."""
    if LongJob.everything.filter(pk=job.pk, state=LongJob.State.FAILED).update(state=LongJob.State.WAITING):
        enqueue(job.kind, job.pk)


def start_stuck() -> None:
    """The sweep: hint again for every job that waits or was left by a killed worker."""
    for pk, name in list(open_jobs().values_list("pk", "kind")[:50]):
        _hint(name, pk)


sweeps.register("jobs", start_stuck)


def own(user, uuid) -> LongJob | None:
    """The job if ``user`` started it; to everybody else it does not exist."""
    return LongJob.everything.filter(uuid=uuid, owner_id=user.pk).first()
