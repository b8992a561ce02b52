"""Forms of the door and of the HR desk beside it."""

from datetime import timedelta

from allauth.account.fields import PasswordField
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from allauth.mfa.totp.internal.auth import validate_totp_code
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MaxLengthValidator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.core import limits
from cms.core.text import tidy
from cms.directory.models import User
from cms.directory.permissions import needs_second_factor
from cms.directory.rules import sign_in_key

MOST_PASSWORD = 1024
WRONG_CODES, CODE_WAIT = 5, timedelta(minutes=5)
WRONG_PASSWORDS, PASSWORD_WAIT = 10, timedelta(minutes=5)
# A code of an app is good for its own half minute and the ones beside it.
CODE_LIVES = timedelta(minutes=2)
PASSWORD_HELP = _("At least 10 characters; spaces and signs are fine. Not your number, date of birth, name or agency.")


def _limit_passwords(form) -> None:
    """At most 1,024 characters (A09), no placeholder in place of a label, no stock link below the field."""
    for field in form.fields.values():
        if isinstance(field, PasswordField):
            field.max_length = MOST_PASSWORD
            field.validators.append(MaxLengthValidator(MOST_PASSWORD))
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


class SignInForm(LoginForm):
    """NIP, other number or e-mail, and a password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("NIP or e-mail"),
            max_length=254,
            widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
        )
        self.fields["password"].label = _("Password")
        self.fields.pop("remember", None)
        self.order_fields(["login", "password"])
        _limit_passwords(self)

    def clean(self):
        # A wrong shape must not cost one of the ten attempts.
        if self.errors:
            return self.cleaned_data
        # The cookie goes when the browser closes: computers are shared.
        return super().clean() | {"remember": False}


class ConfirmPasswordForm(ReauthenticateForm):
    """The password again, before something that matters."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        _limit_passwords(self)


class PasswordForm(ChangePasswordForm):
    """A new password, by somebody who knows the present one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in (
            ("oldpassword", _("Present password")),
            ("password1", _("New password")),
            ("password2", _("New password again")),
        ):
            self.fields[name].label = label
        _limit_passwords(self)
        self.fields["password1"].help_text = PASSWORD_HELP

    def clean_oldpassword(self):
        # A stolen session must not become a way to guess the password.
        limits.hit(f"door:present:{self.user.pk}", most=WRONG_PASSWORDS, within=PASSWORD_WAIT)
        return super().clean_oldpassword()


class OneTimeCode:
    """A six-digit code: six wrong ones are too many, the same one is good once, on every process (A08)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(
            label=_("Code"),
            max_length=40,
            widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
        )

    def clean_code(self):
        attempts = f"door:code:{self.user.pk}"
        limits.hit(attempts, most=WRONG_CODES, within=CODE_WAIT)
        code = "".join(self.cleaned_data["code"].split())
        # The lock makes two uses at the same instant wait for each other.
        with transaction.atomic():
            list(User.objects.select_for_update().filter(pk=self.user.pk).values_list("pk"))
            self._match(code)
            self._spend(code)
        limits.forget(attempts)
        return code

    def _spend(self, code):
        try:
            limits.hit(f"door:spent:{self.user.pk}:{code}", most=1, within=CODE_LIVES)
        except limits.TooMany as fault:
            raise forms.ValidationError(_("This code has been used. Wait for the next one.")) from fault

    def _refuse(self):
        raise forms.ValidationError(_("The code is not right. Type the one your app shows now."), code="incorrect_code")


class SecondStep(OneTimeCode):
    """A code of the app, or one of the recovery codes."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Recovery codes hold letters.
        self.fields["code"].widget.attrs.pop("inputmode")

    def _match(self, code):
        for factor in Authenticator.objects.filter(user=self.user).order_by("-type"):
            if factor.wrap().validate_code(code):
                factor.user = self.user
                self.authenticator = factor
                return
        self._refuse()


class SecondStepForm(SecondStep, mfa.AuthenticateForm):
    pass


class SecondStepAgainForm(SecondStep, mfa.ReauthenticateForm):
    pass


class SetUpForm(OneTimeCode, ActivateTOTPForm):
    """The first code of a new app proves that the secret arrived."""

    def _match(self, code):
        if not validate_totp_code(self.secret, code):
            self._refuse()


class TakeOffForm(DeactivateTOTPForm):
    def clean(self):
        if needs_second_factor(self.authenticator.user):
            raise forms.ValidationError(_("Your role needs the second step, so it stays."))
        return super().clean()


class TidyForm(forms.Form):
    """Text in one normal form, without characters that hide (R06)."""

    def clean(self):
        for name, value in self.cleaned_data.items():
            if isinstance(value, str) and not isinstance(self.fields[name], PasswordField):
                self.cleaned_data[name] = tidy(value)
        return self.cleaned_data


class UseCodeForm(TidyForm):
    """Number, code from HR, new password."""

    number = forms.CharField(
        label=_("NIP or other number"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "inputmode": "numeric"}),
    )
    code = forms.CharField(
        label=_("Code from your HR unit"),
        max_length=40,
        help_text=_("Twelve letters and digits, for example ABCD-EFGH-2345."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    password1 = PasswordField(label=_("New password"), autocomplete="new-password", help_text=PASSWORD_HELP)
    password2 = PasswordField(label=_("New password again"), autocomplete="new-password")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _limit_passwords(self)
        self.fields["password1"].help_text = PASSWORD_HELP

    def clean_number(self):
        return sign_in_key(self.cleaned_data["number"])

    def clean(self):
        data = super().clean()
        first, second = data.get("password1"), data.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same."))
        elif first:
            try:
                # The owner's name is compared later, once the code has proved who asks.
                validate_password(first, User(username=data.get("number", "")))
            except forms.ValidationError as fault:
                self.add_error("password1", fault)
        return data
