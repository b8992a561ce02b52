"""Progress goes forward only. ``settle`` completes a course in the transaction that made it complete (L65)."""

from django.db import transaction
from django.utils import timezone

from cms.core.patience import patient
from lms.catalogue.queries import release_by_id
from lms.enrolment.models import Enrolment
from lms.progress import queries, rules
from lms.progress.models import CheckAnswer, UnitProgress
from lms.records import services as records


@patient
@transaction.atomic
def finish_unit(*, enrolment: Enrolment, unit_key: str) -> None:
    """Mark a unit done; a second click changes nothing."""
    release = release_by_id(enrolment.release_id)
    unit = next(u for u in release.units if u["key"] == unit_key)
    row = UnitProgress(enrolment=enrolment, unit_key=unit_key, digest_done=unit["blob"])
    UnitProgress.everything.bulk_create([row], ignore_conflicts=True)
    done = queries.done_keys(enrolment)
    enrolment.units_done = sum(1 for u in release.units if u["required"] and u["key"] in done)
    enrolment.last_unit, enrolment.last_activity = unit_key, timezone.now()
    enrolment.save(update_fields=["units_done", "last_unit", "last_activity"])
    settle(enrolment=enrolment, done=done)


@patient
def answer_check(*, enrolment: Enrolment, version, answer, is_right: bool) -> None:
    """Keep the answer to a check inside a unit; a later answer replaces it, for checks are not graded."""
    CheckAnswer.everything.update_or_create(
        enrolment=enrolment,
        version=version,
        defaults={"answer": answer, "is_right": is_right, "answered_at": timezone.now()},
    )


def visit(*, enrolment: Enrolment, unit_key: str) -> None:
    """Remember the last unit opened, so that 'continue' leads to the exact place (L18)."""
    Enrolment.everything.filter(pk=enrolment.pk).update(last_unit=unit_key, last_activity=timezone.now())


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
