"""A form sent after the sign-in ended: kept for its account, sent by one press, shown to nobody else (E07, W08)."""

from datetime import timedelta
from unittest import mock

from django.conf import settings
from django.test import Client, TestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from cms.directory.models import DataRequest, UnsentForm
from cms.directory.services import unsent
from tests.cms.directory.door import add_totp, code_of, number_of, sign_in
from tests.makers import make_person

OURS = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate", "Referer": "http://testserver/akun/data/?a=1"}
WORDS = "Jabatan saya keliru sejak Juli.\nSudah tiga kali saya tulis."
WISH = {"kind": "correct", "words": WORDS, "csrfmiddlewaretoken": "x", "send_once": "y", "password1": "rahasia sekali"}


@override_settings(LOGIN_REDIRECT_URL="/akun/")
class UnsentCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = make_person("Ani Lestari", user=True)
        cls.budi = make_person("Budi Santoso", user=True)
        cls.form, cls.page = reverse("directory:own_data"), reverse("directory:unsent")

    def setUp(self):
        sign_in(self.client, number_of(self.ani))

    def after_the_session(self, data=WISH, headers=OURS, **more):
        self.client.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        return self.client.post(self.form, data, headers=headers, **more)

    def back(self, person=None):
        return sign_in(self.client, number_of(person or self.ani), next=self.page)


class SameAccountTests(UnsentCase):
    def test_she_finds_it_and_sends_it_with_one_press(self):
        away = self.after_the_session()
        self.assertRedirects(
            away, f"{reverse('account_login')}?next={self.page}", fetch_redirect_response=False
        )  # fmt: skip
        self.assertContains(self.client.get(away["Location"]), "is kept for half an hour")
        self.assertRedirects(self.back(), self.page, fetch_redirect_response=False)
        page = self.client.get(self.page)
        self.assertContains(page, "Sudah tiga kali saya tulis.")
        self.assertContains(page, "/akun/data/?a=1")
        for secret in ("rahasia", "send_once", 'value="x"'):
            self.assertNotContains(page, secret)
        self.assertEqual(DataRequest.everything.count(), 0)  # nothing goes by itself
        press = self.client.post(reverse("directory:send_unsent"), dict(page.context["form"].fields))
        self.assertEqual((press.status_code, press["Location"]), (307, self.form))
        self.client.post(press["Location"], dict(page.context["form"].fields))
        self.assertEqual(DataRequest.everything.get().words, WORDS)
        self.assertEqual(UnsentForm.everything.count(), 0)

    def test_a_second_press_sends_nothing_more(self):
        self.after_the_session()
        self.back()
        send = reverse("directory:send_unsent")
        self.assertEqual(self.client.post(send).status_code, 307)
        self.assertRedirects(self.client.post(send), "/akun/", fetch_redirect_response=False)

    def test_it_is_thrown_away_on_request(self):
        self.after_the_session()
        self.back()
        away = self.client.post(reverse("directory:discard_unsent"))
        self.assertRedirects(away, "/akun/data/?a=1", fetch_redirect_response=False)
        self.assertEqual(UnsentForm.everything.count(), 0)

    def test_with_a_second_step_too(self):
        secret = add_totp(self.ani.user)
        self.after_the_session()
        self.back()
        self.assertEqual(UnsentForm.everything.get().account_id, None)
        self.client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        self.assertContains(self.client.get(self.page), "Sudah tiga kali")

    def test_the_session_may_end_once_more_before_the_press(self):
        self.after_the_session()
        self.back()
        self.client.cookies.pop(settings.SESSION_COOKIE_NAME)
        self.client.post(reverse("directory:send_unsent"), WISH, headers=OURS)
        self.back()
        self.assertContains(self.client.get(self.page), "Sudah tiga kali")

    def test_a_file_is_named_as_lost(self):
        with open(__file__, "rb") as file:
            self.after_the_session(WISH | {"file": file})
        self.back()
        self.assertContains(self.client.get(self.page), "Files could not be kept")

    def test_after_half_an_hour_it_is_gone(self):
        self.after_the_session()
        self.back()
        UnsentForm.everything.update(kept_at=timezone.now() - unsent.KEPT - timedelta(seconds=1))
        self.assertRedirects(self.client.get(self.page), "/akun/", fetch_redirect_response=False)
        self.assertEqual(self.client.post(reverse("directory:send_unsent")).status_code, 302)
        self.assertEqual((unsent.forget_old(), unsent.forget_old()), (1, 0))

    def test_the_table_alone_says_nothing(self):
        self.after_the_session()
        self.assertNotIn(b"Juli", bytes(UnsentForm.everything.get().content))


class OthersTests(UnsentCase):
    def test_another_account_on_that_browser_sees_nothing_and_she_does_not_after_it(self):
        self.after_the_session()
        self.back(self.budi)
        self.assertEqual(UnsentForm.everything.count(), 0)
        for person in (self.budi, self.ani):
            self.back(person)
            self.assertRedirects(self.client.get(self.page), "/akun/", fetch_redirect_response=False)

    def test_another_account_after_she_came_back_sees_nothing(self):
        self.after_the_session()
        self.back()
        self.client.cookies.pop(settings.SESSION_COOKIE_NAME)
        self.client.force_login(self.budi.user)
        self.assertEqual(self.client.get(self.page).status_code, 302)
        self.assertEqual(self.client.post(reverse("directory:send_unsent")).status_code, 302)
        self.assertEqual(UnsentForm.everything.count(), 1)
        self.client.cookies.pop(settings.SESSION_COOKIE_NAME)
        self.back(self.budi)
        self.assertEqual(UnsentForm.everything.count(), 0)

    def test_on_a_browser_that_does_not_know_her_nobody_gets_it(self):
        self.after_the_session()
        stranger = Client()
        stranger.cookies[unsent.COOKIE] = self.client.cookies[unsent.COOKIE].value
        sign_in(stranger, number_of(self.ani))
        self.assertEqual(stranger.get(self.page).status_code, 302)
        self.assertEqual(UnsentForm.everything.count(), 0)

    def test_the_same_account_on_another_browser_sees_nothing(self):
        self.after_the_session()
        self.back()
        other = Client()
        sign_in(other, number_of(self.ani))
        self.assertEqual(other.get(self.page).status_code, 302)


class NotKeptTests(UnsentCase):
    def assert_not_kept(self, answer, status=302):
        self.assertEqual((answer.status_code, UnsentForm.everything.count()), (status, 0))
        self.assertNotIn(unsent.COOKIE, self.client.cookies)

    def test_a_forged_post_of_another_site_is_not_kept(self):
        for headers in (
            {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
            {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "http://testserver/akun/data/"}, {},
        ):  # fmt: skip
            with self.subTest(headers):
                self.assert_not_kept(self.after_the_session(headers=headers))

    def test_without_the_token_of_the_form_it_is_not_kept(self):
        self.client.handler.enforce_csrf_checks = True
        self.assert_not_kept(self.after_the_session(headers=OURS), 403)

    def test_what_a_script_sends_is_not_kept(self):
        self.assert_not_kept(self.after_the_session(headers=OURS | {"Sec-Fetch-Mode": "cors"}))
        self.assert_not_kept(self.after_the_session({"words": WORDS}, content_type="application/json"))

    def test_nor_more_than_64_kb_nor_a_press_without_a_field(self):
        self.assert_not_kept(self.after_the_session({"words": "a" * unsent.MOST_BYTES}))
        self.assert_not_kept(self.after_the_session({"csrfmiddlewaretoken": "x", "send_once": "y"}))

    def test_who_fills_the_table_comes_to_an_end(self):
        with mock.patch.object(unsent, "MOST_FROM_AN_ADDRESS", 1):
            self.after_the_session()
            self.assertIn("next=/akun/data/", self.after_the_session()["Location"])
        self.assertEqual(UnsentForm.everything.count(), 1)

    def test_who_is_signed_in_sends_as_ever(self):
        self.client.post(self.form, WISH, headers=OURS)
        self.assertEqual((DataRequest.everything.count(), UnsentForm.everything.count()), (1, 0))
