"""The talent profile: HR's list, a person's page, and who looked."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cms.core.audit import audit, looked_at
from cms.directory.api import person_required, role_required, work_context
from cms.directory.models import Person
from cms.directory.permissions import HR
from cms.directory.queries import agencies_where, units_of
from lms.records import api as records
from talent.profiles import queries, rendering

PAGE = 50


def _people(request):
    """People HR reviews: of the agencies of her grants, herself included like any other."""
    return Person.objects.visible_to(request.user).filter(agency__in=agencies_where(request.user, *HR))


@require_GET
@role_required(*HR)
def people(request):
    search, unit = request.GET.get("q", ""), request.GET.get("unit", "")
    rows = queries.people_of(_people(request), search=search, unit=unit)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    totals = records.jp_totals([person.pk for person in page], timezone.localdate().year)
    context = {
        "page": page,
        "rows": [{"person": person, "jp": totals.get(person.pk, 0), "number": _number(person)} for person in page],
        "units": units_of(agencies_where(request.user, *HR)),
        "q": search,
        "unit": unit,
    }
    return render(request, "profiles/people.html", {**work_context(request), **context})


def _number(person) -> str:
    return next((n.value for n in person.numbers.all() if n.valid_to is None), "")


@require_GET
@role_required(*HR)
def xlsx(request):
    """The list as filtered; leaves an audit row (I14)."""
    rows = list(queries.people_of(_people(request), search=request.GET.get("q", ""), unit=request.GET.get("unit", "")))
    totals = records.jp_totals([person.pk for person in rows], timezone.localdate().year)
    audit(request.user, "export", request.user.person, detail={"what": "people", "rows": len(rows)})
    response = HttpResponse(rendering.people_xlsx(rows, totals), content_type=rendering.XLSX)
    response["Content-Disposition"] = 'attachment; filename="pegawai.xlsx"'
    return response


@require_GET
@role_required(*HR)
def person(request, uuid):
    row = get_object_or_404(_people(request).select_related("agency", "unit", "position__job_title"), uuid=uuid)
    looked_at(request.user, row, "talent profile")
    return _profile(request, row)


@require_GET
@person_required
def me(request):
    row = get_object_or_404(
        Person.objects.visible_to(request.user).select_related("agency", "unit", "position__job_title"),
        pk=request.person.pk,
    )
    return _profile(request, row)


def _profile(request, row):
    day = timezone.localdate()
    evidence = queries.evidence_of(row)
    total, lines = records.jp_of(row.pk, day.year)
    context = {
        "subject": row,
        "is_own": row.pk == request.person.pk,
        "number": row.numbers.filter(valid_to=None).values_list("value", flat=True).first() or "",
        "evidence": evidence,
        "standings": queries.standings(row, evidence, day),
        "jp_total": total,
        "jp_lines": lines,
        "certificates": [{"row": c, "state": records.state_of(c)} for c in records.certificates_of(row.pk)],
        "today": day,
    }
    return render(request, "profiles/person.html", {**work_context(request), **context})


@require_GET
@person_required
def access_log(request):
    return render(request, "profiles/access_log.html", {**work_context(request), "looks": queries.looks_at(request.person)})
