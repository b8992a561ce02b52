"""The second step: who needs it, and what a code is good for (robustness A07, A08)."""

from allauth.mfa.models import Authenticator
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from cms.directory import services
from tests.cms.directory.door import HOME, add_totp, code_of, number_of, sign_in, waited
from tests.makers import make_person


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

    def test_a07_recovery_codes_are_read_before_the_first_password_of_ones_own(self):
        """They are shown once the second step works; the page that tells to keep them must open."""
        type(self.user).everything.filter(pk=self.user.pk).update(must_set_password=True)
        sign_in(self.client, self.nip)
        secret = self.client.get(reverse("mfa_activate_totp")).context["form"].secret
        answer = self.client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)
        self.assertEqual(answer.redirect_chain[-1][0], reverse("mfa_view_recovery_codes"))
        self.assertEqual(self.client.get(reverse("mfa_download_recovery_codes")).status_code, 200)
        self.assertRedirects(self.client.get(HOME), reverse("account_change_password"), fetch_redirect_response=False)

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
