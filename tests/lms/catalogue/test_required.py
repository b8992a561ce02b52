"""Required courses on the author's way: from the folder to the desk, through the lint, into the Release (L54)."""

from django.core.exceptions import ValidationError
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.catalogue import queries, services
from lms.catalogue.exceptions import ImportRefused, ReleaseRefused
from lms.catalogue.models import Course, CoursePage
from lms.catalogue.rules.uploads import Folder, folder_draft, refuse_shapes
from lms.catalogue.views.changes import changes_of
from tests import makers


class RequiredCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.basics = makers.make_release(title="Dasar pelayanan", units=1)
        cls.agency = makers.make_agency("Kementerian PANRB")
        cls.author = makers.make_person(agency=cls.agency, roles=["author"]).user
        cls.publisher = makers.make_person(agency=cls.agency, roles=["publisher"]).user
        cls.files = makers.course_files(title="Pelayanan lanjut", units=1)

    def requiring(self, *slugs):
        text = self.files["kursus.md"].replace("outcomes:", f"requires: [{', '.join(slugs)}]\noutcomes:")
        return self.files | {"kursus.md": text}

    def take(self, *slugs):
        return services.import_course(files=self.requiring(*slugs), agency=self.agency, by=self.author)

    def release(self, course):
        return services.approve(review=services.submit(course=course, by=self.author), by=self.publisher)


class FolderTests(RequiredCase):
    def test_the_same_folder_twice_changes_nothing(self):
        course = self.take(self.basics.course.slug)
        before = course.page.latest_revision_id
        self.assertEqual(self.take(self.basics.course.slug).page.latest_revision_id, before)
        self.assertEqual(
            queries.plan_import(Folder(self.requiring(self.basics.course.slug), {}), self.agency).facts, []
        )

    def test_another_list_is_shown_before_it_is_taken(self):
        self.take()
        plan = queries.plan_import(Folder(self.requiring(self.basics.course.slug), {}), self.agency)
        self.assertEqual(plan.facts, ["requires"])

    def test_what_is_no_list_of_addresses_is_refused(self):
        text = self.files["kursus.md"].replace("outcomes:", "requires: 7\noutcomes:")
        with self.assertRaises(ImportRefused) as refusal:
            refuse_shapes(folder_draft(Folder(self.files | {"kursus.md": text}, {})))
        self.assertIn("requires must be", " ".join(refusal.exception.faults))


class ReleaseTests(RequiredCase):
    def test_the_release_freezes_identity_address_and_title(self):
        course = self.basics.course
        release = self.release(self.take(course.slug))
        self.assertEqual(
            release.requires, [{"course": str(course.uuid), "slug": course.slug, "title": "Dasar pelayanan"}]
        )
        self.assertEqual(self.basics.requires, [])

    def test_the_reviewer_sees_it_by_title(self):
        course = self.take()
        self.release(course)
        course = self.take(self.basics.course.slug)
        course.refresh_from_db()
        (change,) = changes_of(course).facts
        self.assertEqual((change.title, change.pieces), ("Courses to complete first", [("ins", "Dasar pelayanan")]))

    def test_an_unknown_course_the_course_itself_and_a_circle_stop_the_release(self):
        with self.assertRaises(ReleaseRefused):
            services.submit(course=self.take("tidak-ada"), by=self.author)
        course = self.take(self.basics.course.slug)
        self.release(course)
        with self.assertRaises(ReleaseRefused):
            services.submit(course=self.take(course.slug), by=self.author)
        files = makers.course_files(title="Putaran", units=1)
        files["kursus.md"] = files["kursus.md"].replace("outcomes:", f"requires: [{course.slug}]\noutcomes:")
        third = services.import_course(files=files, agency=self.agency, by=self.author)
        self.release(third)
        with self.assertRaises(ReleaseRefused) as refusal:
            services.submit(course=self.take(third.slug), by=self.author)
        self.assertIn("in turn", " ".join(finding.text for finding in refusal.exception.findings))


class ChooserTests(RequiredCase):
    """What Wagtail's window offers: the catalogue, searched on the server, a page at a time."""

    choose, results = "required_course:choose", "required_course:choose_results"

    def setUp(self):
        self.client.force_login(self.author)

    def ask(self, name, **query):
        return self.client.get(reverse(name), query)

    def test_only_released_courses_are_offered_whoever_wrote_them(self):
        self.take()
        html = self.ask(self.choose).json()["html"]
        self.assertIn("Dasar pelayanan", html)
        self.assertIn(str(self.basics.course.agency), html)
        self.assertNotIn("Pelayanan lanjut", html)

    def test_it_searches_titles_and_agencies_and_says_when_there_is_nothing(self):
        found = self.ask(self.results, q="DASAR pelay").content.decode()
        self.assertIn(reverse("required_course:chosen", args=[self.basics.course.slug]), found)
        self.assertIn("Dasar pelayanan", self.ask(self.results, q=self.basics.course.agency.name).content.decode())
        nothing = self.ask(self.results, q="<b>tidak ada").content.decode()
        self.assertNotIn("Dasar pelayanan", nothing)
        self.assertNotIn("<b>tidak", nothing)

    def test_of_hundreds_it_shows_ten_and_asks_no_more_for_them(self):
        self.statements()  # warms what a process keeps
        few = self.statements()
        rows = [
            Course(
                agency=self.agency, code=f"K-{n}", slug=f"kursus-{n}", title=f"Kursus {n}",
                current_release=self.basics,
            )
            for n in range(200)
        ]  # fmt: skip
        Course.everything.bulk_create(rows)
        self.assertEqual(self.statements(), few)
        self.assertEqual(self.ask(self.results).content.decode().count("data-chooser-modal-choice"), 10)
        self.assertIn("kursus-199", "".join(self.ask(self.results, p=n).content.decode() for n in range(1, 22)))

    def statements(self) -> int:
        with CaptureQueriesContext(connection) as seen:
            self.assertEqual(self.ask(self.results).status_code, 200)
        return len(seen)

    def test_what_is_chosen_comes_back_by_its_address(self):
        course = self.basics.course
        answer = self.client.get(reverse("required_course:chosen", args=[course.slug])).json()
        self.assertEqual(
            (answer["step"], answer["result"]["id"], answer["result"]["title"]),
            ("chosen", course.slug, f"Dasar pelayanan · {course.agency}"),
        )

    def test_I09_a_draft_cannot_be_chosen_and_whoever_writes_nothing_sees_no_window(self):
        draft = self.take()
        self.assertEqual(self.client.get(reverse("required_course:chosen", args=[draft.slug])).status_code, 404)
        self.client.force_login(makers.make_person(user=True).user)
        for name, args in ((self.choose, []), (self.results, []), ("required_course:chosen", [draft.slug])):
            self.assertNotEqual(self.client.get(reverse(name, args=args)).status_code, 200)

    def test_the_editor_shows_titles_keeps_addresses_and_refuses_what_is_no_course(self):
        block = CoursePage._meta.get_field("requires").stream_block.child_blocks["required"].child_blocks["course"]
        slug = self.basics.course.slug
        self.assertEqual(block.get_form_state(slug)["title"], f"Dasar pelayanan · {self.basics.course.agency}")
        self.assertEqual(block.get_form_state("tidak-ada")["title"], "tidak-ada")
        self.assertIsNone(block.get_form_state(""))
        self.assertEqual(block.clean(slug), slug)
        for wrong in ("tidak-ada", ""):
            with self.assertRaises(ValidationError):
                block.clean(wrong)
