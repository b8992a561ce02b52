"""Invariants of drafts and imports for ``check_invariants`` (robustness I07, I09)."""

from cms.core.invariants import apart, invariant
from lms.catalogue.models import Course, CoursePage, ReleaseQuestion, Review, UnitPage

SHOWN = 20


@invariant("I07", "an import stands whole: every draft has its course and its first version, every unit its text")
def imports_stand_whole() -> list[str]:
    """An import makes page, course, version and units in one transaction; a part alone was half committed."""
    lost = CoursePage.objects.filter(course=None)
    empty = CoursePage.objects.filter(latest_revision=None)
    units = UnitPage.objects.filter(latest_revision=None)
    return [
        *[f"draft {pk}: no course" for pk in lost.values_list("pk", flat=True)[:SHOWN]],
        *[f"draft {pk}: no version" for pk in empty.values_list("pk", flat=True)[:SHOWN]],
        *[f"unit {key}: no text" for key in units.values_list("unit_key", flat=True)[:SHOWN]],
    ]


@invariant("I09 courses", "release, questions and review of a course are its own")
def courses_keep_to_themselves() -> list[str]:
    return apart([
        (Course, "pk", "current_release__course"),
        (Review, "course", "release__course"),
        (ReleaseQuestion, "release__course", "version__course"),
    ])  # fmt: skip
