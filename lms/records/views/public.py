"""The public check: by code, by QR, or by the file itself."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.core import files
from cms.core.public import kept_page, public_page
from cms.directory.api import address_of
from lms.records import queries, rules, services
from lms.records.rendering import Fault, examine, signing_certificate

MOST_BYTES = 2 * 1024 * 1024


@require_safe
@public_page
def verify(request):
    """A box for a code; a typed code leads to its own address."""
    if typed := request.GET.get("kode", "").strip():
        return redirect("records:verdict", rules.read_code(typed) or "-")
    return kept_page(request, "records/verify.html", {"section": "verify"})


@require_safe
def verdict(request, code):
    """Name, course and release, JP, date and state of a certificate; every miss gives the same words (C05)."""
    found = queries.certificate_by_code(code)
    if found is None:  # only guesses are counted: a certificate may be opened by a whole office
        services.may_guess(address_of(request))
    response = render(request, "records/verdict.html", _facts(found), status=200 if found else 404)
    response["X-Robots-Tag"] = "noindex"
    return response


def _facts(found) -> dict:
    return {
        "section": "verify",
        "found": found,
        "state": queries.state_of(found) if found else "",
        "completed_on": rules.day_of(found.facts["completed_on"]) if found else None,
        "is_erased": bool(found) and not found.identity.name,
        "newer": getattr(found, "replaced_by", None) if found else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def check_file(request):
    """Compare a PDF with what we issued: its digest, then its signature. It stays in memory and is not kept.

    Files up to 2.5 MB never touch a disk (Django's own bound), and ours may have 2 MB at most.
    """
    if request.method != "POST":
        return render(request, "records/check_file.html", {"section": "verify"})
    services.may_guess(address_of(request))
    sent = request.FILES.get("berkas")
    if sent is None:
        return _refused(request, _("Choose a PDF file first."), 422)
    if sent.size > MOST_BYTES:
        return _refused(request, _("The file is larger than 2 MB; our certificates are much smaller."), 413)
    return render(request, "records/file_verdict.html", _judge(sent.read()))


def _judge(data: bytes) -> dict:
    """Ours byte by byte; or ours once and changed since; or not ours. The true facts stand beside it (C06)."""
    found = queries.file_by_digest(files.digest_of(data))
    if found:
        return {**_facts(found), "outcome": "same"}
    result = examine(data, signing_certificate(files.key_folder()))
    found = queries.certificate_by_code(result.code) if result.code else None
    outcome = {Fault.NONE: "unknown", Fault.CHANGED: "changed", Fault.ADDED: "changed"}.get(result.fault, "foreign")
    return {**_facts(found), "outcome": outcome, "fault": result.fault.value}


def _refused(request, words: str, status: int):
    return render(request, "records/check_file.html", {"section": "verify", "fault": words}, status=status)
