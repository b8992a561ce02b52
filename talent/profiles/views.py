"""The talent profile: HR's list, a person's page, and who looked."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.core.audit import audit, looked_at
from cms.directory.api import person_required, role_required, work_context
from cms.directory.models import Person
from cms.directory.queries import agencies_where, units_of
from lms.records import api as records
from talent.profiles import queries, rendering
from talent.profiles.forms import PeopleFilter
from talent.profiles.permissions import SEES_PEOPLE

PAGE = 50


def _people(request):
    """People HR reviews: of the agencies of her grants, herself included like any other."""
    return Person.objects.visible_to(request.user).filter(agency__in=agencies_where(request.user, *SEES_PEOPLE))


def _filter(request) -> PeopleFilter:
    return PeopleFilter(request.GET, units=units_of(agencies_where(request.user, *SEES_PEOPLE)))


def _totals(people) -> dict:
    return records.jp_totals([person.pk for person in people], timezone.localdate().year)


@require_safe
@role_required(*SEES_PEOPLE)
def people(request):
    form = _filter(request)
    wanted = form.wanted
    page = Paginator(queries.people_of(_people(request), **wanted), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    totals = _totals(rows)
    context = {
        "form": form,
        "page": page,
        "rows": [{"person": p, "jp": totals.get(p.pk, 0), "number": queries.number_of(p)} for p in rows],
        "query": f"{urlencode(wanted)}&" if wanted else "",
        "year": timezone.localdate().year,
        "target": queries.JP_TARGET,
    }
    return render(request, "profiles/people.html", {**work_context(request), **context})


@require_safe
@role_required(*SEES_PEOPLE)
@transaction.atomic
def xlsx(request):
    """The list as filtered; leaves an audit row (I14)."""
    wanted = _filter(request).wanted
    rows = list(queries.people_of(_people(request), **wanted))
    detail = {"what": "people", "rows": len(rows), "filters": sorted(wanted)}
    audit(request.user, "export", request.user.person, detail=detail)
    response = HttpResponse(rendering.people_xlsx(rows, _totals(rows)), content_type=rendering.XLSX)
    response["Content-Disposition"] = 'attachment; filename="pegawai.xlsx"'
    return response


@require_safe
@role_required(*SEES_PEOPLE)
def person(request, uuid):
    """One person's profile. Who may not see her gets the answer for nobody; the look is written down."""
    row = get_object_or_404(queries.with_post(_people(request)), uuid=uuid)
    looked_at(request.user, row, "talent profile")
    return _profile(request, row)


@require_safe
@person_required
def me(request):
    own = queries.with_post(Person.objects.visible_to(request.user))
    return _profile(request, get_object_or_404(own, pk=request.person.pk))


def _profile(request, row):
    context = {
        "own": row.pk == request.person.pk,
        "profile": queries.profile_of(row),
        "target": queries.JP_TARGET,
    }
    return render(request, "profiles/person.html", {**work_context(request), **context})


@require_safe
@person_required
def access_log(request):
    """Who looked at me, from where, when, at what (I14)."""
    page = Paginator(queries.looks_at(request.person), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "looks": queries.looks_shown(page.object_list)}
    return render(request, "profiles/access_log.html", {**work_context(request), **context})
