"""The frames: both languages on every page, the same foot, refusals that say what to do."""

from django.test import RequestFactory, TestCase
from django.urls import reverse
from django.utils import translation

from cms.core import middleware
from cms.core.limits import TooMany
from cms.core.templatetags.look import other_language
from cms.directory.models import Notice
from cms.pages import views
from tests.makers import make_person
from tests.sql import assert_sql

PUBLIC = ("pages:home", "pages:help", "pages:accessibility", "pages:privacy", "catalogue:list", "records:verify")


class IndonesianFirst(TestCase):
    def setUp(self):
        # A request leaves its language behind; reverse() would follow it.
        translation.activate("id")
        self.addCleanup(translation.activate, "id")


class PublicFrameTests(IndonesianFirst):
    def test_every_public_page_has_the_other_language_help_and_privacy(self):
        for name in PUBLIC:
            with self.subTest(name):
                path = reverse(name)
                page = self.client.get(path)
                self.assertContains(page, f'href="/en{path}" lang="en"')
                for link in ("pages:help", "pages:accessibility", "pages:privacy"):
                    self.assertContains(page, reverse(link))
                english = self.client.get(f"/en{path}")
                translation.activate("id")
                self.assertContains(english, f'href="{path}" lang="id"')
                self.assertContains(english, '<html lang="en">')

    def test_I13_pages_of_prose_are_for_everybody_and_cost_no_statement(self):
        for name in PUBLIC[:4]:
            # The front page shows three courses: one statement.
            with self.subTest(name), assert_sql(int(name == "pages:home")):
                page = self.client.get(reverse(name))
                self.assertEqual(page["Cache-Control"], "public, max-age=60")
                self.assertFalse(page.has_header("Vary"))
                self.assertEqual(page.cookies, {})

    def test_B01_only_public_pages_load_the_font_early(self):
        self.assertContains(self.client.get("/"), 'rel="preload"', count=1)
        self.client.force_login(make_person(user=True).user)
        self.assertNotContains(self.client.get(reverse("player:home")), 'rel="preload"')

    def test_n01_the_other_language_never_leaves_the_site(self):
        """/en//evil.example must not become //evil.example."""
        with translation.override("en"):
            link = other_language({"request": RequestFactory().get("/en//evil.example/?a=<b>")})
        self.assertIn('href="/', link)
        self.assertNotIn('href="//', link)
        self.assertNotIn("<b>", link)


class RefusalTests(IndonesianFirst):
    def ask(self, view, *args):
        request = RequestFactory().get("/somewhere/")
        request.id = "11111111-aaaa"
        return view(request, *args)

    def test_refusals_stand_in_the_frame_with_the_number_of_the_request(self):
        inner = middleware.clean_input(lambda request: None)
        answers = {
            400: self.ask(views.bad_request),
            403: self.ask(views.forged),
            404: self.ask(views.missing),
            500: self.ask(views.broken),
            429: self.ask(inner.process_exception, TooMany(17)),
        }
        for status, answer in answers.items():
            with self.subTest(status):
                page = answer.content.decode()
                self.assertEqual(answer.status_code, status)
                self.assertIn("11111111-aaaa", page)
                self.assertIn('class="foot"', page)
                self.assertIn('lang="en"', page)
        self.assertEqual(answers[429]["Retry-After"], "17")

    def test_u12_too_large_a_form_is_413_and_names_the_limit(self):
        with self.settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100):
            answer = self.client.post(
                "/akun/kode/", {"number": "1" * 200}, content_type="application/x-www-form-urlencoded"
            )
        self.assertContains(answer, "5 MB", status_code=413)


class WorkFrameTests(IndonesianFirst):
    def test_the_bell_counts_what_is_unread_and_the_bar_has_a_sheet_for_the_rest(self):
        ani = make_person(user=True)
        self.client.force_login(ani.user)
        self.assertContains(self.client.get(reverse("player:home")), "<span>Notices</span>")
        for key in "ab":
            Notice.everything.create(person=ani, kind="place_given", key=key, text="Kabar")
        page = self.client.get(reverse("player:home"))
        self.assertContains(page, "2 new notices", count=2)  # for wide screens, and read aloud on phones
        self.assertContains(page, '<details class="sheet">', count=1)
        self.assertContains(page, 'href="/en/beranda/" lang="en"', count=2)

    def test_a_role_and_the_bell_cost_no_statement_of_their_own(self):
        ani = make_person(user=True, roles=["organiser", "facilitator"])
        self.client.force_login(ani.user)
        with assert_sql(
            1
        ):  # the page of notices itself: its rows; who I am, my roles and the bell come with the account
            self.client.get(reverse("directory:notices"))
