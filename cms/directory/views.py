"""Screens of the door (sign-in, second step, password, sessions, notices) and of the HR desk beside it."""

from datetime import timedelta
from urllib.parse import urlencode

import segno
from allauth.account import views as account
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from cms.core import limits
from cms.core.text import search_words
from cms.directory import services
from cms.directory.api import person_required, role_required, work_context
from cms.directory.backends import short_digest
from cms.directory.exceptions import DirectoryRefused
from cms.directory.forms import (
    ConfirmPasswordForm,
    GiveCodeForm,
    GrantForm,
    PasswordForm,
    ReasonForm,
    SecondStepAgainForm,
    SecondStepForm,
    SetUpForm,
    SignInForm,
    TakeOffForm,
    UseCodeForm,
)  # fmt: skip
from cms.directory.models import Grant, Notice
from cms.directory.permissions import holds, may_open_door_of, needs_second_factor
from cms.directory.queries import agencies_where, codes_waiting, live_grants, people_served
from cms.directory.rules import mask_number, sign_in_key

PAGE = 50
hr_required = role_required(*Grant.HR_ROLES)
head_required = role_required(Grant.Role.HR_HEAD)


class DoorPage:
    """A form page of the door: its title and button, and 400 when something was not right."""

    template_name = "account/form.html"
    title, button = "", gettext_lazy("Continue")

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"title": self.title, "button": self.button}

    def form_invalid(self, form):
        response = super().form_invalid(form)
        response.status_code = 400
        return response


@method_decorator(sensitive_post_parameters("password"), name="dispatch")
class SignIn(DoorPage, account.LoginView):
    form_class = SignInForm
    template_name = "account/login.html"
    title, button = gettext_lazy("Sign in"), gettext_lazy("Sign in")

    def dispatch(self, request, *args, **kwargs):
        # Past allauth's own limit of sign-ins by address: an agency of 500 comes from one. Wrong ones are counted.
        return super(account.LoginView, self).dispatch(request, *args, **kwargs)

    def get_form_class(self):
        return self.form_class


class SignOut(DoorPage, account.LogoutView):
    template_name = "account/logout.html"
    title = gettext_lazy("Sign out")


class Closed(DoorPage, account.AccountInactiveView):
    template_name = "account/account_inactive.html"
    title = gettext_lazy("This account is closed")


class ConfirmPassword(DoorPage, account.ReauthenticateView):
    form_class = ConfirmPasswordForm
    template_name = "account/reauthenticate.html"
    title = gettext_lazy("Your password once more")

    def _check_ratelimit(self, request):
        return None  # the adapter counts wrong passwords, in the database


@method_decorator([login_required, never_cache, sensitive_post_parameters()], name="dispatch")
class ChangePassword(DoorPage, account.PasswordChangeView):
    form_class = PasswordForm
    template_name = "account/password_change.html"
    title, button = gettext_lazy("Change password"), gettext_lazy("Save new password")

    def dispatch(self, request, *args, **kwargs):
        # Past allauth's limit, which every process counts alone; the form counts wrong passwords in the database.
        return super(account.PasswordChangeView, self).dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        super().form_valid(form)
        services.password_changed(user=self.request.user, present_session=self.request.session.session_key)
        return redirect(self.get_next_url() or "directory:account")


class SecondStep(DoorPage, mfa.AuthenticateView):
    form_class = SecondStepForm
    template_name = "mfa/authenticate.html"
    title = gettext_lazy("Second step")

    def form_invalid(self, form):
        response = self.get(self.request)
        response.status_code = 400
        return response


class SecondStepAgain(DoorPage, mfa.ReauthenticateView):
    form_class = SecondStepAgainForm
    template_name = "mfa/reauthenticate.html"
    title = gettext_lazy("Second step")

    def _check_ratelimit(self, request):
        return None  # the form counts wrong codes, in the database


class SecondStepPage(DoorPage, mfa.IndexView):
    template_name = "mfa/index.html"
    title = gettext_lazy("Second step at sign-in")


class SetUpSecondStep(DoorPage, totp.ActivateTOTPView):
    form_class = SetUpForm
    template_name = "mfa/totp/activate_form.html"
    title, button = gettext_lazy("Set up the second step"), gettext_lazy("Check the code and switch on")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        # In groups of four, for those who type it.
        context["secret"] = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        context["required"] = needs_second_factor(self.request.user)
        context["qr_size"], context["qr_path"] = _qr(context["totp_url"])
        return context

    def form_valid(self, form):
        response = super().form_valid(form)
        # The code just typed was the second step of this session. Sessions that never showed it end.
        self.request.session["second_factor"] = True
        services.end_sessions(user=self.request.user, but=self.request.session.session_key)
        return response


def _qr(text: str) -> tuple[int, str]:
    """Side and SVG path of a QR code: drawn inline, because the policy forbids pictures made of data."""
    rows = list(segno.make(text, micro=False).matrix_iter(border=4))
    dark = ((x, y) for y, row in enumerate(rows) for x, on in enumerate(row) if on)
    return len(rows), "".join(f"M{x} {y}h1v1h-1z" for x, y in dark)


class TakeOffSecondStep(DoorPage, totp.DeactivateTOTPView):
    form_class = TakeOffForm
    template_name = "mfa/totp/deactivate_form.html"
    title, button = gettext_lazy("Switch off the second step"), gettext_lazy("Switch off")


class RecoveryCodes(DoorPage, recovery.ViewRecoveryCodesView):
    template_name = "mfa/recovery_codes/index.html"
    title = gettext_lazy("Recovery codes")


class NewRecoveryCodes(DoorPage, recovery.GenerateRecoveryCodesView):
    template_name = "mfa/recovery_codes/generate.html"
    title, button = gettext_lazy("New recovery codes"), gettext_lazy("Make new codes")


sign_in, sign_out, closed = SignIn.as_view(), SignOut.as_view(), Closed.as_view()
confirm_password, change_password = ConfirmPassword.as_view(), ChangePassword.as_view()
second_step, second_step_again = SecondStep.as_view(), SecondStepAgain.as_view()
second_step_page, set_up_second_step = SecondStepPage.as_view(), SetUpSecondStep.as_view()
take_off_second_step = TakeOffSecondStep.as_view()
recovery_codes, new_recovery_codes = RecoveryCodes.as_view(), NewRecoveryCodes.as_view()
download_recovery_codes = recovery.download_recovery_codes


@never_cache
@sensitive_post_parameters("code", "password1", "password2")
def use_code(request):
    """Open or recover an account with a code from HR. GET consumes nothing (A04)."""
    form = UseCodeForm(request.POST or None)
    if request.method == "POST":
        _count_codes(request)
        if form.is_valid() and _used(form):
            messages.success(request, _("Your password is set. Sign in with it now."))
            return redirect("account_login")
    title = _("Open or recover your account")
    status = 400 if form.errors else 200
    return render(request, "directory/use_code.html", {"form": form, "title": title}, status=status)


def _count_codes(request) -> None:
    number = sign_in_key(request.POST.get("number", ""))
    limits.hit(f"door:use:{short_digest(get_ip(request))}", most=20, within=timedelta(minutes=10))
    limits.hit(f"door:use:{short_digest(number)}", most=10, within=timedelta(minutes=10))


def _used(form) -> bool:
    data = form.cleaned_data
    try:
        services.use_code(number=data["number"], code=data["code"], password=data["password1"])
    except ValidationError as fault:
        form.add_error("password1", fault)
    except DirectoryRefused as refusal:
        form.add_error(None, refusal.message)
    return not form.errors


@login_required
def my_account(request):
    """One's own door: password, second step, sessions, notices; for HR, the desk."""
    context = work_context(request) | {
        "title": _("Account"),
        "has_second_step": is_mfa_enabled(request.user),
        "serves_people": holds(request.user, *Grant.HR_ROLES),
        "gives_roles": holds(request.user, Grant.Role.HR_HEAD),
    }
    return render(request, "directory/account.html", context)


@login_required
def sessions(request):
    rows = [_session_row(request, session) for session in services.sessions_of(request.user)]
    return render(
        request, "directory/sessions.html", work_context(request) | {"title": _("Open sessions"), "sessions": rows}
    )


def _session_row(request, session) -> dict:
    data = session.get_decoded()
    return {
        "name": services.session_name(session.session_key),
        "present": session.session_key == request.session.session_key,
        "browser": data.get("browser") or _("Unknown browser"),
        "since": parse_datetime(data.get("signed_in_at") or ""),
        "ends": session.expire_date,
    }


@require_POST
@login_required
def end_session(request):
    """One session by its name, or all but this one."""
    if name := request.POST.get("session"):
        ended = services.end_session(user=request.user, name=name)
    else:
        ended = services.end_sessions(user=request.user, but=request.session.session_key)
    messages.success(request, _("Sessions ended: %(count)s.") % {"count": min(ended, 999)})
    return redirect("directory:sessions")


@person_required
def notices(request):
    rows = Notice.objects.visible_to(request.user).order_by("-created_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "directory/notices.html", work_context(request) | {"title": _("Notices"), "page": page})


@require_POST
@person_required
def read_notices(request):
    services.read_notices(person_id=request.person.pk)
    return redirect("directory:notices")


@hr_required
def people(request):
    """People whose account this HR officer looks after."""
    words = search_words(request.GET.get("q", ""))
    page = Paginator(people_served(request.user, words), PAGE).get_page(request.GET.get("page"))
    rows = [
        {"person": person, "number": _masked(person), "account": getattr(person, "user", None)}
        for person in page.object_list
    ]
    context = {"title": _("People and accounts"), "page": page, "rows": rows, "words": words}
    context["query"] = f"{urlencode({'q': words})}&" if words else ""
    return render(request, "directory/people.html", work_context(request) | context)


def _masked(person) -> str:
    numbers = [mask_number(number.value) for number in person.numbers.all() if number.valid_to is None]
    return ", ".join(numbers)


def _person_served(request, person_uuid):
    return get_object_or_404(people_served(request.user), uuid=person_uuid)


@hr_required
def person_door(request, person_uuid):
    """One person's account: hand out a code, close it."""
    return _person_page(request, _person_served(request, person_uuid))


def _person_page(request, person, *, status=200, **more):
    account_of_person = getattr(person, "user", None)
    context = {
        "title": person.name,
        "person": person,
        "number": _masked(person),
        "account": account_of_person,
        "has_second_step": bool(account_of_person) and is_mfa_enabled(account_of_person),
        "may_act": may_open_door_of(request.user, person),
        "code_form": GiveCodeForm(),
        "close_form": ReasonForm(),
    }
    return render(request, "directory/person_door.html", work_context(request) | context | more, status=status)


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
    code = services.give_code(person=person, kind=kind, by=request.user)
    return _person_page(request, person, code=code, kind=kind, code_ends=timezone.now() + services.CODE_LIVES)


@require_POST
@hr_required
def deactivate(request, person_uuid):
    person = _person_served(request, person_uuid)
    form = ReasonForm(request.POST)
    if getattr(person, "user", None) is None or not may_open_door_of(request.user, person):
        raise Http404
    if not form.is_valid():
        return _person_page(request, person, close_form=form, status=400)
    services.deactivate(user=person.user, by=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("The account is closed. Its sessions have ended; the records stay."))
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


@head_required
def grants(request):
    return _grants_page(request, _grant_form(request))


def _grant_form(request, data=None):
    return GrantForm(data, giver=request.user, agencies=agencies_where(request.user, Grant.Role.HR_HEAD))


def _grants_page(request, form, status=200):
    page = Paginator(live_grants(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Roles"), "form": form, "page": page}
    return render(request, "directory/grants.html", work_context(request) | context, status=status)


@require_POST
@head_required
def give_role(request):
    form = _grant_form(request, request.POST)
    if form.is_valid() and _granted(request, form):
        messages.success(request, _("The role is given. It works from the next page the person opens."))
        return redirect("directory:grants")
    return _grants_page(request, form, status=400)


def _granted(request, form) -> bool:
    data = form.cleaned_data
    person = people_served(request.user, data["number"]).filter(numbers__value=data["number"]).first()
    if person is None or getattr(person, "user", None) is None:
        form.add_error("number", _("Nobody with this number and an account works in your agency."))
        return False
    try:
        services.grant(
            user=person.user, role=data["role"], agency=data["agency"], by=request.user, reason=data["reason"],
            valid_to=data["valid_to"],
        )  # fmt: skip
    except DirectoryRefused as refusal:
        form.add_error(None, refusal.message)
    return not form.errors


@require_POST
@head_required
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
