"""Passwords: what may be one, and how often one may be tried (robustness A09, A01)."""

import gzip

from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cms.directory.models import User
from tests.cms.directory.door import (
    HOME,
    NEW,
    DoorCase,
    number_of,
    sign_in,
)
from tests.makers import PASSWORD


class PasswordTests(DoorCase):
    def test_a09_long_password_with_spaces_and_emoji_is_kept_unchanged(self):
        password = " " + "kata sandi 😀 dengan spasi dan tanda, panjang sekali, enam puluh"[:62] + " "
        self.assertEqual(len(password), 64)
        sign_in(self.client, self.nip)
        data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
        self.client.post(reverse("account_change_password"), data)
        self.assertTrue(User.everything.get(pk=self.ani.user.pk).check_password(password))
        self.assertEqual(sign_in(Client(), self.nip, password).status_code, 302)
        self.assertEqual(sign_in(Client(), self.nip, password.strip()).status_code, 400)

    def test_a09_five_thousand_characters_are_refused_and_cost_no_attempt(self):
        for _i in range(11):
            self.assertEqual(sign_in(Client(), self.nip, "a" * 5000).status_code, 400)
        self.assertEqual(sign_in(Client(), self.nip).status_code, 302)
        sign_in(self.client, self.nip)
        long = "kata " * 300
        data = {"oldpassword": PASSWORD, "password1": long, "password2": long}
        self.assertEqual(self.client.post(reverse("account_change_password"), data).status_code, 400)

    def test_a09_common_and_personal_passwords_are_refused(self):
        sign_in(self.client, self.nip)
        agency = self.ani.agency.name
        for bad in ("1234567890", "password123", f"x{self.nip}x", f"{agency} jaya", "Ani Lestari 2026", "pendek"):
            data = {"oldpassword": PASSWORD, "password1": bad, "password2": bad}
            with self.subTest(password=bad):
                self.assertEqual(self.client.post(reverse("account_change_password"), data).status_code, 400)
        self.assertTrue(User.everything.get(pk=self.ani.user.pk).check_password(PASSWORD))

    def test_a09_the_three_thousand_commonest_are_refused(self):
        common = CommonPasswordValidator()
        path = common.DEFAULT_PASSWORD_LIST_PATH
        with gzip.open(path, "rt", encoding="utf-8") as file:
            commonest = [line.strip() for line in file][:3000]
        self.assertEqual(len(commonest), 3000)
        for word in commonest:
            self.assertRaises(ValidationError, common.validate, word)
        # Long enough to be refused for nothing else, by the validators that are switched on.
        long = [word for word in commonest if len(word) >= 10]
        self.assertGreater(len(long), 10)
        for word in long:
            self.assertRaises(ValidationError, validate_password, word, self.ani.user)

    def test_present_password_cannot_be_guessed_from_a_stolen_session(self):
        sign_in(self.client, self.nip)
        data = {"oldpassword": "salah", "password1": NEW, "password2": NEW}
        statuses = [self.client.post(reverse("account_change_password"), data).status_code for _i in range(11)]
        self.assertEqual(statuses, [400] * 10 + [429])

    def test_a01_the_password_asked_again_is_counted_too(self):
        sign_in(self.client, self.nip)
        again = reverse("account_reauthenticate")
        statuses = [self.client.post(again, {"password": "salah-salah"}).status_code for _i in range(11)]
        self.assertEqual(statuses, [400] * 10 + [429])

    def test_password_that_must_be_set_anew_comes_first(self):
        User.everything.filter(pk=self.ani.user.pk).update(must_set_password=True)
        sign_in(self.client, self.nip)
        self.assertRedirects(self.client.get(HOME), reverse("account_change_password"), fetch_redirect_response=False)
        data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        self.client.post(reverse("account_change_password"), data)
        self.assertEqual(self.client.get(HOME).status_code, 200)

    def test_password_change_is_told_to_the_owner(self):
        sign_in(self.client, number_of(self.ani))
        data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        self.client.post(reverse("account_change_password"), data)
        self.assertEqual(self.ani.notices.filter(kind="password").count(), 1)
