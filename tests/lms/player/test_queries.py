"""What the learner's home reads."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from lms.enrolment.models import Enrolment
from lms.player import queries
from tests import makers
from tests.sql import assert_sql


class LearningTests(TestCase):
    def test_open_and_awaited_places_of_one_person_are_one_statement_the_last_touched_first(self):
        ani, now = makers.make_person(), timezone.now()
        first, second = (
            makers.make_enrolment(learner=ani, last_activity=now - timedelta(days=days)) for days in (2, 1)
        )
        awaited = makers.make_enrolment(learner=ani, state=Enrolment.State.WAITING)
        makers.make_enrolment(run=first.run, learner=ani, cycle=2, state=Enrolment.State.COMPLETED)
        makers.make_enrolment(run=first.run)
        queries.learning_of(ani)  # from here on the process keeps the three releases
        with assert_sql(1):
            found = queries.learning_of(ani)
        self.assertEqual([place.enrolment for place in found], [second, first, awaited])
