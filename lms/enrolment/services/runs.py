"""Runs: opened, changed, closed and opened again."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core.audit import audit
from cms.core.patience import patient
from cms.directory.models import Agency, Reach, User
from lms.catalogue.models import Course
from lms.enrolment import queries
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.models import CourseRun
from lms.enrolment.rules import MOST_SEATS, date_faults
from lms.enrolment.services.places import hand_on, locked

USUAL_LENGTH = timedelta(days=30)


@transaction.atomic
def open_run(
    *, course: Course, agency: Agency, by: User | None, name: str, starts_on, ends_on=None, enrol_from=None,
    enrol_until=None, seats: int | None = None, place: str = "", open_to_all: bool = True, time_zone: str = "",
    state: str = CourseRun.State.OPEN,
) -> CourseRun:  # fmt: skip
    """Open the course's next run on its current release, or raise ``EnrolmentRefused``."""
    # The course's row is the lock of its numbers; runs are never deleted, so the next one is free.
    course = Course.everything.select_for_update().get(pk=course.pk)
    if course.current_release_id is None:
        raise EnrolmentRefused(_("This course has no release yet. It can be run once its publisher has approved it."))
    ends_on = ends_on or starts_on + USUAL_LENGTH
    dates = {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "enrol_from": enrol_from or min(timezone.localdate(), ends_on),
        "enrol_until": enrol_until or ends_on,
    }
    _refuse_unsound(seats=seats, **dates)
    last = CourseRun.everything.filter(course=course).aggregate(last=Max("number"))["last"] or 0
    run = CourseRun.everything.create(
        course=course, release_id=course.current_release_id, agency=agency, number=last + 1, name=name, seats=seats,
        place=place, open_to_all=open_to_all, timezone=time_zone or agency.timezone, state=state, **dates,
    )  # fmt: skip
    audit(by, "open_run", run, detail={"course": str(course.uuid), "number": run.number, "seats": seats})
    return run


def _refuse_unsound(*, seats: int | None, **dates) -> None:
    for fault in date_faults(**dates).values():
        raise EnrolmentRefused(fault)
    if seats is not None and not 1 <= seats <= MOST_SEATS:
        raise EnrolmentRefused(_("Seats are a number from 1 to %(most)s.") % {"most": MOST_SEATS})


@patient
@transaction.atomic
def change_run(
    *, run: CourseRun, by: User, name: str, starts_on, ends_on, enrol_from, enrol_until, seats: int | None, place: str,
    time_zone: str, open_to_all: bool,
) -> CourseRun:  # fmt: skip
    """Change dates, seats and place; seats that become free go to the waiting list at once. The release stays."""
    run = locked(run)
    dates = {"starts_on": starts_on, "ends_on": ends_on, "enrol_from": enrol_from, "enrol_until": enrol_until}
    _refuse_unsound(seats=seats, **dates)
    taken = queries.seats_of(run)["taken"]
    if seats is not None and seats < taken:
        raise EnrolmentRefused(
            _("%(taken)s people have a seat; end places before you take seats away.") % {"taken": taken}
        )
    new = {**dates, "name": name, "seats": seats, "place": place, "timezone": time_zone, "open_to_all": open_to_all}
    changed = {field: str(value) for field, value in new.items() if getattr(run, field) != value}
    if not changed:
        return run
    for field in changed:
        setattr(run, field, new[field])
    run.save(update_fields=list(changed))
    audit(by, "change_run", run, detail=changed)
    _fill(run, by)
    return run


@patient
@transaction.atomic
def close_run(*, run: CourseRun, by: User) -> None:
    """Nobody enrols any more and no seat is handed on; whoever has a place goes on learning. Twice is once."""
    run = locked(run)
    if run.state == CourseRun.State.CLOSED:
        return
    run.state = CourseRun.State.CLOSED
    run.save(update_fields=["state"])
    audit(by, "close_run", run)


@patient
@transaction.atomic
def reopen_run(*, run: CourseRun, by: User) -> None:
    """Enrolment is possible again within the run's dates; free seats go to the waiting list at once."""
    run = locked(run)
    if run.state != CourseRun.State.CLOSED:
        return
    run.state = CourseRun.State.OPEN
    run.save(update_fields=["state"])
    audit(by, "reopen_run", run)
    _fill(run, by)


def _fill(run: CourseRun, by: User) -> None:
    while hand_on(run, by=by):
        pass


@transaction.atomic
def record_export(*, run: CourseRun, by: User, rows: int) -> None:
    """Write down that ``by`` took the run's list out of the house (I14)."""
    audit(by, "export", run, detail={"what": "run_participants", "rows": rows})


@transaction.atomic
def name_facilitators(*, run: CourseRun, users: list[User], by: User) -> None:
    """This run is theirs alone, from the next request on; with nobody named it is every facilitator's of the agency."""
    today, kept = timezone.localdate(), {user.pk for user in users}
    if not kept <= {user.pk for user in queries.facilitators_in(run.agency_id)}:
        raise EnrolmentRefused(_("Only facilitators of the run's own agency can be named."))
    rows = Reach.everything.filter(what=Reach.RUN, object_uuid=run.uuid, valid_to=None)
    rows.exclude(user__in=kept).update(valid_to=today)
    for pk in kept - set(rows.values_list("user", flat=True)):
        # Taken off and named again on one day is one row.
        Reach.everything.update_or_create(
            user_id=pk, what=Reach.RUN, object_uuid=run.uuid, basis=Reach.FACILITATOR, valid_from=today,
            defaults={"valid_to": None},
        )  # fmt: skip
    audit(by, "name_facilitators", run, detail={"users": sorted(kept)})
