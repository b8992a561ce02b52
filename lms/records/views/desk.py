"""The desk of whoever issues certificates: find one, replace it, withdraw it by two people, name who signs."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.core.audit import looked_at
from cms.core.search import keep_words, words_of
from cms.directory.api import role_required, work_context
from cms.directory.models import Grant
from cms.directory.permissions import holds_whole
from lms.records import permissions, queries, services
from lms.records.exceptions import RecordRefused
from lms.records.forms import DecisionForm, ReasonForm, SignatoryForm
from lms.records.models import ISSUERS
from lms.records.views.own import paper_context

DESK = (*ISSUERS, Grant.Role.FACILITATOR)
ROWS_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*DESK, held=holds_whole)
def desk(request):
    """Issued certificates, by part of the name, number or code; proposals that wait for a second person first."""
    if request.method == "POST":
        keep_words(request, "certificates")
        return redirect(f"{request.path}?status=proposed" if request.POST.get("status") == "proposed" else request.path)
    words, state = words_of(request, "certificates"), request.GET.get("status", "")
    page = Paginator(queries.issued_by(request.user, words, state), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{"row": row, "state": queries.state_of(row)} for row in page],
        "words": words,
        "waiting": queries.issued_by(request.user, state="proposed").count(),
        "status": state,
        "query": "status=proposed&" if state == "proposed" else "",
        "decides": permissions.may_see_signatories(request.user),
        **work_context(request),
    }
    return render(request, "records/desk.html", context)


def _issued(request, uuid):
    return get_object_or_404(queries.issued_by(request.user).select_related(
        "identity", "file", "agency", "signatory", "record__learner", "replaced_by", "record__enrolment__run"
    ), uuid=uuid)  # fmt: skip


@require_safe
@role_required(*DESK, held=holds_whole)
def desk_certificate(request, uuid):
    row = _issued(request, uuid)
    looked_at(request.user, row.record.learner, "certificate")
    return _desk_page(request, row)


def _desk_page(request, row, *, status=200, **forms):
    withdrawal = queries.open_withdrawal(row)
    decides = permissions.may_decide(request.user, row.agency_id)
    context = {
        **paper_context(row),
        "withdrawal": withdrawal,
        "lost": queries.lost_by_withdrawing(row),
        "decides": decides,
        "is_second": decides and withdrawal is not None and withdrawal.proposed_by_id != request.user.pk,
        "proposes": permissions.may_propose(request.user, row),
        "present_name": row.record.learner.name,
        "propose_form": forms.get("propose") or ReasonForm(prefix="cabut"),
        "replace_form": forms.get("replace") or ReasonForm(prefix="ganti"),
        "decision_form": forms.get("decide") or DecisionForm(prefix="putus"),
        **work_context(request),
    }
    return render(request, "records/desk_certificate.html", context, status=status)


@require_POST
@role_required(*DESK, held=holds_whole)
def propose(request, uuid):
    row, form = _issued(request, uuid), ReasonForm(request.POST, prefix="cabut")
    return _act(request, row, form, "propose", _("Proposed. A second person of the issuing agency decides."), lambda: (
        services.propose_withdrawal(certificate=row, by=request.user, reason=form.cleaned_data["reason"])
    ))  # fmt: skip


@require_POST
@role_required(*ISSUERS, held=holds_whole)
def replace(request, uuid):
    row, form = _issued(request, uuid), ReasonForm(request.POST, prefix="ganti")
    return _act(request, row, form, "replace", _("Replaced. The old one points to the new one."), lambda: (
        services.replace(certificate=row, by=request.user, reason=form.cleaned_data["reason"])
    ))  # fmt: skip


@require_POST
@role_required(*ISSUERS, held=holds_whole)
def decide(request, uuid):
    """The second person withdraws, or keeps the certificate valid."""
    row, form = _issued(request, uuid), DecisionForm(request.POST, prefix="putus")
    withdrawal = queries.open_withdrawal(row)
    if withdrawal is None:
        raise Http404
    if "approve" in request.POST:
        return _act(request, row, form, "decide", _("The certificate is withdrawn."), lambda: (
            services.approve_withdrawal(withdrawal=withdrawal, by=request.user)
        ))  # fmt: skip
    return _act(request, row, form, "decide", _("The certificate stays valid."), lambda: (
        services.refuse_withdrawal(withdrawal=withdrawal, by=request.user, comment=form.cleaned_data["comment"])
    ))  # fmt: skip


def _act(request, row, form, name: str, told: str, service):
    """Call ``service`` when the form is right; its refusal comes back beside what was typed."""
    if form.is_valid():
        try:
            service()
        except RecordRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, told)
            return redirect("records:desk_certificate", row.uuid)
    return _desk_page(request, row, status=422, **{name: form})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*ISSUERS, held=holds_whole)
def signatories(request):
    """Who signs for my agencies, and since when."""
    agencies = permissions.agencies_decided(request.user)
    form = SignatoryForm(request.POST or None, agencies=agencies)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            services.name_signatory(by=request.user, valid_from=given.pop("signs_from"), **given)
        except RecordRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Certificates issued from that day on carry this name."))
            return redirect("records:signatories")
    context = {"form": form, "rows": queries.signatories_of(request.user), **work_context(request)}
    return render(request, "records/signatories.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Grant.Role.ORGANISER, Grant.Role.FACILITATOR)
def run(request, run):
    """The certificates of a run; missing files are made by a job."""
    run = get_object_or_404(queries.runs_served(request.user), uuid=run)
    if request.method == "POST":
        job = services.start_render_run(run=run, by=request.user)
        return redirect("pages:job", job.uuid)
    page = Paginator(queries.certificates_of_run(run), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "page": page,
        "rows": [{"row": row, "state": queries.state_of(row)} for row in page],
        "lacking": queries.without_file(run.pk).count(),
        "query": "",
        **work_context(request),
    }
    return render(request, "records/run.html", context)
