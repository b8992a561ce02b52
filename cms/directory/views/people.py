"""The HR desk about people: find, enter, mend, move; hand out codes, close and open accounts."""

from datetime import timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cms.core import limits
from cms.core.search import keep_words, words_of
from cms.directory import services
from cms.directory.api import role_required, work_context
from cms.directory.exceptions import DirectoryRefused
from cms.directory.forms import AddPersonForm, ChangePersonForm, EmailForm, GiveCodeForm, MoveForm, ReasonForm
from cms.directory.models import Grant
from cms.directory.permissions import may_open_door_of
from cms.directory.queries import assignments_of, codes_waiting, people_served
from cms.directory.rules import mask_number, sign_in_key

PAGE = 50
hr_required = role_required(*Grant.HR_ROLES)


@hr_required
def people(request):
    """People this HR officer looks after, and the state of their accounts."""
    if request.method == "POST":
        keep_words(request, "people")
        return redirect("directory:people")
    words = words_of(request, "people")
    page = Paginator(people_served(request.user, sign_in_key(words)), PAGE).get_page(request.GET.get("page"))
    rows = [
        {"person": person, "number": mask_number(person.number or ""), "account": getattr(person, "user", None)}
        for person in page.object_list
    ]
    context = {"title": _("People and accounts"), "page": page, "rows": rows, "words": words}
    return render(request, "directory/people.html", work_context(request) | context)


@hr_required
def add_person(request):
    form = AddPersonForm(request.POST or None, officer=request.user)
    if request.method == "POST" and form.is_valid() and (person := _added(request, form)):
        for note in form.notes:
            messages.info(request, note)
        messages.success(request, _("Entered. Hand out an activation code so that the person can sign in."))
        return redirect("directory:person_door", person.uuid)
    context = {"title": _("Add a person"), "form": form, "button": _("Save the person")}
    context |= {"back": "directory:people"}
    return render(
        request, "directory/desk_form.html", work_context(request) | context, status=400 if form.errors else 200
    )


def _added(request, form):
    data = form.cleaned_data
    try:
        return services.add_person(
            name=data["name"], number=data["number"], kind=data["kind"], agency=data["agency"],
            position=data["position"], unit=data["org_unit"], since=data["since"], employment=data["employment"],
            grade=data["grade"], birth_date=form.born, by=request.user,
        )  # fmt: skip
    except DirectoryRefused as refusal:
        form.add_error("number", refusal.message)
        return None


def _person_served(request, person_uuid):
    return get_object_or_404(people_served(request.user), uuid=person_uuid)


@hr_required
def person_door(request, person_uuid):
    """One person: what is written about her, where she serves, her account."""
    return _person_page(request, _person_served(request, person_uuid))


def _person_page(request, person, *, status=200, **more):
    account = getattr(person, "user", None)
    context = {
        "title": _("Person and account"),
        "person": person,
        "number": mask_number(person.number or ""),
        "account": account,
        "assignments": assignments_of(person),
        "has_second_step": bool(account) and is_mfa_enabled(account),
        "may_act": may_open_door_of(request.user, person),
        "code_form": GiveCodeForm(initial={"kind": "recover" if account else "activate"}),
        "close_form": ReasonForm(),
        "email_form": EmailForm(initial={"email": account.email if account else ""}),
        "change_form": ChangePersonForm(initial={"name": person.name, "grade": person.grade}),
    }
    return render(request, "directory/person_door.html", work_context(request) | context | more, status=status)


@require_POST
@hr_required
def change_person(request, person_uuid):
    person = _person_served(request, person_uuid)
    form = ChangePersonForm(request.POST)
    if not form.is_valid():
        return _person_page(request, person, change_form=form, status=400)
    services.change_person(person=person, by=request.user, **form.cleaned_data)
    messages.success(request, _("Saved. Certificates already issued keep the words of their day."))
    return redirect("directory:person_door", person.uuid)


@hr_required
def move_person(request, person_uuid):
    person = _person_served(request, person_uuid)
    initial = {"agency": person.agency.uuid, "on": timezone.localdate()}
    form = MoveForm(request.POST or None, officer=request.user, person=person, initial=initial)
    if request.method == "POST" and form.is_valid() and _moved(request, person, form):
        messages.success(request, _("Moved. Rights and views of the old place have ended."))
        # She may have left what this officer looks after.
        still_here = people_served(request.user).filter(pk=person.pk).exists()
        return redirect("directory:person_door", person.uuid) if still_here else redirect("directory:people")
    context = {"title": _("Move a person"), "form": form, "button": _("Save the move"), "person": person}
    context["back"] = "directory:people"
    return render(
        request, "directory/desk_form.html", work_context(request) | context, status=400 if form.errors else 200
    )


def _moved(request, person, form) -> bool:
    data = form.cleaned_data
    try:
        services.transfer(
            person=person, agency=data["agency"], position=data["position"], unit=data["org_unit"], on=data["on"],
            by=request.user,
        )  # fmt: skip
    except DirectoryRefused as refusal:
        form.add_error(None, refusal.message)
    return not form.errors


@require_POST
@never_cache
@hr_required
def give_code(request, person_uuid):
    """The code is on this one answer and nowhere else: we keep only its digest."""
    person = _person_served(request, person_uuid)
    form = GiveCodeForm(request.POST)
    if not may_open_door_of(request.user, person):
        messages.error(request, _("This account needs another officer: an HR head, and never its owner."))
        return redirect("directory:person_door", person.uuid)
    if not form.is_valid():
        return _person_page(request, person, code_form=form, status=400)
    limits.hit(f"door:give:{request.user.pk}", most=200, within=timedelta(hours=1))
    kind = form.cleaned_data["kind"]
    # Asked before the code is made: the slip never promises more than the code keeps.
    ends = services.code_ends(person=person, kind=kind)
    code = services.give_code(person=person, kind=kind, by=request.user)
    context = {"title": _("A code to hand over"), "person": person, "code": code, "kind": kind}
    # The site's own address, never the one the request was sent to (A05).
    context["address"] = settings.WAGTAILADMIN_BASE_URL.split("://", 1)[1] + reverse("directory:use_code")
    context |= {"code_ends": ends, "number": mask_number(person.number or "")}
    return render(request, "directory/code.html", work_context(request) | context)


def _account_served(request, person_uuid):
    """The person, if this officer may open or close her door; else nobody (Z01)."""
    person = _person_served(request, person_uuid)
    if getattr(person, "user", None) is None or not may_open_door_of(request.user, person):
        raise Http404
    return person


def _with_a_reason(request, person_uuid, verb, told):
    """Close or open an account, with the reason that was typed."""
    person = _account_served(request, person_uuid)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _person_page(request, person, close_form=form, status=400)
    verb(user=person.user, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, told)
    return redirect("directory:person_door", person.uuid)


@require_POST
@hr_required
def deactivate(request, person_uuid):
    told = _("The account is closed. Its sessions have ended; the records stay.")
    return _with_a_reason(request, person_uuid, services.deactivate, told)


@require_POST
@hr_required
def reopen(request, person_uuid):
    told = _("The account is open again. Hand out a recovery code.")
    return _with_a_reason(request, person_uuid, services.reopen, told)


@require_POST
@hr_required
def set_email(request, person_uuid):
    person = _account_served(request, person_uuid)
    form = EmailForm(request.POST)
    if form.is_valid():
        try:
            services.set_email(user=person.user, email=form.cleaned_data["email"], by=request.user)
        except DirectoryRefused as refusal:
            form.add_error("email", refusal.message)
    if form.errors:
        return _person_page(request, person, email_form=form, status=400)
    messages.success(request, _("The address is saved; the person is told."))
    return redirect("directory:person_door", person.uuid)


@hr_required
def waiting_codes(request):
    """Lost second factors that a colleague asked to reset."""
    context = {"title": _("Second step resets"), "codes": codes_waiting(request.user)}
    return render(request, "directory/waiting_codes.html", work_context(request) | context)


@require_POST
@hr_required
def approve_code(request, code_uuid):
    code = get_object_or_404(codes_waiting(request.user), uuid=code_uuid)
    if not may_open_door_of(request.user, code.person):
        raise Http404
    try:
        services.approve_code(code=code, by=request.user)
    except DirectoryRefused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Approved. The code works now."))
    return redirect("directory:waiting_codes")
