"""Runs and places: who gets one, who waits, who moves up."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from cms.core.invariants import INVARIANTS
from cms.core.models import AuditEntry, OutboxMessage
from cms.directory.models import Notice, Person
from lms import events
from lms.catalogue.models import Course
from lms.enrolment import queries, services
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentEvent
from lms.progress.models import UnitProgress
from tests import makers
from tests.sql import assert_sql

ACTIVE, WAITING, COMPLETED, CANCELLED = Enrolment.State.values
I08 = INVARIANTS["I08"][1]


def number_of(person: Person) -> str:
    return person.numbers.get().value


def bulk_people(count: int, agency) -> list[str]:
    """Many people fast: one believable number each."""
    from cms.directory.models import PersonNumber

    people = Person.everything.bulk_create(Person(name=f"Pegawai {n}", agency=agency) for n in range(count))
    numbers = [f"19910101201503{1 + n // 1000}{n % 1000:03d}" for n in range(count)]
    PersonNumber.everything.bulk_create(
        PersonNumber(person=person, kind="nip", value=value) for person, value in zip(people, numbers, strict=True)
    )
    return numbers


class EnrolmentCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.release = makers.make_release(units=2)
        cls.agency = cls.release.course.agency
        cls.budi = makers.make_person("Budi Santoso", agency=cls.agency, roles=["organiser"]).user
        cls.ani = makers.make_person("Ani Lestari", agency=cls.agency, user=True)
        cls.dewi = makers.make_person("Dewi Anggraini", agency=cls.agency, user=True)
        cls.eko = makers.make_person("Eko Prasetyo", agency=cls.agency, user=True)
        cls.citra = makers.make_person("Citra Maharani", user=True)

    def make_run(self, **fields) -> CourseRun:
        return makers.make_run(release=self.release, **fields)

    def enrol(self, run, learner, by="self"):
        return services.enrol(run=run, learner=learner, by=learner.user if by == "self" else by)

    def refused(self, run, learner) -> str:
        with self.assertRaises(EnrolmentRefused) as refusal:
            self.enrol(run, learner)
        return str(refusal.exception)


class OpenRunTests(EnrolmentCase):
    def open_run(self, **fields):
        defaults = {"course": self.release.course, "agency": self.agency, "by": self.budi, "name": "Angkatan I"}
        return services.open_run(**{**defaults, "starts_on": timezone.localdate(), **fields})

    def test_a_run_pins_the_current_release_and_takes_the_next_number(self):
        first, second = self.open_run(), self.open_run(name="Angkatan II")
        self.assertEqual((first.number, second.number), (1, 2))
        self.assertEqual(first.release, self.release)
        self.assertTrue(first.is_open())
        entry = AuditEntry.everything.get(verb="open_run", object_key=str(first.uuid))
        self.assertEqual((entry.actor_id, entry.agency_id), (self.budi.pk, self.agency.pk))

    def test_ten_runs_share_one_release(self):
        runs = [self.open_run(name=f"Angkatan {n}") for n in range(10)]
        self.assertEqual({run.release_id for run in runs}, {self.release.pk})

    def test_a_course_without_release_cannot_be_run(self):
        course = makers.make_course()
        with self.assertRaises(EnrolmentRefused):
            self.open_run(course=course)

    def test_dates_and_seats_out_of_order_are_refused(self):
        today = timezone.localdate()
        for odd in ({"ends_on": today - timedelta(days=1)}, {"seats": 0}, {"seats": 100_001}):
            with self.subTest(odd), self.assertRaises(EnrolmentRefused):
                self.open_run(**odd)
        self.assertEqual(CourseRun.everything.count(), 0)


class EnrolTests(EnrolmentCase):
    def test_a_place_is_given_written_down_and_announced(self):
        run, heard = self.make_run(seats=1), []
        events.enrolled.connect(heard_by := lambda fact, **_: heard.append(fact))
        self.addCleanup(events.enrolled.disconnect, heard_by)
        with self.captureOnCommitCallbacks(execute=True):
            place = self.enrol(run, self.ani)
        self.assertEqual((place.state, place.cycle, place.units_total), (ACTIVE, 1, 2))
        self.assertEqual(place.agency_then, self.agency)
        self.assertEqual(heard, [events.Enrolled(enrolment_id=place.pk, learner_id=self.ani.pk)])
        event = EnrolmentEvent.everything.get(enrolment=place)
        self.assertEqual((event.verb, event.actor_id), ("enrol", self.ani.user.pk))
        entry = AuditEntry.everything.get(verb="enrol")
        self.assertEqual((entry.object_key, entry.agency_id), (str(place.uuid), self.agency.pk))
        # She did it herself: nobody needs to tell her.
        self.assertFalse(Notice.everything.filter(person=self.ani).exists())

    def test_the_learner_is_told_when_somebody_else_enrols_her(self):
        self.enrol(self.make_run(), self.ani, by=self.budi)
        self.assertEqual(Notice.everything.get(person=self.ani).kind, "place_given")

    def test_the_last_seat_goes_to_one_learner_and_the_next_waits(self):
        run = self.make_run(seats=1)
        states = [self.enrol(run, person).state for person in (self.ani, self.dewi, self.eko)]
        self.assertEqual(states, [ACTIVE, WAITING, WAITING])
        self.assertEqual(I08(), [])

    def test_a_second_place_on_the_course_is_refused_on_any_run(self):
        first, second = self.make_run(), self.make_run()
        self.enrol(first, self.ani)
        self.assertIn("already", self.refused(first, self.ani))
        self.assertIn("already", self.refused(second, self.ani))

    def test_whoever_waits_does_not_wait_twice(self):
        run = self.make_run(seats=1)
        self.enrol(run, self.ani)
        self.enrol(run, self.dewi)
        self.assertIn("already", self.refused(run, self.dewi))

    def test_outside_its_window_a_run_is_closed_with_a_sentence(self):
        today, day = timezone.localdate(), timedelta(days=1)
        early = self.refused(self.make_run(enrol_from=today + 2 * day), self.ani)
        late = self.refused(self.make_run(enrol_from=today - 5 * day, enrol_until=today - 2 * day), self.ani)
        closed = self.refused(self.make_run(state="closed"), self.ani)
        self.assertIn("opens on", early)
        self.assertEqual(late, "Enrolment for this run is closed.")
        self.assertEqual(closed, late)

    def test_only_active_service_and_study_leave_take_part(self):
        run = self.make_run()
        for status in ("02", "04", "15", "20", "99"):
            self.ani.legal_status = status
            with self.subTest(status):
                self.assertIn("study leave", self.refused(run, self.ani))
        self.ani.legal_status = "03"
        self.assertEqual(self.enrol(run, self.ani).state, ACTIVE)

    def test_a_run_for_its_own_people_refuses_citra(self):
        self.assertIn("own agency", self.refused(self.make_run(open_to_all=False), self.citra))
        self.assertEqual(self.enrol(self.make_run(), self.citra).state, ACTIVE)

    def test_L50_a_second_cycle_keeps_the_first_record(self):
        first = self.enrol(self.make_run(), self.ani)
        done = timezone.now()
        Enrolment.everything.filter(pk=first.pk).update(state=COMPLETED, units_done=2, score=90, completed_at=done)
        second = self.enrol(self.make_run(), self.ani)
        first.refresh_from_db()
        self.assertEqual((first.cycle, second.cycle), (1, 2))
        self.assertEqual((first.state, first.units_done, first.score, first.completed_at), (COMPLETED, 2, 90, done))
        self.assertEqual((second.units_done, second.score), (0, None))

    def test_enrolling_costs_the_same_on_a_full_run(self):
        run = CourseRun.everything.select_related("release", "course").get(pk=self.make_run(seats=1).pk)
        for learner in (self.ani, self.dewi):
            # The locked run, its course, standing, seats; the place, its event, its audit row.
            with assert_sql(7):
                self.enrol(run, learner)


class CancelTests(EnrolmentCase):
    def full_run(self):
        run = self.make_run(seats=1)
        return run, *(self.enrol(run, person) for person in (self.ani, self.dewi, self.eko))

    def test_a_freed_seat_goes_to_the_first_who_waits_and_she_is_told(self):
        run, ani, dewi, eko = self.full_run()
        with self.captureOnCommitCallbacks(execute=True):
            promoted = services.cancel(enrolment=ani, by=self.ani.user, reason="Dinas luar")
        self.assertEqual(promoted, dewi)
        states = dict(Enrolment.everything.filter(run=run).values_list("learner__name", "state"))
        self.assertEqual(states, {"Ani Lestari": CANCELLED, "Dewi Anggraini": ACTIVE, "Eko Prasetyo": WAITING})
        told = Notice.everything.filter(kind="place_given").values_list("person", flat=True)
        self.assertEqual(list(told), [self.dewi.pk])
        mails = OutboxMessage.everything.filter(kind="notice_mail", key__contains=":place_given:")
        self.assertEqual(mails.count(), 1)
        self.assertEqual(list(dewi.events.order_by("pk").values_list("verb", flat=True)), ["wait", "promote"])
        self.assertEqual(I08(), [])

    def test_the_reason_and_the_evidence_are_kept(self):
        run, ani, *_ = self.full_run()
        Enrolment.everything.filter(pk=ani.pk).update(units_done=1)
        services.cancel(enrolment=ani, by=self.budi, reason="Dinas luar")
        ani.refresh_from_db()
        self.assertEqual((ani.ended_reason, ani.units_done), ("Dinas luar", 1))
        event = ani.events.get(verb="cancel")
        self.assertEqual((event.reason, event.actor_id), ("Dinas luar", self.budi.pk))

    def test_twice_is_the_same_as_once(self):
        _run, ani, _dewi, eko = self.full_run()
        services.cancel(enrolment=ani, by=self.ani.user, reason="Dinas luar")
        self.assertIsNone(services.cancel(enrolment=ani, by=self.ani.user, reason="lagi"))
        eko.refresh_from_db()
        self.assertEqual(eko.state, WAITING)
        self.assertEqual(ani.events.filter(verb="cancel").count(), 1)

    def test_whoever_stops_waiting_frees_no_seat(self):
        _run, _ani, dewi, eko = self.full_run()
        self.assertIsNone(services.cancel(enrolment=dewi, by=self.dewi.user, reason="Tidak jadi"))
        eko.refresh_from_db()
        self.assertEqual(eko.state, WAITING)

    def test_a_completed_course_is_not_given_up(self):
        place = makers.make_enrolment(run=self.make_run(), learner=self.ani, state=COMPLETED)
        with self.assertRaises(EnrolmentRefused):
            services.cancel(enrolment=place, by=self.ani.user, reason="Salah tekan")
        place.refresh_from_db()
        self.assertEqual(place.state, COMPLETED)

    def test_a_run_that_is_over_promotes_nobody(self):
        run, ani, dewi, _eko = self.full_run()
        CourseRun.everything.filter(pk=run.pk).update(state="closed")
        self.assertIsNone(services.cancel(enrolment=ani, by=self.budi, reason="Ditutup"))
        dewi.refresh_from_db()
        self.assertEqual(dewi.state, WAITING)

    def test_I08_whoever_may_no_longer_take_part_is_passed_over(self):
        run = self.make_run(seats=1)
        first = self.enrol(run, self.ani)
        waits, next_one = self.enrol(run, self.dewi), self.enrol(run, self.eko)
        Person.everything.filter(pk=self.dewi.pk).update(legal_status="99")
        self.assertEqual(services.cancel(enrolment=first, by=self.ani.user, reason="Dinas luar"), next_one)
        waits.refresh_from_db()
        self.assertEqual((waits.state, bool(waits.ended_reason)), ("cancelled", True))
        self.assertTrue(Notice.everything.filter(person=self.dewi, kind="place_ended").exists())

    def test_whoever_left_may_come_back_in_the_next_cycle(self):
        run = self.make_run()
        services.cancel(enrolment=self.enrol(run, self.ani), by=self.ani.user, reason="Dinas luar")
        self.assertEqual(self.enrol(run, self.ani).cycle, 2)


class ManyTests(EnrolmentCase):
    def states(self, run, text):
        return [line.state for line in services.check_many(run, text)]

    def test_the_dry_run_says_what_would_become_of_each_line_and_writes_nothing(self):
        run = self.make_run(seats=2, open_to_all=False)
        self.enrol(run, self.ani)
        self.eko.legal_status = "99"
        self.eko.save()
        fani = makers.make_person("Fani Wulandari", agency=self.agency)
        people = (self.ani, self.dewi, self.dewi, self.citra, self.eko, fani)
        text = "\n".join([*map(number_of, people), "199001012015031999", "12345"])
        lines = services.check_many(run, text)
        self.assertEqual(
            [line.state for line in lines],
            ["already", "ok", "duplicate", "other_agency", "status", "full", "unknown", "unknown"],
        )
        self.assertTrue(all(line.message for line in lines))
        self.assertNotEqual(lines[6].message, lines[7].message)
        self.assertEqual(Enrolment.everything.count(), 1)

    def test_no_name_of_another_agency_is_shown(self):
        for open_to_all in (True, False):
            run = self.make_run(open_to_all=open_to_all)
            with self.subTest(open_to_all=open_to_all):
                (line,) = services.check_many(run, number_of(self.citra))
                self.assertEqual(line.name, "")

    def test_nobody_overtakes_the_waiting_list(self):
        run = self.make_run(seats=1)
        self.enrol(run, self.ani)
        self.enrol(run, self.dewi)
        Enrolment.everything.filter(learner=self.ani).update(state=CANCELLED)
        self.assertEqual(self.states(run, number_of(self.eko)), ["full"])

    def test_the_list_gives_places_then_waits_in_its_own_order(self):
        run = self.make_run(seats=2)
        numbers = [number_of(person) for person in (self.eko, self.dewi, self.ani)]
        outcome = services.enrol_many(run=run, numbers=numbers, by=self.budi)
        self.assertEqual((outcome.seated, outcome.waiting, outcome.left_out), (2, 1, 0))
        rows = Enrolment.everything.filter(run=run).order_by("pk").values_list("learner__name", "state", "units_total")
        self.assertEqual(
            list(rows), [("Eko Prasetyo", ACTIVE, 2), ("Dewi Anggraini", ACTIVE, 2), ("Ani Lestari", WAITING, 2)]
        )
        self.assertEqual(Notice.everything.filter(kind="place_given").count(), 2)
        self.assertEqual(Notice.everything.filter(kind="place_awaited").count(), 1)
        self.assertEqual(EnrolmentEvent.everything.count(), 3)
        entry = AuditEntry.everything.get(verb="enrol_many")
        self.assertEqual(len(entry.detail["places"]), 3)
        self.assertEqual(I08(), [])

    def test_L51_pasting_the_list_again_changes_nothing(self):
        run = self.make_run()
        numbers = bulk_people(200, self.agency)
        first = services.enrol_many(run=run, numbers=numbers, by=self.budi)
        again = services.enrol_many(run=run, numbers="\n".join(numbers), by=self.budi)
        self.assertEqual((first.seated, again.seated, again.left_out), (200, 0, 200))
        self.assertEqual({line.state for line in again.lines}, {"already"})
        self.assertEqual(Enrolment.everything.filter(run=run).count(), 200)

    def test_whoever_completed_this_very_run_is_not_given_a_second_place_on_it(self):
        run = self.make_run()
        makers.make_enrolment(run=run, learner=self.ani, state=COMPLETED)
        self.assertEqual(self.states(run, number_of(self.ani)), ["already"])
        self.assertEqual(self.states(self.make_run(), number_of(self.ani)), ["ok"])
        outcome = services.enrol_many(run=self.make_run(), numbers=[number_of(self.ani)], by=self.budi)
        self.assertEqual(outcome.seated, 1)
        self.assertEqual(Enrolment.everything.get(learner=self.ani, state=ACTIVE).cycle, 2)

    def test_checking_a_thousand_lines_takes_three_statements(self):
        run = self.make_run()
        numbers = bulk_people(1000, self.agency)
        with assert_sql(3):  # numbers with people, their standings, seats
            self.assertEqual(set(self.states(run, "\n".join(numbers))), {"ok"})

    def test_enrolling_a_thousand_costs_as_many_statements_as_enrolling_ten(self):
        numbers = bulk_people(1010, self.agency)
        run = self.make_run()
        str(run.release)  # read before, as the screen does
        for some in (numbers[:10], numbers[10:]):
            # Numbers; run, standings, seats; places, history, audit, notices, mails: one a table.
            with assert_sql(9):
                self.assertEqual(services.enrol_many(run=run, numbers=some, by=self.budi).seated, len(some))

    def test_I10_everybody_on_the_list_is_told_once_and_a_mail_is_asked_for(self):
        run = self.make_run(seats=1)
        numbers = [number_of(person) for person in (self.eko, self.dewi)]
        with self.captureOnCommitCallbacks(execute=True):
            heard = []
            receiver = lambda fact, **kwargs: heard.append(fact.learner_id)  # noqa: E731
            events.enrolled.connect(receiver)
            self.addCleanup(events.enrolled.disconnect, receiver)
            services.enrol_many(run=run, numbers=numbers, by=self.budi)
        self.assertEqual(heard, [self.eko.pk])  # who waits has not begun
        mails = OutboxMessage.everything.filter(kind="notice_mail", key__contains=":place_").order_by("pk")
        self.assertEqual([mail.payload["person"] for mail in mails], [self.eko.pk, self.dewi.pk])
        for mail in mails:
            notice = Notice.everything.get(person=mail.payload["person"], kind=mail.payload["kind"])
            place = Enrolment.everything.get(learner=notice.person)
            self.assertEqual((notice.key, mail.payload["key"]), (str(place.uuid), str(place.uuid)))
            self.assertEqual(mail.key, f"{notice.person_id}:{notice.kind}:{notice.key}")
            self.assertIn(run.name, notice.words)
            event = EnrolmentEvent.everything.get(enrolment=place)
            told = {ACTIVE: ("enrol", "place_given"), WAITING: ("wait", "place_awaited")}[place.state]
            self.assertEqual((event.verb, notice.kind), told)
            self.assertEqual((event.actor_id, event.reason), (self.budi.pk, "list"))
            self.assertEqual((place.course_id, place.release_id), (run.course_id, run.release_id))
            self.assertEqual((place.agency_then_id, place.cycle, place.units_total), (self.agency.pk, 1, 2))

    def test_a_closed_run_takes_no_list(self):
        with self.assertRaises(EnrolmentRefused):
            services.enrol_many(run=self.make_run(state="closed"), numbers=[number_of(self.ani)], by=self.budi)


class ReadTests(EnrolmentCase):
    def test_a_run_of_a_thousand_is_read_in_two_statements(self):
        run = self.make_run()
        services.enrol_many(run=run, numbers=bulk_people(1000, self.agency), by=self.budi)
        with assert_sql(2):  # the run with its course, everybody on it
            found, people = queries.run_with_participants(CourseRun.everything.all(), run.uuid)
            shown = (found.name, found.course.title, found.seats, found.is_open())
        self.assertEqual((shown[0], len(people)), (run.name, 1000))
        first = people[0]
        self.assertEqual((first.name, first.agency, first.percent), ("Pegawai 0", str(self.agency), 0))
        self.assertEqual(first.number, Person.everything.get(name="Pegawai 0").numbers.get().value)

    def test_units_are_counted_for_everybody_and_named_for_who_is_shown(self):
        run = self.make_run()
        for learner, done in ((self.ani, 1), (self.dewi, 2), (self.eko, 0)):
            place = makers.make_enrolment(run=run, learner=learner, units_done=done)
            for unit in self.release.units[:done]:
                UnitProgress.everything.create(enrolment=place, unit_key=unit["key"])
        people = queries.participants(run)
        with assert_sql(1):
            counts, done = queries.units_done(run, [one for one in people if one.name == self.dewi.name])
        first, second = (unit["key"] for unit in self.release.units)
        self.assertEqual(counts, {first: 2, second: 1})
        self.assertEqual(list(done.values()), [{first, second}])
        self.assertEqual(queries.units_done(run, [one for one in people if not one.units_done])[1], {})

    def test_an_empty_run_is_found_too(self):
        run = self.make_run()
        found, people = queries.run_with_participants(CourseRun.everything.all(), run.uuid)
        self.assertEqual((found, people), (run, []))

    def test_citra_sees_no_run_and_no_place_of_others(self):
        place = makers.make_enrolment(run=self.make_run(), learner=self.ani)
        self.assertFalse(CourseRun.objects.visible_to(self.citra.user).exists())
        self.assertFalse(Enrolment.objects.visible_to(self.citra.user).exists())
        self.assertEqual(list(Enrolment.objects.visible_to(self.ani.user)), [place])
        self.assertEqual(list(Enrolment.objects.visible_to(self.budi)), [place])


class InvariantTests(EnrolmentCase):
    def test_I08_finds_an_oversold_run(self):
        run = self.make_run(seats=1)
        for person in (self.ani, self.dewi):
            makers.make_enrolment(run=run, learner=person)
        self.assertEqual(I08(), [f"run {run.uuid}: 2 places for 1 seats"])

    def test_I08_finds_a_seat_that_was_not_handed_on(self):
        run = self.make_run(seats=1)
        makers.make_enrolment(run=run, learner=self.ani, state=WAITING)
        self.assertEqual(I08(), [f"run {run.uuid}: 1 wait although a seat is free"])

    def test_I08_finds_an_overtaken_waiting_list(self):
        run = self.make_run(seats=1)
        makers.make_enrolment(run=run, learner=self.ani, state=WAITING)
        makers.make_enrolment(run=run, learner=self.dewi)
        self.assertEqual(I08(), [f"run {run.uuid}: the waiting list was overtaken"])

    def test_course_and_run_of_a_place_agree(self):
        place = self.enrol(self.make_run(), self.ani)
        self.assertEqual(Course.everything.get(pk=place.course_id), place.run.course)
        self.assertEqual(place.release, self.release)
