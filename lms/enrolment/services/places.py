"""Who has a place. The run's row is the lock: whoever counts seats holds it first (I08)."""

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cms.core.audit import audit
from cms.core.events import announce
from cms.core.patience import patient
from cms.directory.models import Person, User
from cms.directory.services import notify
from lms import events
from lms.catalogue.models import Release
from lms.enrolment import queries
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentEvent
from lms.enrolment.rules import MAY_TAKE_PART, today_in
from lms.enrolment.services.telling import HOME, words_for


def locked(run: CourseRun) -> CourseRun:
    # Only the run's own row: course and release are shared by every other run.
    return CourseRun.everything.select_for_update().get(pk=run.pk)


@patient
@transaction.atomic
def enrol(*, run: CourseRun, learner: Person, by: User | None) -> Enrolment:
    """Give ``learner`` a place on ``run``, or the next one on its waiting list, or raise ``EnrolmentRefused``."""
    # Read before the lock: others queue behind it.
    release = run.release
    units = units_required(release)
    run = locked(run)
    refuse_closed(run)
    _refuse_unfit(run, learner)
    standing = queries.standing_of(run.course, learner)
    if standing["open"]:
        raise EnrolmentRefused(_("You already have a place on this course."))
    _refuse_unready(release, learner)
    enrolment = _place(run, learner, cycle=(standing["cycles"] or 0) + 1, units=units, state=_next_state(run))
    try:
        with transaction.atomic():
            enrolment.save(force_insert=True)
    except IntegrityError as fault:  # at the same moment on another run of this course
        raise EnrolmentRefused(_("You already have a place on this course.")) from fault
    _remember(enrolment, verb_of(enrolment.state), by=by)
    audit(by, verb_of(enrolment.state), enrolment, agency_id=run.agency_id)
    if by is None or by.person_id != learner.pk:
        notify(person_id=learner.pk, **words_for(enrolment, run))
    if enrolment.state == Enrolment.State.ACTIVE:
        announce(events.enrolled, events.Enrolled(enrolment_id=enrolment.pk, learner_id=learner.pk))
    return enrolment


def units_required(release: Release) -> int:
    """How many units a learner must do on ``release``."""
    return sum(bool(unit.get("required", True)) for unit in release.units)


def refusal_of(run: CourseRun, learner: Person) -> str:
    """Why ``learner`` could not enrol on ``run`` now, by the rules that ``enrol`` keeps; "" when she could."""
    try:
        refuse_closed(run)
        _refuse_unfit(run, learner)
        _refuse_unready(run.release, learner)
    except EnrolmentRefused as refusal:
        return str(refusal.message)
    return ""


def refuse_closed(run: CourseRun) -> None:
    today = today_in(run.timezone)
    if run.is_open(on=today):
        return
    if run.state in queries.LIVE and today < run.enrol_from:
        raise EnrolmentRefused(_("Enrolment for this run opens on %(day)s.") % {"day": date_format(run.enrol_from)})
    raise EnrolmentRefused(_("Enrolment for this run is closed."))


def _refuse_unfit(run: CourseRun, learner: Person) -> None:
    if not run.open_to_all and learner.agency_id != run.agency_id:
        raise EnrolmentRefused(_("This run is for the people of its own agency only."))
    if learner.legal_status not in MAY_TAKE_PART:
        raise EnrolmentRefused(
            _("Only people in active service or on study leave may enrol. If yours is out of date, ask your HR unit.")
        )


def _refuse_unready(release: Release, learner: Person) -> None:
    if lacks := queries.lacking(release, {learner.pk}).get(learner.pk):
        raise EnrolmentRefused(_("Complete first: %(courses)s.") % {"courses": lacks})


def _next_state(run: CourseRun) -> str:
    if run.seats is None:
        return Enrolment.State.ACTIVE
    seats = queries.seats_of(run)
    # Nobody overtakes the waiting list.
    free = seats["taken"] < run.seats and not seats["waiting"]
    return Enrolment.State.ACTIVE if free else Enrolment.State.WAITING


def _place(run: CourseRun, learner: Person, *, cycle: int, units: int, state: str) -> Enrolment:
    return Enrolment(
        run=run, course_id=run.course_id, release_id=run.release_id, learner=learner, agency_then_id=learner.agency_id,
        cycle=cycle, units_total=units, state=state,
    )  # fmt: skip


def verb_of(state: str) -> str:
    """What the history calls the giving of a place in ``state``."""
    return "enrol" if state == Enrolment.State.ACTIVE else "wait"


def _remember(enrolment: Enrolment, verb: str, *, by: User | None, reason: str = "") -> None:
    EnrolmentEvent.everything.create(enrolment=enrolment, verb=verb, actor_id=getattr(by, "pk", None), reason=reason)


@patient
@transaction.atomic
def cancel(*, enrolment: Enrolment, by: User | None, reason: str) -> Enrolment | None:
    """End an open place and give the freed seat to the first who waits; returns that place. Twice is once."""
    run = locked(enrolment.run)
    row = Enrolment.everything.select_for_update().get(pk=enrolment.pk)
    if row.state == Enrolment.State.CANCELLED:
        return None
    if row.state == Enrolment.State.COMPLETED:
        raise EnrolmentRefused(_("This course is completed; its record stays."))
    _end(row, by=by, reason=reason, agency_id=run.agency_id)
    return hand_on(run, by=by)


def _end(row: Enrolment, *, by: User | None, reason: str, agency_id: int) -> None:
    row.state, row.ended_reason = Enrolment.State.CANCELLED, reason[:200]
    row.save(update_fields=["state", "ended_reason"])
    _remember(row, "cancel", by=by, reason=row.ended_reason)
    audit(by, "cancel_place", row, agency_id=agency_id, detail={"reason": row.ended_reason})


def _next_in_line(run: CourseRun, *, by: User | None) -> Enrolment | None:
    """The first who waits and may take part today; whoever stands before her and may not has her place ended."""
    waiting = Enrolment.everything.filter(run=run, state=Enrolment.State.WAITING).select_related("learner")
    while (first := waiting.order_by("pk").first()) is not None:
        try:
            _refuse_unfit(run, first.learner)
        except EnrolmentRefused as refusal:
            _end(first, by=by, reason=str(refusal.message), agency_id=run.agency_id)
            notify(
                person_id=first.learner_id, kind="place_ended", key=str(first.uuid), url=HOME,
                text=gettext_noop("Your place on the waiting list of %(run)s has ended."), params={"run": run.name},
            )  # fmt: skip
        else:
            break
    return first


def hand_on(run: CourseRun, *, by: User | None) -> Enrolment | None:
    """Give one free seat to the first on the waiting list. Called under the run's lock."""
    if run.state not in queries.LIVE or run.ends_on < today_in(run.timezone):
        return None
    if run.seats is not None and queries.seats_of(run)["taken"] >= run.seats:
        return None
    first = _next_in_line(run, by=by)
    if first is None:
        return None
    first.state = Enrolment.State.ACTIVE
    first.save(update_fields=["state"])
    _remember(first, "promote", by=by)
    audit(by, "promote", first, agency_id=run.agency_id)
    notify(person_id=first.learner_id, **words_for(first, run, freed=True))
    announce(events.enrolled, events.Enrolled(enrolment_id=first.pk, learner_id=first.learner_id))
    return first
