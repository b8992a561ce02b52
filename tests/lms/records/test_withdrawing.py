"""A withdrawn certificate: its JP are taken off, nothing counts again, and nobody is told twice (decision 0060)."""

from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from cms.core.models import AuditEntry
from cms.directory.models import Notice, Person
from lms import events
from lms.records import queries, services
from lms.records.exceptions import RecordRefused
from lms.records.models import CertificateEvent, CompletionRecord, JPEntry, Withdrawal
from tests import makers
from tests.gate.people import client_of
from tests.lms.records.test_services import RecordsCase, breaches, complete
from tests.sql import assert_sql

REASON = "Jawaban ujian disalin dari peserta lain"
CATALOGUE = Path(__file__).parents[3] / "locale" / "id" / "LC_MESSAGES" / "django.po"
KEYS = ("I05", "I06", "I06 withdrawn")
HOLDS = {key: [] for key in KEYS}


@contextmanager
def catalogue():
    """A folder with the Indonesian words of the house, compiled."""
    with TemporaryDirectory() as folder, CATALOGUE.open("rb") as source:
        out = Path(folder) / "id" / "LC_MESSAGES" / "django.mo"
        out.parent.mkdir(parents=True)
        with out.open("wb") as target:
            write_mo(target, read_po(source, locale="id"))
        yield folder


class WithdrawnCase(RecordsCase):
    def withdraw(self, certificate=None, reason=REASON):
        certificate = certificate or self.certificate
        proposal = services.propose_withdrawal(certificate=certificate, by=self.budi, reason=reason)
        services.approve_withdrawal(withdrawal=proposal, by=self.rina)
        return certificate

    def entry(self) -> JPEntry:
        return JPEntry.everything.get(source_uuid=self.record.uuid, corrects=None)

    def total(self, learner=None) -> Decimal:
        return queries.jp_of((learner or self.ani).pk, timezone.localdate().year)[0]

    def again(self) -> CompletionRecord:
        return complete(makers.make_enrolment(run=self.run_, learner=self.ani, cycle=2))


class LedgerTests(WithdrawnCase):
    def test_I06_the_jp_are_taken_off_by_a_counter_entry_that_says_why(self):
        self.withdraw()
        line = JPEntry.everything.get(corrects=self.entry())
        self.assertEqual((line.jp, self.total()), (-self.entry().jp, Decimal(0)))
        self.assertIn(self.certificate.number, line.reason)
        self.assertIn(REASON, line.reason)
        audits = AuditEntry.everything.filter(verb__in=("withdraw_certificate", "correct_jp"), actor_id=self.rina.pk)
        self.assertEqual(audits.count(), 2)
        self.assertEqual(breaches(*KEYS), HOLDS)

    def test_the_person_is_told_once(self):
        before = Notice.everything.filter(person=self.ani).count()
        self.withdraw()
        self.assertEqual(Notice.everything.filter(person=self.ani).count(), before + 1)
        self.assertIn("its 1 JP no longer count", Notice.everything.get(kind="certificate_withdrawn").words)

    def test_the_reason_of_the_line_fits_it_and_is_in_the_language_of_the_house(self):
        with catalogue() as folder, override_settings(LOCALE_PATHS=[folder]), override("en"):
            self.withdraw(reason="Sangat panjang.\n" * 18)
        reason = JPEntry.everything.get(corrects=self.entry()).reason
        self.assertTrue(reason.startswith(f"Sertifikat {self.certificate.number} dicabut: Sangat panjang. Sangat"))
        self.assertLessEqual(len(reason), 200)
        self.assertTrue(reason.endswith("…"))

    def test_what_was_corrected_before_is_taken_off_as_it_stands(self):
        services.correct_jp(entry=self.entry(), by=self.budi, reason=REASON, to=Decimal("0.4"))
        self.withdraw()
        self.assertEqual(JPEntry.everything.latest("pk").jp, Decimal("-0.4"))
        self.assertEqual((self.total(), breaches(*KEYS)), (Decimal(0), HOLDS))

    def test_a_line_that_counts_nothing_and_a_completion_without_a_line_are_left_alone(self):
        services.correct_jp(entry=self.entry(), by=self.budi, reason=REASON)
        unpaid = self.again()
        self.assertEqual(unpaid.jp, Decimal(0))
        lines = JPEntry.everything.count()
        self.withdraw()
        self.withdraw(unpaid.certificates.get())
        self.assertEqual(JPEntry.everything.count(), lines)
        self.assertEqual(breaches(*KEYS), HOLDS)
        words = [notice.words for notice in Notice.everything.filter(kind="certificate_withdrawn")]
        self.assertEqual((len(words), [text for text in words if "JP" in text.split("withdrawn")[1]]), (2, []))

    def test_nobody_lets_the_line_count_again(self):
        self.withdraw()
        with self.assertRaisesMessage(RecordRefused, "cannot count again"):
            services.correct_jp(entry=self.entry(), by=self.budi, reason=REASON, to=Decimal(1))
        dwi = makers.make_person("Dwi Hastuti", agency=self.ani.agency, roles=["hr_analyst"])
        address = reverse("records:correct_jp", args=[self.ani.uuid, self.entry().uuid])
        answer = client_of(dwi).post(address, {"to": "1", "reason": REASON})
        self.assertContains(answer, "was withdrawn, so its line cannot count again", status_code=422)
        self.assertEqual(self.total(), Decimal(0))

    def test_the_ledger_shows_it_as_any_correction(self):
        self.withdraw()
        page = client_of(self.ani).get(reverse("records:ledger"))
        self.assertContains(page, f"Certificate {self.certificate.number} was withdrawn: {REASON}")
        self.assertContains(page, "Correction of")

    def test_a_refused_proposal_takes_nothing(self):
        proposal = services.propose_withdrawal(certificate=self.certificate, by=self.budi, reason=REASON)
        services.refuse_withdrawal(withdrawal=proposal, by=self.rina, comment="")
        self.assertEqual((self.total(), breaches(*KEYS)), (Decimal(1), HOLDS))


class ReplacedTests(WithdrawnCase):
    def test_a_replaced_certificate_takes_nothing_and_cannot_be_withdrawn(self):
        proposal = services.propose_withdrawal(certificate=self.certificate, by=self.budi, reason=REASON)
        fresh = services.replace(certificate=self.certificate, by=self.budi, reason=REASON)
        with self.assertRaisesMessage(RecordRefused, "replaced already"):
            services.approve_withdrawal(withdrawal=proposal, by=self.rina)
        self.assertTrue(queries.stands(self.record.uuid))
        self.assertEqual(self.total(), Decimal(1))
        self.withdraw(fresh)
        self.assertFalse(queries.stands(self.record.uuid))
        self.assertEqual((self.total(), breaches(*KEYS)), (Decimal(0), HOLDS))

    def test_claims_are_those_of_the_one_completion_each_once(self):
        other = self.again()
        fresh = services.replace(certificate=self.certificate, by=self.budi, reason=REASON)
        self.withdraw(fresh)
        (claim,) = queries.withdrawn_claims()
        self.assertEqual((claim.record_id, claim.certificate), (self.record.pk, fresh.uuid))
        self.assertEqual(claim.withdrawn_at, Withdrawal.everything.get(state="approved").decided_at)
        self.assertEqual(list(queries.withdrawn_claims(record_id=other.pk)), [])


class StandingTests(WithdrawnCase):
    def test_a_course_done_again_after_the_withdrawal_pays(self):
        self.withdraw()
        record = self.again()
        self.assertEqual((record.jp, self.total()), (Decimal(1), Decimal(1)))
        self.assertEqual(breaches(*KEYS), HOLDS)

    def test_it_is_no_completion_of_the_year(self):
        def counted():
            rows = Person.everything.filter(pk=self.ani.pk)
            return rows.annotate(done=queries.completed_in_year(timezone.localdate().year)).get().done

        self.assertTrue(counted())
        self.withdraw()
        self.assertFalse(counted())
        self.again()
        self.assertTrue(counted())

    def test_a_regrade_adds_no_claim_to_it(self):
        cells = {"M.5": {"score": 100}}
        self.withdraw()
        with assert_sql(1):
            made = services.claim_more(enrolment=self.enrolment, release=self.release, cells=cells)
        self.assertEqual(made, [])

    def test_it_is_announced_once_it_is_safe(self):
        facts = []

        def listen(sender, fact, **kwargs):
            facts.append(fact)

        events.withdrawn.connect(listen)
        self.addCleanup(events.withdrawn.disconnect, listen)
        with self.captureOnCommitCallbacks(execute=True):
            self.withdraw()
            self.assertEqual(facts, [])
        self.assertEqual(facts, [events.CertificateWithdrawn(self.record.pk, self.certificate.pk)])


class InvariantTests(WithdrawnCase):
    def test_what_is_half_withdrawn_is_named(self):
        proposal = services.propose_withdrawal(certificate=self.certificate, by=self.budi, reason=REASON)
        Withdrawal.everything.filter(pk=proposal.pk).update(state="approved", decided_by=self.rina)
        found = " ".join(breaches("I06 withdrawn")["I06 withdrawn"])
        self.assertIn(f"completion {self.record.uuid}: its certificate was withdrawn, its JP count", found)
        self.assertIn("no event says so", found)

    def test_a_withdrawal_by_one_and_one_that_was_also_replaced_are_named(self):
        fresh = services.replace(certificate=self.certificate, by=self.budi, reason=REASON)
        CertificateEvent.everything.create(certificate=fresh, kind="withdrawn")
        Withdrawal.everything.create(
            certificate=self.certificate, reason=REASON, proposed_by=self.budi, state="approved", decided_by=self.rina
        )
        found = " ".join(breaches("I06 withdrawn")["I06 withdrawn"])
        self.assertIn(f"certificate {fresh.uuid}: withdrawn by one alone", found)
        self.assertIn(f"certificate {self.certificate.uuid}: withdrawn and replaced", found)


class ScreenTests(WithdrawnCase):
    def page(self, person, certificate=None):
        address = reverse("records:desk_certificate", args=[(certificate or self.certificate).uuid])
        return client_of(person).get(address)

    def test_both_read_what_will_happen_before_they_act(self):
        dodi = makers.make_person("Dodi", agency=self.agency, roles=["facilitator"])
        for person in (self.budi.person, dodi):
            page = self.page(person)
            self.assertContains(page, "1 JP are taken off")
            self.assertContains(page, "The evidence of 1 competency ends")
        services.propose_withdrawal(certificate=self.certificate, by=self.budi, reason=REASON)
        self.assertContains(self.page(self.rina.person), "1 JP are taken off")
        self.assertNotContains(self.page(self.budi.person), "taken off")

    def test_nothing_to_take_is_said_too(self):
        services.correct_jp(entry=self.entry(), by=self.budi, reason=REASON)
        self.assertContains(self.page(self.rina.person), "no JP count for this course")

    def test_after_it_the_desk_and_the_holder_read_that_it_proves_nothing(self):
        self.withdraw()
        self.assertNotContains(self.page(self.rina.person), "If it is withdrawn")
        own = client_of(self.ani).get(reverse("records:certificate", args=[self.certificate.uuid]))
        for page in (self.page(self.rina.person), own):
            self.assertContains(page, "What it proved no longer counts")
        public = self.client.get(reverse("records:verdict", args=[self.certificate.code]))
        self.assertNotContains(public, "no longer counts")

    def test_Z01_another_agency_reads_none_of_it(self):
        self.assertEqual(self.page(self.citra.person).status_code, 404)
