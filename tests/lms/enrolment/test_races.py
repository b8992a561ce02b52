"""C01: many people want the last seat at the same moment. Real threads, real connections, real commits.

PostgreSQL holds the crowd apart with row locks. SQLite has one writer, so a smaller crowd shows the same there.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from django.db import connection, connections
from django.test import TransactionTestCase
from django.utils import timezone

from cms.core import sealed
from cms.core.invariants import INVARIANTS
from cms.core.models import AuditEntry, OutboxMessage
from cms.directory.models import Agency, Notice, Person, PersonNumber, User
from lms.catalogue.models import Course, Release
from lms.enrolment import services
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentEvent

ACTIVE, WAITING, _COMPLETED, CANCELLED = Enrolment.State.values
# What the tests below write, so that nothing else of the shared test database has to be flushed.
WRITTEN = (
    EnrolmentEvent, Enrolment, CourseRun, Notice, OutboxMessage, AuditEntry, Release, Course, User,
    PersonNumber, Person, Agency,
)  # fmt: skip


class RaceTests(TransactionTestCase):
    def setUp(self):
        self.before = {model: set(model.everything.values_list("pk", flat=True)) for model in WRITTEN}
        self.crowd, self.threads = (100, 32) if connection.vendor == "postgresql" else (24, 6)
        agency = Agency.everything.create(code="race", name="Pemerintah Kota Surabaya", kind="city")
        user = User.everything.create(username="race")
        course = Course.everything.create(agency=agency, code="R1", slug="race", title="Melayani warga")
        release = Release.everything.create(
            course=course, number=1, kind="major", title=course.title, promise="", jp=1, minutes=45, rules={},
            outline=[{"key": "m", "title": "M", "units": [{"key": "u", "required": True}]}], digest="0" * 64,
            released_by=user,
        )  # fmt: skip
        today = timezone.localdate()
        self.run_ = CourseRun.everything.create(
            course=course, release=release, agency=agency, number=1, name="Angkatan I", starts_on=today, seats=1,
            ends_on=today + timedelta(days=9), enrol_from=today, enrol_until=today + timedelta(days=9),
        )  # fmt: skip
        self.people = Person.everything.bulk_create(
            Person(name=f"Pegawai {n}", agency=agency) for n in range(self.crowd)
        )

    def _fixture_teardown(self):
        # Not flush(): it would take the first pages with it, and sealed tables refuse it.
        with sealed.lifted(reason="test teardown"):
            Course.everything.update(current_release=None)
            for model in WRITTEN:
                rows = model.everything.exclude(pk__in=self.before[model])
                rows._raw_delete(rows.db)

    def at_once(self, act, things):
        """Call ``act`` for all things, ``threads`` at a time and starting together; returns what came back."""
        start = Barrier(self.threads)

        def turn(numbered):
            at, thing = numbered
            if at < self.threads:
                start.wait(timeout=30)
            try:
                return act(thing)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(turn, enumerate(things)))

    def test_C01_a_crowd_takes_the_last_seat(self):
        run = CourseRun.everything.select_related("release").get(pk=self.run_.pk)
        states = self.at_once(lambda person: services.enrol(run=run, learner=person, by=None).state, self.people)
        self.assertEqual(sorted(states), [ACTIVE] + [WAITING] * (self.crowd - 1))
        self.assertEqual(Enrolment.everything.filter(state=ACTIVE).count(), 1)
        self.assertEqual(Enrolment.everything.filter(state=WAITING).count(), self.crowd - 1)
        self.assertEqual(INVARIANTS["I08"][1](), [])

    def test_I08_lists_pasted_at_the_same_moment_share_the_seats(self):
        PersonNumber.everything.bulk_create(
            PersonNumber(person=one, kind="external", value=f"RACE{n:04}") for n, one in enumerate(self.people)
        )
        seats = self.crowd // 2
        CourseRun.everything.filter(pk=self.run_.pk).update(seats=seats)
        numbers = [f"RACE{n:04}" for n in range(self.crowd)]
        run = CourseRun.everything.select_related("release").get(pk=self.run_.pk)
        # Every person stands on two of the lists.
        lists = [numbers[n :: self.threads // 2] for n in range(self.threads // 2)] * 2
        done = self.at_once(lambda some: services.enrol_many(run=run, numbers=some, by=None), lists)
        self.assertEqual(sum(one.seated for one in done), seats)
        self.assertEqual(sum(one.waiting for one in done), self.crowd - seats)
        self.assertEqual(Enrolment.everything.filter(run=run).count(), self.crowd)
        self.assertEqual(INVARIANTS["I08"][1](), [])

    def test_one_learner_clicks_many_times(self):
        run = CourseRun.everything.select_related("release").get(pk=self.run_.pk)

        def click(person):
            try:
                return services.enrol(run=run, learner=person, by=None).state
            except EnrolmentRefused:
                return "refused"

        answers = self.at_once(click, [self.people[0]] * self.threads)
        self.assertEqual(sorted(answers), [ACTIVE] + ["refused"] * (self.threads - 1))
        self.assertEqual(Enrolment.everything.count(), 1)

    def test_a_freed_seat_goes_to_exactly_one_in_order(self):
        places = [services.enrol(run=self.run_, learner=person, by=None) for person in self.people[:5]]
        gifts = self.at_once(
            lambda place: services.cancel(enrolment=place, by=None, reason="Dinas luar"), [places[0]] * self.threads
        )
        self.assertEqual([gift.pk for gift in gifts if gift], [places[1].pk])
        states = list(Enrolment.everything.order_by("pk").values_list("state", flat=True))
        self.assertEqual(states, [CANCELLED, ACTIVE, WAITING, WAITING, WAITING])
        self.assertEqual(INVARIANTS["I08"][1](), [])
