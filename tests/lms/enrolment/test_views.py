"""Screens of runs: what an organiser, a facilitator and a learner can do, and that Citra sees nothing."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cms.core import bulk
from cms.core.models import AuditEntry
from cms.directory.models import Person
from lms.enrolment import services
from lms.enrolment.models import CourseRun, Enrolment
from tests import makers
from tests.lms.enrolment.test_services import bulk_people, number_of
from tests.sql import assert_sql_at_most

ACTIVE, WAITING, COMPLETED, CANCELLED = Enrolment.State.values


class ScreenCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.release = makers.make_release(units=2)
        cls.course = cls.release.course
        cls.agency = cls.course.agency
        cls.budi = makers.make_person("Budi Santoso", agency=cls.agency, roles=["organiser"]).user
        cls.fajar = makers.make_person("Fajar Hidayat", agency=cls.agency, roles=["facilitator"]).user
        cls.ani = makers.make_person("Ani Lestari", agency=cls.agency, user=True)
        # Citra has the same role, in another agency.
        cls.citra = makers.make_person("Citra Maharani", roles=["organiser"])
        cls.run_ = makers.make_run(release=cls.release, seats=2)

    def as_(self, who):
        self.client.force_login(who.user if hasattr(who, "user") else who)
        return self

    def get(self, screen, /, *args, **query):
        return self.client.get(reverse(f"enrolment:{screen}", args=args), query)

    def post(self, screen, /, *args, **data):
        return self.client.post(reverse(f"enrolment:{screen}", args=args), data)


class CitraTests(ScreenCase):
    def test_Z01_every_address_of_another_agency_is_missing(self):
        place = makers.make_enrolment(run=self.run_, learner=self.ani)
        self.as_(self.citra)
        for name, uuid in (
            ("new", self.course.uuid), ("run", self.run_.uuid), ("add", self.run_.uuid), ("xlsx", self.run_.uuid),
            ("leave", place.uuid),
        ):  # fmt: skip
            with self.subTest(name):
                self.assertEqual(self.get(name, uuid).status_code, 404)
        for name, uuid in (("new", self.course.uuid), ("add", self.run_.uuid), ("leave", place.uuid)):
            with self.subTest(name, method="POST"):
                data = {"numbers": number_of(self.citra), "commit": "1", "reason": "Salah orang"}
                self.assertEqual(self.post(name, uuid, **data).status_code, 404)
        place.refresh_from_db()
        self.assertEqual(place.state, ACTIVE)
        self.assertEqual(CourseRun.everything.count(), 1)
        self.assertEqual(Enrolment.everything.count(), 1)

    def test_Z02_no_row_name_or_count_from_outside(self):
        makers.make_enrolment(run=self.run_, learner=self.ani)
        response = self.as_(self.citra).get("runs")
        self.assertEqual(response.context["page"].paginator.count, 0)
        self.assertNotContains(response, self.run_.name)
        self.assertNotContains(response, self.course.title)

    def test_a_run_that_does_not_exist_answers_the_same(self):
        self.as_(self.citra)
        foreign = self.get("run", self.run_.uuid).content.replace(str(self.run_.uuid).encode(), b"")
        nothing = self.get("run", self.ani.uuid).content.replace(str(self.ani.uuid).encode(), b"")
        self.assertEqual(len(foreign), len(nothing))

    def test_a_learner_reaches_no_screen_of_organisers(self):
        self.as_(self.ani)
        for name, args in (("runs", []), ("new", [self.course.uuid]), ("run", [self.run_.uuid]),
                           ("add", [self.run_.uuid]), ("xlsx", [self.run_.uuid])):  # fmt: skip
            with self.subTest(name):
                self.assertEqual(self.get(name, *args).status_code, 404)

    def test_a_facilitator_looks_but_gives_no_places(self):
        self.as_(self.fajar)
        self.assertEqual(self.get("run", self.run_.uuid).status_code, 200)
        self.assertEqual(self.get("add", self.run_.uuid).status_code, 404)
        self.assertEqual(self.get("new", self.course.uuid).status_code, 404)

    def test_nobody_is_sent_to_the_door(self):
        response = self.get("run", self.run_.uuid)
        self.assertEqual(response.status_code, 302)
        self.assertIn(reverse("account_login"), response.url)


class OrganiserTests(ScreenCase):
    def fields(self, **changed):
        today = timezone.localdate()
        dates = {"starts_on": today, "ends_on": today + timedelta(days=9), "enrol_from": today, "enrol_until": today}
        words = {"name": "Angkatan IV", "time_zone": "Asia/Makassar", "seats": "30", "open_to_all": "on"}
        return {**dates, **words, **changed}

    def test_the_list_shows_my_runs_with_their_numbers(self):
        makers.make_enrolment(run=self.run_, learner=self.ani)
        response = self.as_(self.budi).get("runs")
        (row,) = response.context["page"].object_list
        self.assertEqual((row.taken, row.waiting, row.completed), (1, 0, 0))
        self.assertContains(response, reverse("enrolment:new", args=[self.course.uuid]))

    def test_the_list_costs_the_same_with_more_runs(self):
        self.as_(self.budi)
        for more in (0, 3):
            for _n in range(more):
                makers.make_enrolment(run=makers.make_run(release=self.release), learner=makers.make_person())
            with self.subTest(more), assert_sql_at_most(6):
                # Roles, notices; count and rows of the runs; courses to run.
                self.assertEqual(self.get("runs").status_code, 200)

    def test_a_run_is_opened(self):
        response = self.as_(self.budi).post("new", self.course.uuid, **self.fields())
        run = CourseRun.everything.get(name="Angkatan IV")
        self.assertRedirects(response, reverse("enrolment:run", args=[run.uuid]), fetch_redirect_response=False)
        self.assertEqual((run.agency, run.release, run.seats), (self.agency, self.release, 30))
        self.assertEqual(run.timezone, "Asia/Makassar")

    def test_Z05_extra_fields_change_nothing(self):
        extra = {"agency": self.citra.agency_id, "release": 1, "number": 77, "state": "closed", "by": 1}
        self.as_(self.budi).post("new", self.course.uuid, **self.fields(**extra))
        run = CourseRun.everything.get(name="Angkatan IV")
        self.assertEqual((run.agency, run.state), (self.agency, "open"))
        self.assertNotEqual(run.number, 77)

    def test_what_does_not_fit_stays_on_the_form_with_a_sentence(self):
        today = timezone.localdate()
        odd = {
            "ends_on": {"ends_on": today - timedelta(days=1)},
            "enrol_until": {"enrol_until": today + timedelta(days=10)},
            "seats": {"seats": "0"},
            "name": {"name": " "},
            "time_zone": {"time_zone": "Europe/Berlin"},
        }
        self.as_(self.budi)
        for field, change in odd.items():
            with self.subTest(field):
                response = self.post("new", self.course.uuid, **self.fields(**change))
                self.assertEqual(response.status_code, 422)
                self.assertIn(field, response.context["form"].errors)
        self.assertEqual(self.post("new", self.course.uuid, **self.fields(seats="100001")).status_code, 422)
        self.assertFalse(CourseRun.everything.filter(name="Angkatan IV").exists())

    def test_pasted_numbers_are_shown_first_and_added_after(self):
        text = f"{number_of(self.ani)}\n{number_of(self.ani)}\n123"
        response = self.as_(self.budi).post("add", self.run_.uuid, numbers=text)
        self.assertEqual([line.state for line in response.context["lines"]], ["ok", "duplicate", "unknown"])
        self.assertContains(response, "Ani Lestari")
        self.assertContains(response, '<th scope="col">', count=4)
        self.assertContains(response, f"Names are shown of people of {self.agency} only")  # "123" is nobody
        self.assertEqual(Enrolment.everything.count(), 0)
        response = self.post("add", self.run_.uuid, numbers=text, commit="1")
        self.assertRedirects(response, reverse("enrolment:run", args=[self.run_.uuid]), fetch_redirect_response=False)
        self.assertEqual(Enrolment.everything.get().learner, self.ani)

    def test_no_name_of_another_agency_on_the_dry_run(self):
        response = self.as_(self.budi).post("add", self.run_.uuid, numbers=number_of(self.citra))
        self.assertNotContains(response, "Citra Maharani")
        # Not one name to show: a line says why, and no column of dashes stands for it.
        self.assertContains(response, f"Names are shown of people of {self.agency} only")
        self.assertContains(response, '<th scope="col">', count=3)

    def test_a_list_of_own_people_needs_no_explanation(self):
        response = self.as_(self.budi).post("add", self.run_.uuid, numbers=number_of(self.ani))
        self.assertContains(response, "Ani Lestari")
        self.assertNotContains(response, "Names are shown")

    def test_too_many_lines_are_refused_with_a_sentence(self):
        response = self.as_(self.budi).post("add", self.run_.uuid, numbers="1\n" * 1001)
        self.assertEqual(response.status_code, 422)
        self.assertIn("1001", str(response.context["form"].errors))

    def test_an_organiser_ends_a_place_and_the_next_moves_up(self):
        run = makers.make_run(release=self.release, seats=1)
        first = services.enrol(run=run, learner=self.ani, by=self.budi)
        second = services.enrol(run=run, learner=makers.make_person("Eko Prasetyo"), by=self.budi)
        response = self.as_(self.budi).post("leave", first.uuid, reason="Mutasi ke dinas lain")
        self.assertRedirects(response, reverse("enrolment:run", args=[run.uuid]), fetch_redirect_response=False)
        first.refresh_from_db()
        second.refresh_from_db()
        self.assertEqual((first.state, first.ended_reason, second.state), (CANCELLED, "Mutasi ke dinas lain", ACTIVE))


class DashboardTests(ScreenCase):
    def test_it_shows_people_progress_and_seats(self):
        makers.make_enrolment(run=self.run_, learner=self.ani, units_done=1, last_activity=timezone.now())
        eko = makers.make_person("Eko Prasetyo", agency=self.agency)
        makers.make_enrolment(run=self.run_, learner=eko, state=COMPLETED, units_done=2)
        response = self.as_(self.budi).get("run", self.run_.uuid)
        self.assertEqual([band.count for band in response.context["bands"]], [0, 0, 0, 1, 0, 1])
        self.assertEqual((response.context["seated"], response.context["free"]), (2, 0))
        self.assertEqual([place.standing for place in response.context["page"]], ["under_way", "completed"])
        self.assertIn("no-store", response["Cache-Control"])

    def test_the_list_is_narrowed_by_words_and_standing(self):
        makers.make_enrolment(run=self.run_, learner=self.ani)
        eko = makers.make_person("Eko Prasetyo", agency=self.agency)
        makers.make_enrolment(run=self.run_, learner=eko, state=COMPLETED, units_done=2)
        self.as_(self.budi)
        for query, names in (
            ({"q": "eko PRA"}, ["Eko Prasetyo"]),
            ({"q": number_of(self.ani)}, ["Ani Lestari"]),
            ({"status": "not_started"}, ["Ani Lestari"]),
            ({"status": "nonsense"}, ["Ani Lestari", "Eko Prasetyo"]),
            ({"q": "zzz"}, []),
            ({"q": "eko", "status": "not_started"}, []),
            ({}, ["Ani Lestari", "Eko Prasetyo"]),
        ):
            with self.subTest(query):
                self.client.post(reverse("enrolment:run", args=[self.run_.uuid]), query)
                response = self.get("run", self.run_.uuid, **{k: v for k, v in query.items() if k == "status"})
                self.assertEqual([place.name for place in response.context["page"]], names)
        page = self.get("run", self.run_.uuid, page="99").context["page"]
        self.assertEqual(len(page), 2)

    def test_S03_no_name_or_number_is_in_an_address(self):
        makers.make_enrolment(run=self.run_, learner=self.ani)
        address = reverse("enrolment:run", args=[self.run_.uuid])
        response = self.as_(self.budi).client.post(address, {"q": "Ani Lestari", "status": "quiet"})
        self.assertRedirects(response, f"{address}?status=quiet")
        self.assertEqual(self.client.post(address, {"q": number_of(self.ani)}).url, address)
        # The address says nothing, whatever somebody writes into it.
        self.client.post(address, {"q": ""})
        self.assertEqual(len(self.get("run", self.run_.uuid, q="zzz").context["page"]), 1)
        self.as_(self.citra)
        self.assertEqual(self.client.post(address, {"q": "Ani"}).status_code, 404)

    def test_Q01_a_thousand_people_cost_three_statements(self):
        run = makers.make_run(release=self.release)
        services.enrol_many(run=run, numbers=bulk_people(1000, self.agency), by=self.budi)
        self.as_(self.budi)
        with assert_sql_at_most(3):  # the run, everybody on it, the units they did
            response = self.get("run", run.uuid)
        self.assertEqual(response.context["seated"], 1000)

    def test_an_empty_run_says_what_to_do(self):
        response = self.as_(self.budi).get("run", self.run_.uuid)
        self.assertContains(response, reverse("enrolment:add", args=[self.run_.uuid]))

    def test_the_spreadsheet_holds_everybody_no_formula_and_leaves_a_trace(self):
        odd = makers.make_person("=HYPERLINK(1)", agency=self.agency)
        makers.make_enrolment(run=self.run_, learner=odd, units_done=1)
        makers.make_enrolment(run=self.run_, learner=self.ani)
        response = self.as_(self.fajar).get("xlsx", self.run_.uuid)
        rows = list(load_workbook(BytesIO(response.content)).active.values)
        self.assertEqual([row[0] for row in rows[1:]], ["'=HYPERLINK(1)", "Ani Lestari"])
        self.assertEqual(rows[2][1], number_of(self.ani))
        self.assertEqual(rows[1][5:7], (1, 2))
        entry = AuditEntry.everything.get(verb="export")
        self.assertEqual((entry.actor_id, entry.object_key), (self.fajar.pk, str(self.run_.uuid)))
        self.assertEqual(entry.detail, {"what": "run_participants", "rows": 2})

    def test_the_same_rows_come_as_csv(self):
        odd = makers.make_person("=HYPERLINK(1)", agency=self.agency)
        makers.make_enrolment(run=self.run_, learner=odd, units_done=1)
        makers.make_enrolment(run=self.run_, learner=self.ani)
        response = self.as_(self.fajar).get("csv", self.run_.uuid)
        rows = list(csv.reader(StringIO(response.content.decode("utf-8-sig"))))
        self.assertEqual([row[0] for row in rows[1:]], ["'=HYPERLINK(1)", "Ani Lestari"])
        self.assertEqual((rows[2][1], rows[1][5:7]), (number_of(self.ani), ["1", "2"]))
        self.assertTrue(response["Content-Disposition"].endswith('.csv"'))
        self.assertEqual(AuditEntry.everything.get(verb="export").detail["rows"], 2)
        self.assertEqual(self.as_(self.citra).get("csv", self.run_.uuid).status_code, 404)

    def test_a_progress_report_of_five_thousand_is_three_statements(self):
        run = makers.make_run(release=self.release)
        places = [(pk, self.agency.pk) for pk in self.crowd(5000)]
        bulk.insert(Enrolment, "learner agency_then", places, same={
            "run": run.pk, "course": run.course_id, "release": run.release_id, "units_total": 2,
        })  # fmt: skip
        self.as_(self.budi)
        with assert_sql_at_most(4):  # the run, everybody on it, the trace
            response = self.get("csv", run.uuid)
        self.assertEqual(response.content.count(b"\r\n"), 5001)

    def crowd(self, count):
        rows = [(f"Pegawai {n}",) for n in range(count)]
        return [pk for (pk,) in bulk.insert(Person, "name", rows, same={"agency": self.agency.pk}, returning=("id",))]


class LearnerTests(ScreenCase):
    def test_a_learner_enrols_with_one_click(self):
        response = self.as_(self.ani).post("enrol", self.run_.uuid)
        self.assertRedirects(response, reverse("player:home"), fetch_redirect_response=False)
        place = Enrolment.everything.get()
        self.assertEqual((place.learner, place.state), (self.ani, ACTIVE))

    def test_citra_enrols_herself_only_where_others_are_welcome(self):
        closed_shop = makers.make_run(release=self.release, open_to_all=False)
        self.as_(self.citra).post("enrol", closed_shop.uuid)
        self.assertEqual(Enrolment.everything.count(), 0)
        self.post("enrol", self.run_.uuid)
        self.assertEqual(Enrolment.everything.get().learner, self.citra)

    def test_a_refusal_is_a_sentence_on_the_same_page(self):
        self.as_(self.ani).post("enrol", self.run_.uuid)
        response = self.post("enrol", self.run_.uuid)
        self.assertEqual(response.status_code, 409)
        self.assertContains(response, response.context["refusal"], status_code=409)
        self.assertEqual(Enrolment.everything.count(), 1)

    def test_a_draft_is_missing_and_a_get_enrols_nobody(self):
        draft = makers.make_run(release=self.release, state="draft")
        self.assertEqual(self.as_(self.ani).post("enrol", draft.uuid).status_code, 404)
        self.assertEqual(self.get("enrol", self.run_.uuid).status_code, 200)
        self.assertEqual(Enrolment.everything.count(), 0)

    def test_an_account_without_a_person_gets_a_page(self):
        from cms.directory.models import User

        self.client.force_login(User.everything.create(username="mesin"))
        self.assertEqual(self.post("enrol", self.run_.uuid).status_code, 403)

    def test_a_learner_leaves_with_a_reason_and_keeps_what_she_did(self):
        place = makers.make_enrolment(run=self.run_, learner=self.ani, units_done=1)
        self.assertEqual(self.as_(self.ani).get("leave", place.uuid).status_code, 200)
        for reason in ("", "  ", "x"):
            with self.subTest(reason=reason):
                self.assertEqual(self.post("leave", place.uuid, reason=reason).status_code, 422)
        response = self.post("leave", place.uuid, reason="Dinas luar sebulan")
        self.assertRedirects(response, reverse("player:home"), fetch_redirect_response=False)
        place.refresh_from_db()
        self.assertEqual((place.state, place.ended_reason, place.units_done), (CANCELLED, "Dinas luar sebulan", 1))

    def test_a_completed_place_is_not_offered_to_be_left(self):
        place = makers.make_enrolment(run=self.run_, learner=self.ani, state="completed", completed_at=timezone.now())
        for answer in (self.as_(self.ani).get("leave", place.uuid), self.post("leave", place.uuid, reason="Salah")):
            self.assertRedirects(answer, reverse("player:home"), fetch_redirect_response=False)
        place.refresh_from_db()
        self.assertEqual(place.state, "completed")

    def test_hr_sees_the_place_but_does_not_end_it(self):
        hr = makers.make_person("Hana Wijaya", agency=self.ani.agency, roles=["hr_analyst"]).user
        place = makers.make_enrolment(run=self.run_, learner=self.ani)
        self.client.force_login(hr)
        session = self.client.session
        session["second_factor"] = True
        session.save()
        self.assertIn(place, Enrolment.objects.visible_to(hr))
        self.assertEqual(self.post("leave", place.uuid, reason="Tanpa alasan").status_code, 404)
