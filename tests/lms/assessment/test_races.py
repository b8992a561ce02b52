"""Many at once: what the database settles. On PostgreSQL, where rows are really locked."""

import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from cms.core import sealed
from cms.core.invariants import INVARIANTS
from cms.core.models import AuditEntry, OutboxMessage
from cms.directory.models import Agency, Notice, Person, User
from lms.assessment import queries, rules, services
from lms.assessment.exceptions import ExamineRefused, StartRefused
from lms.assessment.models import Attempt, AttemptResponse, GradeEntry, Override
from lms.catalogue.models import Course, QuestionVersion, Release, ReleaseQuestion
from lms.enrolment.models import CourseRun, Enrolment

# What the tests below write, so that nothing else of the shared test database has to be flushed.
WRITTEN = (
    Notice, OutboxMessage,
    Override, GradeEntry, AttemptResponse, Attempt, Enrolment, CourseRun, ReleaseQuestion, QuestionVersion, Release,
    Course, AuditEntry, User, Person, Agency,
)  # fmt: skip
CROWD = 8


@pytest.mark.postgresql
class RaceTests(TransactionTestCase):
    def setUp(self):
        self.before = {model: set(model.everything.values_list("pk", flat=True)) for model in WRITTEN}
        agency = Agency.everything.create(code="exam-race", name="Pemerintah Kota Surabaya", kind="city")
        self.author = author = User.everything.create(username="exam-race")
        ani = Person.everything.create(name="Ani Lestari", agency=agency)
        self.ani = User.everything.create(username="exam-race-ani", person=ani)
        course = Course.everything.create(agency=agency, code="U1", slug="exam-race", title="Melayani warga")
        release = Release.everything.create(
            course=course, number=1, kind="major", title=course.title, promise="", jp=1, minutes=45, outline=[],
            rules={"pass_score": 70, "exam": True}, exam={"title": "Uji", "minutes": 10, "questions": 1, "attempts": 1},
            digest="0" * 64, released_by=author,
        )  # fmt: skip
        version = QuestionVersion.everything.create(
            course=course, question_key="u-1", number=1, kind="single", competency="M.5", difficulty="sedang",
            body={"text": "?", "options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}, key={"right": ["a"]},
            digest="0" * 64,
        )  # fmt: skip
        ReleaseQuestion.everything.create(release=release, version=version, use="exam")
        day = timezone.localdate()
        run = CourseRun.everything.create(
            course=course, release=release, agency=agency, number=1, name="Angkatan I", starts_on=day,
            ends_on=day + timedelta(days=9), enrol_from=day, enrol_until=day,
        )  # fmt: skip
        self.enrolment = Enrolment.everything.create(
            run=run, course=course, release=release, learner=ani, agency_then=agency
        )
        queries.exam_of(release.uuid)

    def _fixture_teardown(self):
        # Not flush(): it would take the first pages with it, and sealed tables refuse it.
        with sealed.lifted(reason="test teardown"):
            for model in WRITTEN:
                rows = model.everything.exclude(pk__in=self.before[model])
                rows._raw_delete(rows.db)

    def at_once(self, act, things):
        """Call ``act`` for all ``things``, eight starting together; returns what came back."""
        start = Barrier(CROWD)

        def turn(numbered):
            at, thing = numbered
            if at < CROWD:
                start.wait(timeout=30)
            try:
                return act(thing)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(CROWD) as pool:
            return list(pool.map(turn, enumerate(things)))

    def begun(self) -> Attempt:
        return services.start(enrolment=self.enrolment, by=None)

    def read(self, attempt) -> Attempt:
        return queries.loaded(Attempt.everything).get(pk=attempt.pk)

    def assert_invariants_hold(self):
        self.assertEqual(
            {key: INVARIANTS[key][1]() for key in ("I02", "I03", "I04")}, {"I02": [], "I03": [], "I04": []}
        )

    def test_E02_I03_eight_parallel_starts_make_one_attempt(self):
        places = [queries.exam_places().get(pk=self.enrolment.pk) for _n in range(CROWD)]
        attempts = self.at_once(lambda place: services.start(enrolment=place, by=None).uuid, places)
        self.assertEqual(len(set(attempts)), 1)
        self.assertEqual(Attempt.everything.filter(enrolment=self.enrolment).count(), 1)

    def test_I02_of_saves_all_at_once_the_highest_number_stays(self):
        attempt, numbers = self.begun(), random.sample(range(1, 81), 80)

        def save(seq):
            kept = services.save(
                attempt_uuid=attempt.uuid, learner_id=self.enrolment.learner_id, seq=seq, answers={"1": str(seq)}
            )
            return kept.outcome, kept.seq

        self.assertEqual({outcome for outcome, _seq in self.at_once(save, numbers)} - {"saved", "stale"}, set())
        self.assertEqual((self.read(attempt).save_seq, self.read(attempt).answers), (80, {"1": "80"}))
        self.assert_invariants_hold()

    def test_E04_of_two_answers_too_late_at_once_the_higher_number_is_kept_aside(self):
        """Both have read a row with nothing aside and wait for it; the newer one is first to write."""
        attempt = self.begun()
        past = timezone.now() - timedelta(minutes=1)
        Attempt.everything.filter(pk=attempt.pk).update(deadline_at=past, started_at=past - timedelta(minutes=10))
        with ThreadPoolExecutor(2) as pool, transaction.atomic():
            Attempt.everything.select_for_update().get(pk=attempt.pk)
            came = []
            for count, seq in enumerate((6, 5), 1):
                came.append(pool.submit(self.save_and_leave, attempt, seq))
                self.wait_for_waiting(count)
        self.assertEqual([one.result().outcome for one in came], ["closed", "closed"])
        late = self.read(attempt).late_answers
        self.assertEqual((late["seq"], late["answers"]), (6, {"1": "6"}))
        self.assertEqual((self.read(attempt).save_seq, self.read(attempt).answers), (0, {}))
        self.assert_invariants_hold()

    def save_and_leave(self, attempt, seq):
        try:
            return services.save(
                attempt_uuid=attempt.uuid, learner_id=self.enrolment.learner_id, seq=seq, answers={"1": str(seq)}
            )
        finally:
            connections.close_all()

    def wait_for_waiting(self, count: int) -> None:
        """Until ``count`` others wait for a lock."""
        waiting = "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted"
        until = time.monotonic() + 1.5  # a lock is waited for two seconds
        while time.monotonic() < until:
            with connection.cursor() as cursor:
                cursor.execute(waiting)
                if cursor.fetchone()[0] >= count:
                    return
            time.sleep(0.01)
        self.fail(f"no {count} saves wait for the row")

    def test_E03_I04_submits_saves_and_the_sweep_at_once_make_one_submission(self):
        attempt = self.begun()
        copies = [self.read(attempt) for _n in range(CROWD)]

        def act(numbered):
            number, copy = numbered
            if number == 0:
                now = timezone.now()
                Attempt.everything.filter(pk=copy.pk, state="open").update(
                    deadline_at=now - timedelta(minutes=1), started_at=now - timedelta(minutes=11)
                )
                return services.expire_due()
            if number % 2:
                return services.submit(attempt=copy, by=None).score
            return services.save(
                attempt_uuid=copy.uuid, learner_id=self.enrolment.learner_id, seq=number, answers={"1": "b"}
            ).outcome

        self.at_once(act, list(enumerate(copies)))
        over = self.read(attempt)
        self.assertNotEqual(over.state, "open")
        self.assertEqual(
            list(GradeEntry.everything.filter(attempt=attempt).values_list("score", flat=True)), [over.score]
        )
        response = AttemptResponse.everything.get(attempt=attempt)
        self.assertEqual(response.answer, over.answers.get("1"))
        self.assert_invariants_hold()

    def give(self, **what) -> bool:
        try:
            services.allow_more(enrolment=self.enrolment, by=self.author, reason="Listrik padam di kantor", **what)
        except ExamineRefused:  # the most a person may be given
            return False
        return True

    def test_E08_tries_given_while_she_starts_and_submits_never_add_up_to_more(self):
        def act(number):
            if number % 3 == 0:
                return self.give(attempts=1)
            try:
                return services.submit(attempt=self.begun(), by=None).number
            except StartRefused:
                return None

        self.at_once(act, range(4 * CROWD))
        given = Override.everything.filter(enrolment=self.enrolment).count()
        numbers = sorted(Attempt.everything.filter(enrolment=self.enrolment).values_list("number", flat=True))
        self.assertEqual(given, rules.MOST_EXTRA_ATTEMPTS)
        self.assertEqual(numbers, list(range(1, len(numbers) + 1)))
        self.assertLessEqual(len(numbers), 1 + given)
        self.assert_invariants_hold()

    def test_W06_minutes_given_in_the_moment_of_the_start_reach_the_paper(self):
        for _round in range(1 + rules.MOST_EXTRA_ATTEMPTS):
            places = [queries.exam_places().get(pk=self.enrolment.pk) for _n in range(CROWD)]

            def act(place):
                return self.give(minutes=1) if place is None else services.start(enrolment=place, by=None)

            self.at_once(act, [None, *places[1:]])
            attempt = queries.own_attempt(self.ani, Attempt.everything.get(enrolment=self.enrolment, state="open").uuid)
            attempt = services.close_if_due(attempt=attempt)
            lasts = self.read(attempt).deadline_at - attempt.started_at
            given = Override.everything.filter(enrolment=self.enrolment, extra_minutes=1).count()
            self.assertEqual((lasts, attempt.deadline_at), (timedelta(minutes=10 + given), attempt.started_at + lasts))
            services.submit(attempt=attempt, by=None)
            self.give(attempts=1)

    def test_a_stranger_cannot_save_in_the_crowd(self):
        attempt = self.begun()
        with self.assertRaises(Attempt.DoesNotExist):
            services.save(attempt_uuid=attempt.uuid, learner_id=0, seq=1, answers={})
        with self.assertRaises(Attempt.DoesNotExist):
            services.save(attempt_uuid=uuid.uuid4(), learner_id=self.enrolment.learner_id, seq=1, answers={})
