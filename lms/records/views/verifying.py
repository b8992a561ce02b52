"""HR verifies JP claims of the people of its agency: a queue, and a page for each with what helps to decide."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.core.audit import looked_at
from cms.core.search import keep_words, words_of
from cms.directory.api import role_required, work_context
from cms.directory.models import Grant
from cms.directory.permissions import holds_whole
from lms.records import queries, rules, services
from lms.records.exceptions import RecordRefused
from lms.records.forms import VerdictForm
from lms.records.models import JPClaim
from lms.records.rules import conversion

ROWS_A_PAGE = 50
ALL = "all"
verifier_required = role_required(*Grant.HR_ROLES, held=holds_whole)


@require_http_methods(["GET", "HEAD", "POST"])
@verifier_required
def claims(request):
    """The queue of those that wait, or claims of another state; by part of the name or title."""
    state = _state(request.POST.get("status") or request.GET.get("status", ""))
    if request.method == "POST":
        keep_words(request, "jp_claims")
        return redirect(f"{request.path}?status={state}")
    words = words_of(request, "jp_claims")
    rows = queries.claims_to_verify(request.user, words, "" if state == ALL else state)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "words": words,
        "status": state,
        "states": JPClaim.State.choices,
        "waiting": queries.claims_to_verify(request.user, state=JPClaim.State.WAITING).count(),
        "query": f"status={state}&",
        **work_context(request),
    }
    return render(request, "records/claims.html", context)


def _state(asked: str) -> str:
    return asked if asked in (ALL, *JPClaim.State.values) else JPClaim.State.WAITING.value


@require_http_methods(["GET", "HEAD", "POST"])
@verifier_required
def verify_claim(request, uuid):
    """One claim: its facts, its proof, other claims of the same days; accept with the JP that count, or refuse."""
    row = get_object_or_404(queries.claims_to_verify(request.user), uuid=uuid)
    form = VerdictForm(request.POST if request.method == "POST" else None, initial={"jp": rules.whole_if_whole(row.jp)})
    if request.method == "POST" and form.is_valid() and _decided(request, row, form):
        return redirect("records:claims")
    looked_at(request.user, row.person, "JP claim")
    context = {"claim": row, "form": form, "beside": queries.beside(row), **work_context(request)}
    return render(request, "records/verify_claim.html", context, status=422 if form.errors else 200)


def _decided(request, row: JPClaim, form: VerdictForm) -> bool:
    data = form.cleaned_data
    try:
        if "refuse" in request.POST:
            services.refuse_claim(claim=row, by=request.user, comment=data["comment"])
            messages.success(request, _("Refused. The person reads why."))
        else:
            jp = row.jp if data["jp"] is None else data["jp"]
            services.accept_claim(claim=row, by=request.user, jp=jp, comment=data["comment"])
            messages.success(request, _("Accepted. The JP stand in the ledger, and the person has been told."))
    except conversion.ClaimUnfit as fault:
        form.add_error(fault.field, fault.message)
    except RecordRefused as refusal:
        form.add_error(None, refusal.message)
    return not form.errors
