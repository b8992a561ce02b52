"""`check_invariants` finds what it is there to find: a breach of each kind is planted, named and undone (I07, I09)."""

from django.db import connection
from django.test import TestCase

from cms.core.invariants import INVARIANTS
from cms.core.models import LongJob
from cms.directory.models import Grant, OrgUnit, Person, Position
from lms.catalogue.models import Course, CoursePage, UnitPage
from lms.enrolment.models import CourseRun, Enrolment
from tests import makers
from tests.gate.people import WorldCase
from tests.gate.snapshots import undone


def breaches(key: str) -> list[str]:
    return INVARIANTS[key][1]()


class ImportTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.course = makers.make_course()

    def test_I07_a_whole_import_is_no_breach_and_each_part_alone_is(self):
        self.assertEqual(breaches("I07"), [])
        page = CoursePage.objects.get(pk=self.course.page_id)
        unit = UnitPage.objects.child_of(page).first()
        for rows, name in (
            (Course.everything.filter(pk=self.course.pk), "page"),
            (CoursePage.objects.filter(pk=page.pk), "latest_revision"),
            (UnitPage.objects.filter(pk=unit.pk), "latest_revision"),
        ):
            with self.subTest(name=name), undone():
                rows.update(**{name: None})
                self.assertEqual(len(breaches("I07")), 1)


class OwnerTests(WorldCase):
    KEYS = ("I09", "I09 courses", "I09 places")

    def found(self) -> list[str]:
        return [breach for key in self.KEYS for breach in breaches(key)]

    def test_I09_two_agencies_at_work_are_no_breach(self):
        self.assertEqual(self.found(), [])

    def test_I09_a_row_that_strays_to_another_agency_or_course_is_named(self):
        home, away = self.home, self.away
        person, unit = home.person, home.unit
        child = OrgUnit.everything.create(agency=home.employer, code="anak", name="Anak", parent=unit)
        planted = (
            (Person, person.pk, {"agency": away.employer}),
            (Person, person.pk, {"unit": away.unit}),
            (Position, person.position_id, {"agency": away.employer}),
            (OrgUnit, child.pk, {"agency": away.employer}),
            (Grant, home.grant.pk, {"unit": away.unit}),
            (Course, home.course.pk, {"current_release": away.release}),
            (CourseRun, home.run.pk, {"release": away.release}),
            (Enrolment, home.place.pk, {"run": away.run}),
            (LongJob, home.job.pk, {"owner_id": 0}),
            (LongJob, home.job.pk, {"agency_id": 0}),
        )
        for model, pk, strayed in planted:
            with self.subTest(model=model._meta.label, strayed=list(strayed)), undone():
                model.everything.filter(pk=pk).update(**strayed)
                self.assertIn(f"{model._meta.label} {pk}:", " ".join(self.found()))

    def test_the_questions_only_read(self):
        def refuse(execute, sql, params, many, context):
            self.assertTrue(sql.lstrip().upper().startswith("SELECT"), sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(refuse):
            for _sentence, question in INVARIANTS.values():
                question()
