"""Addresses of the door: where it leads, and under which name it answers (robustness A05, N01)."""

from urllib.parse import urlencode

from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from cms.core import outbox
from cms.directory import services
from cms.directory.models import User
from tests.cms.directory.door import HOME, NEW, DoorCase, past_second_step, sign_in
from tests.makers import PASSWORD, make_person


class WaysInTests(DoorCase):
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
