"""Reads of progress."""

import uuid

from django.db.models import OuterRef

from cms.core.invariants import invariant
from cms.directory.queries import joined
from lms.catalogue.models import Release
from lms.enrolment.models import Enrolment
from lms.progress import rules
from lms.progress.models import CheckAnswer, UnitProgress


def with_done(places):
    """Places with the unit keys done on each as one text: no statement more. Read it by ``done_of``."""
    rows = UnitProgress.everything.filter(enrolment=OuterRef("pk"))
    return places.annotate(done_text=joined(rows, "unit_key", by="enrolment"))


def done_of(enrolment: Enrolment) -> set[str]:
    """Unit keys done on a place that came through ``with_done``."""
    keys = (enrolment.done_text or "").split(",")
    if "-" in keys[0]:  # as PostgreSQL writes them
        return set(keys)
    return {str(uuid.UUID(key)) for key in keys if key}


def done_keys(enrolment: Enrolment) -> set[str]:
    """Unit keys done on this place, as text. One statement."""
    rows = UnitProgress.everything.filter(enrolment=enrolment).values_list("unit_key", flat=True)
    return {str(key) for key in rows}


def answered_checks(enrolment: Enrolment, version_ids) -> dict[int, CheckAnswer]:
    """The learner's answers to the checks of one unit: {version key: answer}. One statement."""
    rows = CheckAnswer.everything.filter(enrolment=enrolment, version__in=list(version_ids))
    return {row.version_id: row for row in rows}


def whats_missing(enrolment: Enrolment, release: Release, done: set[str]) -> list[rules.Unmet]:
    """The same code path as ``settle`` (L26)."""
    return rules.unmet(units=release.units, rules=release.rules, done=done, score=enrolment.score)


@invariant("L65", "a completed place has its completion record")
def completed_places_have_records() -> list[str]:
    rows = Enrolment.everything.filter(state=Enrolment.State.COMPLETED, record=None)
    return [str(uuid) for uuid in rows.values_list("uuid", flat=True)[:20]]
