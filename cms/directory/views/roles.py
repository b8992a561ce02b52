"""Roles: who may do what, given and ended by those above (Z09)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.directory import services
from cms.directory.api import role_required, work_context
from cms.directory.exceptions import DirectoryRefused
from cms.directory.forms import GrantForm, ReasonForm
from cms.directory.models import Grant
from cms.directory.permissions import GIVES, holds
from cms.directory.queries import live_grants, people_served, person_by_number

PAGE = 50
giver_required = role_required(*GIVES)


@giver_required
def grants(request):
    return _grants_page(request, _grant_form(request))


def _grant_form(request, data=None):
    return GrantForm(data, giver=request.user)


def _grants_page(request, form, status=200):
    page = Paginator(live_grants(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Roles"), "form": form, "page": page}
    return render(request, "directory/grants.html", work_context(request) | context, status=status)


@require_POST
@giver_required
def give_role(request):
    form = _grant_form(request, request.POST)
    if form.is_valid() and _granted(request, form):
        messages.success(request, _("The role is given. It works from the next page the person opens."))
        return redirect("directory:grants")
    return _grants_page(request, form, status=400)


def _granted(request, form) -> bool:
    data = form.cleaned_data
    person = _person_meant(request.user, data["number"])
    if person is None or getattr(person, "user", None) is None:
        form.add_error("number", _("Nobody with this number and an account works in your agency."))
        return False
    try:
        services.grant(
            user=person.user, role=data["role"], agency=data["agency"], by=request.user, reason=data["reason"],
            valid_to=data["valid_to"], unit=data["below"],
        )  # fmt: skip
    except DirectoryRefused as refusal:
        form.add_error(None, refusal.message)
    return not form.errors


def _person_meant(user, number: str):
    """The person with this whole number among those the giver looks after; programme roles know no agency."""
    if holds(user, Grant.Role.HR_HEAD):
        return people_served(user).filter(numbers__value=number, numbers__valid_to=None).first()
    return person_by_number(number)


@require_POST
@giver_required
def withdraw_role(request, grant_uuid):
    grant = get_object_or_404(live_grants(request.user), uuid=grant_uuid)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the reason for ending this role."))
        return redirect("directory:grants")
    try:
        services.withdraw(grant=grant, by=request.user, reason=form.cleaned_data["reason"])
    except DirectoryRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The role has ended."))
    return redirect("directory:grants")
