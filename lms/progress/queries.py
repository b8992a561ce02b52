"""Reads of progress."""

from cms.core.invariants import invariant
from lms.catalogue.models import Release
from lms.enrolment.models import Enrolment
from lms.progress import rules
from lms.progress.models import CheckAnswer, UnitProgress


def done_keys(enrolment: Enrolment) -> set[str]:
    """Unit keys done on this place, as text. One statement."""
    rows = UnitProgress.everything.filter(enrolment=enrolment).values_list("unit_key", flat=True)
    return {str(key) for key in rows}


def done_keys_of_many(enrolments) -> dict[int, set[str]]:
    """Unit keys done on several places: {enrolment key: {unit key}}. One statement, none when there are no places."""
    done: dict[int, set[str]] = {}
    if enrolments:
        rows = UnitProgress.everything.filter(enrolment__in=enrolments).values_list("enrolment", "unit_key")
        for pk, key in rows:
            done.setdefault(pk, set()).add(str(key))
    return done


def answered_checks(enrolment: Enrolment, version_ids) -> dict[int, CheckAnswer]:
    rows = CheckAnswer.everything.filter(enrolment=enrolment, version__in=list(version_ids))
    return {row.version_id: row for row in rows}


def whats_missing(enrolment: Enrolment, release: Release, done: set[str]) -> list[rules.Unmet]:
    """The same code path as ``settle`` (L26)."""
    return rules.unmet(units=release.units, rules=release.rules, done=done, score=enrolment.score)


@invariant("L65", "a completed place has its completion record")
def completed_places_have_records() -> list[str]:
    rows = Enrolment.everything.filter(state=Enrolment.State.COMPLETED, record=None)
    return [str(uuid) for uuid in rows.values_list("uuid", flat=True)[:20]]
