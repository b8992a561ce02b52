"""Required courses on the author's way: from the folder to the desk, through the lint, into the Release (L54)."""

from django.test import TestCase

from lms.catalogue import queries, services
from lms.catalogue.blocks import courses_in_catalogue
from lms.catalogue.exceptions import ImportRefused, ReleaseRefused
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
    def test_only_released_courses_are_offered_whoever_wrote_them(self):
        draft = self.take()
        offered = dict(courses_in_catalogue())
        self.assertIn(self.basics.course.slug, offered)
        self.assertNotIn(draft.slug, offered)
