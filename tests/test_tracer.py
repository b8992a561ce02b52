"""One text course from draft to evidence, through the services (the browser does it again in e2e)."""

from decimal import Decimal

from django.db import Error, connection, transaction
from django.test import TestCase

from cms.core import sealed
from cms.core.invariants import INVARIANTS
from lms.catalogue import services as catalogue
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.models import CoursePage, UnitPage
from lms.progress import services as progress
from lms.records.models import Certificate, CompetencyClaim, CompletionRecord, JPEntry
from talent.profiles.models import Evidence
from tests import makers


class TracerTests(TestCase):
    def test_a_text_course_becomes_evidence(self):
        enrolment = makers.make_enrolment()
        with self.captureOnCommitCallbacks(execute=True):
            for unit in enrolment.release.units:
                progress.finish_unit(enrolment=enrolment, unit_key=unit["key"])
        enrolment.refresh_from_db()
        self.assertEqual(enrolment.state, "completed")
        record = CompletionRecord.everything.get(enrolment=enrolment)
        self.assertEqual(record.jp, Decimal("1.0"))
        self.assertEqual(JPEntry.everything.get(person=enrolment.learner).jp, Decimal("1.0"))
        self.assertEqual(CompetencyClaim.everything.get(record=record).competency.code, "M.5")
        self.assertEqual(Evidence.everything.get(person=enrolment.learner).level, 3)
        self.assertEqual(Certificate.everything.filter(record=record).count(), 1)

    def test_finishing_twice_changes_nothing(self):
        enrolment = makers.make_enrolment()
        for _time in range(2):
            for unit in enrolment.release.units:
                progress.finish_unit(enrolment=enrolment, unit_key=unit["key"])
        self.assertEqual(CompletionRecord.everything.filter(enrolment=enrolment).count(), 1)

    def test_I11_a_sealed_table_refuses_change_in_the_database_itself(self):
        enrolment = makers.make_enrolment()
        for unit in enrolment.release.units:
            progress.finish_unit(enrolment=enrolment, unit_key=unit["key"])
        for statement in ("UPDATE records_jpentry SET jp = 99", "DELETE FROM records_jpentry"):
            with self.assertRaises(Error), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        self.assertEqual(sealed.missing(), [])

    def test_check_invariants_holds(self):
        for key, (_sentence, question) in INVARIANTS.items():
            with self.subTest(key):
                self.assertEqual(question(), [])


class ReleaseTests(TestCase):
    def test_the_author_may_not_release_her_own_course(self):
        course = makers.make_course()
        author = course.agency.people.get().user
        makers.directory.grant(user=author, role="publisher", agency=course.agency, by=None, reason="test")
        review = catalogue.submit(course=course, by=author)
        with self.assertRaises(ReleaseRefused):
            catalogue.approve(review=review, by=author)

    def test_an_edit_after_submission_refuses_the_approval(self):
        course = makers.make_course()
        author = course.agency.people.get().user
        publisher = makers.make_person(agency=course.agency, roles=["publisher"]).user
        review = catalogue.submit(course=course, by=author)
        UnitPage.objects.child_of(course.page).first().save_revision(user=author)
        with self.assertRaisesMessage(ReleaseRefused, ""):
            catalogue.approve(review=review, by=publisher)
        course.refresh_from_db()
        self.assertIsNone(course.current_release)

    def test_a_release_survives_the_deletion_of_its_pages(self):
        enrolment = makers.make_enrolment()
        CoursePage.objects.all().delete()
        for unit in enrolment.release.units:
            progress.finish_unit(enrolment=enrolment, unit_key=unit["key"])
        enrolment.refresh_from_db()
        self.assertEqual(enrolment.state, "completed")

    def test_no_desk_is_ever_live(self):
        course = makers.make_course()
        course.page.live = True
        course.page.save()
        self.assertFalse(CoursePage.objects.filter(live=True).exists())
        self.assertFalse(UnitPage.objects.filter(live=True).exists())
