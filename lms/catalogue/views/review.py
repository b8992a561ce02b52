"""The one review of a whole course: every change on one screen, one decision."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.directory.api import work_context
from lms.catalogue import queries, services
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.forms import DecisionForm
from lms.catalogue.models import Course, Review
from lms.catalogue.views.changes import changes_of
from lms.catalogue.views.desk import ODD_SHAPE, desk_required, findings_of, my_course


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
        "why_not": row.why_not_decided_by(request.user),
        "problems": _problems(row) if is_open else [],
        "changes": _changes(row.course) if is_open else None,
        "is_open": is_open,
        "moved_on": is_open and row.covered != queries.covered_revisions(row.course.page),
        "form": form,
        **work_context(request),
    }


def _problems(row: Review) -> list:
    """Why an approval would be refused now: what the lint finds in the drafts as they stand."""
    return [finding for finding in findings_of(row.course) if finding.level == "error"]


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
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            services.send_back(review=row, by=request.user, comment=form.cleaned_data["comment"])
        except ReleaseRefused as refusal:
            form.add_error("comment" if not form.cleaned_data["comment"] else None, refusal.message)
    if form.errors:
        return render(request, "catalogue/desk_review.html", _review_context(request, row, form), status=422)
    messages.success(request, _("The course went back to its author."))
    return redirect("catalogue:desk_course", row.course.uuid)


@require_POST
@desk_required
def review_withdraw(request, course_uuid, review_uuid):
    row = _my_review(request, course_uuid, review_uuid)
    services.withdraw(review=row, by=request.user)
    messages.success(request, _("The course is yours again. Submit it when it is ready."))
    return redirect("catalogue:desk_course", row.course.uuid)
