"""Reads about runs and places."""

from dataclasses import dataclass

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from cms.core.invariants import invariant
from cms.core.prepared import Prepared
from cms.core.rows import Listed, Rows
from cms.directory.models import Grant, Person, Reach, User
from lms.catalogue.models import Course, Release
from lms.enrolment.models import CourseRun, Enrolment
from lms.enrolment.rules import offer, today_in

WAITING, SEATED = Enrolment.State.WAITING, (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED)
SOON = 14  # days before enrolment closes in which the page says so
LIVE = (CourseRun.State.OPEN, CourseRun.State.RUNNING)


def run_to_enrol_on(uuid) -> CourseRun | None:
    """A run as learners reach it through the public catalogue: any but a draft."""
    return (
        CourseRun.everything.exclude(state=CourseRun.State.DRAFT)
        .select_related("course", "release", "agency")
        .filter(uuid=uuid)
        .first()
    )


def open_runs(course: Course) -> Rows:
    """Runs the public course page offers, with the seats taken, in one statement."""
    return _open_runs(course=course.pk, today=timezone.localdate())


@Prepared
def _open_runs(course: int, today):
    return with_counts(CourseRun.everything.public()).filter(course=course, ends_on__gte=today).order_by("starts_on")


def course_section(request, course: Course) -> dict:
    """The runs of a course's public page with their offers; two places show them, one statement reads them."""
    if not hasattr(course, "offered"):
        course.offered = _with_offers(open_runs(course))
    # First the one that can be entered, else the one that opens next.
    first = next((run for run in course.offered if run.offer.can), course.offered[0] if course.offered else None)
    return {"runs": course.offered, "first": first}


def _with_offers(runs: Rows) -> Listed:
    days = [today_in(run.timezone) for run in runs]
    for run, today in zip(runs, days, strict=True):
        run.offer = offer(run, taken=run.taken, waiting=run.waiting, today=today)
        run.closes_soon = 0 <= (run.enrol_until - today).days <= SOON
    return Listed(runs, (runs.bare, *days))


def with_counts(runs: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
    """Runs with ``taken``, ``waiting`` and ``completed``, the newest first (grouping drops the model's own order)."""
    return runs.order_by("-starts_on", "-number").annotate(
        taken=Count("enrolments", filter=Q(enrolments__state__in=SEATED)),
        waiting=Count("enrolments", filter=Q(enrolments__state=WAITING)),
        completed=Count("enrolments", filter=Q(enrolments__state=Enrolment.State.COMPLETED)),
    )


def listed(runs: QuerySet[CourseRun]) -> QuerySet[CourseRun]:
    """Runs for an organiser's list, named as their release names the course: it may be called otherwise by now."""
    return with_counts(runs).annotate(release_title=F("release__title"))


def history_on(course: Course, person: Person) -> dict:
    """What a person has behind her on a course: the open place, and the last completion. One statement."""
    rows = Enrolment.everything.filter(course=course, learner=person).exclude(state=Enrolment.State.CANCELLED)
    rows = list(rows.order_by("-cycle"))
    return {
        "open": next((row for row in rows if row.state in (Enrolment.State.ACTIVE, WAITING)), None),
        "finished": next((row for row in rows if row.state == Enrolment.State.COMPLETED), None),
        "next_cycle": max((row.cycle for row in rows), default=0) + 1,
    }


def seats_of(run: CourseRun) -> dict:
    """``taken`` and ``waiting`` now; call it under the run's lock when the answer decides something."""
    return Enrolment.everything.filter(run=run).aggregate(
        taken=Count("pk", filter=Q(state__in=SEATED)), waiting=Count("pk", filter=Q(state=WAITING))
    )


def standing_of(course: Course, person: Person) -> dict:
    """``cycles`` so far and whether a place is open now, in one statement."""
    return Enrolment.everything.filter(course=course, learner=person).aggregate(
        cycles=Max("cycle"), open=Count("pk", filter=Q(state__in=[Enrolment.State.ACTIVE, WAITING]))
    )


def lacking(release: Release, people: set[int]) -> dict[int, str]:
    """Who of some people has not completed what ``release`` requires, with the titles that are missing.

    One statement for all of them, none when nothing is required.
    """
    titles = {row["course"]: row["title"] for row in release.requires}
    if not titles:
        return {}
    rows = Enrolment.everything.filter(
        learner__among=people, course__uuid__in=titles, state=Enrolment.State.COMPLETED
    ).values_list("learner", "course__uuid")
    done = {(learner, str(course)) for learner, course in rows}
    missing = {pk: [titles[key] for key in titles if (pk, key) not in done] for pk in people}
    return {pk: ", ".join(named) for pk, named in missing.items() if named}


@dataclass(frozen=True)
class Required:
    """A course to complete first, and how far one person is on it: her last place there, if any."""

    slug: str
    title: str
    place: Enrolment | None

    @property
    def done(self) -> bool:
        return self.place is not None and self.place.state == Enrolment.State.COMPLETED


def required_of(release: Release, person: Person) -> list[Required]:
    """What ``release`` requires, with what the person has done of it. One statement, none when nothing is required."""
    if not release.requires:
        return []
    named = [row["course"] for row in release.requires]
    rows = Enrolment.everything.filter(learner=person, course__uuid__in=named).exclude(state=Enrolment.State.CANCELLED)
    # A completion counts, however many cycles came after it.
    best = {str(row.course.uuid): row for row in sorted(rows.select_related("course"), key=_weight)}
    return [Required(row["slug"], row["title"], best.get(row["course"])) for row in release.requires]


def _weight(place: Enrolment) -> tuple:
    return place.state == Enrolment.State.COMPLETED, place.cycle


@invariant("I08", "confirmed seats never exceed capacity; a freed seat goes to the first on the waiting list")
def seats_are_kept() -> list[str]:
    return [*_oversold(), *_seats_not_handed_on(), *_overtaken()]


def _oversold() -> list[str]:
    runs = with_counts(CourseRun.everything.exclude(seats=None)).filter(taken__gt=F("seats"))
    return [f"run {run.uuid}: {run.taken} places for {run.seats} seats" for run in runs[:20]]


def _seats_not_handed_on() -> list[str]:
    runs = with_counts(CourseRun.everything.filter(state__in=LIVE, ends_on__gte=timezone.localdate()))
    runs = runs.filter(Q(seats=None) | Q(taken__lt=F("seats")), waiting__gt=0)
    return [f"run {run.uuid}: {run.waiting} wait although a seat is free" for run in runs[:20]]


def _overtaken() -> list[str]:
    """Runs where somebody who asked later sits while somebody who asked earlier waits."""
    later = Enrolment.everything.filter(run=OuterRef("run"), pk__gt=OuterRef("pk"), state__in=SEATED)
    runs = Enrolment.everything.filter(Exists(later), state=WAITING).order_by("run").values_list("run__uuid", flat=True)
    return [f"run {uuid}: the waiting list was overtaken" for uuid in runs.distinct()[:20]]


def learning_counts(person_ids) -> dict[int, tuple[int, int]]:
    """(courses running, courses completed) of many people, in one statement."""
    states = Enrolment.State
    rows = Enrolment.everything.filter(learner__in=person_ids).values("learner").annotate(
        running=Count("pk", filter=Q(state=states.ACTIVE)), finished=Count("pk", filter=Q(state=states.COMPLETED))
    )  # fmt: skip
    return {row["learner"]: (row["running"], row["finished"]) for row in rows}


@Prepared
def _leaders(run, agency: int, today):
    named = Reach.everything.on(today).filter(what=Reach.RUN, object_uuid=run)
    rows = Grant.everything.live(today).filter(agency=agency, role=Grant.Role.FACILITATOR)
    rows = rows.filter(user__is_active=True, user__person__isnull=False)
    rows = rows.filter(~Exists(named) | Exists(named.filter(user=OuterRef("user"))))
    return rows.select_related("user__person__position").order_by("user__person__name", "pk")


def leaders_of(run: CourseRun) -> Listed:
    """Who leads a class: the facilitators it names, else everybody with that role in its agency. One statement."""
    rows = _leaders(run=run.uuid, agency=run.agency_id, today=timezone.localdate())
    return Listed({row.user.person_id: row.user.person for row in rows}.values(), rows.bare)


def leaders_section(request, course: Course) -> dict:
    """Who teaches on the run that the page offers first: officials in their function, by name and post."""
    run = course_section(request, course)["first"]
    return {"run": run, "leaders": leaders_of(run) if run else []}


def facilitators_in(agency_id: int) -> list[User]:
    """Accounts that hold the facilitator's role in the agency today, by name."""
    grants = Grant.everything.live().filter(agency=agency_id, role=Grant.Role.FACILITATOR)
    rows = User.everything.filter(pk__in=grants.values("user"), is_active=True, person__isnull=False)
    return list(rows.select_related("person").order_by("person__name", "pk"))


def named_on(run: CourseRun) -> set:
    """Keys of the accounts this run names as its facilitators; empty when it is everybody's."""
    return set(Reach.everything.on().filter(what=Reach.RUN, object_uuid=run.uuid).values_list("user", flat=True))
