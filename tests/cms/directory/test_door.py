"""The door: sign-in, second step, passwords, sessions (robustness 4 A, N01, W07)."""

import gzip
import re
import statistics
import time
from unittest import mock
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from cms.core import outbox
from cms.core.models import RateHit
from cms.core.turns import NoTurn
from cms.directory import services
from cms.directory.models import OpenSession as Session
from cms.directory.models import User
from tests.cms.directory.door import add_totp, code_of, number_of, past_second_step, sign_in, waited
from tests.makers import PASSWORD, make_person

NEW = "jalan pagi 😀 ke sawah yang luas"
HOME = "/akun/"


@override_settings(LOGIN_REDIRECT_URL=HOME)
class SignInTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = make_person("Ani Lestari", user=True)
        cls.budi = make_person("Budi Santoso", user=True)
        cls.nip = number_of(cls.ani)

    def assert_signed_in(self, client, yes=True):
        self.assertEqual("_auth_user_id" in client.session, yes)

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

    def test_a03_planted_cookie_is_replaced_and_dead(self):
        client = Client()
        client.session.save()
        session = client.session
        session["planted"] = True
        session.save()
        planted = session.session_key
        client.cookies["sessionid"] = planted
        sign_in(client, self.nip)
        self.assertNotEqual(client.session.session_key, planted)
        self.assertFalse(Session.objects.filter(session_key=planted).exists())

    def test_a03_password_change_ends_every_other_session(self):
        here, there = Client(), Client()
        for client in (here, there):
            sign_in(client, self.nip)
        old = here.session.session_key
        data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        self.assertRedirects(here.post(reverse("account_change_password"), data), HOME, fetch_redirect_response=False)
        self.assertNotEqual(here.session.session_key, old)
        self.assertEqual(Session.objects.count(), 1)
        self.assertEqual(here.get(HOME).status_code, 200)
        self.assertEqual(there.get(HOME).status_code, 302)

    def test_a03_change_of_roles_renews_the_key(self):
        client = Client()
        sign_in(client, self.nip)
        old = client.session.session_key
        services.grant(user=self.ani.user, role="author", agency=self.ani.agency, by=None, reason="uji")
        client.get(HOME)
        new = client.session.session_key
        self.assertNotEqual(new, old)
        self.assertFalse(Session.objects.filter(session_key=old).exists())
        client.get(HOME)
        self.assertEqual(client.session.session_key, new)

    def test_a05_forged_host_is_refused(self):
        self.assertEqual(self.client.get(reverse("account_login"), headers={"host": "jahat.example"}).status_code, 400)

    @override_settings(WAGTAILADMIN_BASE_URL="https://belajar.example.go.id", ALLOWED_HOSTS=["*"])
    def test_a05_addresses_in_mail_and_on_paper_are_the_site_s_own(self):
        hr = make_person("Citra Dewi", agency=self.ani.agency, roles=["hr_head"]).user
        services.set_email(user=self.ani.user, email="ani@example.go.id", by=hr)
        outbox.deliver_all()
        self.assertIn("https://belajar.example.go.id/akun/", mail.outbox[-1].body)
        past_second_step(self.client, hr)
        page = self.client.post(
            reverse("directory:give_code", args=[self.ani.uuid]), {"kind": "recover"}, headers={"host": "jahat.example"}
        )
        self.assertContains(page, "<b>belajar.example.go.id/akun/kode/</b>")
        self.assertNotContains(page, "jahat")

    def test_a06_closed_account_is_out_on_the_next_request(self):
        sign_in(self.client, self.nip)
        services.deactivate(user=self.ani.user, by=None, reason="uji")
        self.assertEqual(self.client.get(HOME).status_code, 302)
        sign_in(self.client, self.nip)
        self.assert_signed_in(self.client, False)

    def test_who_sends_a_form_after_the_session_ended_comes_back_to_the_page_of_the_form(self):
        send = reverse("directory:end_session")
        for before, back in (
            ("http://testserver/akun/sesi/?a=1", "/akun/sesi/?a=1"), ("http://evil.example/x", HOME), ("", HOME),
            ("http://testserver", HOME), ("http://testserver//evil.example/x", HOME),
            ("http://testserver/\\evil.example/x", HOME),
        ):  # fmt: skip
            with self.subTest(before):
                answer = Client().post(send, headers={"Referer": before})
                self.assertRedirects(
                    answer, f"{reverse('account_login')}?{urlencode({'next': back}, safe='/')}",
                    fetch_redirect_response=False,
                )  # fmt: skip

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

    def test_n01_next_stays_on_this_site(self):
        evils = ("//evil.example", "/\\evil.example", "https:evil.example", "https://localhost/x", "data:text/html,x")
        for evil in (*evils, "/x\r\nSet-Cookie: a=b", "javascript:alert(1)"):
            with self.subTest(next=evil):
                response = sign_in(Client(), self.nip, next=evil)
                self.assertEqual((response.status_code, response["Location"]), (302, HOME))
        self.assertEqual(sign_in(Client(), self.nip, next="/akun/sesi/?a=1")["Location"], "/akun/sesi/?a=1")

    def test_n01_every_form_of_the_door_leads_to_this_site_alone(self):
        evils = ("//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)", "/x\r\nA: b")
        steps = {
            "account_reauthenticate": {"password": PASSWORD},
            "account_change_password": {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
            "account_logout": {},
        }
        for evil in evils:
            User.everything.get(pk=self.ani.user.pk).check_password(PASSWORD) or self._password_back()
            client = Client()
            sign_in(client, self.nip)
            for name, form in steps.items():
                for where in (reverse(name), f"{reverse(name)}?{urlencode({'next': evil})}"):
                    with self.subTest(next=evil, name=name):
                        answer = client.post(where, {**form, "next": evil})
                        self.assertIn(answer.status_code, (302, 400))
                        self.assertRegex(answer.headers.get("Location", "/"), r"^/(?![/\\])[^\r\n]*$")

    def _password_back(self):
        user = User.everything.get(pk=self.ani.user.pk)
        user.set_password(PASSWORD)
        user.save()

    def test_a01_the_password_asked_again_is_counted_too(self):
        sign_in(self.client, self.nip)
        again = reverse("account_reauthenticate")
        statuses = [self.client.post(again, {"password": "salah-salah"}).status_code for _i in range(11)]
        self.assertEqual(statuses, [400] * 10 + [429])

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

    def test_password_that_must_be_set_anew_comes_first(self):
        User.everything.filter(pk=self.ani.user.pk).update(must_set_password=True)
        sign_in(self.client, self.nip)
        self.assertRedirects(self.client.get(HOME), reverse("account_change_password"), fetch_redirect_response=False)
        data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        self.client.post(reverse("account_change_password"), data)
        self.assertEqual(self.client.get(HOME).status_code, 200)

    def test_wagtails_own_door_leads_to_ours(self):
        response = self.client.get("/tata-kelola/login/?next=/tata-kelola/")
        self.assertEqual(response["Location"], reverse("account_login") + "?next=/tata-kelola/")
        for path in ("password_reset/", "password_reset/confirm/MQ/x-y/", "account/", "account/change_password/"):
            with self.subTest(path=path):
                response = self.client.get(f"/tata-kelola/{path}")
                self.assertTrue(response["Location"].startswith("/akun/"), response["Location"])
        sign_in(self.client, self.nip)
        self.client.post("/tata-kelola/logout/")
        self.assert_signed_in(self.client, False)

    def test_both_languages_have_the_door(self):
        self.assertEqual(reverse("account_login"), "/akun/masuk/")
        self.assertEqual(self.client.get("/en/akun/masuk/").status_code, 200)


@override_settings(LOGIN_REDIRECT_URL=HOME)
class SecondStepTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.citra = make_person("Citra Dewi", roles=["hr_head"])
        cls.user = cls.citra.user
        cls.nip = number_of(cls.citra)

    def with_app(self):
        self.secret = add_totp(self.user)
        sign_in(self.client, self.nip)

    def step(self, code, client=None):
        return (client or self.client).post(reverse("mfa_authenticate"), {"code": code})

    def test_a07_role_without_second_factor_reaches_only_the_set_up_page(self):
        sign_in(self.client, self.nip)
        closed = [HOME, reverse("directory:people"), reverse("directory:grants"), reverse("directory:sessions")]
        for path in [*closed, "/tata-kelola/", reverse("mfa_index"), reverse("account_change_password")]:
            with self.subTest(path=path):
                self.assertTrue(self.client.get(path)["Location"].startswith(reverse("mfa_activate_totp")))
        self.assertEqual(self.client.get(reverse("mfa_activate_totp")).status_code, 200)

    def test_a07_programs_get_403(self):
        sign_in(self.client, self.nip)
        response = self.client.get(reverse("directory:people"), headers={"accept": "application/json"})
        self.assertEqual(response.status_code, 403)
        self.assertEqual(response["Content-Type"], "application/problem+json")

    def test_a07_a_factor_counts_only_in_the_session_that_showed_it(self):
        add_totp(self.user)
        self.client.force_login(self.user)  # a session from before, with the password alone
        response = self.client.get(HOME)
        self.assertEqual(response["Location"], f"{reverse('mfa_reauthenticate')}?next=%2Fakun%2F")
        self.assertNotIn("second_factor", self.client.session)

    def test_a07_showing_it_again_opens(self):
        secret = add_totp(self.user)
        self.client.force_login(self.user)
        response = self.client.post(reverse("mfa_reauthenticate"), {"code": code_of(secret), "next": HOME})
        self.assertRedirects(response, HOME, fetch_redirect_response=False)
        self.assertEqual(self.client.get(HOME).status_code, 200)

    def test_a07_role_given_now_needs_the_factor_now(self):
        ani = make_person("Ani Lestari", user=True, agency=self.citra.agency)
        sign_in(self.client, number_of(ani))
        self.assertEqual(self.client.get(HOME).status_code, 200)
        services.grant(user=ani.user, role="publisher", agency=ani.agency, by=None, reason="uji")
        self.assertEqual(self.client.get(HOME).status_code, 302)

    def test_set_up_by_code_then_recovery_codes(self):
        sign_in(self.client, self.nip)
        page = self.client.get(reverse("mfa_activate_totp"))
        self.assertContains(page, "<path")
        self.assertNotContains(page, "data:image")
        secret = page.context["form"].secret
        response = self.client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
        self.assertRedirects(response, reverse("mfa_view_recovery_codes"), fetch_redirect_response=False)
        self.assertEqual(self.client.get(reverse("mfa_view_recovery_codes")).status_code, 200)
        self.assertEqual(self.client.get(HOME).status_code, 200)

    def test_sign_in_with_both_steps(self):
        self.with_app()
        self.assertNotIn("_auth_user_id", self.client.session)
        self.assertRedirects(self.step(code_of(self.secret)), HOME, fetch_redirect_response=False)
        self.assertEqual(self.client.get(HOME).status_code, 200)

    def test_a08_the_same_code_opens_once(self):
        self.with_app()
        code = code_of(self.secret)
        self.step(code)
        other = Client()
        sign_in(other, self.nip)
        self.assertEqual(self.step(code, other).status_code, 400)
        self.assertNotIn("_auth_user_id", other.session)

    def test_a08_the_same_code_is_refused_by_another_process(self):
        from django.core.cache import cache

        self.with_app()
        code = code_of(self.secret)
        self.step(code)
        cache.clear()  # LocMem is per process
        other = Client()
        sign_in(other, self.nip)
        self.assertEqual(self.step(code, other).status_code, 400)

    def test_a08_the_code_of_the_set_up_does_not_sign_in(self):
        sign_in(self.client, self.nip)
        secret = self.client.get(reverse("mfa_activate_totp")).context["form"].secret
        code = code_of(secret)
        self.client.post(reverse("mfa_activate_totp"), {"code": code})
        other = Client()
        sign_in(other, self.nip)
        self.assertEqual(self.step(code, other).status_code, 400)

    def test_a08_six_wrong_codes_are_too_many(self):
        self.with_app()
        statuses = [self.step("000000").status_code for _i in range(6)]
        self.assertEqual(statuses, [400] * 5 + [429])
        self.assertEqual(self.step(code_of(self.secret)).status_code, 429)
        waited(6)
        self.assertEqual(self.step(code_of(self.secret)).status_code, 302)

    def test_recovery_code_opens_once(self):
        from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

        self.with_app()
        code = RecoveryCodes.activate(self.user).get_unused_codes()[0]
        self.assertEqual(self.step(code).status_code, 302)
        other = Client()
        sign_in(other, self.nip)
        self.assertEqual(self.step(code, other).status_code, 400)

    def test_needed_second_step_cannot_be_switched_off(self):
        self.with_app()
        self.step(code_of(self.secret))
        self.client.post(reverse("mfa_deactivate_totp"))
        self.assertTrue(Authenticator.objects.filter(user=self.user, type="totp").exists())

    def test_pages_of_the_second_step_are_ours(self):
        self.with_app()
        self.assertContains(self.client.get(reverse("mfa_authenticate")), 'class="narrow')
        self.step(code_of(self.secret))
        for name in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "account_reauthenticate"):
            with self.subTest(page=name):
                response = self.client.get(reverse(name))
                if name != "mfa_view_recovery_codes":
                    self.assertContains(response, 'class="narrow')


class OwnPagesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = make_person("Ani Lestari", user=True)
        cls.citra = make_person("Citra Dewi", user=True)

    def test_sessions_are_listed_without_keys_and_end_one_by_one(self):
        here, there = Client(), Client()
        for client in (here, there):
            sign_in(client, number_of(self.ani), headers={"user-agent": "Mozilla/5.0 (Linux; Android 9) Firefox/120"})
        page = here.get(reverse("directory:sessions"))
        self.assertContains(page, "Firefox, Android", count=3)
        self.assertNotContains(page, there.session.session_key)
        here.post(reverse("directory:end_session"), {"session": services.session_name(there.session.session_key)})
        self.assertEqual(there.get(HOME).status_code, 302)
        self.assertEqual(here.get(HOME).status_code, 200)

    def test_end_all_others_leaves_this_one_and_strangers_alone(self):
        here, there, stranger = Client(), Client(), Client()
        for client, person in ((here, self.ani), (there, self.ani), (stranger, self.citra)):
            sign_in(client, number_of(person))
        here.post(reverse("directory:end_session"))
        self.assertEqual([c.get(HOME).status_code for c in (here, there, stranger)], [200, 302, 200])
        here.post(reverse("directory:end_session"), {"session": services.session_name(stranger.session.session_key)})
        self.assertEqual(stranger.get(HOME).status_code, 200)

    def test_notices_are_one_s_own_and_can_be_marked_read(self):
        services.notify(person_id=self.ani.pk, kind="uji", key="1", text="Kelas dimulai besok")
        services.notify(person_id=self.citra.pk, kind="uji", key="1", text="Hanya untuk Citra")
        past_second_step(self.client, self.ani.user)
        page = self.client.get(reverse("directory:notices"))
        self.assertContains(page, "Kelas dimulai besok")
        self.assertNotContains(page, "Hanya untuk Citra")
        self.client.post(reverse("directory:read_notices"))
        self.assertEqual(self.ani.notices.filter(read_at=None).count(), 0)
        self.assertEqual(self.citra.notices.filter(read_at=None).count(), 1)

    def test_every_page_asks_for_sign_in(self):
        for name in ("account", "sessions", "notices", "people", "waiting_codes", "grants"):
            with self.subTest(page=name):
                self.assertIn("/akun/masuk/", self.client.get(reverse(f"directory:{name}"))["Location"])

    def test_password_change_is_told_to_the_owner(self):
        sign_in(self.client, number_of(self.ani))
        data = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        self.client.post(reverse("account_change_password"), data)
        self.assertEqual(self.ani.notices.filter(kind="password").count(), 1)
