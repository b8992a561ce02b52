"""Reads over many people: HR's list, a superior's team, the national counts. Statements do not grow with rows."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from cms.core import rulebook
from cms.directory.models import Grant, Person, Reach
from cms.directory.models.scope import reached, served, units_under
from cms.directory.queries import named, open_number
from lms.enrolment.api import learning_counts
from lms.records import api as records
from talent.profiles.models import Evidence, JobStandard
from talent.profiles.rules import suppressed, total_of_shown

SORTS = {
    "name": ("name", "pk"),
    "jp": ("jp", "name", "pk"),
    "-jp": ("-jp", "name", "pk"),
    "gaps": ("-short", "name", "pk"),
}


@dataclass(frozen=True)
class Listed:
    """The counts above a list: of all that the filter found."""

    people: int
    none: int
    below: int
    reached: int


def listed(rows: QuerySet[Person]) -> QuerySet[Person]:
    """People as a list prints them: with post, number, JP of this year and gaps, in one statement."""
    rows = rows.select_related("agency", "unit", "position__job_title")
    return rows.annotate(
        number=open_number(),
        jp=records.jp_of_year(timezone.localdate().year),
        target=_target(),
        short=_short(),
        unknown=_unknown(),
    )


def _target() -> Case:
    """The JP that each person's agency asks for this year, by the rulebook."""
    common, own = rulebook.by_agency("jp_target")
    return Case(
        *(When(agency=pk, then=Value(value)) for pk, value in own.items()),
        default=Value(common),
        output_field=DecimalField(),
    )


def ordered(rows: QuerySet[Person], sort: str = "name") -> QuerySet[Person]:
    """People in the wanted order; only what the order needs is computed for those on other pages."""
    if sort in ("jp", "-jp"):
        rows = rows.annotate(jp=records.jp_of_year(timezone.localdate().year))
    elif sort == "gaps":
        rows = rows.annotate(short=_short())
    return rows.order_by(*SORTS.get(sort, SORTS["name"]))


def page_of(rows: QuerySet[Person], sort: str, start: int, stop: int) -> list[Person]:
    """One page of a list, in one statement: the database counts gaps for the rows shown, not for those skipped."""
    keys = ordered(rows, sort)[start:stop].values("pk")
    return list(listed(Person.everything.filter(pk__in=Subquery(keys))).order_by(*SORTS.get(sort, SORTS["name"])))


def find_people(
    rows: QuerySet[Person], *, q: str = "", unit: int | None = None, family: str = "", employment: str = "",
    band: str = "", gap: str = "", **_order,
) -> QuerySet[Person]:  # fmt: skip
    """People of a scoped set: by words of the name or the whole number, unit and below, job, JP, gaps."""
    if q:
        rows = rows.filter(named(q))
    if unit:
        rows = rows.filter(unit__in=units_under(unit))
    if family:
        rows = rows.filter(position__job_title__family=family)
    if employment:
        rows = rows.filter(employment=employment)
    return _with_gap(_in_band(rows, band), gap)


def _in_band(rows: QuerySet[Person], band: str) -> QuerySet[Person]:
    if not band:
        return rows
    rows = rows.alias(jp_now=records.jp_of_year(timezone.localdate().year), asked=_target())
    bands = {
        "none": Q(jp_now__lte=0),
        "below": Q(jp_now__gt=0, jp_now__lt=F("asked")),
        "reached": Q(jp_now__gte=F("asked")),
    }
    return rows.filter(bands[band])


def _with_gap(rows: QuerySet[Person], gap: str) -> QuerySet[Person]:
    wanted = {
        "short": lambda: rows.filter(Exists(_standards_short())),
        "unknown": lambda: rows.filter(Exists(_standards_unknown())),
        "met": lambda: rows.filter(Exists(_standards()), ~Exists(_standards_short()), ~Exists(_standards_unknown())),
    }
    return wanted[gap]() if gap in wanted else rows


def cohort_counts(rows: QuerySet[Person]) -> Listed:
    """How many were found, and how they stand in JP: one statement."""
    rows = rows.order_by().annotate(jp=records.jp_of_year(timezone.localdate().year), asked=_target())
    some = Q(jp__gt=0)
    found = rows.aggregate(
        people=Count("pk"),
        none=Count("pk", filter=Q(jp__lte=0)),
        below=Count("pk", filter=some & Q(jp__lt=F("asked"))),
        reached=Count("pk", filter=Q(jp__gte=F("asked"))),
    )
    return Listed(**found)


# --- Gaps in SQL: the same rule as queries.person, for many people at once ---


def _count(rows) -> Coalesce:
    """How many rows a correlated queryset has."""
    counted = rows.order_by().annotate(n=Func(F("pk"), function="COUNT")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _in_force(day):
    return JobStandard.everything.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


def _standards():
    """Standards of the outer person: her position's own win over her tier's, a later one over an earlier."""
    day = timezone.localdate()
    seat, tier = OuterRef("position"), OuterRef("position__job_title__tier")
    rows = _in_force(day).filter(Q(position=seat) | Q(position=None, tier=tier))
    same = _in_force(day).filter(competency=OuterRef("competency"))
    stronger = same.filter(position=OuterRef(seat), position__isnull=False)
    later = same.filter(position=None, tier=OuterRef("tier"), valid_from__gt=OuterRef("valid_from"))
    latest = stronger.filter(valid_from__gt=OuterRef("valid_from"))
    return rows.filter(Q(position__isnull=False) | (~Exists(stronger) & ~Exists(later))).filter(
        Q(position=None) | ~Exists(latest)
    )


def _held():
    """Evidence of the outer person that counts today for the competency of the standard between."""
    rows = Evidence.everything.counting()
    return rows.filter(person=OuterRef(OuterRef("pk")), competency=OuterRef("competency"))


def _standards_short():
    """Standards assessed below; not knowing is no gap."""
    return _standards().filter(Exists(_held()), ~Exists(_held().filter(level__gte=OuterRef("level"))))


def _standards_unknown():
    return _standards().filter(~Exists(_held()))


def _short() -> Coalesce:
    return _count(_standards_short())


def _unknown() -> Coalesce:
    return _count(_standards_unknown())


# --- A superior's team ---


@dataclass(frozen=True)
class Member:
    person: Person
    running: int
    finished: int


def team_of(user) -> list[Member]:
    """Direct reports with JP, gaps and how far they are with courses: two statements."""
    people = list(listed(Person.everything.filter(reached(user, Reach.SUPERIOR))).order_by("name", "pk"))
    counts = learning_counts([person.pk for person in people])
    return [Member(person, *counts.get(person.pk, (0, 0))) for person in people]


def seen_as(user, people: QuerySet[Person]) -> QuerySet[Person]:
    """People with ``seen_as``: on what ground ``user`` may open this profile (hr, superior, auditor, or nothing), and
    ``jp_correctable``: whether she may correct JP there, as the page that does it asks.
    """
    grounds = (
        When(served(user, *Grant.HR_ROLES), then=Value("hr")),
        When(reached(user, Reach.SUPERIOR), then=Value("superior")),
        When(reached(user, Reach.AUDIT), then=Value("auditor")),
    )
    mends = Exists(records.correctable_by(user).filter(pk=OuterRef("pk")))
    return people.annotate(seen_as=Case(*grounds, default=Value("")), jp_correctable=mends)


# --- National counts ---


@dataclass(frozen=True)
class AgencyCounts:
    """People of an agency, with JP this year, with all that is asked, with a course completed; under five: None."""

    name: str
    cells: list[int | None]


def national_counts() -> tuple[list[AgencyCounts], list[int]]:
    """Each agency with people, and totals of what is shown (Z07). One statement."""
    year = timezone.localdate().year
    rows = Person.everything.filter(merged_into=None, legal_status=Person.ACTIVE).order_by()
    rows = rows.annotate(jp=records.jp_of_year(year), finished=records.completed_in_year(year), asked=_target())
    found = (
        rows.values("agency__name")
        .annotate(
            people=Count("pk"),
            some=Count("pk", filter=Q(jp__gt=Decimal(0))),
            reached=Count("pk", filter=Q(jp__gte=F("asked"))),
            completed=Count("pk", filter=Q(finished=True)),
        )
        .order_by("agency__name")
    )
    shown = [
        AgencyCounts(row["agency__name"], suppressed([row["people"], row["some"], row["reached"], row["completed"]]))
        for row in found
    ]
    return shown, total_of_shown([row.cells for row in shown]) if shown else [0, 0, 0, 0]
