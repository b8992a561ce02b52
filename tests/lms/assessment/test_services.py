"""Start, save, submit, expire: what the database holds after each, whatever order things come in."""

from datetime import timedelta
from decimal import Decimal
from unittest import mock

import time_machine
from django.db import IntegrityError
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from cms.core import sweeps
from cms.core.invariants import INVARIANTS
from lms.assessment import queries, rules, services
from lms.assessment.exceptions import StartRefused
from lms.assessment.models import Attempt, AttemptResponse, GradeEntry
from lms.catalogue.queries import release_by_id
from lms.enrolment.models import Enrolment
from lms.records.models import CompletionRecord
from lms.records.services.completing import _competencies
from tests import makers
from tests.lms.assessment.makers import (
    finish_units,
    make_attempt,
    make_exam_release,
    make_ready,
    right_answers,
    slot_of,
)
from tests.sql import assert_sql, assert_sql_at_most


def save(attempt, seq, answers):
    return services.save(
        attempt_uuid=attempt.uuid, learner_id=attempt.enrolment.learner_id, seq=seq, answers=rules.read_drafts(answers)
    )


def stored(attempt) -> Attempt:
    return queries.loaded(Attempt.everything).get(pk=attempt.pk)


class StartTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.enrolment = make_ready()

    def place(self):
        return queries.exam_places().get(pk=self.enrolment.pk)

    def test_Q01_a_start_is_one_insert(self):
        queries.exam_of(self.enrolment.release.uuid)
        place = self.place()
        with assert_sql(1):
            attempt = services.start(enrolment=place, by=None)
        self.assertEqual((attempt.number, attempt.state, len(attempt.layout)), (1, "open", 4))

    def test_I03_the_deadline_is_the_servers_start_plus_the_minutes(self):
        with time_machine.travel("2026-11-20T03:00:00Z", tick=False):
            attempt = services.start(enrolment=self.enrolment, by=None)
        self.assertEqual(attempt.deadline_at - attempt.started_at, timedelta(minutes=10))
        self.assertEqual(attempt.deadline_at.isoformat(), "2026-11-20T03:10:00+00:00")

    def test_E02_starting_again_gives_the_same_attempt(self):
        first, second = (services.start(enrolment=self.enrolment, by=None) for _time in range(2))
        self.assertEqual((first.uuid, first.layout), (second.uuid, second.layout))
        self.assertEqual(Attempt.everything.count(), 1)

    def test_E02_a_start_that_lost_the_race_gets_the_winners_attempt(self):
        place = self.place()
        first = services.start(enrolment=self.enrolment, by=None)
        self.assertEqual(services.start(enrolment=place, by=None).uuid, first.uuid)

    def test_E08_no_attempt_beyond_the_last(self):
        for _time in range(2):
            services.submit(attempt=services.start(enrolment=self.enrolment, by=None), by=None)
        with self.assertRaises(StartRefused):
            services.start(enrolment=self.enrolment, by=None)
        self.assertEqual(Attempt.everything.count(), 2)

    def test_E08_tries_do_not_come_back_with_a_place_taken_again(self):
        first = services.submit(attempt=services.start(enrolment=self.place(), by=None), by=None)
        Enrolment.everything.filter(pk=self.enrolment.pk).update(state=Enrolment.State.CANCELLED)
        again = makers.make_enrolment(run=self.enrolment.run, learner=self.enrolment.learner, cycle=2)
        other = make_ready(release=self.enrolment.release, learner=makers.make_person(user=True))
        finish_units(again)
        second = services.start(enrolment=again, by=None)
        self.assertEqual((second.number, set(second.seen)), (2, {slot["version"] for slot in first.layout}))
        services.submit(attempt=stored(second), by=None)
        with self.assertRaisesMessage(StartRefused, "all 2 attempts"):
            services.start(enrolment=again, by=None)
        # Another person's, and a place on another run, begin anew.
        self.assertEqual(services.start(enrolment=other, by=None).number, 1)
        Enrolment.everything.filter(pk=again.pk).update(state=Enrolment.State.CANCELLED)
        next_run = makers.make_run(release=self.enrolment.release)
        third = makers.make_enrolment(run=next_run, learner=self.enrolment.learner, cycle=3)
        finish_units(third)
        self.assertEqual(services.start(enrolment=third, by=None).number, 1)

    def test_a_start_that_saw_old_facts_gets_no_extra_attempt(self):
        place = self.place()
        services.submit(attempt=services.start(enrolment=self.enrolment, by=None), by=None)
        with self.assertRaises(StartRefused):
            services.start(enrolment=place, by=None)

    def test_units_come_first(self):
        run = makers.make_run(release=self.enrolment.release)
        fresh = makers.make_enrolment(run=run)
        with self.assertRaises(StartRefused):
            services.start(enrolment=fresh, by=None)

    def test_a_cancelled_place_starts_nothing(self):
        Enrolment.everything.filter(pk=self.enrolment.pk).update(state="cancelled")
        with self.assertRaises(StartRefused):
            services.start(enrolment=self.enrolment, by=None)

    def test_a_course_without_exam_has_none(self):
        with self.assertRaises(StartRefused):
            services.start(enrolment=makers.make_enrolment(), by=None)


class SaveTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.attempt = make_attempt()

    def test_Q01_autosave_is_one_update(self):
        with assert_sql(1):
            saved = save(self.attempt, 1, {"1": "a"})
        self.assertEqual((saved.outcome, saved.seq), ("saved", 1))
        self.assertEqual(stored(self.attempt).answers, {"1": "a"})

    def test_I02_an_older_save_changes_nothing_and_learns_what_is_there(self):
        save(self.attempt, 5, {"1": "b"})
        for seq in (5, 4, 1):
            with self.subTest(seq):
                late = save(self.attempt, seq, {"1": "a"})
                self.assertEqual((late.outcome, late.seq, late.answers), ("stale", 5, {"1": "b"}))
        self.assertEqual((stored(self.attempt).answers, stored(self.attempt).save_seq), ({"1": "b"}, 5))

    def test_a_save_repeated_because_its_receipt_was_lost_is_acknowledged(self):
        save(self.attempt, 3, {"1": "b"})
        self.assertEqual(save(self.attempt, 3, {"1": "b"}).outcome, "saved")

    def test_E04_a_late_answer_is_kept_aside_and_does_not_count(self):
        save(self.attempt, 1, {"1": "a"})
        with time_machine.travel(self.attempt.deadline_at + timedelta(seconds=11)):
            self.assertEqual(save(self.attempt, 2, {"1": "b"}).outcome, "closed")
        now = stored(self.attempt)
        self.assertEqual((now.answers, now.save_seq), ({"1": "a"}, 1))
        self.assertEqual((now.late_answers["seq"], now.late_answers["answers"]), (2, {"1": "b"}))

    def test_E04_of_late_answers_the_higher_number_stays(self):
        save(self.attempt, 3, {"1": "a"})
        with time_machine.travel(self.attempt.deadline_at + timedelta(seconds=11)):
            for seq, kept in ((2, None), (3, None), (4, 4), (10, 10), (9, 10), (10, 10), (11, 11)):
                with self.subTest(seq):
                    save(self.attempt, seq, {"1": str(seq)})
                    late = stored(self.attempt).late_answers
                    self.assertEqual((late.get("seq"), late.get("answers")), (kept, kept and {"1": str(kept)}))

    def test_E04_a_late_save_is_one_update_after_the_row_was_read(self):
        with time_machine.travel(self.attempt.deadline_at + timedelta(seconds=11)), assert_sql(3):
            save(self.attempt, 1, {"1": "a"})  # the save that came too late, the row, what is kept aside

    def test_a_save_on_its_way_when_the_clock_struck_counts(self):
        with time_machine.travel(self.attempt.deadline_at + timedelta(seconds=9)):
            self.assertEqual(save(self.attempt, 1, {"1": "a"}).outcome, "saved")

    def test_I04_no_answer_changes_after_submission(self):
        save(self.attempt, 1, {"1": "a"})
        services.submit(attempt=stored(self.attempt), by=None)
        self.assertEqual(save(self.attempt, 2, {"1": "b"}).outcome, "closed")
        self.assertEqual(stored(self.attempt).answers, {"1": "a"})

    def test_Z01_anothers_attempt_does_not_exist(self):
        citra = makers.make_person("Citra", user=True)
        with self.assertRaises(Attempt.DoesNotExist):
            services.save(attempt_uuid=self.attempt.uuid, learner_id=citra.pk, seq=1, answers={"1": "a"})
        self.assertEqual(stored(self.attempt).answers, {})

    def test_I15_a_cancelled_place_saves_nothing(self):
        Enrolment.everything.filter(pk=self.attempt.enrolment_id).update(state="cancelled")
        with self.assertRaises(Attempt.DoesNotExist):
            save(self.attempt, 1, {"1": "a"})


class SaveOrderTests(PropertyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.attempt = make_attempt()

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    @given(st.lists(st.integers(1, 12), min_size=1, max_size=20))
    def test_I02_in_any_order_with_doubles_the_highest_number_stays(self, numbers):
        for seq in numbers:
            save(self.attempt, seq, {"1": str(seq)})
        now = stored(self.attempt)
        self.assertEqual((now.save_seq, now.answers), (max(numbers), {"1": str(max(numbers))}))


class SubmitTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.enrolment = make_ready()

    def setUp(self):
        self.attempt = services.start(enrolment=self.enrolment, by=None)

    def test_Q01_a_submit_that_does_not_finish_the_course_costs_four(self):
        save(self.attempt, 1, {slot_of(self.attempt, "truefalse"): "a"})
        attempt = stored(self.attempt)
        with assert_sql(4):
            services.submit(attempt=attempt, by=None)
        self.assertEqual((attempt.state, attempt.score, attempt.passed), ("submitted", Decimal("25.00"), False))
        self.assertEqual(Enrolment.everything.get(pk=self.enrolment.pk).state, "active")

    def test_Q01_L65_all_right_is_100_passes_and_completes_the_course_in_the_same_transaction(self):
        save(self.attempt, 1, right_answers(self.attempt))
        attempt = stored(self.attempt)
        # Warm, as after the first person who completed this release.
        release = release_by_id(attempt.release_id)
        _competencies(release.uuid, tuple(claim["code"] for claim in release.facts["competencies"]))
        with assert_sql_at_most(16):
            services.submit(attempt=attempt, by=None)
        enrolment = Enrolment.everything.get(pk=self.enrolment.pk)
        self.assertEqual((attempt.score, attempt.passed), (Decimal("100.00"), True))
        self.assertEqual((enrolment.score, enrolment.state), (Decimal("100.00"), "completed"))
        self.assertEqual(CompletionRecord.everything.get(enrolment=enrolment).score, Decimal("100.00"))
        self.assertEqual(attempt.cell_scores["M.5"], {"right": "3", "of": 3, "score": "100.00"})

    def test_I04_E03_submitting_again_changes_nothing(self):
        save(self.attempt, 1, {"1": "a"})
        earlier = stored(self.attempt)
        first = services.submit(attempt=stored(self.attempt), by=None)
        for again in (earlier, stored(self.attempt)):
            self.assertEqual(services.submit(attempt=again, by=None).submitted_at, first.submitted_at)
        self.assertEqual(GradeEntry.everything.count(), 1)
        self.assertEqual(AttemptResponse.everything.count(), 4)

    def test_I04_a_save_between_reading_and_closing_is_marked_too(self):
        attempt = stored(self.attempt)
        save(self.attempt, 1, right_answers(self.attempt))
        self.assertEqual(services.submit(attempt=attempt, by=None).score, Decimal("100.00"))

    def test_the_best_score_stays_on_the_place(self):
        save(self.attempt, 1, {slot_of(self.attempt, "truefalse"): "a"})
        services.submit(attempt=stored(self.attempt), by=None)
        services.submit(attempt=services.start(enrolment=self.enrolment, by=None), by=None)
        scores = list(GradeEntry.everything.order_by("pk").values_list("score", flat=True))
        self.assertEqual(scores, [Decimal("25.00"), Decimal("0.00")])
        self.assertEqual(Enrolment.everything.get(pk=self.enrolment.pk).score, Decimal("25.00"))

    def test_an_unreadable_number_counts_as_no_answer(self):
        slot = slot_of(self.attempt, "numeric")
        save(self.attempt, 1, {slot: "NaN"})
        services.submit(attempt=stored(self.attempt), by=None)
        version = self.attempt.layout[int(slot) - 1]["version"]
        response = AttemptResponse.everything.get(version=version)
        self.assertEqual((response.answer, response.fraction), (None, 0))

    def test_I12_a_fault_while_completing_leaves_nothing_half_done(self):
        save(self.attempt, 1, right_answers(self.attempt))
        broken = mock.patch("lms.assessment.services.sitting.progress.settle", side_effect=RuntimeError)
        with broken, self.assertRaises(RuntimeError):
            services.submit(attempt=stored(self.attempt), by=None)
        self.assertEqual(stored(self.attempt).state, "open")
        self.assertEqual(GradeEntry.everything.count() + AttemptResponse.everything.count(), 0)
        self.assertIsNone(Enrolment.everything.get(pk=self.enrolment.pk).score)

    def test_one_automatic_grade_per_attempt(self):
        services.submit(attempt=self.attempt, by=None)
        with self.assertRaises(IntegrityError):
            GradeEntry.everything.create(
                enrolment=self.enrolment, item="exam", attempt=self.attempt, score=100, reason="auto"
            )


class ExpiryTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.release = make_exam_release()

    def test_the_sweep_submits_what_the_clock_closed_and_nothing_else(self):
        over, running = make_attempt(release=self.release), make_attempt(release=self.release)
        save(over, 1, right_answers(over))
        Attempt.everything.filter(pk=over.pk).update(deadline_at=timezone.now() - timedelta(seconds=11))
        self.assertEqual(services.expire_due(), 1)
        self.assertEqual((stored(over).state, stored(over).score), ("expired", Decimal("100.00")))
        self.assertEqual(stored(running).state, "open")
        self.assertEqual(services.expire_due(), 0)
        self.assertEqual(Enrolment.everything.get(pk=over.enrolment_id).state, "completed")

    def test_one_attempt_that_fails_does_not_keep_the_others_open(self):
        attempts = [make_attempt(release=self.release) for _n in range(2)]
        Attempt.everything.update(deadline_at=timezone.now() - timedelta(minutes=1))
        real = services.submit

        def fails_once(*, attempt, by):
            if attempt.pk == attempts[0].pk:
                raise RuntimeError
            return real(attempt=attempt, by=by)

        with mock.patch("lms.assessment.services.sitting.submit", fails_once):
            self.assertEqual(services.expire_due(), 1)
        self.assertEqual([stored(a).state for a in attempts], ["open", "expired"])

    def test_the_sweep_is_registered(self):
        self.assertIs(sweeps.SWEEPS["exams_expire"], services.expire_due)


class InvariantTests(TestCase):
    def breaches(self, key):
        return INVARIANTS[key][1]()

    def test_they_hold_after_an_exam_and_name_what_breaks_them(self):
        attempt = make_attempt()
        save(attempt, 1, {"1": "a"})
        services.submit(attempt=stored(attempt), by=None)
        self.assertEqual([self.breaches(key) for key in ("I02", "I03", "I04")], [[], [], []])
        rows = Attempt.everything.filter(pk=attempt.pk)
        rows.update(save_seq=0)
        self.assertEqual(self.breaches("I02"), [f"attempt {attempt.uuid}: answers without a save"])
        rows.update(deadline_at=attempt.started_at)
        self.assertEqual(self.breaches("I03"), [f"attempt {attempt.uuid}: its time is not what was given"])
        rows.update(score=99)
        Enrolment.everything.filter(pk=attempt.enrolment_id).update(score=98)
        self.assertEqual(self.breaches("I04"), [
            f"attempt {attempt.uuid}: score and grade differ",
            f"attempt {attempt.uuid}: its score is not that of its responses",
            f"enrolment {attempt.enrolment.uuid}: its score is not its best grade",
        ])  # fmt: skip
        rows.update(state="open")
        self.assertIn(f"attempt {attempt.uuid}: marked while open", self.breaches("I04"))
