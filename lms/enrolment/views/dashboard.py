"""The live dashboard of a run: places, how far people are by module, and everybody with a row of the matrix."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from cms.core.hooks import sections_of
from cms.core.search import keep_words, words_of
from cms.core.sheets import XLSX
from cms.directory.api import role_required, work_context
from cms.directory.models import Grant
from cms.directory.permissions import holds
from lms.catalogue.queries import release_by_id
from lms.enrolment import permissions, queries, rendering, rules, services
from lms.enrolment.models import CourseRun

PEOPLE_A_PAGE = 100
STANDINGS = {
    "not_started": gettext_lazy("not started"),
    "under_way": gettext_lazy("under way"),
    "quiet": gettext_lazy("quiet for two weeks"),
    "completed": gettext_lazy("completed"),
    "waiting": gettext_lazy("on the waiting list"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*permissions.SEES_RUNS)
def run(request, run_uuid):
    """Never cached: a statement for the run, one for everybody on it, one for the units."""
    if request.method == "POST":
        return _search(request, run_uuid)
    run, people = queries.run_with_participants(CourseRun.objects.visible_to(request.user), run_uuid)
    if run is None:
        raise Http404
    now = timezone.now()
    _place_people(people, now)
    release = release_by_id(run.release_id)
    outline = release.outline
    words, standing = words_of(request, f"run:{run.uuid}"), request.GET.get("status", "")
    shown = [place for place in people if _is_wanted(place, words, standing)]
    page = Paginator(shown, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    began = any(one.units_done or one.last_activity for one in people)
    counts, done = queries.units_done(run, page.object_list) if began else ({}, {})
    _fill_matrix(page.object_list, done, outline)
    context = {
        "run": run,
        "release": release,
        "now": now,
        "today": rules.today_in(run.timezone),
        "outline": outline,
        "page": page,
        "words": words,
        "standing": standing,
        "standings": STANDINGS,
        "query": f"{urlencode({'status': standing})}&" if standing else "",
        "narrowed": bool(words or standing),
        "organises": _organises(request.user, run),
        "tools": sections_of("run_tools", request, run),
        **_figures(run, people, outline, counts),
        **work_context(request),
    }
    return render(request, "enrolment/run.html", context)


def _search(request, run_uuid):
    """Names and numbers are typed into a POST and kept in the session: no address holds them (S03)."""
    if not CourseRun.objects.visible_to(request.user).filter(uuid=run_uuid).exists():
        raise Http404
    keep_words(request, f"run:{run_uuid}")
    standing = request.POST.get("status", "")
    return redirect(f"{request.path}?{urlencode({'status': standing})}" if standing in STANDINGS else request.path)


def _organises(user, run: CourseRun) -> bool:
    """Who is only an organiser sees the run because she organises it; who facilitates too is asked for."""
    if not holds(user, Grant.Role.ORGANISER):
        return False
    return not holds(user, Grant.Role.FACILITATOR) or permissions.may_change(user, run)


def _place_people(people: list[queries.Participant], now) -> None:
    rank = 0
    for place in sorted(people, key=lambda one: one.pk):
        place.standing = rules.standing(place.state, place.percent, place.last_activity, now)
        place.standing_words = STANDINGS[place.standing]
        if place.standing == "waiting":
            rank += 1
            place.rank = rank


def _figures(run: CourseRun, people: list[queries.Participant], outline: list[dict], counts: dict[str, int]) -> dict:
    seated = [place for place in people if place.standing != "waiting"]
    steps = rules.steps(outline, counts, len(seated))
    return {
        "seated": len(seated),
        "free": None if run.seats is None else max(0, run.seats - len(seated)),
        "waiting": len(people) - len(seated),
        "completed": sum(place.standing == "completed" for place in people),
        "quiet": sum(place.standing == "quiet" for place in people),
        "not_started": sum(place.standing == "not_started" for place in people),
        "bands": rules.distribution([place.percent for place in seated]),
        "steps": steps,
        "steepest": rules.steepest(steps),
    }


def _fill_matrix(places: list[queries.Participant], done: dict[int, set[str]], outline: list[dict]) -> None:
    modules = [{unit["key"] for unit in module["units"]} for module in outline]
    for place in places:
        keys = done.get(place.pk, set())
        place.cells = tuple((len(module & keys), len(module)) for module in modules)


def _is_wanted(place: queries.Participant, words: str, standing: str) -> bool:
    if standing in STANDINGS and place.standing != standing:
        return False
    heap = f"{place.name} {place.agency} {place.number}".casefold()
    return all(word in heap for word in words.casefold().split())


@require_safe
@role_required(*permissions.SEES_RUNS)
def xlsx(request, run_uuid):
    return _download(request, run_uuid, "xlsx", XLSX, rendering.participants_xlsx)


@require_safe
@role_required(*permissions.SEES_RUNS)
def as_csv(request, run_uuid):
    return _download(request, run_uuid, "csv", rendering.CSV, rendering.participants_csv)


def _download(request, run_uuid, ending: str, kind: str, made) -> HttpResponse:
    run, people = queries.run_with_participants(CourseRun.objects.visible_to(request.user), run_uuid)
    if run is None:
        raise Http404
    services.record_export(run=run, by=request.user, rows=len(people))
    response = HttpResponse(made(people), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{run.course.slug}-{run.number}.{ending}"'
    return response
