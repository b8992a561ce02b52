"""Certificates and JP of the person herself."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.core import files
from cms.core.html import as_safe
from cms.core.rulebook import in_force
from cms.directory.api import person_required, work_context
from lms.records import queries, rules
from lms.records.rendering import qr_svg, verify_address
from lms.records.rules.conversion import KINDS


@require_safe
@person_required
def mine(request):
    """Achievements: the year's ring, the years, the certificates."""
    today = timezone.localdate()
    total, lines = queries.jp_of(request.person.pk, today.year)
    rows = [{"row": c, "state": queries.state_of(c)} for c in queries.certificates_of(request.person.pk)]
    context = {
        "year": today.year,
        "total": total,
        "lines": lines[:5],
        "target": in_force("jp_target", request.person.agency_id, on=today),
        "certificates": rows,
        **work_context(request),
    }
    return render(request, "records/mine.html", context)


@require_safe
@person_required
def ledger(request, year=None):
    """Buku JP: every line of a year with its source, corrections beside what they correct; the total is their sum."""
    year = year or timezone.localdate().year
    return render(request, "records/ledger.html", ledger_context(request.person, year) | work_context(request))


def ledger_context(person, year: int) -> dict:
    """One year of a person's ledger; a year of which it knows nothing is not there."""
    this_year = timezone.localdate().year
    years = dict(queries.years_of(person.pk))
    if year != this_year and year not in years:
        raise Http404
    total, lines = queries.jp_of(person.pk, year)
    day = timezone.localdate() if year == this_year else timezone.datetime(year, 12, 31).date()
    target = in_force("jp_target", person.agency_id, on=day)
    return {
        "person": person,
        "year": year,
        "total": total,
        "sources": queries.by_source(lines),
        "certificates": queries.certificates_by_record([line.source_uuid for line in lines]),
        "claims": queries.jp_claims_by_uuid([line.source_uuid for line in lines if line.source in KINDS]),
        "years": [(y, years.get(y, 0)) for y in sorted({*years, this_year}, reverse=True)],
        "target": target,
        "minutes": in_force("jp_minutes", person.agency_id, on=day),
        "left": max(0, target.value - total),
    }


def _own(request, uuid):
    rows = queries.certificates_of(request.person.pk).select_related("identity", "file", "signatory", "replaced_by")
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@person_required
def certificate(request, uuid):
    """The certificate as it looks on paper, at once; the signed file follows."""
    row = _own(request, uuid)
    return render(request, "records/certificate.html", {**work_context(request), **paper_context(row)})


def paper_context(row) -> dict:
    """What the drawing of a certificate on screen needs."""
    return {
        "certificate": row,
        "code": rules.show_code(row.code),
        "state": queries.state_of(row),
        "completed_on": rules.day_of(row.facts["completed_on"]),
        "qr": as_safe(qr_svg(verify_address(row.code))),
        "events": queries.history_of(row),
    }


@require_safe
@person_required
def pdf(request, uuid):
    row = _own(request, uuid)
    if not hasattr(row, "file") or not files.is_there(row.file.digest):
        raise Http404
    response = HttpResponse(files.read(row.file.digest), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="sertifikat-{row.code}.pdf"'
    return response
