"""Everybody on a run: plain rows, because a run may have thousands and a page draws a hundred of them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Value

from cms.directory.models import PersonNumber
from lms.enrolment.models import CourseRun, Enrolment
from lms.enrolment.rules import percent_of

COLUMNS = (
    "pk", "uuid", "state", "cycle", "units_done", "units_total", "score", "last_activity", "completed_at",
    "learner__name", "learner__agency__name", "learner__agency__short_name", "learner__unit__name", "number",
)  # fmt: skip


@dataclass(slots=True)
class Participant:
    """A place with the name, agency, unit and number of its learner, and what the dashboard finds out about it."""

    pk: int
    uuid: UUID
    state: str
    cycle: int
    units_done: int
    units_total: int
    score: Decimal | None
    last_activity: datetime | None
    completed_at: datetime | None
    name: str
    agency_name: str
    agency_short: str
    unit: str | None
    number: str | None
    standing: str = ""
    standing_words: str = ""
    rank: int = 0
    cells: tuple = ()

    @property
    def percent(self) -> int:
        return percent_of(self.units_done, self.units_total)

    @property
    def agency(self) -> str:
        return self.agency_short or self.agency_name


def participants(run: CourseRun) -> list[Participant]:
    """Everybody on ``run`` by name, in one statement, whatever their count."""
    number = PersonNumber.everything.filter(person=OuterRef("learner"), valid_to=None).order_by("kind")
    rows = (
        Enrolment.everything.filter(run=run)
        .exclude(state=Enrolment.State.CANCELLED)
        .annotate(number=Subquery(number.values("value")[:1]))
        .order_by("learner__name", "pk")
    )
    return [Participant(*row) for row in rows.values_list(*COLUMNS)]


def run_with_participants(runs: QuerySet[CourseRun], uuid) -> tuple[CourseRun | None, list[Participant]]:
    """The run out of ``runs`` and everybody on it, in two statements."""
    run = runs.filter(uuid=uuid).select_related("course").first()
    return run, participants(run) if run else []


def units_done(run: CourseRun, shown: list[Participant]) -> tuple[dict[str, int], dict[int, set[str]]]:
    """How many people with a seat finished each unit, and which units those ``shown`` did: {place key: {unit key}}.

    One statement for both.
    """
    places = Enrolment.everything.filter(run=run, progress__isnull=False).order_by()
    columns = ("progress__unit_key", "n", "place")
    rows = places.seated().values("progress__unit_key").annotate(n=Count("pk"), place=Value(0)).values_list(*columns)
    if keys := [one.pk for one in shown if one.units_done]:
        cells = places.filter(pk__among=keys).annotate(n=Value(0), place=F("pk"))
        rows = rows.union(cells.values_list(*columns), all=True)
    counts: dict[str, int] = {}
    done: dict[int, set[str]] = {}
    for unit, count, place in rows:
        if place:
            done.setdefault(place, set()).add(str(unit))
        else:
            counts[str(unit)] = count
    return counts, done
