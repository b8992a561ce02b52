"""The public catalogue and course page: literal search, filters, offers that explain themselves, few statements."""

from datetime import timedelta

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone, translation

from lms.catalogue import queries
from tests import makers
from tests.lms.player.makers import make_course_of
from tests.sql import assert_sql_at_most


class PublicTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.first = make_course_of(units=2, title="Melayani 100% warga")
        cls.second = make_course_of(units=2, title="Menulis jawaban", exam=True)

    def setUp(self):
        translation.activate("id")
        self.addCleanup(translation.activate, "id")

    def titles(self, **asked):
        page = self.client.get(reverse("catalogue:list"), asked)
        return [course.current_release.title for course in page.context["page"]]

    def course(self):
        return self.client.get(reverse("catalogue:course", args=[self.first.course.slug]))


class CatalogueTests(PublicTests):
    def test_Q01_the_catalogue_is_three_statements_however_many_courses(self):
        for more in (0, 3):
            for n in range(more):
                make_course_of(units=2, title=f"Kursus {n}")
            with self.subTest(more=more), assert_sql_at_most(3):  # courses with their total; agencies; competencies
                self.client.get(reverse("catalogue:list"))

    def test_R05_search_is_literal_and_every_word_counts(self):
        self.assertEqual(self.titles(q="100%"), ["Melayani 100% warga"])
        self.assertEqual(self.titles(q="%"), ["Melayani 100% warga"])
        self.assertEqual(self.titles(q="_"), [])
        self.assertEqual(self.titles(q="100%  melayani"), ["Melayani 100% warga"])
        self.assertEqual(self.titles(q="((a+)+)$" + "x" * 10_000), [])

    def test_filters_narrow_and_nonsense_narrows_nothing(self):
        both = ["Melayani 100% warga", "Menulis jawaban"]
        self.assertEqual(self.titles(), both)
        self.assertEqual(self.titles(instansi=self.first.course.agency.code), both[:1])
        self.assertEqual(self.titles(kompetensi="M.5"), both)
        self.assertEqual(self.titles(kompetensi="M.1"), [])
        self.assertEqual(self.titles(jp="3"), both)
        self.assertEqual(self.titles(jp="lebih"), [])
        self.assertEqual(self.titles(jp="x", kompetensi='M.5" OR 1', page="-3", buka="x"), both)

    def test_open_now_means_that_one_can_enrol_today(self):
        today = timezone.localdate()
        makers.make_run(release=self.first)
        makers.make_run(release=self.second, enrol_from=today + timedelta(days=2))
        makers.make_run(release=self.second, state="closed")
        self.assertEqual(self.titles(buka="1"), ["Melayani 100% warga"])

    def test_nothing_found_says_what_to_do(self):
        page = self.client.get(reverse("catalogue:list"), {"q": "tidak ada"})
        self.assertContains(page, "No course matches")
        self.assertContains(page, "Show all courses")

    def test_more_than_a_page_is_divided_and_keeps_the_words(self):
        wanted = queries.Wanted()
        queries.COURSES_A_PAGE, before = 1, queries.COURSES_A_PAGE
        self.addCleanup(setattr, queries, "COURSES_A_PAGE", before)
        page = queries.catalogue_page(wanted, 2)
        self.assertEqual(([c.current_release.title for c in page], page.paginator.count), (["Menulis jawaban"], 2))
        self.assertEqual(queries.catalogue_page(wanted, 99).number, 1)
        shown = self.client.get(reverse("catalogue:list"), {"jp": "3", "page": "2"})
        self.assertContains(shown, "?jp=3&amp;page=1")

    def test_I13_both_pages_are_for_everybody(self):
        for path in (reverse("catalogue:list"), reverse("catalogue:course", args=[self.first.course.slug])):
            page = self.client.get(path)
            self.assertEqual(page["Cache-Control"], "public, max-age=60")
            self.assertFalse(page.has_header("Vary"))
            self.assertEqual(page.cookies, {})


class CoursePageTests(PublicTests):
    def test_Q01_three_statements_warm_however_many_runs(self):
        for runs in (1, 3):
            makers.make_run(release=self.first)
            self.course()
            with self.subTest(runs=runs), assert_sql_at_most(3):  # the course; its runs; names of competencies
                self.course()

    def test_what_it_proves_stands_with_name_and_level_word(self):
        page = self.course()
        self.assertContains(page, "3, intermediate")
        self.assertContains(page, "M.5 · managerial")

    def test_without_a_run_the_button_explains_itself(self):
        page = self.course()
        self.assertContains(page, 'aria-disabled="true"')
        self.assertContains(page, "Ask the agency named above for the next one")
        self.assertNotContains(page, "/daftar/")

    def test_L54_a_full_run_offers_its_queue_and_says_how_long_it_is(self):
        run = makers.make_run(release=self.first, seats=1)
        for state in ("active", "waiting"):
            makers.make_enrolment(run=run, learner=makers.make_person(), state=state)
        page = self.course()
        self.assertContains(page, "Join the waiting list")
        self.assertContains(page, "1 wait before you")
        self.assertContains(page, "1 of 1 taken")

    def test_a_run_not_open_yet_says_when(self):
        opens = timezone.localdate() + timedelta(days=3)
        makers.make_run(release=self.first, enrol_from=opens)
        self.assertContains(self.course(), "Opens on ")
        self.assertNotContains(self.course(), "/daftar/")

    def test_an_open_run_is_preferred_to_one_that_opens_later(self):
        today = timezone.localdate()
        makers.make_run(release=self.first, enrol_from=today + timedelta(days=3), starts_on=today, name="Nanti")
        now = makers.make_run(release=self.first, starts_on=today + timedelta(days=5), name="Sekarang", seats=3)
        page = self.course()
        self.assertContains(page, f"/daftar/{now.uuid}/", count=2)
        self.assertContains(page, "3 seats left.")

    def test_D05_the_last_moment_of_enrolment_names_its_zone(self):
        makers.make_run(release=self.first, timezone="Asia/Jayapura")
        self.assertContains(self.course(), "23.59 WIT")

    def test_a_course_without_release_is_not_there(self):
        draft = makers.make_course()
        self.assertEqual(self.client.get(reverse("catalogue:course", args=[draft.slug])).status_code, 404)
