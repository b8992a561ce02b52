"""Invariants of runs and places for ``check_invariants`` (robustness I09)."""

from cms.core.invariants import apart, invariant
from lms.enrolment.models import CourseRun, Enrolment


@invariant("I09 places", "a place, its run and their releases are of one course")
def places_keep_to_their_course() -> list[str]:
    return apart([
        (CourseRun, "course", "release__course"),
        (Enrolment, "course", "run__course"),
        (Enrolment, "course", "release__course"),
    ])  # fmt: skip
