"""Reads of releases; those of drafts and imports come through here too."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.core.paginator import Page, Paginator
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    F,
    Func,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Window,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from cms.core.prepared import Prepared, rows_of
from cms.core.rows import Rows
from cms.core.text import search_words
from cms.directory.models import Agency
from lms.catalogue.models import ContentBlob, Course, QuestionVersion, Release, ReleaseQuestion
from lms.catalogue.queries.drafts import (
    corrected_keys,
    covered_by,
    covered_revisions,
    draft_of,
    existing_files,
    findings_of,
    free_page_slug,
    lint_of,
    modules_of,
    people_with,
    publishes_for,
    required_courses,
    writers_of,
)  # fmt: skip
from lms.catalogue.queries.imports import ImportPlan, facts_in, facts_of, plan_import, unit_stands, with_keys
from lms.competencies import queries as competencies

__all__ = [
    "COURSES_A_PAGE",
    "ImportPlan",
    "Offer",
    "Wanted",
    "catalogue_choices",
    "catalogue_mark",
    "catalogue_page",
    "checks_of",
    "competencies_of",
    "corrected_keys",
    "covered_by",
    "covered_revisions",
    "draft_of",
    "existing_files",
    "facts_in",
    "facts_of",
    "findings_of",
    "free_page_slug",
    "home_section",
    "lint_of",
    "modules_of",
    "newest_courses",
    "next_release_number",
    "offers_at",
    "offers_for",
    "people_with",
    "plan_import",
    "public_course",
    "publishes_for",
    "release_by_id",
    "released_courses",
    "required_courses",
    "unit_blob",
    "unit_stands",
    "with_keys",
    "writers_of",
]


# About 100 kB each; fewer than the courses people learn on at one time would be read anew on every page.
@lru_cache(maxsize=512)
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


COURSES_A_PAGE, NEWEST = 24, 3
LOADS = {"3": Q(current_release__jp__lte=3), "10": Q(current_release__jp__gt=3, current_release__jp__lte=10)}
LOADS["lebih"] = Q(current_release__jp__gt=10)
# What a list prints of a course; the digest stands for the rest of the release.
CARD = (
    "slug", "agency__name", "agency__short_name", "current_release__digest", "current_release__title",
    "current_release__promise", "current_release__jp",
)  # fmt: skip
MOST_WORDS = 3  # searches of more words are written for each call


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in the catalogue; anything unknown is left out."""

    words: str = ""
    agency: str = ""
    competency: str = ""
    load: str = ""
    open_now: bool = False

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.agency or self.competency or self.load or self.open_now)


def released_courses(wanted: Wanted, today: date) -> QuerySet[Course]:
    """Courses with a release, by title, as a card prints them: with the number of runs open now and the next start."""
    courses = Course.everything.released().select_related("current_release", "agency").only(*CARD)
    for word in search_words(wanted.words).split():
        courses = courses.filter(
            Q(current_release__title__icontains=word)
            | Q(current_release__promise__icontains=word)
            | Q(agency__name__icontains=word)
        )
    if wanted.agency:
        courses = courses.filter(agency__code=wanted.agency)
    if wanted.competency:
        # The facts are frozen JSON; as text they name the code in quotes, on both engines.
        named = f'"code": "{wanted.competency}"'
        facts = Cast("current_release__facts", TextField())
        courses = courses.alias(facts_text=facts).filter(facts_text__contains=named)
    if wanted.load in LOADS:
        courses = courses.filter(LOADS[wanted.load])
    if wanted.open_now:
        courses = courses.filter(Exists(_itself().filter(_live(today))))
    # One course at a time, after the page is cut: grouping all courses with their words costs ten times as much.
    next_start = Min("runs__starts_on", filter=_live(today) & Q(runs__starts_on__gte=today))
    return courses.annotate(
        runs_open=Subquery(_itself().annotate(n=_runs_open(today)).values("n")),
        next_start=Subquery(_itself().annotate(n=next_start).values("n")),
        mode=KeyTextTransform("mode", "current_release__facts"),
        level=KeyTextTransform("level", "current_release__facts"),
    ).order_by("current_release__title", "pk")


def _live(today: date) -> Q:
    return Q(runs__state__in=["open", "running"], runs__enrol_from__lte=today, runs__enrol_until__gte=today)


def _runs_open(today: date) -> Count:
    return Count("runs", filter=_live(today))


def _itself() -> QuerySet[Course]:
    """The course of an outer query; its runs belong to a higher floor, so they are reached through it."""
    return Course.everything.filter(pk=OuterRef("pk")).order_by().values("pk")


def catalogue_page(wanted: Wanted, number: int) -> Page:
    """One page of the public catalogue with the total, in one statement (two beyond the last page)."""
    found = _first_page(wanted) if number == 1 else rows_of(_page_rows(wanted, number, timezone.localdate()))
    if not found and number > 1:
        return catalogue_page(wanted, 1)
    total = found.told("total") if found else 0
    page = Page(found, number, Paginator(range(total), COURSES_A_PAGE))
    page.bare = (number, found.bare)
    return page


def _first_page(wanted: Wanted) -> Rows:
    words, today = search_words(wanted.words).split(), timezone.localdate()
    if len(words) > MOST_WORDS or wanted.competency:
        return rows_of(_page_rows(wanted, 1, today))
    values = {f"word{n}": word for n, word in enumerate(words)}
    if wanted.agency:
        values["agency"] = wanted.agency
    return _page_of(tuple(values), wanted.load, wanted.open_now)(today=today, **values)


@lru_cache(maxsize=200)
def _page_of(names: tuple[str, ...], load: str, open_now: bool) -> Prepared:
    """The first page of the catalogue, written once for each way of narrowing it."""

    def build(today, agency="", **words):
        return _page_rows(Wanted(" ".join(words.values()), agency, "", load, open_now), 1, today)

    return Prepared(build)


def _page_rows(wanted: Wanted, number: int, today: date) -> QuerySet[Course]:
    first = (number - 1) * COURSES_A_PAGE
    return released_courses(wanted, today).annotate(total=Window(Count("*")))[first : first + COURSES_A_PAGE]


_publishing = Prepared(
    lambda: (
        Agency.everything.filter(courses__current_release__isnull=False)
        .distinct().order_by("name").only("code", "name", "short_name")
    )
)  # fmt: skip


def catalogue_choices() -> dict:
    """What the catalogue can be narrowed by: agencies with courses, and competencies. One statement."""
    return {"agencies": _publishing(), "competencies": list(competencies.names().values())}


def newest_courses() -> list[Course]:
    """What the front page shows: courses one can enrol on now, the latest release first. One statement."""
    return _newest(today=timezone.localdate())


@Prepared
def _newest(today: date):
    order = ("-runs_open", "-current_release__released_at", "pk")
    first = Course.everything.released().annotate(runs_open=_runs_open(today)).order_by(*order).values("pk")[:NEWEST]
    return released_courses(Wanted(), today).filter(pk__in=first).order_by(*order)


def home_section(request, subject=None) -> dict:
    return {"courses": newest_courses()}


def public_course(slug: str) -> Course | None:
    """A course with a release; the release itself comes from the process's own memory."""
    return _public_course.one(slug=slug)


_public_course = Prepared(
    lambda slug: (
        Course.everything.released().filter(slug=slug).select_related("agency")
        .only("slug", "current_release", "agency__code", "agency__name", "agency__short_name")
    )
)  # fmt: skip


def competencies_of(release: Release) -> list[dict]:
    """What the release says it proves, with the names of the dictionary."""
    names = competencies.names()
    return [{**claim, "competency": names.get(claim["code"])} for claim in release.facts.get("competencies", [])]


def next_release_number(course: Course) -> int:
    return (course.releases.aggregate(last=Max("number"))["last"] or 0) + 1


@dataclass(frozen=True)
class Offer:
    """A course in the catalogue that proves a competency at a level."""

    title: str
    slug: str
    jp: Decimal
    level: int


def offers_for(codes) -> dict[str, list[Offer]]:
    """Courses of the catalogue by competency code, lowest level first. One statement."""
    return {code: offers for code, offers in _offers().items() if code in codes}


def catalogue_mark() -> QuerySet[Course]:
    """A number for a subquery of a statement that is asked anyway: it grows with each release, and only then.

    Courses never leave the catalogue, and a course goes on to releases with higher keys only.
    """
    total = Func(F("current_release"), function="SUM", output_field=BigIntegerField())
    return Course.everything.released().annotate(mark=total).values("mark")


@lru_cache(maxsize=2)
def offers_at(mark: int) -> dict[str, list[Offer]]:
    """What `offers_for` finds for all codes, read once a process for each `catalogue_mark`. Not to be changed."""
    return _offers()


def _offers() -> dict[str, list[Offer]]:
    rows = Course.everything.released().values_list(
        "current_release__title", "slug", "current_release__jp", "current_release__facts__competencies"
    )
    found: dict[str, list[Offer]] = {}
    for title, slug, jp, claims in rows.order_by("title"):
        for claim in claims or ():
            found.setdefault(claim["code"], []).append(Offer(title, slug, jp, int(claim["level"])))
    return {code: sorted(offers, key=lambda offer: offer.level) for code, offers in found.items()}
