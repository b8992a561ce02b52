"""Progress goes forward only; marking a unit done is two statements; completing happens in the same transaction."""

from types import SimpleNamespace

from django.test import TestCase

from lms.enrolment.models import Enrolment
from lms.progress import queries, services
from lms.progress.exceptions import UnitIncomplete
from lms.progress.models import UnitProgress
from lms.records.models import CompletionRecord
from tests.lms.player.makers import keys_of, make_place
from tests.sql import assert_sql


class FinishTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.place = make_place(units=4)
        cls.keys = keys_of(cls.place)

    def test_Q01_mark_done_is_two_statements(self):
        services.finish_unit(enrolment=self.place, unit_key=self.keys[0])
        with assert_sql(2):  # the unit's row; the place's count, unit and time
            services.finish_unit(enrolment=self.place, unit_key=self.keys[1])
        self.place.refresh_from_db()
        self.assertEqual((self.place.units_done, str(self.place.last_unit)), (2, self.keys[1]))

    def test_a_second_click_changes_nothing(self):
        for _click in range(2):
            services.finish_unit(enrolment=self.place, unit_key=self.keys[0])
        self.place.refresh_from_db()
        self.assertEqual(self.place.units_done, 1)
        self.assertEqual(UnitProgress.everything.filter(enrolment=self.place).count(), 1)

    def test_L65_two_tabs_that_each_know_only_their_own_unit_still_complete_the_course(self):
        one, other = Enrolment.everything.get(pk=self.place.pk), Enrolment.everything.get(pk=self.place.pk)
        for stale, key in zip((one, other, one, other), self.keys, strict=True):
            services.finish_unit(enrolment=stale, unit_key=key)
        self.place.refresh_from_db()
        self.assertEqual((self.place.state, self.place.units_done), ("completed", 4))
        self.assertEqual(CompletionRecord.everything.filter(enrolment=self.place).count(), 1)

    def test_L26_what_the_panel_lists_is_what_the_service_refuses(self):
        checks = [SimpleNamespace(pk=1), SimpleNamespace(pk=2)]
        with self.assertRaises(UnitIncomplete) as refusal:
            services.finish_unit(enrolment=self.place, unit_key=self.keys[0], checks=checks, answered={2})
        self.assertEqual([one.target for one in refusal.exception.unmet], ["soal-1"])
        self.assertEqual(UnitProgress.everything.count(), 0)

    def test_with_done_reads_the_same_keys_as_done_keys(self):
        for key in self.keys[:3]:
            services.finish_unit(enrolment=self.place, unit_key=key)
        with assert_sql(1):
            found = queries.done_of(queries.with_done(Enrolment.everything.filter(pk=self.place.pk)).get())
        self.assertEqual(found, queries.done_keys(self.place))
        self.assertEqual(found, set(self.keys[:3]))


class ReachTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.place = make_place(units=2)
        cls.key = keys_of(cls.place)[0]

    def reach(self, part, **other):
        facts = {"place_uuid": self.place.uuid, "person_id": self.place.learner_id, "unit_key": self.key, "part": part}
        return services.reach(**{**facts, **other})

    def test_L18_one_conditional_update(self):
        with assert_sql(1):
            self.assertTrue(self.reach(3))
        self.place.refresh_from_db()
        self.assertEqual((str(self.place.last_unit), self.place.last_part), (self.key, 3))

    def test_L18_the_goodbye_of_a_page_does_not_bring_the_mark_back_to_it(self):
        self.reach(2)
        services.visit(enrolment=self.place, unit_key=keys_of(self.place)[1])
        self.assertFalse(self.reach(3, leaving=True))
        self.place.refresh_from_db()
        self.assertEqual((str(self.place.last_unit), self.place.last_part), (keys_of(self.place)[1], None))
        self.assertTrue(self.reach(3))  # whoever reads on there, on this or another device, is there
        self.assertTrue(self.reach(4, leaving=True))

    def test_z01_a_unit_of_another_course_is_no_place_to_be(self):
        self.assertFalse(self.reach(1, unit_key=keys_of(make_place(units=1))[0]))
        self.place.refresh_from_db()
        self.assertIsNone(self.place.last_unit)

    def test_z01_nobody_moves_the_mark_of_another_or_of_a_place_given_up(self):
        self.assertFalse(self.reach(3, person_id=self.place.learner_id + 1))
        Enrolment.everything.filter(pk=self.place.pk).update(state="cancelled")
        self.assertFalse(self.reach(3))
