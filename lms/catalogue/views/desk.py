"""The author's desk: my courses, one course's state, import, preview, and the review that makes a release."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.directory.api import role_required, work_context
from cms.directory.models import Grant
from cms.directory.queries import agencies_where
from lms.catalogue import queries, rules, services
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.forms import SettleForm, SubmitForm
from lms.catalogue.models import Course, Review, UnitPage, UnitReport

COURSES_A_PAGE = 25
# What an author may type into a JSON field that the rules cannot read.
ODD_SHAPE = (AttributeError, TypeError, ValueError, KeyError, ArithmeticError)
desk_required = role_required(*Grant.DESK)


def _my_courses(user):
    """Courses of the agencies where ``user`` writes or publishes; organising runs there is not enough."""
    mine = agencies_where(user, *Grant.DESK)
    return Course.objects.visible_to(user).filter(agency__in=mine).select_related("agency", "page", "current_release")


def my_course(request, course_uuid) -> Course:
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
    course = my_course(request, course_uuid)
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
    course = my_course(request, course_uuid)
    row = get_object_or_404(UnitReport, release__course=course, uuid=fault_uuid)
    form = SettleForm(request.POST, instance=row)
    if form.is_valid():
        form.save(by=request.user)
        messages.success(request, _("The report is settled."))
    return redirect("catalogue:desk_course", course.uuid)


@require_POST
@desk_required
def desk_submit(request, course_uuid):
    course = my_course(request, course_uuid)
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
