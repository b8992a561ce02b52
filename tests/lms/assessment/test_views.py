"""The exam as a browser meets it: cover, paper, autosave, check, result; and what Citra must not see."""

import json
from datetime import timedelta
from decimal import Decimal

import time_machine
from django.core.cache import cache
from django.test import TestCase, override_settings
from django.urls import reverse
from django.utils import timezone

from lms.assessment import queries, services
from lms.assessment.models import Attempt, GradeEntry
from lms.assessment.views import sitting
from lms.competencies import queries as competencies
from lms.enrolment.models import Enrolment
from tests import makers
from tests.lms.assessment.makers import make_exam_release, make_ready, right_answers, slot_of
from tests.sql import assert_sql

SECRETS = ["ALASAN", "TEPAT-SEKALI", "KELIRU-SEKALI", "&quot;right", '"right"', "tolerance"]


class ExamCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = makers.make_person("Ani Lestari", user=True)
        cls.release = make_exam_release()
        cls.enrolment = make_ready(learner=cls.ani, release=cls.release)
        cls.citra = makers.make_person("Citra", user=True)

    def setUp(self):
        cache.clear()
        self.client.force_login(self.ani.user)

    def started(self) -> Attempt:
        return services.start(enrolment=self.enrolment, by=None)

    def url(self, name, attempt):
        return reverse(f"assessment:{name}", args=[attempt.uuid])

    def autosave(self, attempt, seq, answers, **extra):
        return self.client.post(
            self.url("save", attempt), {"seq": seq, "answers": answers}, content_type="application/json", **extra
        )

    def stored(self, attempt) -> Attempt:
        return queries.loaded(Attempt.everything).get(pk=attempt.pk)


class CoverTests(ExamCase):
    def address(self, enrolment=None):
        return reverse("assessment:cover", args=[(enrolment or self.enrolment).uuid])

    def test_it_says_what_the_exam_costs_and_starts_nothing(self):
        response = self.client.get(self.address())
        for words in ("Uji akhir", "70", "10"):
            self.assertContains(response, words)
        self.assertEqual(Attempt.everything.count(), 0)

    def test_Q01_looking_costs_two_statements(self):
        queries.exam_of(self.release.uuid)
        with assert_sql(2):  # the place with its facts, its attempts
            self.client.get(self.address())

    def test_start_leads_to_the_paper_and_a_second_click_to_the_same_one(self):
        queries.exam_of(self.release.uuid)
        with assert_sql(2):  # the place with its facts, the INSERT
            first = self.client.post(self.address())
        second = self.client.post(self.address())
        attempt = Attempt.everything.get()
        self.assertRedirects(first, self.url("take", attempt))
        self.assertRedirects(second, self.url("take", attempt))

    def test_unfinished_units_are_named_and_the_start_is_refused(self):
        self.client.force_login(self.citra.user)
        fresh = makers.make_enrolment(run=self.enrolment.run, learner=self.citra)
        response = self.client.get(self.address(fresh))
        self.assertContains(response, "Unit 1")
        self.assertNotContains(response, 'type="submit"')
        self.client.post(self.address(fresh))
        self.assertEqual(Attempt.everything.count(), 0)

    def test_Z01_citra_gets_404_for_anis_exam_as_for_a_missing_one(self):
        self.client.force_login(self.citra.user)
        for method in (self.client.get, self.client.post):
            self.assertEqual(method(self.address()).status_code, 404)
        self.assertEqual(Attempt.everything.count(), 0)

    def test_an_organiser_sees_the_place_elsewhere_but_cannot_sit_its_exam(self):
        organiser = makers.make_person("Oki", agency=self.enrolment.run.agency, roles=["organiser"]).user
        self.client.force_login(organiser)
        self.assertEqual(self.client.post(self.address()).status_code, 404)

    def test_a_course_without_exam_has_no_cover(self):
        plain = makers.make_enrolment(learner=self.ani)
        self.assertEqual(self.client.get(self.address(plain)).status_code, 404)


class PaperTests(ExamCase):
    def test_Z08_the_key_is_not_in_the_page_before_submission(self):
        attempt = self.started()
        for name in ("take", "review"):
            page = self.client.get(self.url(name, attempt)).content.decode()
            with self.subTest(name):
                self.assertEqual([secret for secret in SECRETS if secret in page], [])
                self.assertNotIn(attempt.seed, page)

    def test_every_question_is_a_fieldset_with_its_legend(self):
        page = self.client.get(self.url("take", self.started())).content.decode()
        self.assertEqual((page.count("<fieldset"), page.count("<legend")), (4, 4))
        self.assertNotIn("<script>", page)

    def test_Q01_the_paper_is_one_statement(self):
        attempt = self.started()
        with assert_sql(1):
            self.client.get(self.url("take", attempt))

    def test_without_javascript_the_buttons_save_and_lead_on(self):
        attempt = self.started()
        slot = slot_of(attempt, "truefalse")
        form = {"seq": "1", f"s{slot}": "a", "next": "3", "score": "100", "passed": "1"}
        response = self.client.post(self.url("take", attempt), form)
        self.assertRedirects(response, self.url("take", attempt) + "#soal-3", fetch_redirect_response=False)
        self.assertEqual((self.stored(attempt).answers, self.stored(attempt).score), ({slot: "a"}, None))
        response = self.client.post(self.url("take", attempt), {"seq": "2", f"s{slot}": "a", "review": "1"})
        self.assertRedirects(response, self.url("review", attempt))
        self.assertContains(self.client.get(self.url("take", attempt)), 'value="a" checked')

    def test_several_ticks_of_a_multiple_choice_arrive(self):
        attempt = self.started()
        slot = slot_of(attempt, "multiple")
        self.client.post(self.url("take", attempt), {"seq": "1", f"s{slot}": ["b", "a"]})
        self.assertEqual(self.stored(attempt).answers, {slot: ["a", "b"]})

    def test_E01_an_older_window_is_told_and_keeps_what_was_typed(self):
        attempt = self.started()
        slot = slot_of(attempt, "numeric")
        self.client.post(self.url("take", attempt), {"seq": "1", f"s{slot}": "7"})
        response = self.client.post(self.url("take", attempt), {"seq": "1", f"s{slot}": "8"})
        self.assertContains(response, 'value="8"', status_code=409)
        self.assertContains(response, 'name="seq" value="2"', status_code=409)
        self.assertEqual(self.stored(attempt).answers, {slot: "7"})

    def test_D02_a_number_that_cannot_be_read_is_kept_named_and_holds_up_submission(self):
        attempt = self.started()
        slot = slot_of(attempt, "numeric")
        self.client.post(self.url("take", attempt), {"seq": "1", f"s{slot}": "NaN"})
        page = self.client.get(self.url("take", attempt))
        self.assertContains(page, 'value="NaN"')
        self.assertContains(page, 'aria-invalid="true"')
        response = self.client.post(self.url("review", attempt))
        self.assertEqual((response.status_code, self.stored(attempt).state), (422, "open"))

    def test_D01_too_long_an_answer_comes_back_filled(self):
        attempt = self.started()
        slot = slot_of(attempt, "numeric")
        response = self.client.post(self.url("take", attempt), {"seq": "1", f"s{slot}": "9" * 101})
        self.assertContains(response, "9" * 101, status_code=422)

    def test_E05_the_time_left_is_the_servers(self):
        attempt = self.started()
        with time_machine.travel(attempt.started_at + timedelta(minutes=4), tick=False):
            self.assertContains(self.client.get(self.url("take", attempt)), 'data-left="360"')

    def test_when_the_time_is_over_the_paper_is_the_result(self):
        attempt = self.started()
        with time_machine.travel(attempt.deadline_at + timedelta(seconds=11)):
            response = self.client.get(self.url("take", attempt), follow=True)
            self.assertEqual(response.redirect_chain, [(self.url("result", attempt), 302)])
        self.assertEqual(self.stored(attempt).state, "expired")

    def test_Z01_citra_gets_404_on_every_address_of_the_attempt(self):
        attempt = self.started()
        self.client.force_login(self.citra.user)
        for name in ("take", "review", "result"):
            for method in (self.client.get, self.client.post) if name != "result" else (self.client.get,):
                with self.subTest(name):
                    self.assertEqual(method(self.url(name, attempt), {"seq": "1"}).status_code, 404)
        self.assertEqual(self.autosave(attempt, 1, {"1": "a"}).status_code, 404)
        self.assertEqual((self.stored(attempt).answers, self.stored(attempt).state), ({}, "open"))

    def test_personal_pages_are_never_stored(self):
        attempt = self.started()
        for name in ("take", "review"):
            self.assertIn("no-store", self.client.get(self.url(name, attempt))["Cache-Control"])


class AutosaveTests(ExamCase):
    def setUp(self):
        super().setUp()
        self.attempt = self.started()

    def test_B03_a_save_of_twenty_answers_and_its_receipt_weigh_less_than_1500_bytes(self):
        answers = {str(n): ["a", "b"] if n % 4 == 0 else "a" for n in range(1, 21)}
        body = json.dumps({"seq": 120, "answers": answers}, separators=(",", ":"))
        with time_machine.travel(self.attempt.started_at):
            response = self.autosave(self.attempt, 120, answers)
        self.assertEqual(response.status_code, 200)
        receipt = len(response.content) + sum(len(k) + len(v) + 4 for k, v in response.items())
        # Beside the body a browser sends 760 bytes of headers, as tests/e2e/test_slow_line.py measures.
        sent = len(body) + 760
        self.assertLessEqual(sent + receipt, 1500, f"{sent} sent, {receipt} received")

    def test_B03_a_receipt_carries_no_header_that_only_pages_need(self):
        with time_machine.travel(self.attempt.started_at):
            receipt = self.autosave(self.attempt, 1, {"1": "a"})
            page = self.client.get(self.url("take", self.attempt))
        for name in ("Vary", "Content-Language", "Cross-Origin-Opener-Policy"):
            self.assertNotIn(name, receipt.headers)
            self.assertIn(name, page.headers)
        self.assertEqual(page["Cross-Origin-Opener-Policy"], "same-origin")
        self.assertIn("no-store", receipt["Cache-Control"])

    def test_Q01_B03_one_statement_and_a_short_receipt_with_the_servers_time(self):
        with time_machine.travel(self.attempt.started_at), assert_sql(1):
            response = self.autosave(self.attempt, 1, {"1": "a"})
        self.assertEqual((response.status_code, response.json()["seq"]), (200, 1))
        self.assertRegex(response.json()["saved_at"], r"^\d\d\.\d\d\.\d\d$")
        self.assertLess(len(response.content), 200)

    def test_I02_an_older_save_gets_409_with_what_is_there(self):
        self.autosave(self.attempt, 2, {"1": "b"})
        response = self.autosave(self.attempt, 1, {"1": "a"})
        body = response.json()
        self.assertEqual((response.status_code, body["outcome"]), (409, "stale"))
        self.assertEqual((body["seq"], body["answers"]), (2, {"1": "b"}))
        self.assertTrue(body["detail"])

    def test_E04_after_the_end_409_says_so(self):
        with time_machine.travel(self.attempt.deadline_at + timedelta(seconds=11)):
            response = self.autosave(self.attempt, 1, {"1": "a"})
        self.assertEqual((response.status_code, response.json()["outcome"]), (409, "closed"))
        self.assertNotIn("answers", response.json())
        self.assertEqual(self.stored(self.attempt).late_answers["answers"], {"1": "a"})

    def test_I03_E05_a_time_that_the_browser_tells_is_never_read(self):
        early = (self.attempt.deadline_at - timedelta(minutes=5)).isoformat()
        told = {"seq": 1, "answers": {"1": "a"}, "now": early, "saved_at": early, "deadline_at": "2099-01-01T00:00:00Z"}
        with time_machine.travel(self.attempt.deadline_at + timedelta(seconds=11)):
            response = self.client.post(
                self.url("save", self.attempt), told, content_type="application/json", headers={"Date": early}
            )
        self.assertEqual((response.status_code, response.json()["outcome"]), (409, "closed"))
        kept = self.stored(self.attempt)
        self.assertEqual((kept.answers, kept.deadline_at), ({}, self.attempt.deadline_at))

    def test_R07_N07_bad_bodies_get_400(self):
        bodies = [
            *["", "{", "[]", "null", "[" * 5000, b"\xff\xfe", '{"seq": ' + "9" * 5000 + "}", '{"seq": 1}'],
            *[
                '{"seq": NaN, "answers": {}}',
                '{"seq": 1e400, "answers": {}}',
                '{"seq": 1, "answers": {"score": "100"}}',
            ],
            *['{"seq": 1, "answers": {"1": "\\u0000"}}', '{"seq": 1, "answers": {"1": "\\ud800"}}'],
        ]
        for body in bodies:
            with self.subTest(body[:40]):
                response = self.client.post(self.url("save", self.attempt), body, content_type="application/json")
                self.assertEqual(response.status_code, 400)
        self.assertEqual(self.stored(self.attempt).answers, {})

    def test_E10_too_large_is_413_and_too_often_is_429_with_earlier_answers_kept(self):
        self.assertEqual(self.autosave(self.attempt, 1, {"1": "x" * 70_000}).status_code, 413)
        with time_machine.travel("2026-11-20T03:00:00Z", tick=False):
            Attempt.everything.filter(pk=self.attempt.pk).update(deadline_at=timezone.now() + timedelta(minutes=5))
            statuses = [self.autosave(self.attempt, n, {"1": "a"}).status_code for n in range(1, 123)]
            refused = self.autosave(self.attempt, 200, {"1": "b"})
        self.assertEqual((set(statuses[:120]), statuses[120:]), ({200}, [429, 429]))
        self.assertEqual(refused["Retry-After"], "60")
        self.assertEqual(self.stored(self.attempt).answers, {"1": "a"})

    def test_E10_the_limit_is_one_for_all_processes_that_share_a_cache(self):
        with time_machine.travel("2026-11-20T03:00:00Z", tick=False):
            Attempt.everything.filter(pk=self.attempt.pk).update(deadline_at=timezone.now() + timedelta(minutes=5))
            for numbers in (range(1, 61), range(61, 121)):
                sitting._saves.clear()  # as in another process: what only the memory of this one knew
                self.assertEqual({self.autosave(self.attempt, n, {"1": "a"}).status_code for n in numbers}, {200})
            sitting._saves.clear()
            late = [self.autosave(self.attempt, n, {"1": "b"}).status_code for n in range(121, 151)]
        # What saves no faster than a person types is not counted together yet.
        self.assertEqual((set(late[:29]), late[29]), ({200}, 429))

    @override_settings(CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}})
    def test_E10_a_cache_that_keeps_nothing_fails_no_save(self):
        with time_machine.travel("2026-11-20T03:00:00Z", tick=False):
            Attempt.everything.filter(pk=self.attempt.pk).update(deadline_at=timezone.now() + timedelta(minutes=5))
            codes = [self.autosave(self.attempt, n, {"1": "a"}).status_code for n in range(1, 122)]
        self.assertEqual((set(codes[:120]), codes[120]), ({200}, 429))

    def test_E07_without_a_session_it_is_401_not_a_redirect(self):
        self.client.logout()
        response = self.autosave(self.attempt, 1, {"1": "a"})
        self.assertEqual(response.status_code, 401)
        self.assertTrue(response.json()["detail"])

    def test_I15_A06_a_closed_account_saves_nothing(self):
        self.autosave(self.attempt, 1, {"1": "a"})
        makers.directory.deactivate(user=self.ani.user, by=None, reason="test")
        self.assertEqual(self.autosave(self.attempt, 2, {"1": "b"}).status_code, 401)
        self.assertEqual(self.stored(self.attempt).answers, {"1": "a"})

    def test_N08_a_get_changes_nothing(self):
        self.assertEqual(self.client.get(self.url("save", self.attempt)).status_code, 405)


class SubmitTests(ExamCase):
    def test_a_whole_exam_without_javascript(self):
        self.client.post(reverse("assessment:cover", args=[self.enrolment.uuid]))
        attempt = Attempt.everything.get()
        answers = {f"s{slot}": answer for slot, answer in right_answers(attempt).items()}
        self.client.post(self.url("take", attempt), {"seq": "1", "review": "1", **answers})
        response = self.client.post(self.url("review", attempt))
        self.assertRedirects(response, self.url("result", attempt))
        page = self.client.get(self.url("result", attempt))
        self.assertContains(page, "100")
        self.assertContains(page, "ALASAN-SATU")
        self.assertContains(page, "TEPAT-SEKALI")
        self.assertEqual(Enrolment.everything.get(pk=self.enrolment.pk).state, "completed")

    def test_E03_submitting_twice_shows_the_same_result(self):
        attempt = self.started()
        for _time in range(2):
            response = self.client.post(self.url("review", attempt))
            self.assertRedirects(response, self.url("result", attempt))
        self.assertEqual(GradeEntry.everything.count(), 1)

    def test_Q01_submit_and_result(self):
        attempt = self.started()
        with assert_sql(5):  # the attempt; then close, responses, grade, place
            self.client.post(self.url("review", attempt))
        competencies.names()  # a process keeps the dictionary for half a minute
        with assert_sql(2):  # the attempt with the tries left, how it was marked
            self.client.get(self.url("result", attempt))

    def test_while_a_try_is_left_the_right_options_stay_closed(self):
        attempt = self.started()
        slot = slot_of(attempt, "numeric")
        self.autosave(attempt, 1, {slot: "9"})
        services.submit(attempt=self.stored(attempt), by=None)
        page = self.client.get(self.url("result", attempt))
        self.assertContains(page, "ALASAN-TIGA")
        self.assertNotContains(page, "1,5")
        second = self.started()
        services.submit(attempt=second, by=None)
        self.assertContains(self.client.get(self.url("result", second)), "1,5")

    def test_reasons_lead_back_to_the_unit_that_teaches_the_question(self):
        """The one its author named; else the only unit that asks for its competency; else none."""
        attempt = self.started()
        services.submit(attempt=attempt, by=None)
        first, second = (unit["key"] for unit in self.release.units)
        rows = queries.corrected(attempt)
        keys = {row.slot.text: row.unit_key for row in rows}
        self.assertEqual((keys["Yang wajib?"], keys["Apa sikap kita?"]), (second, first))
        self.assertEqual({keys.get("Benarkah?", ""), keys.get("Sungguh?", "")}, {""})
        page = self.client.get(self.url("result", attempt))
        for unit in (first, second):
            self.assertContains(page, reverse("player:unit", args=[self.enrolment.uuid, unit]))

    def test_a_number_stands_with_its_unit_of_measure(self):
        units = {slot.text: slot.unit for slot in queries.paper(self.started())}
        self.assertEqual((units["Berapa hari?"], units["Yang wajib?"]), ("hari", ""))

    def test_the_result_names_competencies_and_shows_their_codes_beside(self):
        attempt = self.started()
        services.submit(attempt=attempt, by=None)
        page = self.client.get(self.url("result", attempt))
        names = [(name, code) for name, code, _cell in page.context["cells"]]
        self.assertEqual(sorted(names, key=lambda row: row[1]), [("Integritas", "M.1"), ("Pelayanan Publik", "M.5")])
        self.assertContains(page, "Integritas")

    def test_the_result_of_an_open_exam_is_its_paper(self):
        attempt = self.started()
        self.assertRedirects(self.client.get(self.url("result", attempt)), self.url("take", attempt))

    def test_late_answers_are_mentioned(self):
        attempt = self.started()
        services.submit(attempt=attempt, by=None)
        self.autosave(attempt, 1, {"1": "a"})
        self.assertEqual(self.stored(attempt).score, Decimal("0.00"))
        self.assertEqual(self.stored(attempt).late_answers["seq"], 1)
