"""The author's desk: my courses, one course's state, import, preview, and the review that makes a release."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.core.html import as_safe
from cms.directory.api import role_required, work_context
from cms.directory.models import Agency, Grant
from cms.directory.queries import agencies_where
from lms.catalogue import queries, rules, services
from lms.catalogue.exceptions import ImportRefused, ReleaseRefused
from lms.catalogue.forms import DecisionForm, ImportForm, SettleForm, SubmitForm
from lms.catalogue.models import Course, Review, UnitPage, UnitReport
from lms.catalogue.rendering import image_facts, unit_parts
from lms.catalogue.views.changes import changes_of

COURSES_A_PAGE = 25
# What an author may type into a JSON field that the rules cannot read.
ODD_SHAPE = (AttributeError, TypeError, ValueError, KeyError, ArithmeticError)
desk_required = role_required(*Grant.DESK)


def _my_courses(user):
    """Courses of the agencies where ``user`` writes or publishes; organising runs there is not enough."""
    mine = agencies_where(user, *Grant.DESK)
    return Course.objects.visible_to(user).filter(agency__in=mine).select_related("agency", "page", "current_release")


def _my_course(request, course_uuid) -> Course:
    return get_object_or_404(_my_courses(request.user), uuid=course_uuid)


@require_safe
@desk_required
def desk(request):
    """My courses, with what waits on each."""
    waiting = Count("reviews", filter=Q(reviews__state=Review.State.OPEN), distinct=True)
    faults = Count("releases__unitreport", filter=Q(releases__unitreport__settled_at=None), distinct=True)
    courses = _my_courses(request.user).annotate(waiting=waiting, faults=faults).order_by("title", "pk")
    page = Paginator(courses, COURSES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "catalogue/desk_list.html", {"page": page, **work_context(request)})


@require_safe
@desk_required
def desk_course(request, course_uuid):
    course = _my_course(request, course_uuid)
    return render(request, "catalogue/desk_course.html", _course_context(request, course, SubmitForm()))


def _course_context(request, course: Course, form: SubmitForm) -> dict:
    findings = _findings(course)
    return {
        "course": course,
        "sketch": _sketch(course),
        "errors": _with_pages(course, [f for f in findings if f.level == "error"]),
        "warnings": _with_pages(course, [f for f in findings if f.level != "error"]),
        "faults": _open_faults(course),
        "open_review": course.reviews.filter(state=Review.State.OPEN).select_related("submitted_by__person").first(),
        "past_reviews": course.reviews.exclude(state=Review.State.OPEN).order_by("-submitted_at")[:5],
        "form": form,
        **work_context(request),
    }


def _findings(course: Course) -> list[rules.Finding]:
    if course.page is None:
        return []
    try:
        return queries.lint_of(course.page)
    except ODD_SHAPE:
        return [rules.Finding("error", course.title, _("The exam or the questions have a shape that cannot be read."))]


def _sketch(course: Course) -> dict | None:
    """The outline as it would be released: modules with their units, and minutes against JP."""
    if course.page is None:
        return None
    draft, units, _questions = queries.draft_of(course.page)
    by_key = {unit["key"]: unit for unit in units}
    modules = [{**m, "units": [by_key[key] for key in m["units"] if key in by_key]} for m in draft["modules"]]
    exam = draft["exam"] if isinstance(draft["exam"], dict) else {}
    exam_minutes = str(exam.get("minutes") or 0)
    minutes = sum(unit["minutes"] for unit in units) + (int(exam_minutes) if exam_minutes.isdecimal() else 0)
    return {
        "modules": modules,
        "units": len(units),
        "minutes": minutes,
        "jp": draft["jp"],
        "jp_minutes": draft["jp"] * settings.BESTARI_JP_MINUTES,
    }


def _with_pages(course: Course, findings: list) -> list[dict]:
    """Findings with the page of the Wagtail editor where each can be mended."""
    if course.page is None:
        return []
    pages = {str(key): pk for key, pk in UnitPage.objects.child_of(course.page).values_list("unit_key", "pk")}
    return [{"finding": finding, "page_id": pages.get(finding.unit_key, course.page_id)} for finding in findings]


def _open_faults(course: Course) -> list[dict]:
    """Readers' reports not yet settled, the oldest first, with the title the reader saw."""
    rows = []
    for release in course.releases.order_by("number").prefetch_related("unitreport_set"):
        titles = {unit["key"]: unit["title"] for unit in release.units}
        for row in release.unitreport_set.all():
            if row.settled_at is None:
                rows.append({"row": row, "title": titles.get(str(row.unit_key), ""), "release": release})
    return sorted(rows, key=lambda fault: fault["row"].reported_at)


@require_POST
@desk_required
def fault_settle(request, course_uuid, fault_uuid):
    course = _my_course(request, course_uuid)
    row = get_object_or_404(UnitReport, release__course=course, uuid=fault_uuid)
    form = SettleForm(request.POST, instance=row)
    if form.is_valid():
        form.save(by=request.user)
        messages.success(request, _("The report is settled."))
    return redirect("catalogue:desk_course", course.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def desk_import(request):
    """A folder of text files becomes drafts. With a fault nothing is written, and every fault is shown."""
    mine = (
        Agency.objects.visible_to(request.user)
        .filter(pk__in=agencies_where(request.user, *Grant.DESK))
        .order_by("name")
    )
    form = ImportForm(request.POST or None, request.FILES or None, agencies=mine)
    if request.method == "POST" and form.is_valid():
        try:
            course = services.import_course(
                files=form.cleaned_data["texts"], agency=form.cleaned_data["agency"], by=request.user
            )
        except ImportRefused as refusal:
            form.add_error(None, refusal.faults)
        else:
            messages.success(
                request, _("%(course)s is on the desk. Learners see nothing of it yet.") % {"course": course.title}
            )
            return redirect("catalogue:desk_course", course.uuid)
    context = {"form": form, **work_context(request)}
    return render(request, "catalogue/desk_import.html", context, status=422 if form.errors else 200)


@require_safe
@desk_required
def desk_preview(request, course_uuid, unit_key):
    """A unit's draft as its learners would read it; answers go nowhere."""
    course = _my_course(request, course_uuid)
    if course.page is None:
        raise Http404
    unit = get_object_or_404(UnitPage.objects.child_of(course.page), unit_key=unit_key).get_latest_revision_as_object()
    body = unit.body.raw_data
    images = {block["value"]["image"] for block in body if block["type"] == "figure"} - {None}
    parts = unit_parts(body, image_facts(images) if images else {})
    questions = course.page.get_latest_revision_as_object().questions
    context = {"course": course, "unit": unit, "pieces": _pieces(parts, questions), **work_context(request)}
    return render(request, "catalogue/desk_preview.html", context)


def _pieces(parts: list[dict], questions: list) -> list[dict]:
    """Runs of text for the player's own template, and check questions between them, which here only show."""
    known = {row["key"]: row for row in questions if not rules.question_fault(row)}
    pieces: list[dict] = []
    for part in parts:
        if part["kind"] == "check":
            row = known.get(part["question"])
            pieces.append({"check": rules.question_body(row)[0] if row else None, "key": part["question"]})
        elif pieces and "parts" in pieces[-1]:
            pieces[-1]["parts"].append(_shown(part))
        else:
            pieces.append({"parts": [_shown(part)]})
    return pieces


def _shown(part: dict) -> dict:
    return {**part, "html": as_safe(part.get("html", "")), "steps": [as_safe(step) for step in part.get("steps", [])]}


@require_POST
@desk_required
def desk_submit(request, course_uuid):
    course = _my_course(request, course_uuid)
    form = SubmitForm(request.POST)
    if course.page is None:
        raise Http404
    if form.is_valid():
        try:
            review = services.submit(course=course, by=request.user, note=form.cleaned_data["note"])
        except ReleaseRefused as refusal:
            form.add_error(None, refusal.message)
        except ODD_SHAPE:
            form.add_error(None, _("The exam or the questions have a shape that cannot be read."))
        else:
            messages.success(request, _("The course waits for a publisher's review."))
            return redirect("catalogue:review", course.uuid, review.uuid)
    return render(request, "catalogue/desk_course.html", _course_context(request, course, form), status=422)


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
    course = _my_course(request, course_uuid)
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


DESK_URLS = [
    path("", desk, name="desk"),
    path("impor/", desk_import, name="desk_import"),
    path("<uuid:course_uuid>/", desk_course, name="desk_course"),
    path("<uuid:course_uuid>/unit/<uuid:unit_key>/", desk_preview, name="desk_preview"),
    path("<uuid:course_uuid>/ajukan/", desk_submit, name="desk_submit"),
    path("<uuid:course_uuid>/keliru/<uuid:fault_uuid>/", fault_settle, name="fault_settle"),
    path("<uuid:course_uuid>/tinjauan/<uuid:review_uuid>/", review, name="review"),
    path("<uuid:course_uuid>/tinjauan/<uuid:review_uuid>/setujui/", review_approve, name="review_approve"),
    path("<uuid:course_uuid>/tinjauan/<uuid:review_uuid>/kembalikan/", review_return, name="review_return"),
]
