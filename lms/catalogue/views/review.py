"""The one review of a whole course: every change on one screen, one decision."""

from dataclasses import dataclass

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.directory.api import work_context
from cms.directory.models import Grant
from cms.directory.queries import agencies_where
from lms.catalogue import queries, services
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.forms import DecisionForm
from lms.catalogue.models import Course, Review
from lms.catalogue.views.changes import changes_of
from lms.catalogue.views.desk import ODD_SHAPE, desk_required, my_course


@dataclass(frozen=True)
class Standing:
    """What the one who looks may do with a review, or the sentence why not."""

    may: bool
    why_not: str = ""


def _standing(user, review: Review) -> Standing:
    if review.state != Review.State.OPEN:
        return Standing(False, _("This review is already decided."))
    if not agencies_where(user, Grant.Role.PUBLISHER).filter(agency=review.course.agency_id).exists():
        return Standing(False, _("Only a publisher of the course's agency may release it."))
    if user.pk == review.submitted_by_id or user.pk in services.writers_of(review.covered):
        return Standing(False, _("You wrote part of this course, so another publisher must release it."))
    return Standing(True)


def _my_review(request, course_uuid, review_uuid) -> Review:
    course = my_course(request, course_uuid)
    rows = course.reviews.select_related("submitted_by__person", "decided_by__person", "release")
    review = get_object_or_404(rows, uuid=review_uuid)
    review.course = course
    return review


@require_safe
@desk_required
def review(request, course_uuid, review_uuid):
    row = _my_review(request, course_uuid, review_uuid)
    return render(request, "catalogue/desk_review.html", _review_context(request, row, DecisionForm()))


def _review_context(request, row: Review, form: DecisionForm) -> dict:
    is_open = row.state == Review.State.OPEN and row.course.page is not None
    return {
        "review": row,
        "course": row.course,
        "standing": _standing(request.user, row),
        "changes": _changes(row.course) if is_open else None,
        "is_open": is_open,
        "moved_on": is_open and row.covered != queries.covered_revisions(row.course.page),
        "form": form,
        **work_context(request),
    }


def _changes(course: Course):
    try:
        return changes_of(course)
    except ODD_SHAPE:
        return None


@require_POST
@desk_required
def review_approve(request, course_uuid, review_uuid):
    row = _my_review(request, course_uuid, review_uuid)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            made = services.approve(review=row, by=request.user, comment=form.cleaned_data["comment"])
        except ReleaseRefused as refusal:
            form.add_error(None, [refusal.message, *(f"{f.where}: {f.text}" for f in refusal.findings)])
        else:
            messages.success(
                request, _("Release %(number)s is out. Learners of new runs get it.") % {"number": made.number}
            )
            return redirect("catalogue:desk_course", row.course.uuid)
    return render(request, "catalogue/desk_review.html", _review_context(request, row, form), status=422)


@require_POST
@desk_required
def review_return(request, course_uuid, review_uuid):
    row = _my_review(request, course_uuid, review_uuid)
    form, standing = DecisionForm(request.POST), _standing(request.user, row)
    if form.is_valid():
        if standing.may:
            try:
                services.send_back(review=row, by=request.user, comment=form.cleaned_data["comment"])
            except ReleaseRefused as refusal:
                form.add_error("comment", refusal.message)
        else:
            form.add_error(None, standing.why_not)
    if form.errors:
        return render(request, "catalogue/desk_review.html", _review_context(request, row, form), status=422)
    messages.success(request, _("The course went back to its author."))
    return redirect("catalogue:desk_course", row.course.uuid)
