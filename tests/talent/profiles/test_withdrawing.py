"""Evidence ends with the certificate of its completion, and no page counts it any more (decision 0060)."""

import json
from datetime import timedelta
from io import BytesIO

from django.core.management import call_command
from django.db import Error, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cms.core import sweeps
from cms.core.invariants import INVARIANTS
from cms.directory.models import Person, Reach
from lms.progress import services as progress
from lms.records import services as records
from lms.records.models import CompletionRecord, Withdrawal
from talent.profiles import queries, services
from talent.profiles.models import Evidence, EvidenceWithdrawal
from tests import makers
from tests.sql import assert_sql
from tests.talent.profiles.test_views import TalentTestCase, evidence

REASON = "Jawaban ujian disalin dari peserta lain"


class WithdrawnCase(TalentTestCase):
    """Ani's course proves M.5 at level 3, which her job asks for."""

    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.release = makers.make_release()
        cls.owner = cls.release.course.agency
        cls.officers = [
            makers.make_person(name, agency=cls.owner, roles=["publisher"]).user for name in ("Budi", "Rina")
        ]
        cls.run_ = makers.make_run(release=cls.release)
        cls.record = cls.complete()
        services.take_claims()
        cls.proof = Evidence.everything.get(person=cls.ani)

    @classmethod
    def complete(cls, **fields) -> CompletionRecord:
        place = makers.make_enrolment(run=cls.run_, learner=cls.ani, **fields)
        for unit in cls.release.units:
            progress.finish_unit(enrolment=place, unit_key=unit["key"])
        return CompletionRecord.everything.get(enrolment=place)

    def withdraw(self, record=None, *, announced=True):
        certificate = (record or self.record).certificates.get(replaced_by=None)
        with self.captureOnCommitCallbacks(execute=announced):
            proposal = records.propose_withdrawal(certificate=certificate, by=self.officers[0], reason=REASON)
            records.approve_withdrawal(withdrawal=proposal, by=self.officers[1])
        return certificate

    def held(self) -> int | None:
        return next(gap.held for gap in queries.gaps_of(self.ani) if gap.competency.code == "M.5")


class EndTests(WithdrawnCase):
    def test_the_announcement_ends_it_and_says_which_certificate_and_when(self):
        certificate = self.withdraw()
        row = EvidenceWithdrawal.everything.get()
        self.assertEqual(
            (row.evidence, row.certificate_uuid, row.withdrawn_on),
            (self.proof, certificate.uuid, timezone.localdate()),
        )

    def test_what_was_lost_on_the_way_the_sweep_finds(self):
        self.withdraw(announced=False)
        self.assertFalse(EvidenceWithdrawal.everything.exists())
        sweeps.SWEEPS["withdrawals"]()
        self.assertEqual(EvidenceWithdrawal.everything.get().evidence, self.proof)

    def test_twice_is_harmless_and_a_sweep_without_work_is_one_statement(self):
        self.withdraw()
        with assert_sql(1):
            self.assertEqual(services.withdraw_evidence(), 0)
        self.assertEqual(EvidenceWithdrawal.everything.count(), 1)

    def test_evidence_that_came_after_the_withdrawal_ends_too(self):
        record = self.complete(cycle=2)
        self.withdraw(record, announced=False)
        services.withdraw_evidence()
        self.assertFalse(EvidenceWithdrawal.everything.exists())
        for name in ("claims", "withdrawals"):  # in the order of the sweeps
            sweeps.SWEEPS[name]()
        names = list(sweeps.SWEEPS)
        self.assertLess(names.index("claims"), names.index("withdrawals"))
        self.assertEqual(EvidenceWithdrawal.everything.get().evidence.observed_on, record.completed_on)

    def test_another_completion_that_proves_the_same_stays(self):
        other = self.complete(cycle=2)
        services.take_claims()
        self.withdraw()
        self.assertEqual((EvidenceWithdrawal.everything.count(), self.held()), (1, 3))
        self.withdraw(other)
        self.assertEqual((EvidenceWithdrawal.everything.count(), self.held()), (2, None))

    def test_a_replaced_certificate_ends_nothing_and_its_successor_does(self):
        with self.captureOnCommitCallbacks(execute=True):
            records.replace(certificate=self.record.certificates.get(), by=self.officers[0], reason=REASON)
        services.withdraw_evidence()
        self.assertEqual((EvidenceWithdrawal.everything.count(), self.held()), (0, 3))
        certificate = self.withdraw()
        self.assertEqual(EvidenceWithdrawal.everything.get().certificate_uuid, certificate.uuid)

    def test_nobody_else_is_touched_and_an_assessment_is_no_course(self):
        evidence(self.hana)
        services.record_assessment(
            person=self.ani, levels={"M.5": 2}, title="Pusat penilaian", observed_on=timezone.localdate(), by=None
        )
        self.withdraw()
        self.assertEqual((EvidenceWithdrawal.everything.count(), self.held()), (1, 2))

    def test_evidence_ends_once_in_the_database_itself(self):
        self.withdraw()
        with self.assertRaises(Error), transaction.atomic():
            EvidenceWithdrawal.everything.create(
                evidence=self.proof, certificate_uuid=self.proof.uuid, withdrawn_on=timezone.localdate()
            )

    def test_the_invariant_waits_for_the_sweep_and_then_names_what_it_forgot(self):
        def breaches():
            return INVARIANTS["L74 evidence"][1]()

        record, long_ago = self.complete(cycle=2), timezone.now() - timedelta(minutes=6)
        evidence(self.ani, source_uuid=record.claims.get().uuid, recorded_at=long_ago)
        certificate = self.withdraw(record, announced=False)
        self.assertEqual(breaches(), [])
        Withdrawal.everything.update(decided_at=long_ago)
        self.assertIn(str(certificate.uuid), " ".join(breaches()))
        services.withdraw_evidence()
        self.assertEqual(breaches(), [])

    def test_the_invariant_waits_for_evidence_that_came_later(self):
        self.withdraw(announced=False)
        Withdrawal.everything.update(decided_at=timezone.now() - timedelta(minutes=6))
        self.assertEqual(INVARIANTS["L74 evidence"][1](), [])


class ReadersTests(WithdrawnCase):
    """Whatever counted the evidence before does not count it afterwards."""

    def row(self):
        rows = queries.listed(Person.everything.filter(pk=self.ani.pk))
        return rows.get()

    def gaps(self, name) -> bool:
        found = queries.find_people(Person.everything.filter(pk=self.ani.pk), gap=name)
        return found.exists()

    def test_gaps_and_the_list_of_hr(self):
        self.assertEqual((self.held(), self.row().unknown, self.row().short), (3, 8, 0))
        self.withdraw()
        self.assertEqual((self.held(), self.row().unknown, self.row().short), (None, 9, 0))

    def test_a_lower_level_is_what_is_left(self):
        evidence(self.ani, level=2)
        self.withdraw()
        self.assertEqual((self.held(), self.row().unknown, self.row().short), (2, 8, 1))
        self.assertEqual((self.gaps("short"), self.gaps("met")), (True, False))

    def test_the_filter_of_hr(self):
        for gap in queries.gaps_of(self.ani):
            if gap.held is None:
                evidence(self.ani, code=gap.competency.code, level=3)
        self.assertEqual((self.gaps("met"), self.gaps("unknown")), (True, False))
        self.withdraw()
        self.assertEqual((self.gaps("met"), self.gaps("unknown")), (False, True))

    def test_the_sheet(self):
        def figures():
            answer = self.as_(self.hana).client.post(reverse("profiles:xlsx"), {"purpose": "Rencana pelatihan 2027"})
            sheet = load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
            return next(row[4:] for row in sheet if row[0] == "Ani Lestari")

        self.assertEqual(figures(), (1, 0, 8))
        self.withdraw()
        self.assertEqual(figures(), (0, 0, 9))

    def test_the_team_of_her_superior(self):
        boss = makers.make_person("Wahyu", agency=self.ani.agency, user=True)
        Reach.everything.create(
            user=boss.user, what="person", object_uuid=self.ani.uuid, basis=Reach.SUPERIOR,
            valid_from=timezone.localdate(),
        )  # fmt: skip

        def figures():
            (member,) = queries.team_of(boss.user)
            return member.person.jp, member.person.unknown

        self.assertEqual(figures(), (1, 8))
        self.withdraw()
        self.assertEqual(figures(), (0, 9))

    def test_the_home_of_the_learner(self):
        self.client.force_login(self.ani.user)

        def unknown():
            page = self.client.get(reverse("player:home"))
            part = next(p for p in page.context["sections"] if p["template"] == "profiles/_home_gaps.html")
            return part["unknown"]

        self.assertEqual(unknown(), 8)
        self.withdraw()
        self.assertEqual(unknown(), 9)

    def test_the_counts_of_the_country(self):
        for n in range(5):
            place = makers.make_enrolment(run=self.run_, learner=makers.make_person(f"Sri {n}", agency=self.ani.agency))
            records.record_completion(enrolment=place, release=self.release, at=timezone.now())

        def cells():
            return next(row.cells for row in queries.national_counts()[0] if row.name == self.ani.agency.name)

        for n in range(5):  # so that the two who have nothing are a group that may be read
            makers.make_person(f"Tri {n}", agency=self.ani.agency)
        self.assertEqual(cells()[3], 6)
        self.withdraw()
        self.assertEqual((cells()[1], cells()[3]), (5, 5))


class PageTests(WithdrawnCase):
    def test_the_page_shows_it_as_withdrawn_with_its_day_and_counts_it_nowhere(self):
        self.withdraw()
        for page in (self.as_(self.ani).get("me"), self.as_(self.hana).get("person", self.ani.uuid)):
            profile = page.context["profile"]
            (proof,) = profile.proofs
            self.assertEqual((proof.state, proof.row.withdrawal.withdrawn_on), ("withdrawn", timezone.localdate()))
            self.assertEqual((profile.unknown, profile.met, profile.jp_total), (9, 0, 0))
            self.assertContains(page, '<tr class="off">', count=1)

    def test_withdrawn_is_said_before_corrected_and_expired(self):
        self.withdraw()
        evidence(self.ani, level=2, supersedes=self.proof)
        states = {proof.row.pk: proof.state for proof in queries.profile_of(self.whole()).proofs}
        self.assertEqual(states[self.proof.pk], "withdrawn")
        self.assertEqual(self.held(), 2)

    def whole(self):
        return queries.with_post(Person.everything.filter(pk=self.ani.pk)).get()

    def test_it_costs_no_statement_more(self):
        self.as_(self.hana).get("person", self.ani.uuid)
        with assert_sql(12):
            self.get("person", self.ani.uuid)
        self.withdraw()
        with assert_sql(12):
            self.get("person", self.ani.uuid)
        self.get("people")
        with assert_sql(3):
            self.get("people")
        queries.gaps_of(self.ani)  # from here on the process knows the courses
        with assert_sql(1):
            queries.gaps_of(self.ani)

    def test_Z01_another_agency_reads_none_of_it(self):
        self.withdraw()
        self.assertEqual(self.as_(self.citra).get("person", self.ani.uuid).status_code, 404)

    def test_her_copy_of_her_data_holds_it_and_nobody_else_s(self):
        from cms.directory.rendering import own_data

        certificate = self.withdraw()
        (row,) = own_data(self.ani)["profiles.evidencewithdrawal"]
        self.assertEqual(json.loads(json.dumps(row, default=str))["certificate_uuid"], str(certificate.uuid))
        self.assertNotIn("profiles.evidencewithdrawal", own_data(self.hana))

    def test_check_invariants_holds_afterwards(self):
        self.withdraw()
        call_command("check_invariants", verbosity=0)
