"""Drafts into review, review into a Release, and the reports of readers."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from wagtail.models import Workflow, WorkflowState, WorkflowTask

from cms.core.audit import audit
from cms.directory.models import Grant, Person, User
from cms.directory.services import notify
from lms.catalogue import queries
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.models import Course, CoursePage, CourseReviewTask, Release, Review, UnitReport
from lms.catalogue.services.releases import release

RUNS = "/angkatan/"  # a path, not a route: the notice is kept, and its reader's language is not ours


def review_workflow() -> Workflow:
    """Wagtail's workflow with our one task; made when first needed."""
    workflow = Workflow.objects.active().filter(workflow_tasks__task__in=CourseReviewTask.objects.all()).first()
    if workflow is None:
        workflow = Workflow.objects.create(name="Tinjauan kursus")
        task = CourseReviewTask.objects.create(name="Tinjauan penerbit")
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow


@transaction.atomic
def submit(*, course: Course, by: User, note: str = "") -> Review:
    """Ask for one review of the whole course; the review names the revisions it covers."""
    course = Course.everything.select_for_update().get(pk=course.pk)
    errors = [f for f in queries.lint_of(course.page) if f.level == "error"]
    if errors:
        raise ReleaseRefused(_("The course has errors; mend them before you submit it."), errors)
    covered = queries.covered_revisions(course.page)
    waiting = course.reviews.filter(state=Review.State.OPEN).first()
    if waiting is not None and waiting.covered == covered:
        raise ReleaseRefused(_("This course is already waiting for review."))
    if waiting is not None:
        # What waits no longer covers the drafts, so nobody could release it.
        withdraw(review=waiting, by=by)
    review = Review.everything.create(course=course, covered=covered, submitted_by=by, note=note)
    _start_workflow(course.page, by)
    audit(by, "submit_course", course, detail={"review": str(review.uuid)})
    text = gettext_noop("%(course)s waits for your review.")
    reviewers = queries.people_with(Grant.Role.PUBLISHER, course.agency_id)
    _tell(reviewers, "review_waits", review, by, text, course=course.title)
    return review


def _start_workflow(page: CoursePage, by: User) -> None:
    state = WorkflowState.objects.for_instance(page).active().first()
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=by)
    elif state is None:
        review_workflow().start(page, by)


def _end_task(review: Review, by: User, verb: str) -> None:
    """Wagtail's task and workflow follow what the review became."""
    state = WorkflowState.objects.for_instance(review.course.page).active().first() if review.course.page else None
    task = state.current_task_state if state else None
    if task is None or task.status != task.STATUS_IN_PROGRESS:
        return
    if verb == "cancel":
        state.cancel(user=by)
    else:
        getattr(task.specific, verb)(user=by, comment=review.comment)


def _tell(people, kind: str, review: Review, by: User, text: str, **params) -> None:
    for person in people.exclude(pk=by.person_id):
        notify(person_id=person.pk, kind=kind, key=str(review.uuid), text=text, params=params, url=review.address)


@transaction.atomic
def send_back(*, review: Review, by: User, comment: str) -> None:
    """Return a course to its author with a reason."""
    review = _locked(review)
    if why := review.why_not_decided_by(by):
        raise ReleaseRefused(why)
    if not comment.strip():
        raise ReleaseRefused(_("Say what should change before you return the course."))
    review.state, review.decided_by, review.decided_at = Review.State.RETURNED, by, timezone.now()
    review.comment = comment
    review.save()
    _end_task(review, by, "reject")
    audit(by, "return_course", review.course, detail={"review": str(review.uuid)})
    text = gettext_noop("%(course)s came back to you with a comment.")
    _tell(_authors_of(review), "review_returned", review, by, text, course=review.course.title)


def _authors_of(review: Review):
    """Who submitted, and who wrote: each still holds the desk or has left it, but only the first must know."""
    return Person.everything.filter(user__in={review.submitted_by_id, *queries.writers_of(review.covered)})


@transaction.atomic
def withdraw(*, review: Review, by: User) -> None:
    """The author takes the course back before anyone decided; asking twice is the same as once."""
    review = _locked(review)
    if review.state != Review.State.OPEN:
        return
    review.state = Review.State.WITHDRAWN
    review.save(update_fields=["state"])
    _end_task(review, by, "cancel")
    audit(by, "withdraw_course", review.course, detail={"review": str(review.uuid)})


@transaction.atomic
def approve(*, review: Review, by: User, comment: str = "") -> Release:
    """A publisher who wrote none of it releases exactly what the review covers (design 3.10)."""
    review = _locked(review)
    _refuse_unfit_approval(review, by)
    made = release(course=review.course, by=by, note=review.note, covered=review.covered)
    review.state, review.decided_by, review.decided_at = Review.State.APPROVED, by, timezone.now()
    review.comment, review.release = comment, made
    review.save()
    _end_task(review, by, "approve")
    text = gettext_noop("%(course)s is released as number %(number)s.")
    _tell(_authors_of(review), "review_released", review, by, text, course=made.title, number=made.number)
    _tell_organisers(made, by)
    return made


def _tell_organisers(made: Release, by: User) -> None:
    """Runs stay on their release, so whoever opens the next one should know that there is a newer one."""
    text = gettext_noop("Release %(number)s of %(course)s is ready. Runs keep theirs; the next one takes the new.")
    for person in queries.people_with(Grant.Role.ORGANISER, made.course.agency_id).exclude(pk=by.person_id):
        notify(
            person_id=person.pk, kind="release_ready", key=str(made.uuid), text=text, url=RUNS,
            params={"course": made.title, "number": made.number},
        )  # fmt: skip


def _locked(review: Review) -> Review:
    rows = Review.everything.select_for_update(of=("self",)).select_related("course__agency", "course__page")
    return rows.get(pk=review.pk)


def _refuse_unfit_approval(review: Review, by: User) -> None:
    if why := review.why_not_decided_by(by):
        raise ReleaseRefused(why)
    if review.course.page is None or review.covered != queries.covered_revisions(review.course.page):
        raise ReleaseRefused(_("The course changed after it was submitted. Ask the author to submit it again."))


@transaction.atomic
def report_fault(*, release: Release, unit_key, person, text: str) -> UnitReport:
    """'Ada yang keliru di sini' reaches the authors of the course's agency."""
    course = release.course
    row = UnitReport.everything.create(
        release=release, agency=course.agency, unit_key=unit_key, person=person, text=text
    )
    audit(None, "report_fault", row, agency_id=course.agency_id)
    said = {"text": gettext_noop("A reader found something wrong in %(course)s."), "params": {"course": course.title}}
    address = reverse("catalogue:desk_course", args=[course.uuid]) + "#h-faults"
    for author in queries.people_with(Grant.Role.AUTHOR, course.agency_id):
        notify(person_id=author.pk, kind="fault_reported", key=str(row.uuid), url=address, **said)
    return row


@transaction.atomic
def settle_fault(*, report: UnitReport, by: User, reply: str = "") -> UnitReport:
    """Close a report and answer its reader; pressing twice keeps the first answer."""
    report = UnitReport.everything.select_for_update(of=("self",)).select_related("release__course").get(pk=report.pk)
    if report.settled_at is not None:
        return report
    report.settled_at, report.settled_by, report.reply = timezone.now(), by, reply
    report.save(update_fields=["settled_at", "settled_by", "reply"])
    audit(by, "settle_fault", report)
    words = gettext_noop("Your report on %(course)s is settled.")
    answered = gettext_noop("Your report on %(course)s is settled. %(reply)s")
    address = reverse("catalogue:course", args=[report.release.course.slug])
    notify(
        person_id=report.person_id, kind="fault_settled", key=str(report.uuid), text=answered if reply else words,
        params={"course": report.release.course.title, "reply": reply}, url=address,
    )  # fmt: skip
    return report
