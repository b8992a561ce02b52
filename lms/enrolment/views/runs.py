"""Screens that open and change runs: an organiser's list, a new run, a run after another, dates, closing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.directory.api import role_required, work_context
from cms.directory.models import Grant
from cms.directory.permissions import holds
from lms.catalogue.models import Course
from lms.enrolment import permissions, queries, rules, services
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.forms import FacilitatorsForm, PasteForm, RunForm
from lms.enrolment.models import CourseRun

RUNS_A_PAGE = 25
FIELDS = (
    "name", "starts_on", "ends_on", "enrol_from", "enrol_until", "seats", "place", "time_zone", "open_to_all",
)  # fmt: skip


@require_safe
@role_required(*permissions.SEES_RUNS)
def runs(request):
    """My agency's runs, the newest first, and the courses a new run can be opened for."""
    mine = queries.listed(CourseRun.objects.visible_to(request.user))
    context = {
        "page": Paginator(mine, RUNS_A_PAGE).get_page(request.GET.get("page")),
        "courses": _to_open(request.user) if holds(request.user, Grant.Role.ORGANISER) else [],
        "today": timezone.localdate(),
        **work_context(request),
    }
    return render(request, "enrolment/runs.html", context)


def _to_open(user):
    """Courses a run can be opened for, named as the release it would get."""
    rows = Course.objects.visible_to(user).released()
    return rows.annotate(release_title=F("current_release__title")).order_by("release_title")


def run_to_change(request, run_uuid) -> CourseRun:
    """A run of an agency the person organises for; to anybody else it is not there."""
    run = get_object_or_404(
        CourseRun.objects.visible_to(request.user).select_related("course", "release", "agency"), uuid=run_uuid
    )
    if not permissions.may_change(request.user, run):
        raise Http404
    return run


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Grant.Role.ORGANISER)
def new(request, course_uuid):
    course = get_object_or_404(
        Course.objects.visible_to(request.user).select_related("agency", "current_release"), uuid=course_uuid
    )
    if not permissions.may_organise_in(request.user, course.agency_id):
        raise Http404
    first = {"enrol_from": timezone.localdate(), "time_zone": course.agency.timezone, "open_to_all": True}
    return _open(request, course, course.agency, first, {})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Grant.Role.ORGANISER)
def again(request, run_uuid):
    """The next run after one: every date moves, every distance stays, nothing of the content is copied (L49)."""
    before = run_to_change(request, run_uuid)
    first = {
        **_as_typed(before),
        **rules.shifted(before, today=timezone.localdate()),
        "name": rules.name_after(before.name),
    }
    return _open(request, before.course, before.agency, first, {"before": before})


def _open(request, course, agency, first: dict, extra: dict):
    form = RunForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            run = services.open_run(course=course, agency=agency, by=request.user, **form.cleaned_data)
        except EnrolmentRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("%(run)s is open for enrolment.") % {"run": run.name})
            return redirect("enrolment:run", run_uuid=run.uuid)
    context = {"form": form, "course": course, **extra, **work_context(request)}
    return render(request, "enrolment/new.html", context, status=422 if form.errors else 200)


def _as_typed(run: CourseRun) -> dict:
    return {field: run.timezone if field == "time_zone" else getattr(run, field) for field in FIELDS}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Grant.Role.ORGANISER)
def change(request, run_uuid):
    run = run_to_change(request, run_uuid)
    form = RunForm(request.POST or None, initial=_as_typed(run))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_run(run=run, by=request.user, **form.cleaned_data)
        except EnrolmentRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The changes are kept."))
            return redirect("enrolment:run", run_uuid=run.uuid)
    context = {"form": form, "run": run, "course": run.course, **work_context(request)}
    return render(request, "enrolment/change.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Grant.Role.ORGANISER)
def facilitators(request, run_uuid):
    """Whose class this is (robustness 5: own class)."""
    run = run_to_change(request, run_uuid)
    offered, named = queries.facilitators_in(run.agency_id), queries.named_on(run)
    first = {"facilitators": [str(user.uuid) for user in offered if user.pk in named]}
    form = FacilitatorsForm(request.POST if request.method == "POST" else None, initial=first, offered=offered)
    if form.is_valid():
        services.name_facilitators(run=run, users=form.users, by=request.user)
        messages.success(request, _("The changes are kept."))
        return redirect("enrolment:run", run_uuid=run.uuid)
    context = {"form": form, "run": run, "offered": offered, **work_context(request)}
    return render(request, "enrolment/facilitators.html", context, status=422 if form.errors else 200)


@require_POST
@role_required(Grant.Role.ORGANISER)
def close(request, run_uuid):
    run = run_to_change(request, run_uuid)
    services.close_run(run=run, by=request.user)
    messages.success(request, _("%(run)s is closed for enrolment. Whoever has a place goes on.") % {"run": run.name})
    return redirect("enrolment:run", run_uuid=run.uuid)


@require_POST
@role_required(Grant.Role.ORGANISER)
def reopen(request, run_uuid):
    run = run_to_change(request, run_uuid)
    services.reopen_run(run=run, by=request.user)
    messages.success(request, _("%(run)s is open for enrolment.") % {"run": run.name})
    return redirect("enrolment:run", run_uuid=run.uuid)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Grant.Role.ORGANISER)
def add(request, run_uuid):
    """Paste numbers, see what would happen, then do it."""
    run = run_to_change(request, run_uuid)
    form = PasteForm(request.POST or None, requires=bool(run.release.requires))
    lines = []
    if request.method == "POST" and form.is_valid():
        numbers, excuse = form.cleaned_data["numbers"], form.cleaned_data.get("excuse", "")
        try:
            if "commit" in request.POST:
                return _add_all(request, run, numbers, excuse)
            lines = services.check_many(run, numbers, excused=bool(excuse))
        except EnrolmentRefused as refusal:
            form.add_error("numbers", refusal.message)
    context = {
        "run": run,
        "form": form,
        "lines": lines,
        "named": sum(bool(line.name) for line in lines),
        "fit": sum(line.takes_part for line in lines),
        "unfit": sum(not line.takes_part for line in lines),
        "lacking": sum(bool(line.lacks) for line in lines),
        **work_context(request),
    }
    return render(request, "enrolment/add.html", context, status=422 if form.errors else 200)


def _add_all(request, run: CourseRun, numbers: str, excuse: str):
    outcome = services.enrol_many(run=run, numbers=numbers, by=request.user, excuse=excuse)
    told = [
        ngettext("%(count)s place given.", "%(count)s places given.", outcome.seated) % {"count": outcome.seated},
        _("%(count)s on the waiting list.") % {"count": outcome.waiting} if outcome.waiting else "",
        _("%(count)s lines left out.") % {"count": outcome.left_out} if outcome.left_out else "",
    ]
    messages.success(request, " ".join(filter(None, told)))
    return redirect("enrolment:run", run_uuid=run.uuid)
