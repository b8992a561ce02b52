"""Requests about one's own data: asked, answered within a clock, erased by two (robustness 6.3, 6.7, S02)."""

from datetime import date, timedelta
from decimal import Decimal

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from cms.core import rulebook
from cms.core.models import AuditEntry
from cms.directory import services
from cms.directory.exceptions import EraseRefused, RequestRefused
from cms.directory.models import DataRequest, ErasureEntry, Notice, Person, User
from lms.records.models import Certificate
from tests.cms.directory.door import add_totp, past_second_step
from tests.lms.records.test_services import complete
from tests.makers import make_agency, make_enrolment, make_person
from tests.sql import assert_sql

WISH = {"kind": "correct", "words": "Gelar saya seharusnya S.Si."}
ANSWER = {"words": "Sudah diperbaiki di data induk."}


class Wishes(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.agency = make_agency()
        cls.ani = make_person("Ani Lestari", agency=cls.agency, user=True)
        cls.budi = make_person("Budi Santoso", agency=cls.agency, roles=["hr_head"])
        cls.dewi = make_person("Dewi Anjani", agency=cls.agency, roles=["hr_head"])
        cls.hana = make_person("Hana Wijaya", agency=cls.agency, roles=["hr_analyst"])
        cls.citra = make_person("Citra Dewi", roles=["hr_head"])

    def ask(self, kind="correct"):
        return services.ask_about_data(by=self.ani.user, kind=kind, words="Mohon diperiksa.")

    def as_(self, person):
        past_second_step(self.client, person.user)

    def post(self, name, row, body=None):
        return self.client.post(reverse(f"directory:{name}", args=[row.uuid]), body or {})


class AskingTests(Wishes):
    def test_a_person_asks_and_reads_the_answer(self):
        self.as_(self.ani)
        page = self.client.post(reverse("directory:own_data"), WISH, follow=True)
        self.assertContains(page, "Gelar saya seharusnya S.Si.")
        row = DataRequest.everything.get()
        self.assertEqual(row.due_at - row.asked_at, timedelta(hours=72))
        self.assertEqual({n.person for n in _told("data_request")}, {self.budi, self.dewi})
        services.answer_request(request=row, by=self.budi.user, **ANSWER)
        self.assertContains(self.client.get(reverse("directory:own_data")), ANSWER["words"])
        self.assertEqual({n.person for n in _told("data_answer")}, {self.ani})
        self.assertEqual(AuditEntry.everything.get(verb="answer_request").agency_id, self.agency.pk)

    def test_the_clock_follows_the_rule_of_the_day(self):
        with self.captureOnCommitCallbacks(execute=True):
            rulebook.set_rule(
                key="data_request_hours", value=Decimal(24), valid_from=date(2020, 1, 1), by=self.budi.user
            )
        self.addCleanup(rulebook.forget)
        row = self.ask()
        self.assertEqual(row.due_at - row.asked_at, timedelta(hours=24))

    def test_too_few_words_or_no_kind_are_refused_with_a_sentence(self):
        self.as_(self.ani)
        for body in ({}, {"kind": "correct", "words": "x"}, {"kind": "all", "words": WISH["words"]}):
            with self.subTest(body):
                self.assertEqual(self.client.post(reverse("directory:own_data"), body).status_code, 400)
        self.assertFalse(DataRequest.everything.exists())

    def test_the_same_wish_twice_runs_one_clock(self):
        self.ask()
        with self.assertRaises(RequestRefused):
            self.ask()
        self.as_(self.ani)
        page = self.client.post(reverse("directory:own_data"), WISH)
        self.assertContains(page, "You asked for this already", status_code=400)

    def test_taken_back_while_it_waits_and_not_later(self):
        row = self.ask()
        self.as_(self.ani)
        self.post("take_back", row)
        row.refresh_from_db()
        self.assertEqual(row.state, "back")
        with self.assertRaises(RequestRefused):
            services.answer_request(request=row, by=self.budi.user, **ANSWER)

    def test_z01_nobody_else_takes_it_back(self):
        row = self.ask()
        for other in (self.citra, self.budi, self.hana):
            self.as_(other)
            self.assertEqual(self.post("take_back", row).status_code, 404)


class AnsweringTests(Wishes):
    def test_officers_of_the_agency_see_it_with_its_clock(self):
        row = self.ask()
        DataRequest.everything.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(minutes=1))
        self.as_(self.budi)
        self.assertContains(self.client.get(reverse("directory:data_requests")), "late")
        self.post("refuse_request", row, ANSWER)
        row.refresh_from_db()
        self.assertEqual((row.state, row.decided_by, row.answer), ("refused", self.budi.user, ANSWER["words"]))

    def test_z01_other_agencies_and_analysts_find_nothing(self):
        row = self.ask()
        for other in (self.citra, self.hana, self.ani):
            self.as_(other)
            for name in ("answer_request", "refuse_request", "approve_erasure"):
                self.assertEqual(self.post(name, row, ANSWER).status_code, 404)
            self.assertEqual(self.client.get(reverse("directory:data_request", args=[row.uuid])).status_code, 404)
        row.refresh_from_db()
        self.assertEqual(row.state, "open")

    def test_nobody_answers_about_herself(self):
        own = services.ask_about_data(by=self.budi.user, **WISH)
        with self.assertRaises(RequestRefused):
            services.answer_request(request=own, by=self.budi.user, **ANSWER)
        self.as_(self.budi)
        self.assertEqual(self.client.get(reverse("directory:data_request", args=[own.uuid])).status_code, 404)

    def test_an_answer_needs_words(self):
        row = self.ask()
        self.as_(self.budi)
        self.assertEqual(self.post("answer_request", row, {"words": "ok"}).status_code, 400)

    def test_the_list_is_one_statement_whatever_its_length(self):
        for person in (make_person(agency=self.agency, user=True) for _n in range(4)):
            services.ask_about_data(by=person.user, **WISH)
        rows = DataRequest.objects.visible_to(self.budi.user).answered_by(self.budi.user).select_related("person")
        with assert_sql(1):
            self.assertEqual(len([row.person.name for row in rows.waiting_first()]), 4)


class ErasingTests(Wishes):
    def test_S02_one_proposes_another_erases(self):
        row = self.ask("erase")
        self.as_(self.budi)
        self.post("answer_request", row, ANSWER)
        self.assertNotContains(self.client.get(reverse("directory:data_request", args=[row.uuid])), "Erase now")
        self.post("approve_erasure", row)
        self.assertFalse(ErasureEntry.everything.exists())  # the same officer twice
        self.as_(self.dewi)
        self.assertContains(self.client.get(reverse("directory:data_request", args=[row.uuid])), "Erase now")
        self.post("approve_erasure", row)
        entry = ErasureEntry.everything.get()
        self.assertEqual((entry.by_id, entry.approved_by_id), (self.budi.user.pk, self.dewi.user.pk))
        self.assertFalse(User.everything.get(person=self.ani).is_active)
        row.refresh_from_db()
        self.assertEqual((row.state, row.words, row.answer), ("done", "-", ""))
        self.assertEqual(Person.everything.get(pk=self.ani.pk).name, "-")

    def test_S02_the_request_s_page_holds_a_letter_of_what_went_and_what_stays(self):
        add_totp(self.ani.user)
        record = complete(make_enrolment(learner=self.ani))
        number = Certificate.everything.get(record=record).number
        row = self.ask("erase")
        services.answer_request(request=row, by=self.budi.user, **ANSWER)
        self.as_(self.dewi)
        address = reverse("directory:data_request", args=[row.uuid])
        self.assertNotContains(self.client.get(address), "Yang dihapus")
        self.assertRedirects(self.post("approve_erasure", row), address)
        self.assertFalse(Authenticator.objects.filter(user=self.ani.user).exists())
        for person in (self.dewi, self.budi):
            self.as_(person)
            page = self.client.get(address)
            for words in (
                str(row.uuid),
                self.agency.name,
                "1 catatan penyelesaian kursus",
                number,
                "Dewi Anjani",
                "Budi",
            ):
                self.assertContains(page, words)
            self.assertNotContains(page, "Ani")
        for person in (self.citra, self.hana):
            self.as_(person)
            self.assertEqual(self.client.get(address).status_code, 404)

    def test_another_request_has_no_letter(self):
        row = self.ask()
        services.answer_request(request=row, by=self.budi.user, **ANSWER)
        self.as_(self.budi)
        self.assertNotContains(self.client.get(reverse("directory:data_request", args=[row.uuid])), "Yang dihapus")

    def test_no_erasure_before_the_first_officer(self):
        row = self.ask("erase")
        with self.assertRaises(RequestRefused):
            services.approve_erasure(request=row, by=self.dewi.user)

    def test_I12_a_refused_erasure_leaves_the_request_as_it_was(self):
        row = self.ask("erase")
        services.answer_request(request=row, by=self.budi.user, **ANSWER)
        with self.assertRaises(EraseRefused):
            services.approve_erasure(request=row, by=self.budi.user)
        row.refresh_from_db()
        self.assertEqual((row.state, row.decided_by), ("proposed", None))

    def test_the_database_knows_the_two_officers(self):
        row = self.ask("erase")
        services.answer_request(request=row, by=self.budi.user, **ANSWER)
        with self.assertRaises(IntegrityError), transaction.atomic():
            DataRequest.everything.filter(pk=row.pk).update(state="done", decided_by=self.budi.user)

    def test_an_erased_request_still_lists(self):
        row = self.ask("erase")
        services.answer_request(request=row, by=self.budi.user, **ANSWER)
        services.approve_erasure(request=row, by=self.dewi.user)
        self.as_(self.budi)
        self.assertEqual(self.client.get(reverse("directory:data_requests")).status_code, 200)


def _told(kind):
    return Notice.everything.filter(kind=kind).select_related("person")
