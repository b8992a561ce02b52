"""Runs over time: the next one, changed dates and seats, closed and open again, second cycles, what people are told."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

from django.test import SimpleTestCase, TestCase
from django.urls import reverse
from django.utils import timezone, translation

from cms.core.models import AuditEntry
from cms.core.templatetags.look import last_moment
from cms.directory import services as directory
from cms.directory.models import Notice
from lms.catalogue.models import Release
from lms.enrolment import queries, rules, services
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.models import CourseRun, Enrolment
from lms.enrolment.queries import seats_are_kept
from lms.progress import services as progress
from lms.progress.models import CheckAnswer, UnitProgress
from lms.records.models import Certificate, CompletionRecord
from tests import makers
from tests.gate.people import client_of
from tests.sql import assert_sql, assert_sql_at_most

ACTIVE, WAITING, COMPLETED, CANCELLED = Enrolment.State.values


class RunCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.release = makers.make_release(units=2)
        cls.agency = cls.release.course.agency
        cls.budi = makers.make_person("Budi Santoso", agency=cls.agency, roles=["organiser"])
        cls.citra = makers.make_person("Citra Maharani", roles=["organiser"])
        cls.ani = makers.make_person("Ani Lestari", agency=cls.agency, user=True)
        cls.run_ = makers.make_run(release=cls.release, seats=2, name="Angkatan 3", place="Denpasar")

    def setUp(self):
        translation.activate("id")
        self.addCleanup(translation.activate, "id")
        self.client.force_login(self.budi.user)

    def address(self, name, run=None):
        return reverse(f"enrolment:{name}", args=[(run or self.run_).uuid])

    def typed(self, **other) -> dict:
        names = ("name", "starts_on", "ends_on", "enrol_from", "enrol_until", "seats", "place")
        return {name: getattr(self.run_, name) for name in names} | {"time_zone": self.run_.timezone} | other


class TitleTests(RunCase):
    """A run keeps its release; what the course is called today is another matter."""

    def setUp(self):
        super().setUp()
        frozen = Release.everything.values().get(pk=self.release.pk)
        del frozen["id"]
        course = self.release.course
        new = {"number": 2, "uuid": uuid4(), "digest": "2" * 64, "title": "Judul rilis kedua"}
        course.current_release = Release.everything.create(**frozen | new)
        course.title = "Judul rancangan"
        course.save()

    def test_L49_every_page_of_the_run_names_the_release_it_is_pinned_to(self):
        directory.grant(user=self.budi.user, role="facilitator", agency=self.agency, by=None, reason="test")
        addresses = [self.address(name) for name in ("run", "change", "facilitators")]
        for address in [*addresses, reverse("assessment:examine", args=[self.run_.uuid])]:
            with self.subTest(address):
                page = client_of(self.budi).get(address)
                self.assertContains(page, self.release.title)
                self.assertNotContains(page, "Judul")

    def test_the_list_names_both_the_run_s_release_and_the_one_a_new_run_would_get(self):
        page = self.client.get(reverse("enrolment:runs"))
        self.assertContains(page, f"<small>{self.release.title}</small>")
        self.assertContains(page, "Judul rilis kedua")
        self.assertNotContains(page, "Judul rancangan")
        for address in (self.address("again"), reverse("enrolment:new", args=[self.release.course.uuid])):
            with self.subTest(address):
                self.assertContains(self.client.get(address), "Judul rilis kedua")


class NextRunTests(RunCase):
    def test_L49_every_date_moves_and_every_distance_stays(self):
        before = SimpleNamespace(
            starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 20), enrol_from=date(2026, 10, 1),
            enrol_until=date(2026, 10, 30),
        )  # fmt: skip
        found = rules.shifted(before, today=date(2026, 11, 24))
        # A week after today is a Tuesday; the Monday after it is 7 December.
        self.assertEqual(found["starts_on"], date(2026, 12, 7))
        self.assertEqual(found["ends_on"] - found["starts_on"], timedelta(days=18))
        self.assertEqual(found["enrol_until"] - found["starts_on"], timedelta(days=-3))
        self.assertEqual(found["enrol_from"], date(2026, 11, 5))

    def test_L49_one_form_opens_the_next_run_on_the_same_release(self):
        page = self.client.get(self.address("again"))
        self.assertContains(page, 'value="Angkatan 4"')
        data = {
            name: page.context["form"].initial[name] for name in ("starts_on", "ends_on", "enrol_from", "enrol_until")
        }
        response = self.client.post(self.address("again"), self.typed(name="Angkatan 4", **data))
        new = CourseRun.everything.get(name="Angkatan 4")
        self.assertRedirects(response, self.address("run", new))
        self.assertEqual((new.release_id, new.place, new.seats), (self.run_.release_id, "Denpasar", 2))
        self.assertGreater(new.starts_on, self.run_.ends_on)
        self.assertEqual(new.enrolments.count(), 0)
        self.assertEqual(Release.everything.count(), 1)

    def test_L49_ten_runs_share_one_release(self):
        for n in range(10):
            services.open_run(
                course=self.release.course, agency=self.agency, by=None, name=f"A {n}", starts_on=date(2027, 1, 4)
            )
        self.assertEqual(CourseRun.everything.values("release").distinct().count(), 1)

    def test_names_count_on(self):
        self.assertEqual(
            [rules.name_after(name) for name in ("Angkatan 9", "Kelas pagi", "2026")],
            ["Angkatan 10", "Kelas pagi 2", "2026 2"],
        )

    def test_z01_citra_and_learners_find_none_of_these_screens(self):
        for who in (self.citra, self.ani):
            self.client.force_login(who.user)
            for name in ("again", "change"):
                self.assertEqual(self.client.get(self.address(name)).status_code, 404)
                self.assertEqual(self.client.post(self.address(name), self.typed()).status_code, 404)
            for name in ("close", "reopen"):
                self.assertEqual(self.client.post(self.address(name)).status_code, 404)
        self.run_.refresh_from_db()
        self.assertEqual((CourseRun.everything.count(), self.run_.state), (1, "open"))


class ChangeTests(RunCase):
    def test_a_run_without_a_free_seat_says_so_on_the_list_and_on_its_page(self):
        chip = '<span class="chip good">'
        for address in (reverse("enrolment:runs"), self.address("run")):
            self.assertContains(self.client.get(address), chip)
        for n in range(self.run_.seats):
            services.enrol(run=self.run_, learner=makers.make_person(f"Orang {n}", agency=self.agency), by=None)
        for address in (reverse("enrolment:runs"), self.address("run")):
            page = self.client.get(address)
            self.assertNotContains(page, chip)
            self.assertContains(page, "</svg>full</span>")

    def test_more_seats_go_to_the_waiting_list_in_its_order(self):
        people = [makers.make_person(f"Orang {n}", agency=self.agency) for n in range(4)]
        for person in people:
            services.enrol(run=self.run_, learner=person, by=None)
        self.client.post(self.address("change"), self.typed(seats=3))
        states = list(self.run_.enrolments.order_by("pk").values_list("state", flat=True))
        self.assertEqual(states, [ACTIVE, ACTIVE, ACTIVE, WAITING])
        self.assertEqual(seats_are_kept(), [])
        self.assertEqual(AuditEntry.everything.filter(verb="change_run").count(), 1)

    def test_fewer_seats_than_people_are_refused_with_the_number(self):
        for _n in range(2):
            services.enrol(run=self.run_, learner=makers.make_person(agency=self.agency), by=None)
        page = self.client.post(self.address("change"), self.typed(seats=1))
        self.assertContains(page, "2 people have a seat", status_code=422)
        self.run_.refresh_from_db()
        self.assertEqual(self.run_.seats, 2)

    def test_D04_impossible_dates_are_refused_at_their_field_and_nothing_is_saved(self):
        cases = (
            ({"ends_on": self.run_.starts_on - timedelta(days=1)}, "ends_on"),
            ({"starts_on": "0001-01-01"}, "starts_on"),
            ({"ends_on": "9999-12-31"}, "ends_on"),
            ({"starts_on": "2027-04-31"}, "starts_on"),
        )
        for wrong, field in cases:
            with self.subTest(wrong):
                page = self.client.post(self.address("change"), self.typed(**wrong))
                self.assertEqual(page.status_code, 422)
                self.assertIn(field, page.context["form"].errors)
                self.assertContains(page, 'role="alert"', status_code=422)
        self.assertEqual(CourseRun.everything.get(), self.run_)

    def test_closed_nobody_enrols_and_open_again_the_seat_goes_to_who_waits(self):
        places = [
            services.enrol(run=self.run_, learner=makers.make_person(f"Orang {n}", agency=self.agency), by=None)
            for n in range(3)
        ]
        self.client.post(self.address("close"))
        with self.assertRaises(EnrolmentRefused):
            services.enrol(run=self.run_, learner=self.ani, by=None)
        self.assertIsNone(services.cancel(enrolment=places[0], by=None, reason="Dinas luar"))
        self.client.post(self.address("reopen"))
        self.assertEqual(Enrolment.everything.get(pk=places[2].pk).state, ACTIVE)
        self.assertEqual(seats_are_kept(), [])
        verbs = AuditEntry.everything.filter(verb__endswith="_run").order_by("pk").values_list("verb", flat=True)
        self.assertEqual(list(verbs), ["close_run", "reopen_run"])

    def test_closing_twice_is_closing_once(self):
        for _click in range(2):
            services.close_run(run=self.run_, by=self.budi.user)
        self.assertEqual(AuditEntry.everything.filter(verb="close_run").count(), 1)


class SecondCycleTests(RunCase):
    def complete(self, run):
        place = services.enrol(run=run, learner=self.ani, by=self.ani.user)
        for unit in run.release.units:
            progress.finish_unit(enrolment=place, unit_key=unit["key"])
        place.refresh_from_db()
        return place

    def test_L50_taking_a_course_again_leaves_the_first_cycle_as_it_was(self):
        first = self.complete(self.run_)
        record, certificate = CompletionRecord.everything.get(), Certificate.everything.get()
        kept = {
            "place": Enrolment.everything.filter(pk=first.pk).values().get(),
            "record": CompletionRecord.everything.filter(pk=record.pk).values().get(),
            "certificate": Certificate.everything.filter(pk=certificate.pk).values().get(),
            "units": list(UnitProgress.everything.filter(enrolment=first).order_by("pk").values()),
            "checks": list(CheckAnswer.everything.filter(enrolment=first).values()),
        }
        second = self.complete(makers.make_run(release=self.release, name="Angkatan 4"))
        self.assertEqual((second.cycle, second.state, second.units_done), (2, COMPLETED, 2))
        now = {
            "place": Enrolment.everything.filter(pk=first.pk).values().get(),
            "record": CompletionRecord.everything.filter(pk=record.pk).values().get(),
            "certificate": Certificate.everything.filter(pk=certificate.pk).values().get(),
            "units": list(UnitProgress.everything.filter(enrolment=first).order_by("pk").values()),
            "checks": list(CheckAnswer.everything.filter(enrolment=first).values()),
        }
        self.assertEqual(now, kept)
        self.assertEqual(CompletionRecord.everything.filter(learner=self.ani).count(), 2)

    def test_L50_the_screen_says_what_a_second_cycle_is_before_it_starts(self):
        self.complete(self.run_)
        other = makers.make_run(release=self.release, name="Angkatan 4")
        self.client.force_login(self.ani.user)
        page = self.client.get(self.address("enrol", other))
        self.assertContains(page, "Taking it again starts cycle 2")
        self.assertContains(page, "this time none are added to your ledger")
        self.assertContains(page, "Take it again")
        self.client.post(self.address("enrol", other))
        self.assertEqual(self.ani.enrolments.get(run=other).cycle, 2)

    def test_with_an_open_place_the_screen_leads_on_instead(self):
        place = services.enrol(run=self.run_, learner=self.ani, by=None)
        self.client.force_login(self.ani.user)
        page = self.client.get(self.address("enrol"))
        self.assertContains(page, reverse("player:resume", args=[place.uuid]))
        self.assertNotContains(page, "Enrol now")

    def test_a_closed_run_says_why_beside_a_button_that_does_nothing(self):
        services.close_run(run=self.run_, by=self.budi.user)
        self.client.force_login(self.ani.user)
        page = self.client.get(self.address("enrol"))
        self.assertContains(page, "Enrolment for this run is closed.")
        self.assertContains(page, 'aria-disabled="true"')


class DashboardTests(RunCase):
    def test_Q01_three_statements_and_the_matrix_shows_each_module(self):
        people = [makers.make_person(f"Orang {n:02d}", agency=self.agency) for n in range(30)]
        run = makers.make_run(release=self.release)
        for person in people:
            place = makers.make_enrolment(run=run, learner=person)
            progress.finish_unit(enrolment=place, unit_key=run.release.units[0]["key"])
        self.client.get(self.address("run", run))
        with assert_sql(3):  # everybody with the run; units by count; units of those on the page
            page = self.client.get(self.address("run", run))
        self.assertContains(page, "1/2.", count=30)
        self.assertContains(page, "50 %")

    def test_where_most_people_stop_is_said_as_a_finding(self):
        outline = [{"title": title, "units": [{"key": title}]} for title in "abc"]
        steps = rules.steps(outline, {"a": 9, "b": 8, "c": 2}, 10)
        self.assertEqual([step.share for step in steps], [90, 80, 20])
        self.assertEqual(rules.steepest(steps).number, 3)
        self.assertIsNone(rules.steepest(rules.steps(outline, {}, 10)))
        self.assertIsNone(rules.steepest(rules.steps(outline, {"a": 9, "b": 9, "c": 9}, 10)))

    def test_who_waits_has_a_number_and_no_bar(self):
        for n in range(3):
            services.enrol(run=self.run_, learner=makers.make_person(f"Orang {n}", agency=self.agency), by=None)
        self.assertContains(self.client.get(self.address("run")), "number 1 in the queue")

    def test_reading_the_course_is_offered_to_those_who_run_it(self):
        self.assertContains(self.client.get(self.address("run")), reverse("player:look", args=[self.run_.uuid]))


class ZoneTests(SimpleTestCase):
    def test_D05_the_end_in_the_east_is_shown_on_both_clocks(self):
        with timezone.override("Asia/Jakarta"), translation.override("id"):
            self.assertEqual(
                last_moment(date(2026, 12, 11), "Asia/Jayapura"), "11 Desember 2026, 23.59 WIT (21.59 WIB)"
            )
            self.assertEqual(last_moment(date(2026, 12, 11), "Asia/Jakarta"), "11 Desember 2026, 23.59 WIB")
        with timezone.override("Asia/Jayapura"), translation.override("id"):
            both = "11 Desember 2026, 23.59 WIB (12 Desember, 01.59 WIT)"
            self.assertEqual(last_moment(date(2026, 12, 11), "Asia/Jakarta"), both)


class TellingTests(RunCase):
    def told(self):
        return list(Notice.everything.filter(kind__in=["class_starts", "run_ends"]).values_list("person", "kind"))

    def move(self, **days):
        today = timezone.localdate()
        CourseRun.everything.filter(pk=self.run_.pk).update(**{k: today + timedelta(days=n) for k, n in days.items()})

    def test_a_class_that_starts_tomorrow_is_told_once_per_place(self):
        services.enrol(run=self.run_, learner=self.ani, by=self.ani.user)
        self.move(starts_on=1, ends_on=40)
        for _sweep in range(3):
            services.tell_of_runs()
        self.assertEqual(self.told(), [(self.ani.pk, "class_starts")])
        self.assertIn("Angkatan 3", Notice.everything.get(kind="class_starts").words)

    def test_a_run_that_ends_within_a_week_is_told_to_those_still_learning(self):
        place = services.enrol(run=self.run_, learner=self.ani, by=self.ani.user)
        other = services.enrol(run=self.run_, learner=self.budi, by=None)
        Enrolment.everything.filter(pk=other.pk).update(state=COMPLETED)
        self.move(starts_on=-10, ends_on=6)
        services.tell_of_runs()
        self.assertEqual(self.told(), [(place.learner_id, "run_ends")])

    def test_nobody_is_told_of_what_is_far_closed_or_only_awaited(self):
        Enrolment.everything.filter(pk=services.enrol(run=self.run_, learner=self.ani, by=None).pk).update(
            state=WAITING
        )
        self.move(starts_on=1, ends_on=40)
        services.tell_of_runs()
        services.close_run(run=self.run_, by=None)
        Enrolment.everything.update(state=ACTIVE)
        services.tell_of_runs()
        self.move(starts_on=2, ends_on=40)
        services.reopen_run(run=self.run_, by=None)
        services.tell_of_runs()
        self.assertEqual(self.told(), [])

    def test_a_quiet_sweep_is_one_statement_however_many_people_were_told(self):
        for n in range(2):
            services.enrol(run=self.run_, learner=makers.make_person(f"Orang {n}", agency=self.agency), by=None)
        self.move(starts_on=1, ends_on=40)
        services.tell_of_runs()
        with assert_sql_at_most(2):  # runs near; places not yet told
            services.tell_of_runs()


class HistoryTests(RunCase):
    def test_history_is_one_statement(self):
        services.enrol(run=self.run_, learner=self.ani, by=None)
        with assert_sql(1):
            found = queries.history_on(self.release.course, self.ani)
        self.assertEqual((found["open"].state, found["finished"], found["next_cycle"]), (ACTIVE, None, 2))


class LeadersTests(RunCase):
    """Who teaches, on the public page: officials in their function."""

    def setUp(self):
        super().setUp()
        self.fajar = makers.make_person("Fajar Hidayat", agency=self.agency, roles=["facilitator"])
        self.gita = makers.make_person("Gita Permata", agency=self.agency, roles=["facilitator"])
        makers.make_person("Orang Lain", roles=["facilitator"])

    def names(self):
        return [person.name for person in queries.leaders_of(self.run_)]

    def test_everybody_with_the_role_leads_a_run_that_names_nobody(self):
        self.assertEqual(self.names(), ["Fajar Hidayat", "Gita Permata"])

    def test_a_run_that_names_somebody_is_led_by_those_alone_and_only_while_they_hold_the_role(self):
        services.name_facilitators(run=self.run_, users=[self.gita.user], by=self.budi.user)
        self.assertEqual(self.names(), ["Gita Permata"])
        self.gita.user.grants.update(revoked_at=timezone.now())
        self.assertEqual(self.names(), [])

    def test_a_closed_account_is_not_shown(self):
        self.gita.user.is_active = False
        self.gita.user.save()
        self.assertEqual(self.names(), ["Fajar Hidayat"])

    def test_the_public_page_names_them_within_its_statements(self):
        address = reverse("catalogue:course", args=[self.run_.course.slug])
        self.client.get(address)
        with assert_sql(3):  # the course; its runs; who leads the first
            response = self.client.get(address)
        self.assertContains(response, "Fajar Hidayat")
        self.assertNotContains(response, "Orang Lain")
        self.assertNotContains(response, self.fajar.numbers.get().value)
