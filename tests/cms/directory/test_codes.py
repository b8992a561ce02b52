"""Codes that HR hands over: they open an account once, and nothing after that (robustness A04)."""

import logging
import re
from datetime import timedelta
from decimal import Decimal

import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from cms.core import rulebook
from cms.core.logs import JsonFormatter
from cms.directory import services
from cms.directory.models import DoorCode, OpenSession, User
from tests.cms.directory.door import add_totp, number_of, past_second_step, sign_in
from tests.makers import make_person

NEW = "jalan pagi 😀 ke sawah yang luas"


class CodeTests(TestCase):
    """Activate or recover with a code from HR."""

    @classmethod
    def setUpTestData(cls):
        cls.hr = make_person("Citra Dewi", roles=["hr_head"])
        cls.ani = make_person("Ani Lestari", agency=cls.hr.agency)
        cls.nip = number_of(cls.ani)
        cls.page = "/akun/kode/"

    def use(self, code, number=None, password=NEW, again=None, **extra):
        data = {"number": number or self.nip, "code": code, "password1": password, "password2": again or password}
        return self.client.post(self.page, data, **extra)

    def give(self, kind="activate"):
        return services.give_code(person=self.ani, kind=kind, by=self.hr.user)

    def test_code_opens_the_account_once(self):
        code = self.give()
        self.assertRedirects(self.use(code.lower()), reverse("account_login"), fetch_redirect_response=False)
        self.assertEqual(sign_in(Client(), self.nip, NEW).status_code, 302)
        self.assertEqual(self.use(code, password="lain lagi kata sandinya").status_code, 400)

    def test_a04_looking_consumes_nothing_and_a_new_code_kills_the_old(self):
        old = self.give()
        self.client.get(self.page)
        new = self.give()
        self.assertEqual(self.use(old).status_code, 400)
        self.assertEqual(self.use(new).status_code, 302)

    def test_a04_a_code_is_dead_after_use_after_its_days_and_after_a_new_password(self):
        self.use(self.give())
        user = User.everything.get(person=self.ani)

        def used(code):
            self.assertEqual(self.use(code).status_code, 302)

        def late(code):
            DoorCode.everything.filter(used_at=None).update(expires_at=timezone.now())

        def closed(code):
            services.deactivate(user=user, by=None, reason="uji")

        def another_way(code):
            self.assertEqual(self.use(self.give("activate")).status_code, 302)

        def by_herself(code):
            client = Client()
            sign_in(client, self.nip, NEW)
            words = {"oldpassword": NEW, "password1": "sore di tepi sawah", "password2": "sore di tepi sawah"}
            self.assertEqual(client.post(reverse("account_change_password"), words).status_code, 302)

        refusals = []
        for happens in (used, late, another_way, by_herself, closed):
            with self.subTest(happens.__name__):
                waiting = self.give("recover")
                happens(waiting)
                self.client = Client()  # without the notice that a password was set
                refused = self.use(waiting, password="malam di kota yang tenang")
                self.assertContains(refused, "Ask your HR unit for a new one", status_code=400)
                refusals.append(refused)
        # One answer for all of them, and none of them changed the password.
        self.assertEqual(len({re.sub(r'value="[^"]*"', "", r.content.decode()) for r in refusals}), 1)
        self.assertTrue(User.everything.get(pk=user.pk).check_password("sore di tepi sawah"))

    def test_a04_a_recovery_code_lives_half_an_hour_and_an_activation_code_three_days(self):
        for kind, lives in (
            ("recover", timedelta(minutes=30)), ("activate", timedelta(days=3)), ("factor", timedelta(days=3)),
        ):  # fmt: skip
            with self.subTest(kind):
                began = timezone.now()
                self.give(kind)
                ends = DoorCode.everything.get(kind=kind, used_at=None).expires_at
                self.assertLess(abs(ends - began - lives), timedelta(seconds=20))

    def test_a04_after_its_life_a_recovery_code_opens_nothing(self):
        services.use_code(number=self.nip, code=self.give(), password=NEW)
        code = self.give("recover")
        with time_machine.travel(timezone.now() + timedelta(minutes=31)):
            self.assertContains(self.use(code), "Ask your HR unit for a new one", status_code=400)

    def test_the_lives_are_rules_by_date_and_agency_and_the_slip_says_until_when(self):
        rulebook.forget()
        self.addCleanup(rulebook.forget)
        with self.captureOnCommitCallbacks(execute=True):
            for key, value in (("recovery_code_minutes", 120), ("activation_code_hours", 8)):
                rulebook.set_rule(
                    key=key, value=Decimal(value), valid_from=timezone.localdate(), by=None,
                    agency_id=self.ani.agency_id,
                )  # fmt: skip
        services.use_code(number=self.nip, code=self.give(), password=NEW)
        past_second_step(self.client, self.hr.user)
        with time_machine.travel("2027-03-01T03:00:00Z", tick=False):
            # Signed in on another day: the session is made anew.
            past_second_step(self.client, self.hr.user)
            for kind, until in (("recover", "12.00 WIB"), ("activate", "18.00 WIB")):
                with self.subTest(kind):
                    slip = self.client.post(reverse("directory:give_code", args=[self.ani.uuid]), {"kind": kind})
                    self.assertContains(slip, f" 2027, {until}.")

    def test_D05_the_slip_names_the_zone_of_who_uses_the_code(self):
        type(self.ani.agency).everything.filter(pk=self.ani.agency_id).update(timezone="Asia/Jayapura")
        with time_machine.travel("2027-03-01T03:00:00Z", tick=False):
            past_second_step(self.client, self.hr.user)
            slip = self.client.post(reverse("directory:give_code", args=[self.ani.uuid]), {"kind": "recover"})
        self.assertContains(slip, " 2027, 12.30 WIT.")

    def test_a04_a_code_is_in_no_address_and_no_log(self):
        code = self.give()
        with self.assertLogs(level="DEBUG") as logged:
            logging.getLogger("uji").info("somebody listens")
            refused, taken = self.use(code[::-1]), self.use(code)
        said = " ".join(logged.output) + "".join(JsonFormatter().format(record) for record in logged.records)
        for raw in (code, code.replace("-", ""), code[::-1]):
            self.assertNotIn(raw, said)
            self.assertNotIn(raw, taken["Location"])
        self.assertEqual(refused["Referrer-Policy"], "same-origin")

    def test_a02_wrong_number_and_wrong_code_answer_alike(self):
        def told(response):
            return re.sub(r'value="[^"]*"', "", response.content.decode())

        code = self.give()
        self.assertEqual(told(self.use("AAAA-BBBB-CCCC")), told(self.use(code, number="199001012015031999")))

    def test_wrong_codes_are_counted_per_number_and_per_address(self):
        self.give()
        for i in range(10):
            self.use("AAAA-BBBB-CCCC", REMOTE_ADDR=f"198.51.100.{i}")
        self.assertEqual(self.use("AAAA-BBBB-CCCC", REMOTE_ADDR="203.0.113.1").status_code, 429)
        for i in range(21):
            last = self.use("AAAA-BBBB-CCCC", number=f"1990010120150{i:05d}", REMOTE_ADDR="203.0.113.7")
        self.assertEqual(last.status_code, 429)

    def test_a01_strangers_who_try_the_number_keep_its_owner_out_of_nothing(self):
        code = self.give()
        for i in range(12):
            self.use("AAAA-BBBB-CCCC", REMOTE_ADDR=f"198.51.100.{i}")
        self.assertEqual(self.use("AAAA-BBBB-CCCC", REMOTE_ADDR="203.0.113.1").status_code, 429)
        self.assertEqual(self.use(code, REMOTE_ADDR="203.0.113.2").status_code, 302)
        for i in range(12):
            sign_in(Client(), self.nip, "salah-salah", address=f"198.51.100.{i}")
        # The browser that showed the code is known from now on, so she gets in with the password she has just set.
        self.assertEqual(sign_in(Client(), self.nip, NEW, address="203.0.113.3").status_code, 429)
        self.assertEqual(sign_in(self.client, self.nip, NEW, address="203.0.113.2").status_code, 302)

    def test_a09_password_with_the_name_is_refused_and_the_code_stays(self):
        code = self.give()
        self.assertEqual(self.use(code, password="ani lestari nomor satu").status_code, 400)
        self.assertEqual(self.use(code, again="lain").status_code, 400)
        self.assertEqual(self.use(code).status_code, 302)

    def test_lost_second_factor_needs_a_second_officer(self):
        services.use_code(number=self.nip, code=self.give(), password=NEW)
        user = User.everything.get(person=self.ani)
        add_totp(user)
        code = self.give("factor")
        self.assertEqual(self.use(code).status_code, 400)
        second = make_person("Dewi Anggraini", agency=self.hr.agency, roles=["hr_analyst"])
        services.approve_code(code=DoorCode.everything.get(kind="factor"), by=second.user)
        self.assertEqual(self.use(code).status_code, 302)
        self.assertFalse(Authenticator.objects.filter(user=user).exists())

    def test_recovery_ends_open_sessions(self):
        services.use_code(number=self.nip, code=self.give(), password=NEW)
        open_one = Client()
        sign_in(open_one, self.nip, NEW)
        self.use(self.give("recover"), password="lain lagi kata sandinya")
        self.assertFalse(OpenSession.objects.filter(session_key=open_one.session.session_key).exists())
        self.assertEqual(open_one.get("/akun/").status_code, 302)
