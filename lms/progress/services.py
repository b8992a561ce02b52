"""Progress goes forward only. ``settle`` completes a course in the transaction that made it complete (L65)."""

from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cms.core.patience import patient
from cms.core.prepared import PreparedUpdate
from lms.catalogue.models import ReleaseUnit
from lms.catalogue.queries import release_by_id
from lms.enrolment.models import Enrolment
from lms.progress import queries, rules
from lms.progress.exceptions import UnitIncomplete
from lms.progress.models import CheckAnswer, UnitProgress
from lms.records import services as records

OPEN = (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED)
# RETURNING, so that of two tabs that finish two units at once the later one sees both.
COUNT = (
    "UPDATE enrolment_enrolment SET units_done = units_done + %s, last_unit = %s, last_part = NULL, last_activity = %s "
    "WHERE id = %s RETURNING units_done"
)


@patient
@transaction.atomic
def finish_unit(*, enrolment: Enrolment, unit_key: str, checks=(), answered=frozenset()) -> None:
    """Mark a unit done, or raise ``UnitIncomplete``; a second click changes nothing. Two statements."""
    if unmet := rules.unmet_in_unit(checks=checks, answered=answered):
        raise UnitIncomplete(unmet)
    release = release_by_id(enrolment.release_id)
    unit = next(u for u in release.units if u["key"] == unit_key)
    try:
        with transaction.atomic():
            UnitProgress(enrolment=enrolment, unit_key=unit_key, digest_done=unit["blob"]).save(force_insert=True)
    except IntegrityError:  # done before
        visit(enrolment=enrolment, unit_key=unit_key)
    else:
        _count(enrolment, unit)
    if enrolment.units_done >= enrolment.units_total:
        settle(enrolment=enrolment)


def _count(enrolment: Enrolment, unit: dict) -> None:
    now = timezone.now()
    values = (("last_unit", unit["key"]), ("last_activity", now))
    ready = [Enrolment._meta.get_field(name).get_db_prep_save(value, connection) for name, value in values]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [int(unit["required"]), *ready, enrolment.pk])
        enrolment.units_done = cursor.fetchone()[0]
    enrolment.last_unit, enrolment.last_part, enrolment.last_activity = unit["key"], None, now


@patient
def answer_check(*, enrolment: Enrolment, version, answer, is_right: bool) -> None:
    """Keep the answer to a check inside a unit; a later answer replaces it, for checks are not graded."""
    CheckAnswer.everything.update_or_create(
        enrolment=enrolment,
        version=version,
        defaults={"answer": answer, "is_right": is_right, "answered_at": timezone.now()},
    )


_visited = PreparedUpdate(
    lambda place, key, now: (
        Enrolment.everything.filter(pk=place), {"last_unit": key, "last_part": None, "last_activity": now},
    ),
    durable=False,  # opening a page is no save that was acknowledged; `reach`, which says "saved", waits for the disk
)  # fmt: skip


def visit(*, enrolment: Enrolment, unit_key: str) -> None:
    """Remember the last unit opened, so that 'continue' leads to the exact place (L18)."""
    now = timezone.now()
    _visited(place=enrolment.pk, key=UUID(unit_key), now=now)
    enrolment.last_unit, enrolment.last_part, enrolment.last_activity = unit_key, None, now


def reach(*, place_uuid, person_id: int, unit_key: str, part: int, leaving: bool = False) -> bool:
    """Remember the last part of a unit that was read: one conditional UPDATE.

    False when the place is not theirs, or the unit is none of its release, or it is being left and another was opened
    since: a browser says goodbye to a page after it has asked for the next one.
    """
    there = ReleaseUnit.everything.filter(release=OuterRef("release"), unit_key=unit_key)
    mine = Enrolment.everything.filter(Exists(there), uuid=place_uuid, learner=person_id, state__in=OPEN)
    if leaving:
        mine = mine.filter(last_unit=unit_key)
    return bool(mine.update(last_unit=unit_key, last_part=part, last_activity=timezone.now()))


@transaction.atomic
def settle(*, enrolment: Enrolment, done: set[str] | None = None, cells: dict | None = None) -> None:
    """Complete the course if every rule of its frozen release is met. Call it inside your own transaction.

    ``cells``: the exam's scores by competency, where an exam is what completed it.
    """
    release = release_by_id(enrolment.release_id)
    done = queries.done_keys(enrolment) if done is None else done
    if rules.unmet(units=release.units, rules=release.rules, done=done, score=enrolment.score):
        return
    # Only one of two requests finds the place still active.
    now = timezone.now()
    active = Enrolment.everything.filter(pk=enrolment.pk, state=Enrolment.State.ACTIVE)
    if active.update(state=Enrolment.State.COMPLETED, completed_at=now):
        enrolment.state, enrolment.completed_at = Enrolment.State.COMPLETED, now
        records.record_completion(enrolment=enrolment, release=release, at=now, cells=cells)


def claim_more(*, enrolment: Enrolment, cells: dict) -> None:
    """A regrade lifted the exam of a completed course: competencies whose cell passes only now are claimed."""
    records.claim_more(enrolment=enrolment, release=release_by_id(enrolment.release_id), cells=cells)
