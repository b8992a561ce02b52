"""Sign-in: who gets in, who has tried too often, what a refusal tells (robustness A01, A02, W03, W07)."""

import re
import statistics
import time
from unittest import mock

from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from cms.core.models import RateHit
from cms.core.turns import NoTurn
from cms.directory import services
from cms.directory.models import User
from tests.cms.directory.door import HOME, DoorCase, number_of, sign_in, waited
from tests.makers import PASSWORD


class SignInTests(DoorCase):
    def test_number_in_any_spelling_and_email_open_the_same_account(self):
        User.everything.filter(pk=self.ani.user.pk).update(email="ani@example.go.id")
        spaced = f"{self.nip[:8]} {self.nip[8:14]} {self.nip[14]} {self.nip[15:]}"
        for login in (self.nip, spaced, "'" + self.nip, "ANI@example.go.id"):
            client = Client()
            with self.subTest(login=login):
                self.assertRedirects(sign_in(client, login), HOME, fetch_redirect_response=False)
                self.assertEqual(client.session["_auth_user_id"], str(self.ani.user.pk))

    def test_a_sign_in_asks_seven_statements_leaves_its_moment_and_takes_its_attempts_back(self):
        with self.assertNumQueries(7):
            sign_in(Client(), self.nip)
        self.assertIsNotNone(User.everything.get(pk=self.ani.user.pk).last_login)
        self.assertEqual(list(RateHit.everything.values_list("count", flat=True)), [0, 0])

    def test_a01_ten_wrong_passwords_from_one_address_then_429_and_right_one_after_the_wait(self):
        for _i in range(10):
            self.assertEqual(sign_in(Client(), self.nip, "salah-salah").status_code, 400)
        refused = sign_in(Client(), self.nip)
        self.assertEqual(refused.status_code, 429)
        self.assertLessEqual(int(refused["Retry-After"]), 300)
        waited(6)
        client = Client()
        sign_in(client, self.nip)
        self.assert_signed_in(client)

    def test_a_crowd_at_the_door_gets_a_waiting_page_that_costs_no_attempt(self):
        with mock.patch("django.contrib.auth.base_user.check_password", side_effect=NoTurn("password")):
            for _i in range(12):
                answer = sign_in(Client(), self.nip)
                self.assertEqual((answer.status_code, answer["Retry-After"]), (503, "3"))
        self.assertNotContains(answer, PASSWORD, status_code=503)
        client = Client()
        sign_in(client, self.nip)
        self.assert_signed_in(client)

    def test_a01_ten_addresses_count_for_one_account(self):
        for i in range(10):
            sign_in(Client(), self.nip, "salah-salah", address=f"198.51.100.{i}")
        self.assertEqual(sign_in(Client(), self.nip, address="203.0.113.9").status_code, 429)
        other = Client()
        sign_in(other, number_of(self.budi), address="203.0.113.9")
        self.assert_signed_in(other)

    def test_a01_one_address_with_many_numbers(self):
        for i in range(10):
            sign_in(Client(), f"19900101201503{i:04d}", "salah-salah")
        self.assertEqual(sign_in(Client(), number_of(self.budi)).status_code, 429)
        self.assertEqual(sign_in(Client(), number_of(self.budi), address="203.0.113.9").status_code, 302)

    def test_a01_number_and_email_are_one_account(self):
        User.everything.filter(pk=self.ani.user.pk).update(email="ani@example.go.id")
        for i in range(10):
            sign_in(Client(), (self.nip, "ani@example.go.id")[i % 2], "salah-salah", address=f"198.51.100.{i}")
        self.assertEqual(sign_in(Client(), self.nip, address="203.0.113.9").status_code, 429)

    def test_a01_strangers_never_lock_out_a_browser_that_was_here_before(self):
        known = Client()
        sign_in(known, self.nip)
        known.post(reverse("account_logout"))
        for _round in range(3):
            for i in range(12):
                sign_in(Client(), self.nip, "salah-salah", address=f"198.51.100.{i}")
            sign_in(known, self.nip)
            self.assert_signed_in(known)
            known.post(reverse("account_logout"))

    def test_a01_a_browser_is_known_at_the_door_of_every_language(self):
        doors = {}
        for language in ("id", "en"):
            with translation.override(language):
                doors[language] = reverse("account_login")
        for first, second in (("id", "en"), ("en", "id")):
            with self.subTest(f"{first}, then {second}"), translation.override(first):
                waited()
                once = Client()
                sign_in(once, self.nip)
                known = self.with_what_a_browser_sends(once, doors[second])
                with translation.override(second):
                    for i in range(12):
                        sign_in(Client(), self.nip, "salah-salah", address=f"198.51.100.{i}")
                    self.assertEqual(sign_in(Client(), self.nip, address="203.0.113.9").status_code, 429)
                    self.assertEqual(sign_in(known, self.nip).status_code, 302)
                    self.assert_signed_in(known)

    def with_what_a_browser_sends(self, client, address) -> Client:
        """A browser with the marks of ``client`` that it would send to ``address``, and nothing else."""
        other = Client()
        for name, mark in client.cookies.items():
            if name.startswith("known_browser") and address.startswith(mark["path"]):
                other.cookies[name] = mark.value
        self.assertEqual(len(other.cookies), 1)
        return other

    @override_settings(SESSION_COOKIE_SECURE=True)
    def test_the_mark_of_a_browser_is_read_by_the_door_alone(self):
        marks = [mark for name, mark in sign_in(Client(), self.nip).cookies.items() if name.startswith("known_browser")]
        self.assertEqual(sorted(mark["path"] for mark in marks), ["/akun/", "/en/akun/"])
        for mark in marks:
            with self.subTest(mark["path"]):
                told = (mark["secure"], mark["httponly"], mark["samesite"], mark["max-age"], mark["domain"])
                self.assertEqual(told, (True, True, "Lax", 180 * 86400, ""))

    def test_a_mark_that_was_altered_is_nothing(self):
        client = Client()
        sign_in(client, self.nip)
        client.post(reverse("account_logout"))
        for name in [name for name in client.cookies if name.startswith("known_browser")]:
            client.cookies[name] = str(self.budi.user.uuid) + client.cookies[name].value[36:]
        for i in range(10):
            sign_in(Client(), number_of(self.budi), "salah-salah", address=f"198.51.100.{i}")
        self.assertEqual(sign_in(client, number_of(self.budi), address="203.0.113.9").status_code, 429)

    def test_a01_known_browser_has_a_limit_too(self):
        known = Client()
        sign_in(known, self.nip)
        known.post(reverse("account_logout"))
        statuses = [sign_in(known, self.nip, "salah-salah").status_code for _i in range(11)]
        self.assertEqual(statuses, [400] * 10 + [429])

    def test_a01_right_passwords_do_not_count(self):
        for _i in range(25):
            self.assertEqual(sign_in(Client(), self.nip).status_code, 302)

    def test_a02_known_unknown_and_closed_account_answer_alike(self):
        def told(login):
            answer = sign_in(Client(), login, "salah-salah")
            page = answer.content.decode().replace(login, "LOGIN")
            return answer.status_code, re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)

        services.deactivate(user=self.budi.user, by=None, reason="uji")
        unknown = told("199001012015031999")
        self.assertEqual(told(self.nip), unknown)
        self.assertEqual(told(number_of(self.budi)), unknown)
        User.everything.filter(pk=self.ani.user.pk).update(email="ani@example.go.id")
        self.assertEqual(told("siapa@example.go.id"), told("ani@example.go.id"))
        self.assertEqual(unknown[0], 400)

    @override_settings(PASSWORD_HASHERS=["cms.directory.backends.Argon2idHasher"])
    def test_a02_time_tells_nothing(self):
        self.ani.user.set_password(PASSWORD)
        self.ani.user.save()

        def spent(login, i):
            # CPU time: the wall clock of a busy machine tells about the machine.
            start = time.process_time()
            sign_in(Client(), login, "salah-salah", address=f"198.51.100.{i}")
            return time.process_time() - start

        spent("warm@example.go.id", 0)
        times = [(spent(self.nip, i), spent("199001012015031999", i)) for i in range(9)]
        known, unknown = (statistics.median(column) for column in zip(*times, strict=True))
        self.assertLess(abs(known - unknown), 0.020)

    def test_w07_errors_have_a_summary_with_links_and_a_message_at_the_field(self):
        page = sign_in(self.client, "", "").content.decode()
        self.assertIn('href="#id_login"', page)
        self.assertIn('id="id_login_error"', page)
        field = re.search(r'<input[^>]*name="login"[^>]*>', page)[0]
        self.assertIn('aria-invalid="true"', field)
        self.assertRegex(field, r'aria-describedby="[^"]*id_login_error')
        self.assertLess(page.index("autofocus"), page.index('id="id_login"'))

    def test_w03_paste_and_password_managers_work(self):
        page = self.client.get(reverse("account_login")).content.decode()
        self.assertIn('autocomplete="username"', page)
        self.assertIn('autocomplete="current-password"', page)
        self.assertNotIn("onpaste", page)
        self.assertNotIn("<script>", page)

    def test_pages_of_the_door_are_private(self):
        self.assertIn("no-store", self.client.get(reverse("account_login"))["Cache-Control"])
