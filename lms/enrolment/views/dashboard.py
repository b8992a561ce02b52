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
from cms.directory.api import role_required, work_context
from cms.directory.models import Grant
from cms.directory.permissions import holds
from lms.catalogue.queries import release_by_id
from lms.enrolment import permissions, queries, rendering, rules, services
from lms.enrolment.models import CourseRun, Enrolment

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
    """Never cached: one statement for everybody on the run, two for the units."""
    if request.method == "POST":
        return _search(request, run_uuid)
    run, people = queries.run_with_participants(CourseRun.objects.visible_to(request.user), run_uuid)
    if run is None:
        raise Http404
    now = timezone.now()
    _place_people(people, now)
    outline = release_by_id(run.release_id).outline
    words, standing = words_of(request, f"run:{run.uuid}"), request.GET.get("status", "")
    shown = [place for place in people if _is_wanted(place, words, standing)]
    page = Paginator(shown, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    _fill_matrix(page.object_list, outline)
    context = {
        "run": run,
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
        **_figures(run, people, outline),
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


def _place_people(people: list[Enrolment], now) -> None:
    rank = 0
    for place in sorted(people, key=lambda one: one.pk):
        place.standing = rules.standing(place.state, place.percent, place.last_activity, now)
        place.standing_words = STANDINGS[place.standing]
        if place.standing == "waiting":
            rank += 1
            place.rank = rank


def _figures(run: CourseRun, people: list[Enrolment], outline: list[dict]) -> dict:
    seated = [place for place in people if place.standing != "waiting"]
    steps = rules.steps(outline, queries.unit_counts(run) if seated else {}, len(seated))
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


def _fill_matrix(places: list[Enrolment], outline: list[dict]) -> None:
    done = queries.units_done_by([place for place in places if place.units_done])
    for place in places:
        keys = done.get(place.pk, set())
        place.cells = [(sum(u["key"] in keys for u in module["units"]), len(module["units"])) for module in outline]


def _is_wanted(place: Enrolment, words: str, standing: str) -> bool:
    if standing in STANDINGS and place.standing != standing:
        return False
    heap = f"{place.learner.name} {place.learner.agency} {place.number}".casefold()
    return all(word in heap for word in words.casefold().split())


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
