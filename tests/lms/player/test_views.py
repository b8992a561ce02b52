"""Screens of learning, as Ani sees them and Citra does not."""

from datetime import timedelta

from django.conf import settings
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone, translation

from lms.assessment.services import examining, sitting
from lms.catalogue.models import UnitReport
from lms.catalogue.queries import checks_of
from lms.enrolment.models import Enrolment
from lms.progress import services as progress
from lms.progress.models import CheckAnswer, UnitProgress
from tests import makers
from tests.cms.directory.door import sign_in
from tests.lms.assessment import makers as exams
from tests.lms.player.makers import NUMERIC, keys_of, make_course_of, make_place
from tests.sql import assert_sql, assert_sql_at_most


class PlayerTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = makers.make_person(user=True)
        cls.citra = makers.make_person("Citra Maharani", user=True)
        cls.place = make_place(learner=cls.ani, units=4, sequential=True)
        cls.keys = keys_of(cls.place)

    def setUp(self):
        translation.activate("id")
        self.addCleanup(translation.activate, "id")
        self.client.force_login(self.ani.user)

    def to(self, name, key=None):
        return reverse(f"player:{name}", args=[self.place.uuid, key] if key else [self.place.uuid])

    def answer(self, choice=0, key=None):
        version = checks_of(self.place.release_id, self.keys[0])[0]
        data = {"question": version.pk, "answer": version.body["options"][choice]["id"]}
        return version, self.client.post(self.to("check", key or self.keys[0]), data)

    def finish(self, count):
        for key in self.keys[:count]:
            progress.finish_unit(enrolment=self.place, unit_key=key)


class ResumeTests(PlayerTests):
    def test_L18_resume_leads_to_the_unit_and_part_reached_on_another_device(self):
        self.finish(1)
        self.client.get(self.to("unit", self.keys[1]))
        self.client.post(self.to("reach", self.keys[1]), {"part": "2"})
        other = self.client_class()
        other.force_login(self.ani.user)
        self.assertRedirects(other.get(self.to("resume")), f"{self.to('unit', self.keys[1])}#b-2")

    def test_L18_after_a_unit_is_done_resume_leads_to_the_next(self):
        self.finish(2)
        self.assertRedirects(self.client.get(self.to("resume")), self.to("unit", self.keys[2]))

    def test_L18_a_mark_on_a_locked_or_unknown_unit_is_ignored(self):
        for key in (self.keys[3], "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"):
            self.client.post(self.to("reach", key), {"part": "1"})
            self.assertRedirects(self.client.get(self.to("resume")), self.to("unit", self.keys[0]))

    def test_d02_a_part_that_is_no_number_is_400(self):
        for part in ("", "-1", "0", "x", "1e9", "٣", "99999999999999999999"):
            with self.subTest(part):
                self.assertEqual(self.client.post(self.to("reach", self.keys[0]), {"part": part}).status_code, 400)

    def test_Q01_the_mark_is_one_statement(self):
        with assert_sql(1):
            self.client.post(self.to("reach", self.keys[0]), {"part": "2"})


class UnitTests(PlayerTests):
    def test_Q01_a_unit_is_three_statements_at_most_warm(self):
        self.answer()
        self.client.get(self.to("unit", self.keys[0]))
        with assert_sql(2):  # the place with what is done; the answers to its checks
            self.client.get(self.to("unit", self.keys[0]))
        self.finish(1)
        self.client.get(self.to("unit", self.keys[1]))
        Enrolment.everything.filter(pk=self.place.pk).update(last_unit=None)
        with assert_sql_at_most(3):  # the place; the answers; where the reader is
            self.client.get(self.to("unit", self.keys[0]))

    def test_L26_the_panel_says_what_is_missing_with_a_link_and_finish_refuses_for_the_same(self):
        page = self.client.get(self.to("unit", self.keys[0]))
        self.assertContains(page, "Not complete because of 1 thing")
        self.assertContains(page, "Check 1 is not answered yet.")
        refused = self.client.post(self.to("finish", self.keys[0]))
        self.assertRedirects(refused, f"{self.to('unit', self.keys[0])}#belum")
        self.assertEqual(UnitProgress.everything.count(), 0)

    def test_L19_an_answer_is_there_when_the_page_is_opened_again_and_the_reason_too(self):
        version, response = self.answer()
        self.assertRedirects(response, f"{self.to('unit', self.keys[0])}#soal-{version.pk}")
        page = self.client.get(self.to("unit", self.keys[0]))
        self.assertContains(page, f'value="{version.body["options"][0]["id"]}" checked')
        self.assertContains(page, "Asas.")
        self.assertContains(page, "Everything here is complete")

    def test_a_number_is_read_as_people_write_it_and_refused_with_the_reason(self):
        place = make_place(learner=self.ani, units=1, questions=NUMERIC)
        (key,) = keys_of(place)
        (version,) = checks_of(place.release_id, key)
        where = reverse("player:check", args=[place.uuid, key])
        for typed in ("3 hari kerja", "tiga", "NaN", "1e400", "9" * 40, "1.500", ""):
            with self.subTest(typed):
                page = self.client.post(where, {"question": version.pk, "answer": typed})
                self.assertContains(page, "Choose an answer first." if not typed else "Write ", status_code=422)
                # Nothing typed is lost: it stands in the field, and the field says what is wrong.
                field = f'name="answer" inputmode="decimal" maxlength="40" value="{typed}"'
                self.assertContains(page, field, status_code=422)
                self.assertContains(page, 'aria-invalid="true"', count=1, status_code=422)
        self.assertEqual(CheckAnswer.everything.count(), 0)
        for typed, is_right in (("3,5", False), (" 3,0 ", True)):
            with self.subTest(typed):
                self.client.post(where, {"question": version.pk, "answer": typed})
                self.assertEqual(CheckAnswer.everything.get().is_right, is_right)

    def test_D02_a_number_is_shown_back_as_the_page_asks_for_it_and_can_be_sent_again(self):
        days = NUMERIC.replace("tolerance: 0", "tolerance: 0, answer_unit: hari kerja")
        place = make_place(learner=self.ani, units=1, questions=days)
        (key,) = keys_of(place)
        (version,) = checks_of(place.release_id, key)
        for language in ("id", "en"):
            for typed, shown in (("1,5", "1,5"), ("1.25", "1,25"), ("2,125", "2,125"), (" -0,50 ", "-0,5"), ("3", "3")):
                with self.subTest(typed, language=language), translation.override(language):
                    where = reverse("player:check", args=[place.uuid, key])
                    self.client.post(where, {"question": version.pk, "answer": typed})
                    page = self.client.get(reverse("player:unit", args=[place.uuid, key]))
                    self.assertContains(page, f'maxlength="40" value="{shown}"')
                    self.assertContains(page, "hari kerja</label>")
                    again = self.client.post(where, {"question": version.pk, "answer": shown})
                    self.assertEqual(again.status_code, 302)

    def test_z08_reasons_are_absent_before_an_answer(self):
        page = self.client.get(self.to("unit", self.keys[0]))
        self.assertNotContains(page, "Asas.")
        self.assertNotContains(page, "Benar")

    def test_finishing_leads_to_the_next_unit_and_marks_the_outline(self):
        self.answer()
        response = self.client.post(self.to("finish", self.keys[0]))
        self.assertRedirects(response, self.to("unit", self.keys[1]))
        page = self.client.get(self.to("unit", self.keys[1]))
        self.assertContains(page, "1 of 4 units done")
        self.assertContains(page, 'aria-current="step"', count=1)

    def test_the_last_unit_completes_the_course_and_shows_the_certificate(self):
        self.finish(3)
        response = self.client.post(self.to("finish", self.keys[3]))
        self.assertRedirects(response, self.to("done"))
        page = self.client.get(self.to("done"))
        self.assertContains(page, "You finished the course")
        self.assertContains(page, "/sertifikat/")

    def test_L50_a_second_cycle_claims_no_jp_that_it_did_not_add(self):
        self.finish(3)
        self.client.post(self.to("finish", self.keys[3]))
        self.assertContains(self.client.get(self.to("done")), "JP stand in your ledger.")
        again = makers.make_enrolment(
            run=makers.make_run(release=self.place.release), learner=self.place.learner, cycle=2
        )
        for key in self.keys:
            progress.finish_unit(enrolment=again, unit_key=key)
        page = self.client.get(reverse("player:done", args=[again.uuid]))
        self.assertContains(page, "You had the JP of this course before; this time none are added.")

    def test_L26_the_finish_page_lists_what_the_engine_lists(self):
        self.finish(2)
        page = self.client.get(self.to("done"))
        self.assertContains(page, "Not complete because of 2 things")
        for title in ("Unit 3", "Unit 4"):
            self.assertContains(page, f"Unit “{title}” is not finished.")

    def test_L20_a_typed_address_of_a_locked_unit_says_what_to_finish_first(self):
        page = self.client.get(self.to("unit", self.keys[2]))
        self.assertContains(page, "Finish “Unit 1” first.", status_code=403)
        self.assertContains(page, self.to("unit", self.keys[0]), status_code=403)
        for action in ("finish", "check"):
            self.assertEqual(self.client.post(self.to(action, self.keys[2])).status_code, 404)
        self.assertEqual(UnitProgress.everything.count(), 0)

    def test_the_save_state_is_on_the_page(self):
        self.answer()
        self.assertContains(self.client.get(self.to("unit", self.keys[0])), "Saved ")

    def test_a_note_reaches_the_author_and_an_empty_one_comes_back_with_the_reason(self):
        empty = self.client.post(self.to("report", self.keys[0]), {"text": " "})
        self.assertContains(empty, 'role="alert"', status_code=400)
        self.client.post(self.to("report", self.keys[0]), {"text": "Tautan keliru"})
        self.assertEqual(UnitReport.everything.get().text, "Tautan keliru")

    def test_W08_a_note_sent_after_the_sign_in_ended_waits_in_its_own_words(self):
        client, nip, waiting = Client(), self.ani.numbers.get().value, reverse("directory:unsent")
        sign_in(client, nip)
        client.cookies.pop(settings.SESSION_COOKIE_NAME)
        headers = {"Sec-Fetch-Site": "same-origin", "Referer": f"http://testserver{self.to('unit', self.keys[0])}"}
        client.post(self.to("report", self.keys[0]), {"text": "Tautan keliru"}, headers=headers)
        sign_in(client, nip, next=waiting)
        for words in ("What is wrong here?", "Tautan keliru", self.to("unit", self.keys[0])):
            self.assertContains(client.get(waiting), words)
        sent = client.post(reverse("directory:send_unsent"), {"text": "Tautan keliru"}, follow=True)
        self.assertEqual(sent.redirect_chain[0], (self.to("report", self.keys[0]), 307))
        self.assertEqual(UnitReport.everything.get().text, "Tautan keliru")

    def test_z01_citra_finds_none_of_it(self):
        self.client.force_login(self.citra.user)
        for name in ("unit", "reach", "finish", "check", "report"):
            for method in ("get", "post"):
                answer = getattr(self.client, method)(self.to(name, self.keys[0]), {"part": "1", "text": "Halo"})
                with self.subTest(name, method=method):
                    self.assertIn(answer.status_code, (200, 404, 405))
                    self.assertNotContains(answer, "Unit 1", status_code=answer.status_code)
        self.assertEqual(self.client.get(self.to("resume")).status_code, 404)
        self.assertEqual(self.client.get(self.to("done")).status_code, 404)
        self.place.refresh_from_db()
        self.assertEqual((self.place.last_unit, CheckAnswer.everything.count()), (None, 0))


class SaveDataTests(PlayerTests):
    def test_L91_no_pictures_is_kept_for_the_person_and_can_be_undone(self):
        back = self.to("unit", self.keys[0])
        response = self.client.post(reverse("player:save_data"), {"lean": "1", "next": back})
        self.assertRedirects(response, back)
        self.assertEqual(response.cookies["hemat"].value, "1")
        self.assertContains(self.client.get(back), "Show pictures again")
        self.client.post(reverse("player:save_data"), {"lean": "0", "next": back})
        self.assertContains(self.client.get(back), "Save data: no pictures")

    def test_L91_a_browser_that_asks_to_save_data_is_believed_until_the_person_chooses(self):
        page = self.client.get(self.to("unit", self.keys[0]), headers={"Save-Data": "on"})
        self.assertContains(page, "Show pictures again")

    def test_n01_the_way_back_stays_on_this_site(self):
        for wrong in ("https://evil.example/", "//evil.example", ""):
            response = self.client.post(reverse("player:save_data"), {"lean": "1", "next": wrong})
            self.assertRedirects(response, reverse("player:home"))


class FacilitatorTests(PlayerTests):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.budi = makers.make_person("Budi Fasilitator", agency=cls.place.run.agency, roles=["facilitator"])

    def look(self, key=None):
        args = [self.place.run.uuid, key] if key else [self.place.run.uuid]
        return self.client.get(reverse("player:look_unit" if key else "player:look", args=args))

    def test_L20_facilitators_of_the_run_read_every_unit_and_change_nothing(self):
        self.client.force_login(self.budi.user)
        page = self.look(self.keys[3])
        self.assertContains(page, "<h1>Unit 4</h1>")
        self.assertContains(page, "Read only")
        self.assertContains(self.look(), "<fieldset disabled>")
        for key in self.keys:  # the table of contents leads everywhere
            self.assertContains(page, f'href="{reverse("player:look_unit", args=[self.place.run.uuid, key])}"')
        self.assertEqual(UnitProgress.everything.count(), 0)

    def test_L20_a_facilitator_who_learns_on_the_run_is_shown_the_way_past_the_lock(self):
        self.client.force_login(self.budi.user)
        own = makers.make_enrolment(run=self.place.run, learner=self.budi)
        page = self.client.get(reverse("player:unit", args=[own.uuid, self.keys[2]]))
        self.assertContains(page, "Read it as a facilitator", status_code=403)

    def test_z06_learners_and_facilitators_of_another_agency_do_not_look(self):
        other = makers.make_person("Citra", roles=["facilitator"])
        for user in (self.ani.user, self.citra.user, other.user):
            self.client.force_login(user)
            self.assertEqual(self.look().status_code, 404)
            self.assertEqual(self.look(self.keys[0]).status_code, 404)


class HomeTests(PlayerTests):
    def home(self):
        return self.client.get(reverse("player:home"))

    def test_Q01_the_home_is_four_statements_with_the_learning_cards(self):
        for courses in (1, 3):
            while self.ani.enrolments.count() < courses:
                makers.make_enrolment(run=makers.make_run(release=make_course_of(units=2)), learner=self.ani)
            self.home()
            with self.subTest(courses=courses), assert_sql_at_most(4):  # places, JP, certificates; gaps
                self.home()

    def test_the_card_says_where_to_go_on_and_what_follows(self):
        self.finish(1)
        page = self.home()
        self.assertContains(page, '<h2 id="h-resume">Unit 2</h2>')
        self.assertContains(page, "Module 1, Pembuka · unit 2 of 4")
        self.assertContains(page, "Continue, 15 minutes")
        self.assertContains(page, "1 of 4 units done")
        self.assertContains(page, "45 minutes left")

    def test_an_end_within_a_week_is_said_at_the_top(self):
        today = timezone.localdate()
        type(self.place.run).everything.filter(pk=self.place.run_id).update(ends_on=today + timedelta(days=2))
        self.assertContains(self.home(), "Melayani warga ends in 2 days")

    def test_a_place_in_the_queue_shows_its_number(self):
        run = makers.make_run(release=make_course_of(units=2, title="Menulis jawaban"), seats=1)
        for state in ("active", "waiting"):
            makers.make_enrolment(run=run, learner=makers.make_person(), state=state)
        makers.make_enrolment(run=run, learner=self.ani, state="waiting")
        self.assertContains(self.home(), "Waiting list, number 2")

    def test_the_year_s_hours_are_counted_with_what_is_lacking(self):
        page = self.home()
        self.assertContains(page, "<b>20 JP to go</b>")
        self.assertContains(page, "Melayani warga, when passed")
        self.finish(4)
        page = self.home()
        self.assertContains(page, "<b>18 JP to go</b>")
        self.assertContains(page, "Valid")

    def test_somebody_new_is_taught_by_empty_states(self):
        self.client.force_login(self.citra.user)
        page = self.home()
        for words in ("Choose your first course", "Learn unit by unit", "Each course you pass"):
            self.assertContains(page, words, count=1)
        self.assertContains(page, "See the courses", count=1)
        for words in ("Melayani warga", "Your courses", "Choose a course"):
            self.assertNotContains(page, words)

    def test_who_finished_all_courses_chooses_the_next(self):
        self.finish(4)
        page = self.home()
        self.assertContains(page, "Choose your next course")
        self.assertNotContains(page, "Your courses")

    def test_who_only_waits_is_told_so(self):
        run = makers.make_run(release=make_course_of(units=2, title="Menulis jawaban"), seats=0)
        makers.make_enrolment(run=run, learner=self.citra, state="waiting")
        self.client.force_login(self.citra.user)
        page = self.home()
        self.assertContains(page, "You are number 1 on the waiting list")
        self.assertContains(page, "Your courses")
        self.assertNotContains(page, "Choose your first course")

    def facts_of_the_exam(self, learner):
        self.client.force_login(learner.user)
        page = self.home()
        facts = page.context["current"].exam_facts
        for fact, word in (("questions", ""), ("minutes", " <small>minutes</small>"), ("pass_score", "")):
            self.assertContains(page, f"<dd>{facts[fact]}{word}</dd>", html=False)
        return page, facts

    def test_before_the_exam_the_card_says_what_it_asks(self):
        place = exams.make_ready()
        page, facts = self.facts_of_the_exam(place.learner)
        self.assertEqual(facts, {"questions": 4, "minutes": 10, "pass_score": 70, "tries": 2, "left": 2})
        self.assertContains(page, "<dd>2 <small>of 2</small></dd>")
        self.assertContains(page, "Every unit is done.")

    def test_the_card_counts_what_was_given_and_what_was_used(self):
        place = exams.make_ready()
        boss = makers.make_person(agency=place.run.agency, roles=["organiser"]).user
        examining.allow_more(enrolment=place, minutes=15, attempts=1, by=boss, reason="Pembaca layar")
        sitting.submit(attempt=exams.make_attempt(place), by=place.learner.user)
        _page, facts = self.facts_of_the_exam(place.learner)
        self.assertEqual((facts["minutes"], facts["tries"], facts["left"]), (25, 3, 2))

    def test_tries_of_a_place_given_up_stay_used(self):
        place = exams.make_ready()
        sitting.submit(attempt=exams.make_attempt(place), by=place.learner.user)
        Enrolment.everything.filter(pk=place.pk).update(state="cancelled")
        again = makers.make_enrolment(run=place.run, learner=place.learner, cycle=2)
        exams.finish_units(again)
        _page, facts = self.facts_of_the_exam(place.learner)
        self.assertEqual(facts["left"], 1)

    def test_without_tries_left_nothing_calls_to_the_exam(self):
        place = exams.make_ready(attempts=1)
        self.client.force_login(place.learner.user)
        self.assertContains(self.home(), "The exam of Melayani warga is open")
        sitting.submit(attempt=exams.make_attempt(place), by=place.learner.user)
        page = self.home()
        self.assertContains(page, "You have used all tries.")
        self.assertContains(page, "<dd>0 <small>of 1</small></dd>")
        self.assertNotContains(page, "The exam of Melayani warga is open")

    def test_an_exam_without_limit_says_so(self):
        page, facts = self.facts_of_the_exam(exams.make_ready(attempts=0).learner)
        self.assertEqual(facts["tries"], 0)
        self.assertContains(page, "<dd><small>without limit</small></dd>")

    def test_D05_times_are_read_where_the_person_works(self):
        east = makers.make_person("Yohanes Wattimena", agency=makers.make_agency(timezone="Asia/Jayapura"), user=True)
        self.client.force_login(east.user)
        self.assertContains(self.home(), " WIT</p>")
        self.client.force_login(self.ani.user)
        self.assertContains(self.home(), " WIB</p>")
