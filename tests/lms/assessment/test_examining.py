"""What an examiner does: more time and tries, another grade, a wrong key mended; and what retakes draw."""

from datetime import timedelta
from decimal import Decimal

import time_machine
from django.test import TestCase
from django.utils import timezone

from cms.core.invariants import INVARIANTS
from cms.core.models import AuditEntry
from cms.directory.models import Notice
from lms.assessment import queries, rules, services
from lms.assessment.exceptions import ExamineRefused, StartRefused
from lms.assessment.models import Attempt, AttemptResponse, GradeEntry, Override
from lms.enrolment.models import Enrolment
from lms.records.models import CompetencyClaim, CompletionRecord
from tests import makers
from tests.lms.assessment.makers import make_exam_release, make_ready, right_answer, right_answers, slot_of
from tests.sql import assert_sql

REASON = "Listrik padam di kantor kecamatan"


def stored(attempt) -> Attempt:
    return queries.loaded(Attempt.everything).get(pk=attempt.pk)


class ExaminingCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.release = make_exam_release()
        cls.enrolment = make_ready(release=cls.release)
        cls.budi = makers.make_person("Budi", agency=cls.release.course.agency, roles=["facilitator"]).user

    def start(self, enrolment=None) -> Attempt:
        return services.start(enrolment=enrolment or self.enrolment, by=None)

    def answered(self, answers, enrolment=None) -> Attempt:
        attempt = self.start(enrolment)
        services.save(
            attempt_uuid=attempt.uuid, learner_id=attempt.enrolment.learner_id, seq=1,
            answers=answers(attempt) if callable(answers) else answers,
        )  # fmt: skip
        return services.submit(attempt=stored(attempt), by=None)

    def place(self, enrolment=None) -> Enrolment:
        return Enrolment.everything.get(pk=(enrolment or self.enrolment).pk)

    def assert_invariants_hold(self):
        for key in ("I02", "I03", "I04", "I05", "I06"):
            self.assertEqual(INVARIANTS[key][1](), [], key)


class MomentOfStartTests(ExaminingCase):
    """Minutes given between what a start has read and what it writes."""

    def setUp(self):
        self.ani = makers.make_person("Ani Sendiri", user=True)
        self.enrolment = make_ready(release=self.release, learner=self.ani)
        read_before = queries.exam_places().get(pk=self.enrolment.pk)
        services.allow_more(enrolment=self.enrolment, minutes=15, by=self.budi, reason=REASON)
        self.attempt = services.start(enrolment=read_before, by=None)

    def lasts(self) -> timedelta:
        return stored(self.attempt).deadline_at - self.attempt.started_at

    def own(self) -> Attempt:
        return queries.own_attempt(self.ani.user, self.attempt.uuid)

    def test_W06_the_reader_of_the_paper_gets_them_and_twice_is_as_once(self):
        self.assertEqual(self.lasts(), timedelta(minutes=10))
        for _time in range(2):
            attempt = services.close_if_due(attempt=self.own())
            self.assertEqual((self.lasts(), attempt.deadline_at), (timedelta(minutes=25), stored(attempt).deadline_at))
        with assert_sql(1):
            services.close_if_due(attempt=self.own())

    def test_W06_the_giver_looks_again_after_committing(self):
        with self.captureOnCommitCallbacks(execute=True):
            services.allow_more(enrolment=self.enrolment, minutes=5, by=self.budi, reason=REASON)
        self.assertEqual(self.lasts(), timedelta(minutes=30))

    def test_time_that_is_over_stays_over(self):
        with time_machine.travel(self.attempt.deadline_at + services.GRACE + timedelta(seconds=1), tick=False):
            self.assertEqual(services.close_if_due(attempt=self.own()).state, Attempt.State.EXPIRED)
        self.assertEqual(self.lasts(), timedelta(minutes=10))
        self.assert_invariants_hold()


class DrawTests(ExaminingCase):
    def test_L33_a_retake_prefers_questions_not_seen_in_each_cell(self):
        first = self.answered({})
        second = self.start()
        pool = queries.exam_of(self.release.uuid).pool
        one = {slot["version"] for slot in first.layout if pool[slot["version"]].competency == "M.1"}
        two = {slot["version"] for slot in second.layout if pool[slot["version"]].competency == "M.1"}
        # The cell of M.1 draws one of two: the second paper has the other one.
        self.assertEqual((len(one), len(two), one & two), (1, 1, set()))
        # The cell of M.5 draws three of three: nothing else is left, so they come again.
        self.assertEqual(len(second.layout), 4)

    def test_L33_the_stored_seed_reproduces_the_paper(self):
        self.answered({})
        self.start()
        exam = queries.exam_of(self.release.uuid)
        for attempt in Attempt.everything.all():
            with self.subTest(attempt.number):
                rebuilt = rules.draw(exam.pool.values(), exam.cells, attempt.seed, exam.questions, attempt.seen)
                self.assertEqual(rebuilt, attempt.layout)

    def test_Q01_a_retake_is_still_one_insert(self):
        self.answered({})
        place = queries.exam_places().get(pk=self.enrolment.pk)
        with assert_sql(1):
            services.start(enrolment=place, by=None)


class MoreTests(ExaminingCase):
    def more(self, **given):
        return services.allow_more(enrolment=self.enrolment, by=self.budi, reason=REASON, **given)

    def test_W06_extra_minutes_reach_an_attempt_under_way_at_once(self):
        attempt = self.start()
        self.more(minutes=15)
        self.assertEqual(stored(attempt).deadline_at - attempt.deadline_at, timedelta(minutes=15))
        late = attempt.deadline_at + timedelta(minutes=14)
        with time_machine.travel(late, tick=False):
            saved = services.save(
                attempt_uuid=attempt.uuid, learner_id=self.enrolment.learner_id, seq=1, answers={"1": "a"}
            )
        self.assertEqual(saved.outcome, "saved")

    def test_W06_extra_minutes_lengthen_every_later_attempt(self):
        self.more(minutes=15)
        self.more(minutes=5)
        attempt = self.start()
        self.assertEqual(attempt.deadline_at - attempt.started_at, timedelta(minutes=30))

    def test_an_attempt_that_is_over_is_not_opened_again(self):
        attempt = self.start()
        Attempt.everything.filter(pk=attempt.pk).update(deadline_at=timezone.now() - timedelta(seconds=11))
        self.more(minutes=15)
        self.assertLess(stored(attempt).deadline_at, timezone.now())

    def test_an_extra_try_may_be_taken_and_no_more(self):
        self.answered({}), self.answered({})
        with self.assertRaisesMessage(StartRefused, "all 2 attempts"):
            self.start()
        self.more(attempts=1)
        self.assertEqual(self.answered({}).number, 3)
        with self.assertRaisesMessage(StartRefused, "all 3 attempts"):
            self.start()

    def test_I14_it_is_audited_with_its_reason_and_the_learner_is_told(self):
        row = self.more(minutes=15)
        entry = AuditEntry.everything.get(verb="exam_override")
        self.assertEqual((entry.actor_id, entry.detail["minutes"], entry.detail["reason"]), (self.budi.pk, 15, REASON))
        notice = Notice.everything.get(person=self.enrolment.learner, key=str(row.uuid))
        self.assertEqual(notice.words, "You have 15 more minutes for your exam.")

    def test_what_is_refused_leaves_nothing(self):
        for given, reason in (
            ({}, REASON), ({"minutes": -1}, REASON), ({"minutes": 241}, REASON), ({"attempts": 6}, REASON),
            ({"minutes": 5}, "  mati  "),
        ):  # fmt: skip
            with self.subTest(given), self.assertRaises(ExamineRefused):
                services.allow_more(enrolment=self.enrolment, by=self.budi, reason=reason, **given)
        self.assertEqual(Override.everything.count(), 0)

    def test_the_limit_counts_what_was_given_before(self):
        self.more(minutes=200)
        with self.assertRaisesMessage(ExamineRefused, "At most 240"):
            self.more(minutes=60)


class GradeTests(ExaminingCase):
    def override(self, attempt, score):
        return services.override_grade(attempt=stored(attempt), score=Decimal(score), by=self.budi, reason=REASON)

    def test_another_grade_supersedes_and_the_old_row_stays(self):
        attempt = self.answered({})
        row = self.override(attempt, "55.5")
        entries = list(GradeEntry.everything.order_by("pk").values_list("score", "reason"))
        self.assertEqual(entries, [(Decimal("0.00"), "auto"), (Decimal("55.50"), "override")])
        self.assertEqual((row.supersedes.reason, row.note), ("auto", REASON))
        self.assertEqual(self.place().score, Decimal("55.50"))
        self.assert_invariants_hold()

    def test_a_lower_grade_counts_too_while_the_course_is_open(self):
        attempt = self.answered(lambda a: {slot_of(a, "truefalse"): "a"})
        self.override(attempt, "10")
        self.assertEqual(self.place().score, Decimal("10.00"))
        self.assert_invariants_hold()

    def test_a_passing_grade_completes_the_course_with_the_cells_that_passed(self):
        attempt = self.answered(lambda a: {slot_of(a, "truefalse"): "a"})
        self.override(attempt, "80")
        self.assertEqual(self.place().state, "completed")
        # The override lifts the whole, not the cells: M.5 had nothing right.
        self.assertEqual(CompetencyClaim.everything.count(), 0)

    def test_a_completed_course_is_not_taken_back_by_a_grade(self):
        attempt = self.answered(right_answers)
        with self.assertRaisesMessage(ExamineRefused, "Withdraw the certificate"):
            self.override(attempt, "10")
        self.assertEqual(self.place().state, "completed")

    def test_d06_a_score_outside_0_to_100_is_refused(self):
        attempt = self.answered({})
        for wrong in ("-0.01", "100.01"):
            with self.subTest(wrong), self.assertRaisesMessage(ExamineRefused, "between 0 and 100"):
                self.override(attempt, wrong)
        self.assertEqual(GradeEntry.everything.count(), 1)

    def test_a_running_exam_has_no_grade_to_change(self):
        with self.assertRaisesMessage(ExamineRefused, "still running"):
            self.override(self.start(), "80")


class RegradeTests(ExaminingCase):
    """u-1 asks for one of three; its key was wrong."""

    def question(self):
        pool = queries.exam_of(self.release.uuid).pool.values()
        return next(q for q in pool if q.kind == "single")

    def newest(self):
        return queries.newest_version(self.question().pk)

    def all_right_but(self, other: str):
        """Everything right but the single choice, where ``other`` is chosen, and the number, left empty."""

        def answers(attempt):
            chosen = right_answers(attempt)
            chosen.pop(slot_of(attempt, "numeric"))
            return chosen | {slot_of(attempt, "single"): other}

        return answers

    def correct(self, right: str = "b"):
        newest = self.newest()
        return services.correct_key(newest=newest, key={**newest.key, "right": [right]}, by=self.budi, reason=REASON)

    def test_I04_a_corrected_key_lifts_those_who_were_right_by_a_new_row(self):
        attempt = self.answered(self.all_right_but("b"))
        self.assertEqual((attempt.score, self.place().state), (Decimal("50.00"), "active"))
        self.correct()
        entry = GradeEntry.everything.get(superseded_by=None)
        self.assertEqual((entry.score, entry.reason, entry.supersedes.reason), (Decimal("75.00"), "regrade", "auto"))
        self.assertEqual((self.place().score, self.place().state), (Decimal("75.00"), "completed"))
        self.assertEqual(CompletionRecord.everything.get().score, Decimal("75.00"))
        self.assertEqual(Notice.everything.filter(kind="grade", person=self.enrolment.learner).count(), 1)
        self.assert_invariants_hold()

    def test_nobody_loses_a_point(self):
        attempt = self.answered(right_answers)
        self.assertEqual(attempt.score, Decimal("100.00"))
        self.correct()
        self.assertEqual(GradeEntry.everything.count(), 1)
        self.assertEqual(self.place().score, Decimal("100.00"))
        self.assertTrue(all(row.is_right for row in queries.corrected(stored(attempt))))

    def test_the_dry_run_says_what_the_act_does_and_writes_nothing(self):
        self.answered(self.all_right_but("b"))
        newest = self.newest()
        (change,) = queries.changes_by(newest, {**newest.key, "right": ["b"]})
        self.assertEqual((change.old, change.new, change.passes_now), (Decimal("50.00"), Decimal("75.00"), True))
        self.assertEqual(GradeEntry.everything.count(), 1)
        self.assertEqual(self.place().state, "active")

    def test_later_papers_are_marked_by_the_corrected_key_and_so_is_one_still_open(self):
        attempt = self.start()
        services.save(
            attempt_uuid=attempt.uuid, learner_id=self.enrolment.learner_id, seq=1,
            answers=self.all_right_but("b")(attempt),
        )  # fmt: skip
        self.correct()
        self.assertEqual(services.submit(attempt=stored(attempt), by=None).score, Decimal("75.00"))
        self.assertEqual(GradeEntry.everything.get().reason, "auto")

    def test_the_result_shows_the_mended_question(self):
        attempt = self.answered(self.all_right_but("b"))
        self.correct()
        row = next(r for r in queries.corrected(stored(attempt)) if r.slot.kind == "single")
        self.assertEqual((row.is_right, row.was_mended, row.right), (True, True, row.given))

    def test_a_second_correction_follows_the_first(self):
        self.answered(self.all_right_but("c"))
        self.correct("b")
        self.assertEqual(GradeEntry.everything.count(), 1)
        self.correct("c")
        self.assertEqual(GradeEntry.everything.get(superseded_by=None).score, Decimal("75.00"))
        self.assert_invariants_hold()

    def test_the_same_key_again_or_an_outdated_question_is_refused(self):
        old = self.newest()
        with self.assertRaisesMessage(ExamineRefused, "holds already"):
            services.correct_key(newest=old, key=old.key, by=self.budi, reason=REASON)
        self.correct()
        with self.assertRaisesMessage(ExamineRefused, "just corrected"):
            services.correct_key(newest=old, key={**old.key, "right": ["c"]}, by=self.budi, reason=REASON)

    def test_L77_a_cell_that_passes_only_after_the_regrade_is_claimed_then(self):
        # 75 of 100 passes the whole; M.5 has two of three right: 66.67, below 70.
        attempt = self.answered(lambda a: right_answers(a) | {slot_of(a, "single"): "b"})
        self.assertEqual((attempt.score, self.place().state), (Decimal("75.00"), "completed"))
        self.assertEqual(CompetencyClaim.everything.count(), 0)
        self.correct()
        claim = CompetencyClaim.everything.get()
        self.assertEqual((claim.competency.code, claim.level, claim.score), ("M.5", 3, Decimal("100.00")))
        self.assert_invariants_hold()


class ClaimTests(ExaminingCase):
    def test_L77_a_passed_cell_claims_with_its_own_score_release_and_day(self):
        attempt = self.answered(lambda a: {k: v for k, v in right_answers(a).items() if k != slot_of(a, "truefalse")})
        self.assertEqual(attempt.score, Decimal("75.00"))
        claim = CompetencyClaim.everything.get()
        self.assertEqual((claim.competency.code, claim.score), ("M.5", Decimal("100.00")))
        self.assertEqual(claim.record.release.number, 1)
        self.assertEqual(claim.claimed_on, claim.record.completed_on)

    def test_L77_a_cell_not_passed_claims_nothing_though_the_course_is_completed(self):
        attempt = self.answered(lambda a: right_answers(a) | {slot_of(a, "single"): "b"})
        self.assertEqual((attempt.passed, attempt.cell_scores["M.5"]["score"]), (True, "66.67"))
        self.assertEqual(self.place().state, "completed")
        self.assertEqual(CompetencyClaim.everything.count(), 0)


class PlantedFaultTests(ExaminingCase):
    """``check_invariants`` names what is wrong: each fault is planted where the seals are lifted."""

    def plant(self, model, pk, **values):
        from cms.core import sealed

        with sealed.lifted(reason="test"):
            rows = model.everything.filter(pk=pk)
            rows.update(**values) if values else rows._raw_delete(rows.db)

    def breaches(self, key: str) -> int:
        return len(INVARIANTS[key][1]())

    def test_I02_an_answer_without_a_save(self):
        attempt = self.start()
        self.plant(Attempt, attempt.pk, answers={"1": "a"})
        self.assertEqual(self.breaches("I02"), 1)

    def test_I03_a_deadline_before_the_start_or_lengthened_by_nobody(self):
        attempt = self.start()
        self.plant(Attempt, attempt.pk, deadline_at=attempt.started_at - timedelta(minutes=1))
        self.assertEqual(self.breaches("I03"), 1)
        self.plant(Attempt, attempt.pk, deadline_at=attempt.deadline_at + timedelta(minutes=1))
        self.assertEqual(self.breaches("I03"), 1)

    def test_I04_every_way_a_submission_can_be_false(self):
        attempt = self.answered(lambda a: {slot_of(a, "truefalse"): "a"})
        entry, response = GradeEntry.everything.get(), AttemptResponse.everything.filter(attempt=attempt).first()
        faults = (
            (Attempt, attempt.pk, {"score": Decimal(99)}, {"score": attempt.score}),
            (GradeEntry, entry.pk, {"score": Decimal(99)}, {"score": entry.score}),
            (Attempt, attempt.pk, {"state": "open"}, {"state": "submitted"}),
            (Enrolment, self.enrolment.pk, {"score": Decimal(99)}, {"score": attempt.score}),
            (AttemptResponse, response.pk, {"fraction": 1 - response.fraction}, {"fraction": response.fraction}),
        )
        for model, pk, wrong, right in faults:
            with self.subTest(model=model.__name__, wrong=wrong):
                self.plant(model, pk, **wrong)
                self.assertGreater(self.breaches("I04"), 0)
                self.plant(model, pk, **right)
                self.assertEqual(self.breaches("I04"), 0)
        self.plant(AttemptResponse, response.pk)
        self.assertEqual(self.breaches("I04"), 1)

    def test_right_answer_is_what_the_maker_says(self):
        question = queries.exam_of(self.release.uuid).pool
        self.assertEqual({right_answer(q) for q in question.values() if q.kind == "truefalse"}, {"a"})
