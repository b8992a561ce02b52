"""JP for learning outside Bestari: the person asks and follows her claims; HR may enter for her (L71)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.core import files
from cms.core.audit import looked_at
from cms.core.serving import file_response
from cms.directory.api import person_required, work_context
from lms.records import queries, services
from lms.records.exceptions import RecordRefused
from lms.records.forms import ActivityForm
from lms.records.models import JPClaim
from lms.records.rules import conversion
from lms.records.views.correcting import hr_required, person_served, ways_to


def kinds_offered() -> list[dict]:
    """Kinds in two groups, each with what it is worth today."""
    today = timezone.localdate()
    rows = [{"kind": kind, "rate": kind.rate(today)} for kind in conversion.KINDS.values()]
    return [
        {"name": _("Classical"), "rows": [row for row in rows if row["kind"].classical]},
        {"name": _("Non-classical"), "rows": [row for row in rows if not row["kind"].classical]},
    ]


def kind_or_404(key: str) -> conversion.Kind:
    if key not in conversion.KINDS:
        raise Http404
    return conversion.KINDS[key]


@require_safe
@person_required
def own_claims(request):
    """What I asked for and what became of it, and the kinds of learning that JP are asked for."""
    context = {"claims": queries.claims_of_jp(request.person.pk), "groups": kinds_offered()}
    return render(request, "records/own_claims.html", context | work_context(request))


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def claim(request, kind):
    kind, person = kind_or_404(kind), request.person
    form = ActivityForm(*_sent(request), kind=kind)
    if request.method == "POST" and form.is_valid() and (row := _kept(form, services.claim_jp, request, person)):
        messages.success(request, _("HR of your agency has been told. The JP count when they accept."))
        return redirect("records:own_claim", row.uuid)
    return _form_page(request, "records/claim.html", form, person)


@require_http_methods(["GET", "HEAD", "POST"])
@hr_required
def enter(request, person_uuid, kind=None):
    """HR enters an activity of a person it serves: first the kind, then the form of that kind."""
    person = person_served(request, person_uuid)
    if kind is None:
        context = {"person": person, "groups": kinds_offered(), **ways_to(request, person), **work_context(request)}
        return render(request, "records/enter_kind.html", context)
    form = ActivityForm(*_sent(request), kind=kind_or_404(kind))
    if request.method == "POST" and form.is_valid() and (row := _kept(form, services.enter_jp, request, person)):
        messages.success(request, _("The JP stand in the ledger, and the person has been told."))
        return redirect("records:ledger_of_year", person.uuid, row.ends_on.year)
    return _form_page(request, "records/enter.html", form, person, **ways_to(request, person))


def _sent(request) -> tuple:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _kept(form: ActivityForm, service, request, person) -> JPClaim | None:
    """Call ``service``; what the rules refuse comes back at its field."""
    activity = services.Activity(kind=form.kind.key, **form.cleaned_data)
    try:
        return service(person=person, activity=activity, by=request.user)
    except conversion.ClaimUnfit as fault:
        form.add_error(fault.field, fault.message)
    return None


def _form_page(request, template: str, form: ActivityForm, person, **more):
    rate = form.kind.rate(timezone.localdate())
    context = {"form": form, "kind": form.kind, "rate": rate, "person": person, **more, **work_context(request)}
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def own_claim(request, uuid):
    """One claim of mine; while it waits it may be taken back."""
    row = get_object_or_404(queries.own_jp_claims(request.user), uuid=uuid)
    if request.method == "POST":
        try:
            services.take_back_claim(claim=row, by=request.user)
        except RecordRefused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Taken back. Nothing was counted."))
        return redirect("records:own_claim", row.uuid)
    return render(request, "records/own_claim.html", {"claim": row, **work_context(request)})


@require_safe
@person_required
def proof(request, uuid):
    """The file of a claim: for the person and for HR that verifies it."""
    row = get_object_or_404(JPClaim.objects.visible_to(request.user).select_related("person"), uuid=uuid)
    if not row.file_digest or not files.is_there(row.file_digest):
        raise Http404
    looked_at(request.user, row.person, "JP claim")
    file = files.open_file(row.file_digest)
    return file_response(request, file, kind=row.file_type, name=row.file_name, digest=row.file_digest)
