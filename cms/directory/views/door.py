"""Screens of the door: sign-in, second step, password."""

import segno
from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from cms.directory import services
from cms.directory.forms import (
    ConfirmPasswordForm,
    PasswordForm,
    SecondStepAgainForm,
    SecondStepForm,
    SetUpForm,
    SignInForm,
    TakeOffForm,
)  # fmt: skip
from cms.directory.permissions import needs_second_factor


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
