"""The author's desk: my courses, and one course's state: outline, what the lint found, review, readers' reports."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.core.rulebook import rule
from cms.directory.api import role_required, work_context
from cms.directory.models import Agency, Grant
from cms.directory.queries import whole_agencies_where
from lms.catalogue import queries, rules, services
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.forms import ModuleForm, SettleForm, SubmitForm, UnitForm
from lms.catalogue.models import Course, Review, UnitReport

COURSES_A_PAGE = 25
# What an old draft may hold that the rules cannot read.
ODD_SHAPE = (AttributeError, TypeError, ValueError, KeyError, ArithmeticError)
desk_required = role_required(*Grant.DESK)


def my_agencies(user):
    return Agency.objects.visible_to(user).filter(pk__in=whole_agencies_where(user, *Grant.DESK)).order_by("name")


def _my_courses(user):
    """Courses of the agencies where ``user`` writes or publishes; organising runs there is not enough."""
    mine = whole_agencies_where(user, *Grant.DESK)
    return Course.objects.visible_to(user).filter(agency__in=mine).select_related("agency", "page", "current_release")


def my_course(request, course_uuid) -> Course:
    return get_object_or_404(_my_courses(request.user), uuid=course_uuid)


def my_desk(request, course_uuid) -> Course:
    """A course whose drafts still stand."""
    course = my_course(request, course_uuid)
    if course.page is None:
        raise Http404
    return course


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
    open_review = course.reviews.filter(state=Review.State.OPEN).select_related("submitted_by__person").first()
    context = {
        "course": course,
        "sketch": None,
        "faults": _open_faults(course),
        "open_review": open_review,
        "past_reviews": course.reviews.exclude(state=Review.State.OPEN).order_by("-submitted_at")[:5],
        "form": form,
        "settle_form": SettleForm(auto_id=False),
        **work_context(request),
    }
    if course.page is None:
        return context
    drafts = queries.draft_of(course.page)
    rows = [{"finding": f, "url": _mended_at(course, drafts[1], f)} for f in _lint(course, drafts)]
    return context | {
        "sketch": _sketch(*drafts),
        "errors": [row for row in rows if row["finding"].level == "error"],
        "warnings": [row for row in rows if row["finding"].level != "error"],
        "moved_on": open_review is not None and open_review.covered != queries.covered_revisions(course.page),
        "chosen": request.GET.get("unit", ""),
        "module_form": ModuleForm(auto_id=False),
        "unit_form": UnitForm(auto_id=False),
    }


def findings_of(course: Course) -> list[rules.Finding]:
    return _lint(course, queries.draft_of(course.page)) if course.page else []


def _lint(course: Course, drafts: tuple) -> list[rules.Finding]:
    try:
        return queries.findings_of(*drafts)
    except ODD_SHAPE:
        text = _("The exam or the questions have a shape that cannot be read.")
        return [rules.Finding("error", course.title, text, place="exam")]


def _mended_at(course: Course, units: list[dict], finding: rules.Finding) -> str:
    """The screen where a finding is mended."""
    if finding.place == "unit":
        page = next((unit["page_id"] for unit in units if unit["key"] == finding.unit_key), course.page_id)
        return reverse("wagtailadmin_pages:edit", args=[page])
    if finding.place == "question":
        return reverse("catalogue:questions", args=[course.uuid])
    if finding.place == "exam":
        return reverse("catalogue:exam", args=[course.uuid])
    return "#susunan" if finding.place == "outline" else reverse("wagtailadmin_pages:edit", args=[course.page_id])


def _sketch(draft: dict, units: list[dict], questions: list) -> dict:
    """The outline as it would be released, the units that stand outside it, and minutes against JP."""
    by_key = {unit["key"]: unit for unit in units}
    modules = [
        {**module, "units": [by_key.get(key) or {"key": key, "gone": True} for key in module["units"]]}
        for module in draft["modules"]
    ]
    listed = [unit for module in modules for unit in module["units"] if not unit.get("gone")]
    exam = draft["exam"] if isinstance(draft["exam"], dict) else {}
    exam_minutes = str(exam.get("minutes") or 0)
    return {
        "modules": modules,
        "outside": [unit for unit in units if unit not in listed],
        "units": len(listed),
        "minutes": sum(unit["minutes"] for unit in listed) + (int(exam_minutes) if exam_minutes.isdecimal() else 0),
        "jp": draft["jp"],
        "jp_minutes": draft["jp"] * int(rule("jp_minutes")),
        "questions": len(questions),
        "exam": exam,
    }


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
    form = SettleForm(request.POST)
    if form.is_valid():
        services.settle_fault(report=row, by=request.user, reply=form.cleaned_data["reply"])
        messages.success(request, _("The report is settled."))
    else:
        messages.error(request, " ".join(form.errors.get("reply", [])))
    return redirect("catalogue:desk_course", course.uuid)


@require_POST
@desk_required
def desk_submit(request, course_uuid):
    course = my_desk(request, course_uuid)
    form = SubmitForm(request.POST)
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
