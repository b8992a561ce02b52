"""One's own data: what is asked about it; and the desk of the data officers who answer."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.core import limits
from cms.core.audit import audit
from cms.directory import rendering, services
from cms.directory.api import person_required, role_required, work_context
from cms.directory.exceptions import DirectoryRefused
from cms.directory.forms import AnswerForm, AskForm
from cms.directory.models import DataRequest, Grant
from cms.directory.permissions import answers_requests

PAGE = 50
officer_required = role_required(Grant.Role.HR_HEAD)


@person_required
def own_data(request):
    """What a person may ask about her data, what she asked, and what became of it."""
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _done(form, services.ask_about_data, by=request.user):
        messages.success(request, _("Your request is with the data officers of your agency."))
        return redirect("directory:own_data")
    rows = DataRequest.objects.visible_to(request.user).filter(person=request.person).order_by("-asked_at")
    context = {"title": _("My personal data"), "form": form, "rows": rows[:PAGE]}
    status = 400 if form.errors else 200
    return render(request, "directory/own_data.html", work_context(request) | context, status=status)


@require_POST
@person_required
def own_data_file(request):
    """Everything kept about oneself as one JSON file."""
    limits.hit(f"own-data:{request.user.pk}", most=20, within=timedelta(hours=1))
    audit(request.user, "take_own_data", request.person)
    body = {"taken_at": timezone.now(), "data": rendering.own_data(request.person)}
    response = JsonResponse(body, json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="data-saya.json"'
    return response


@require_POST
@person_required
def take_back(request, request_uuid):
    mine = DataRequest.objects.visible_to(request.user).filter(person=request.person)
    row = get_object_or_404(mine, uuid=request_uuid)
    try:
        services.take_back(request=row, by=request.user)
    except DirectoryRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Taken back. Nothing was changed."))
    return redirect("directory:own_data")


@require_safe
@officer_required
def data_requests(request):
    """Requests of the agency's people: those that wait first, the most urgent on top."""
    page = Paginator(_answered_by(request).waiting_first(), PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Requests about personal data"), "page": page}
    return render(request, "directory/data_requests.html", work_context(request) | context)


@require_safe
@officer_required
def data_request(request, request_uuid):
    return _request_page(request, _request_of(request, request_uuid), AnswerForm())


@require_POST
@officer_required
def answer_request(request, request_uuid):
    row = _request_of(request, request_uuid)
    erases = row.kind == DataRequest.Kind.ERASE
    said = _("Another officer must approve the erasure now.") if erases else _("Answered; the person is told.")
    return _decided(request, row, services.answer_request, said)


@require_POST
@officer_required
def refuse_request(request, request_uuid):
    said = _("Refused; the person reads your reason.")
    return _decided(request, _request_of(request, request_uuid), services.refuse_request, said)


@require_POST
@officer_required
def approve_erasure(request, request_uuid):
    """The second officer's button: no words, as the first one wrote the reason."""
    row = _request_of(request, request_uuid)
    try:
        services.approve_erasure(request=row, by=request.user)
    except DirectoryRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("directory:data_request", row.uuid)
    messages.success(
        request,
        _("Erased. What the law keeps stays under a key that names nobody. Nobody can be told here: print the letter."),
    )
    return redirect("directory:data_request", row.uuid)


def _answered_by(request):
    if not answers_requests(request.user):
        raise Http404
    return DataRequest.objects.visible_to(request.user).answered_by(request.user).select_related("person")


def _request_of(request, request_uuid):
    return get_object_or_404(
        _answered_by(request).select_related("person__agency", "proposed_by", "decided_by"), uuid=request_uuid
    )


def _request_page(request, row, form, status=200):
    context = {"title": _("Request about personal data"), "row": row, "form": form}
    context["erasure"] = rendering.erasure_of(row)
    context["may_approve"] = row.state == row.State.PROPOSED and row.proposed_by_id != request.user.pk
    return render(request, "directory/data_request.html", work_context(request) | context, status=status)


def _decided(request, row, verb, said):
    form = AnswerForm(request.POST)
    if form.is_valid() and _done(form, verb, request=row, by=request.user):
        messages.success(request, said)
        return redirect("directory:data_requests")
    return _request_page(request, row, form, status=400)


def _done(form, verb, **more) -> bool:
    """Carry out a service with the form's words; what it refuses becomes an error of the form."""
    try:
        verb(**form.cleaned_data, **more)
    except DirectoryRefused as refusal:
        form.add_error(None, refusal.message)
    return not form.errors
