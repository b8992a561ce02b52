"""Sessions: new ones, ended ones, a person's own list of them (robustness A03, A06)."""

from urllib.parse import urlencode

from django.contrib.auth.hashers import make_password
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from cms.directory import services
from cms.directory.models import OpenSession as Session
from cms.directory.models import User
from tests.cms.directory.door import HOME, NEW, DoorCase, number_of, past_second_step, sign_in
from tests.makers import PASSWORD, make_person


class SessionTests(DoorCase):
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

    def test_a06_closed_account_is_out_on_the_next_request(self):
        sign_in(self.client, self.nip)
        services.deactivate(user=self.ani.user, by=None, reason="uji")
        self.assertEqual(self.client.get(HOME).status_code, 302)
        sign_in(self.client, self.nip)
        self.assert_signed_in(self.client, False)

    def test_a03_a06_what_changed_behind_the_door_ends_the_session_too(self):
        """By a command, a restore, another process: the session's row is still there, and opens nothing."""
        rows = User.everything.filter(pk=self.ani.user.pk)
        for change in ({"is_active": False}, {"is_demo": True}, {"password": make_password(NEW)}):
            client = Client()
            sign_in(client, self.nip)
            self.assertEqual(client.get(HOME).status_code, 200)
            before = rows.values(*change).get()
            with self.subTest(change=list(change)), override_settings(BESTARI_DEMO=False):
                rows.update(**change)
                self.assertEqual(client.get(HOME).status_code, 302)
                self.assertEqual(client.post(reverse("directory:set_language"), {"language": "en"}).status_code, 302)
            rows.update(**before)
        self.assertEqual(rows.get().language, "")

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
