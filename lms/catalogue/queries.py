"""Reads of drafts and releases."""

from functools import lru_cache

from django.db.models import Count, Max, Min, Q

from cms.core.text import search_words
from lms.catalogue import rules
from lms.catalogue.models import ContentBlob, Course, CoursePage, QuestionVersion, Release, ReleaseQuestion, UnitPage
from lms.catalogue.rendering import links_of, text_of, unit_parts


def draft_of(page: CoursePage) -> tuple[dict, list[dict], list[dict]]:
    """The latest drafts of a course's desk in the shape ``rules.lint`` reads: (course, units, questions)."""
    page = page.get_latest_revision_as_object()
    modules = [
        {
            "key": block.value["key"],
            "title": block.value["title"],
            "jp": str(block.value["jp"] or 0),
            "outcome": block.value["outcome"],
            "units": [str(key) for key in block.value["units"]],
        }
        for block in page.outline
    ]
    course = {"title": page.title, "jp": page.jp, "exam": page.exam, "modules": modules, "page": page}
    units = [_unit_draft(unit) for unit in UnitPage.objects.child_of(page).order_by("path")]
    return course, units, page.questions


def _unit_draft(unit: UnitPage) -> dict:
    draft = unit.get_latest_revision_as_object()
    parts = unit_parts(draft.body.raw_data)
    return {
        "key": str(unit.unit_key),
        "title": draft.title,
        "goal": draft.goal,
        "minutes": draft.minutes,
        "practice": draft.practice_minutes,
        "required": draft.required,
        "words": len(text_of(parts).split()),
        "checks": [part["question"] for part in parts if part["kind"] == "check"],
        "images": [part for part in parts if part["kind"] == "figure"],
        "links": links_of(parts),
        "raw": draft.body.raw_data,
        "page_id": unit.pk,
        "revision": unit.latest_revision_id,
    }


def lint_of(page: CoursePage) -> list[rules.Finding]:
    return rules.lint(*draft_of(page))


def covered_revisions(page: CoursePage) -> dict[str, int | None]:
    """Page keys with the revision a review covers; approval refuses when any has moved on."""
    page = CoursePage.objects.get(pk=page.pk)
    units = UnitPage.objects.child_of(page).values_list("pk", "latest_revision_id")
    return {str(pk): revision for pk, revision in [(page.pk, page.latest_revision_id), *units]}


@lru_cache(maxsize=64)
def release_by_id(pk: int) -> Release:
    """A release never changes, so a process may keep it (stack: cache only immutable things)."""
    return Release.everything.select_related("course__agency").get(pk=pk)


@lru_cache(maxsize=2048)
def unit_blob(digest: str) -> ContentBlob:
    return ContentBlob.everything.get(pk=digest)


@lru_cache(maxsize=2048)
def checks_of(release_id: int, unit_key: str) -> tuple[QuestionVersion, ...]:
    """Check questions frozen into a unit of a release, in the order of the unit."""
    rows = ReleaseQuestion.everything.filter(release=release_id, unit_key=unit_key, use="check")
    return tuple(row.version for row in rows.select_related("version").order_by("pk"))


def released_courses(search: str = ""):
    """The public catalogue: courses with a release, and the next run's dates. One statement."""
    courses = Course.everything.released().select_related("current_release", "agency")
    if words := search_words(search):
        courses = courses.filter(Q(title__icontains=words) | Q(current_release__promise__icontains=words))
    return courses.annotate(
        runs_open=Count("runs", filter=Q(runs__state="open")),
        next_start=Min("runs__starts_on", filter=Q(runs__state="open")),
    ).order_by("title")


def next_release_number(course: Course) -> int:
    return (course.releases.aggregate(last=Max("number"))["last"] or 0) + 1
