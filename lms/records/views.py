"""Certificates and JP on screen: one's own, and the public check."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cms.core import files
from cms.core.public import public_page
from cms.directory.api import person_required, work_context
from lms.records import queries, rules, services


@require_safe
@public_page
def verify(request):
    """A box for a code; a typed code leads to its own address."""
    if typed := request.GET.get("kode", "").strip():
        return redirect("records:verdict", rules.read_code(typed) or "-")
    return render(request, "records/verify.html", {"section": "verify"})


@require_safe
def verdict(request, code):
    """Name, course and release, JP, date and state of a certificate; every miss gives the same words (C05)."""
    services.may_guess(request.META.get("REMOTE_ADDR", ""))
    found = queries.certificate_by_code(code)
    context = {"section": "verify", "found": found, "state": queries.state_of(found) if found else ""}
    response = render(request, "records/verdict.html", context, status=200 if found else 404)
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@person_required
def mine(request):
    year = timezone.localdate().year
    total, lines = queries.jp_of(request.person.pk, year)
    rows = [{"row": c, "state": queries.state_of(c)} for c in queries.certificates_of(request.person.pk)]
    return render(
        request,
        "records/mine.html",
        {**work_context(request), "year": year, "total": total, "lines": lines, "certificates": rows},
    )


def _own(request, uuid):
    return get_object_or_404(queries.certificates_of(request.person.pk).select_related("identity", "file"), uuid=uuid)


@require_safe
@person_required
def certificate(request, uuid):
    row = _own(request, uuid)
    context = {"certificate": row, "code": rules.show_code(row.code), "state": queries.state_of(row)}
    return render(request, "records/certificate.html", {**work_context(request), **context})


@require_safe
@person_required
def pdf(request, uuid):
    row = _own(request, uuid)
    if not hasattr(row, "file"):
        raise Http404
    response = HttpResponse(files.read(row.file.digest), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="sertifikat-{row.code}.pdf"'
    return response
