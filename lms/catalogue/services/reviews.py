"""Drafts into review, review into a Release, and the reports of readers."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core.audit import audit
from cms.directory.models import Grant, User
from lms.catalogue import queries
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.models import Course, Release, Review, UnitReport
from lms.catalogue.services.releases import release


@transaction.atomic
def submit(*, course: Course, by: User, note: str = "") -> Review:
    """Ask for one review of the whole course; the review names the revisions it covers."""
    errors = [f for f in queries.lint_of(course.page) if f.level == "error"]
    if errors:
        raise ReleaseRefused(_("The course has errors; mend them before you submit it."), errors)
    if course.reviews.filter(state=Review.State.OPEN).exists():
        raise ReleaseRefused(_("This course is already waiting for review."))
    review = Review.everything.create(
        course=course, covered=queries.covered_revisions(course.page), submitted_by=by, note=note
    )
    audit(by, "submit_course", course, detail={"review": str(review.uuid)})
    return review


@transaction.atomic
def send_back(*, review: Review, by: User, comment: str) -> None:
    """Return a course to its author with a reason."""
    if not comment.strip():
        raise ReleaseRefused(_("Say what should change before you return the course."))
    Review.everything.filter(pk=review.pk, state=Review.State.OPEN).update(
        state=Review.State.RETURNED, decided_by=by, decided_at=timezone.now(), comment=comment
    )
    audit(by, "return_course", review.course, detail={"review": str(review.uuid)})


@transaction.atomic
def approve(*, review: Review, by: User, comment: str = "") -> Release:
    """A publisher who wrote none of it releases exactly what the review covers (design 3.10)."""
    review = (
        Review.everything.select_for_update(of=("self",))
        .select_related("course__agency", "course__page")
        .get(pk=review.pk)
    )
    _refuse_unfit_approval(review, by)
    made = release(course=review.course, by=by, note=review.note)
    review.state, review.decided_by, review.decided_at = Review.State.APPROVED, by, timezone.now()
    review.comment, review.release = comment, made
    review.save()
    return made


def _refuse_unfit_approval(review: Review, by: User) -> None:
    if review.state != Review.State.OPEN:
        raise ReleaseRefused(_("This review is already decided."))
    if not Grant.everything.live().filter(user=by, agency=review.course.agency, role=Grant.Role.PUBLISHER).exists():
        raise ReleaseRefused(_("Only a publisher of the course's agency may release it."))
    if review.covered != queries.covered_revisions(review.course.page):
        raise ReleaseRefused(_("The course changed after it was submitted. Ask the author to submit it again."))
    if by.pk in writers_of(review.covered):
        raise ReleaseRefused(_("You wrote part of this course, so another publisher must release it."))


def writers_of(covered: dict) -> set[int]:
    """Everyone who saved any revision of the covered pages."""
    from wagtail.models import Revision

    rows = Revision.page_revisions.filter(object_id__in=list(covered), user__isnull=False)
    return set(rows.values_list("user", flat=True))


@transaction.atomic
def report_fault(*, release: Release, unit_key, person, text: str) -> UnitReport:
    """'Ada yang keliru di sini' reaches the authors of the course's agency."""
    row = UnitReport.everything.create(
        release=release, agency=release.course.agency, unit_key=unit_key, person=person, text=text
    )
    audit(None, "report_fault", row, agency_id=release.course.agency_id)
    return row
