"""The demo world is alive: what a person meets in it on the first morning."""

import random

from django.test import TestCase

from lms.assessment.models import Attempt
from lms.player.management import classes
from tests import makers
from tests.lms.assessment.makers import make_ready


class DemoLearningTests(TestCase):
    def test_a_candidate_with_few_mistakes_passes_and_one_with_many_does_not(self):
        """Right answers stand in their own slots."""
        good, poor = make_ready(), make_ready()
        classes.sit_exam(good, wrong=0)
        classes.sit_exam(poor, wrong=len(Attempt.everything.get(enrolment=good).layout))
        scores = dict(Attempt.everything.values_list("enrolment", "score"))
        self.assertEqual(scores, {good.pk: 100, poor.pk: 0})

    def test_jp_from_elsewhere_lie_in_the_past(self):
        person = makers.make_person()
        classes.credit_elsewhere(person, random.Random(3))
        self.assertTrue(all(entry.earned_on.year == entry.year for entry in person.jp_entries.all()))
