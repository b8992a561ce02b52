"""The grown base: the size asked for, the same for the same seed, and every invariant holds afterwards."""

import random
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, F
from django.test import TestCase

from cms.core.invariants import INVARIANTS
from cms.directory.models import Person
from cms.directory.services import identity_of
from lms.assessment import rules as marking
from lms.assessment.models import Attempt
from lms.assessment.queries import exam_places
from lms.catalogue.models import Course, ReleaseQuestion
from lms.enrolment.models import Enrolment
from lms.player.management.growth import base, cohorts
from lms.progress.models import UnitProgress
from lms.records.models import CompletionRecord, JPEntry
from talent.profiles.models import Evidence

SIZE = {"people": 80, "courses": 5, "units": 8, "enrolments": 250, "agencies": 3}
OPTIONS = {"seed": 7, **SIZE}


class GrownTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        call_command("grow", stdout=StringIO(), **OPTIONS)

    def test_size_states_and_invariants(self):
        assert Person.everything.count() == SIZE["people"]
        assert Course.everything.released().count() == SIZE["courses"]
        assert SIZE["enrolments"] <= Enrolment.everything.count() <= SIZE["enrolments"] + 5
        states = set(Enrolment.everything.values_list("state", flat=True))
        assert states == {"active", "completed", "cancelled", "waiting"}
        assert {key: question() for key, (_sentence, question) in INVARIANTS.items()} == {key: [] for key in INVARIANTS}

    def test_progress_records_and_evidence_follow_from_the_places(self):
        done = dict(UnitProgress.everything.values_list("enrolment").annotate(n=Count("pk")))
        assert done == dict(Enrolment.everything.filter(units_done__gt=0).values_list("pk", "units_done"))
        completed = Enrolment.everything.filter(state="completed")
        assert completed.exclude(units_done=F("units_total")).count() == 0
        assert CompletionRecord.everything.count() == JPEntry.everything.count() == completed.count() > 0
        assert Evidence.everything.count() >= CompletionRecord.everything.count()

    def test_an_identity_is_the_one_the_services_would_write(self):
        record = CompletionRecord.everything.select_related("learner__agency", "learner__position").first()
        assert identity_of(record.learner) == record.identity

    def test_the_seed_of_an_attempt_gives_its_paper_again(self):
        attempt = Attempt.everything.select_related("release").first()
        pool = ReleaseQuestion.everything.filter(release=attempt.release, use="exam").select_related("version")
        exam = attempt.release.exam
        paper = marking.draw([q.version for q in pool], exam["cells"], attempt.seed, exam["questions"])
        assert paper == attempt.layout

    def test_the_same_call_again_changes_nothing_and_another_is_refused(self):
        before = Enrolment.everything.count(), UnitProgress.everything.count()
        call_command("grow", stdout=StringIO(), **OPTIONS)
        with pytest.raises(CommandError, match="already grown"):
            call_command("grow", stdout=StringIO(), **{**OPTIONS, "seed": 8})
        assert (Enrolment.everything.count(), UnitProgress.everything.count()) == before

    def test_a_cohort_is_ready_for_its_exam_and_breaks_nothing(self):
        course = Course.everything.exclude(current_release__exam={}).select_related("current_release").first()
        run = cohorts.cohort(course=course, count=5, ready=True, dice=random.Random(1))
        places = exam_places(Enrolment.everything.filter(run=run))
        assert [(place.has_units_left, place.last_number) for place in places] == [(False, None)] * 5
        assert {key: question() for key, (_sentence, question) in INVARIANTS.items()} == {key: [] for key in INVARIANTS}


@pytest.mark.django_db
@pytest.mark.parametrize("odd", [{"people": 0}, {"courses": -1}, {"people": 30}])
def test_sizes_that_cannot_be_grown_are_refused(odd):
    with pytest.raises(CommandError):
        call_command("grow", stdout=StringIO(), **{**OPTIONS, **odd})
    assert base.grown() is None


def _sketch() -> list:
    """What does not depend on keys the database gave."""
    return [
        list(Person.everything.order_by("pk").values_list("uuid", "name")),
        list(Enrolment.everything.order_by("pk").values_list("uuid", "state", "units_done", "score", "created_at")),
    ]


@pytest.mark.django_db
def test_the_same_seed_grows_the_same_base():
    sketches = []
    for _time in range(2):
        with transaction.atomic():
            base.grow(seed=3, size=base.Size(**SIZE), today=date(2026, 11, 24))
            sketches.append(_sketch())
            transaction.set_rollback(True)
    assert sketches[0] == sketches[1]
