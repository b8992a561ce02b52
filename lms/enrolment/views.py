"""Screens of runs: the organiser's list and dashboard, giving places, taking and leaving one."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cms.core.text import search_words
from cms.directory.api import person_required, role_required, work_context
from cms.directory.models import Grant
from cms.directory.permissions import holds
from lms.catalogue.models import Course
from lms.enrolment import permissions, queries, rendering, rules, services
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.forms import LeaveForm, PasteForm, RunForm
from lms.enrolment.models import CourseRun, Enrolment

RUNS_A_PAGE = 25
PEOPLE_A_PAGE = 100
STANDINGS = {
    "not_started": gettext_lazy("not started"),
    "under_way": gettext_lazy("under way"),
    "quiet": gettext_lazy("quiet for two weeks"),
    "completed": gettext_lazy("completed"),
    "waiting": gettext_lazy("on the waiting list"),
}


@require_safe
@role_required(*permissions.SEES_RUNS)
def runs(request):
    """My agency's runs, the newest first, and the courses a new run can be opened for."""
    mine = queries.with_counts(CourseRun.objects.visible_to(request.user)).select_related("course")
    organises = holds(request.user, Grant.Role.ORGANISER)
    context = {
        "page": Paginator(mine, RUNS_A_PAGE).get_page(request.GET.get("page")),
        "courses": Course.objects.visible_to(request.user).released().order_by("title") if organises else [],
        **work_context(request),
    }
    return render(request, "enrolment/runs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Grant.Role.ORGANISER)
def new(request, course_uuid):
    course = get_object_or_404(Course.objects.visible_to(request.user).select_related("agency"), uuid=course_uuid)
    if not permissions.may_organise_in(request.user, course.agency_id):
        raise Http404
    form = RunForm(request.POST or None, initial=_first_guess(course))
    if request.method == "POST" and form.is_valid():
        try:
            run = services.open_run(course=course, agency=course.agency, by=request.user, **form.cleaned_data)
        except EnrolmentRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("%(run)s is open for enrolment.") % {"run": run.name})
            return redirect("enrolment:run", run_uuid=run.uuid)
    context = {"form": form, "course": course, **work_context(request)}
    return render(request, "enrolment/new.html", context, status=422 if form.errors else 200)


def _first_guess(course: Course) -> dict:
    return {"enrol_from": timezone.localdate(), "time_zone": course.agency.timezone, "open_to_all": True}


@require_safe
@role_required(*permissions.SEES_RUNS)
def run(request, run_uuid):
    """The live dashboard: never cached, one statement for everybody on the run."""
    run, people = queries.run_with_participants(CourseRun.objects.visible_to(request.user), run_uuid)
    if run is None:
        raise Http404
    now = timezone.now()
    for place in people:
        place.standing = rules.standing(place.state, place.percent, place.last_activity, now)
        place.standing_words = STANDINGS[place.standing]
    seated = [place for place in people if place.standing != "waiting"]
    words, standing = search_words(request.GET.get("q", "")), request.GET.get("status", "")
    shown = [place for place in people if _is_wanted(place, words, standing)]
    context = {
        "run": run,
        "now": now,
        "seated": len(seated),
        "free": None if run.seats is None else max(0, run.seats - len(seated)),
        "waiting": len(people) - len(seated),
        "completed": sum(place.standing == "completed" for place in people),
        "quiet": sum(place.standing == "quiet" for place in people),
        "not_started": sum(place.standing == "not_started" for place in people),
        "bands": rules.distribution([place.percent for place in seated]),
        "page": Paginator(shown, PEOPLE_A_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "standing": standing,
        "standings": STANDINGS,
        "query": f"{urlencode({'q': words, 'status': standing})}&",
        "narrowed": bool(words or standing),
        "organises": holds(request.user, Grant.Role.ORGANISER),
        **work_context(request),
    }
    return render(request, "enrolment/run.html", context)


def _is_wanted(place: Enrolment, words: str, standing: str) -> bool:
    if standing in STANDINGS and place.standing != standing:
        return False
    heap = f"{place.learner.name} {place.learner.agency} {place.number}".casefold()
    return all(word in heap for word in words.casefold().split())


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Grant.Role.ORGANISER)
def add(request, run_uuid):
    """Paste numbers, see what would happen, then do it."""
    run = _run_to_change(request, run_uuid)
    form = PasteForm(request.POST or None)
    lines = []
    if request.method == "POST" and form.is_valid():
        try:
            if "commit" in request.POST:
                return _add_all(request, run, form.cleaned_data["numbers"])
            lines = services.check_many(run, form.cleaned_data["numbers"])
        except EnrolmentRefused as refusal:
            form.add_error("numbers", refusal.message)
    context = {
        "run": run,
        "form": form,
        "lines": lines,
        "fit": sum(line.takes_part for line in lines),
        "unfit": sum(not line.takes_part for line in lines),
        **work_context(request),
    }
    return render(request, "enrolment/add.html", context, status=422 if form.errors else 200)


def _run_to_change(request, run_uuid) -> CourseRun:
    run = get_object_or_404(
        CourseRun.objects.visible_to(request.user).select_related("course", "release"), uuid=run_uuid
    )
    if not permissions.may_change(request.user, run):
        raise Http404
    return run


def _add_all(request, run: CourseRun, numbers: str):
    outcome = services.enrol_many(run=run, numbers=numbers, by=request.user)
    told = [
        ngettext("%(count)s place given.", "%(count)s places given.", outcome.seated) % {"count": outcome.seated},
        _("%(count)s on the waiting list.") % {"count": outcome.waiting} if outcome.waiting else "",
        _("%(count)s lines left out.") % {"count": outcome.left_out} if outcome.left_out else "",
    ]
    messages.success(request, " ".join(filter(None, told)))
    return redirect("enrolment:run", run_uuid=run.uuid)


@require_safe
@role_required(*permissions.SEES_RUNS)
def xlsx(request, run_uuid):
    run, people = queries.run_with_participants(CourseRun.objects.visible_to(request.user), run_uuid)
    if run is None:
        raise Http404
    services.record_export(run=run, by=request.user, rows=len(people))
    response = HttpResponse(rendering.participants_xlsx(run, people), content_type=rendering.XLSX)
    response["Content-Disposition"] = f'attachment; filename="{run.course.slug}-{run.number}.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def enrol(request, run_uuid):
    """A learner takes a place herself. The public course page is cacheable, so the button and its token stand here."""
    run = queries.run_to_enrol_on(run_uuid)
    if run is None:
        raise Http404
    context = {"run": run, **work_context(request)}
    if request.method != "POST":
        return render(request, "enrolment/enrol.html", context)
    try:
        place = services.enrol(run=run, learner=request.person, by=request.user)
    except EnrolmentRefused as refusal:
        # Here, not as a message: the course page is public and shows none.
        return render(request, "enrolment/enrol.html", {**context, "refusal": refusal.message}, status=409)
    if place.state == Enrolment.State.WAITING:
        messages.info(request, _("The run is full. You are on the waiting list and will be told when a seat is free."))
    else:
        messages.success(request, _("You have a place on %(run)s.") % {"run": run.name})
    return redirect("player:home")


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def leave(request, enrolment_uuid):
    """Give a place up, with a reason: the learner her own, an organiser anybody's on the run."""
    places = Enrolment.objects.visible_to(request.user).select_related("run__course", "learner")
    place = get_object_or_404(places.distinct(), uuid=enrolment_uuid)
    if not permissions.may_cancel(request.user, place):
        raise Http404
    form = LeaveForm(request.POST or None)
    is_own = place.learner_id == request.person.pk
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel(enrolment=place, by=request.user, reason=form.cleaned_data["reason"])
        except EnrolmentRefused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The place on %(run)s has been given up.") % {"run": place.run.name})
        return redirect("player:home") if is_own else redirect("enrolment:run", run_uuid=place.run.uuid)
    context = {
        "form": form,
        "place": place,
        "is_own": is_own,
        **work_context(request),
    }
    return render(request, "enrolment/leave.html", context, status=422 if form.errors else 200)
