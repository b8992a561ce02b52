"""Certificates, the JP ledger and the files: what stands, what is superseded, what never happens twice."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

from django.core import mail
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyTestCase

from cms.core import files, jobs, outbox, rulebook, sealed
from cms.core.invariants import INVARIANTS
from cms.core.models import AuditEntry, LongJob
from cms.directory.models import Notice, Person
from lms.progress import services as progress
from lms.records import queries, services
from lms.records.exceptions import RecordRefused
from lms.records.models import Certificate, CertificateEvent, CertificateFile, CompletionRecord, JPEntry, Signatory
from tests import makers
from tests.sql import assert_sql

REASON = "Nama pada sertifikat salah ketik"


def complete(enrolment) -> CompletionRecord:
    for unit in enrolment.release.units:
        progress.finish_unit(enrolment=enrolment, unit_key=unit["key"])
    return CompletionRecord.everything.get(enrolment=enrolment)


def breaches(*keys) -> dict:
    return {key: INVARIANTS[key][1]() for key in keys}


class RecordsCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.release = makers.make_release()
        cls.agency = cls.release.course.agency
        cls.run_ = makers.make_run(release=cls.release)
        cls.ani = makers.make_person("Ani Lestari", user=True)
        cls.enrolment = makers.make_enrolment(run=cls.run_, learner=cls.ani)
        cls.record = complete(cls.enrolment)
        cls.certificate = cls.record.certificates.get()
        cls.budi = makers.make_person("Budi", agency=cls.agency, roles=["publisher"]).user
        cls.rina = makers.make_person("Rina", agency=cls.agency, roles=["hr_head"]).user
        cls.citra = makers.make_person("Citra", roles=["publisher", "hr_head"]).user

    def state(self, certificate=None) -> str:
        return queries.state_of(Certificate.everything.get(pk=(certificate or self.certificate).pk))


class ReplaceTests(RecordsCase):
    def test_L74_a_replacement_has_a_new_number_and_the_old_one_points_to_it(self):
        Person.everything.filter(pk=self.ani.pk).update(name="Ani Lestari, S.Kom.")
        fresh = services.replace(certificate=self.certificate, by=self.budi, reason=REASON)
        old = Certificate.everything.get(pk=self.certificate.pk)
        self.assertEqual((old.replaced_by, self.state(), self.state(fresh)), (fresh, "replaced", "valid"))
        self.assertEqual((fresh.identity.name, old.identity.name), ("Ani Lestari, S.Kom.", "Ani Lestari"))
        self.assertNotEqual((fresh.number, fresh.code), (old.number, old.code))
        self.assertEqual(fresh.record, old.record)
        self.assertEqual(breaches("I05", "I06"), {"I05": [], "I06": []})

    def test_a_certificate_is_replaced_once(self):
        services.replace(certificate=self.certificate, by=self.budi, reason=REASON)
        with self.assertRaisesMessage(RecordRefused, "replaced already"):
            services.replace(certificate=self.certificate, by=self.budi, reason=REASON)

    def test_Z09_only_the_issuing_agency_and_only_with_a_reason(self):
        for by, reason in ((self.citra, REASON), (self.budi, " nama ")):
            with self.subTest(by), self.assertRaises(RecordRefused):
                services.replace(certificate=self.certificate, by=by, reason=reason)
        self.assertEqual(Certificate.everything.count(), 1)

    def test_L68_renaming_the_person_changes_nothing_that_was_issued(self):
        before = services.draw(self.certificate)
        Person.everything.filter(pk=self.ani.pk).update(name="Orang Lain")
        self.assertEqual(services.draw(Certificate.everything.get(pk=self.certificate.pk)), before)

    def test_L68_another_signatory_changes_nothing_that_was_issued(self):
        before = services.draw(self.certificate)
        services.name_signatory(
            agency=self.agency, name="Dr. Ratna", title="Kepala Pusat", place="Jakarta",
            valid_from=timezone.localdate(), by=self.budi,
        )  # fmt: skip
        self.assertEqual(services.draw(Certificate.everything.get(pk=self.certificate.pk)), before)
        other = complete(makers.make_enrolment(run=self.run_)).certificates.get()
        self.assertEqual(other.signatory.name, "Dr. Ratna")

    def test_L68_the_drawing_of_issued_certificates_is_never_edited(self):
        """A new look is certificate-2.typ; this digest only changes before the first real certificate."""
        import hashlib

        from lms.records.rendering.papers import DRAWINGS

        digest = hashlib.sha256((DRAWINGS / "certificate-1.typ").read_bytes()).hexdigest()
        self.assertEqual(digest, "0d1c1ed5c09a7eae8b5e44d0a257c3d667392ea2fa3c994871540fe6464b817e")


class WithdrawTests(RecordsCase):
    def propose(self, by=None):
        return services.propose_withdrawal(certificate=self.certificate, by=by or self.budi, reason=REASON)

    def test_two_different_people_withdraw_and_both_are_named(self):
        proposal = self.propose()
        self.assertEqual(self.state(), "valid")
        services.approve_withdrawal(withdrawal=proposal, by=self.rina)
        event = CertificateEvent.everything.get(certificate=self.certificate, kind="withdrawn")
        self.assertEqual((event.by_id, event.second_id, event.reason), (self.budi.pk, self.rina.pk, REASON))
        self.assertEqual(self.state(), "withdrawn")
        self.assertEqual(Notice.everything.filter(person=self.ani, kind="certificate_withdrawn").count(), 1)
        self.assertEqual(AuditEntry.everything.filter(verb="withdraw_certificate").count(), 1)

    def test_nobody_decides_on_her_own_proposal(self):
        proposal = self.propose()
        with self.assertRaisesMessage(RecordRefused, "Two different people"):
            services.approve_withdrawal(withdrawal=proposal, by=self.budi)
        self.assertEqual(self.state(), "valid")

    def test_citra_neither_proposes_nor_decides(self):
        with self.assertRaises(RecordRefused):
            self.propose(by=self.citra)
        proposal = self.propose()
        with self.assertRaises(RecordRefused):
            services.approve_withdrawal(withdrawal=proposal, by=self.citra)

    def test_the_facilitator_of_the_class_proposes_and_does_not_decide(self):
        dodi = makers.make_person("Dodi", agency=self.agency, roles=["facilitator"]).user
        proposal = self.propose(by=dodi)
        self.assertEqual(proposal.state, "open")
        other = makers.make_person("Eka", agency=self.agency, roles=["facilitator"]).user
        with self.assertRaises(RecordRefused):
            services.approve_withdrawal(withdrawal=proposal, by=other)

    def test_a_refused_proposal_leaves_it_valid_and_another_may_follow(self):
        services.refuse_withdrawal(withdrawal=self.propose(), by=self.rina, comment="Tidak terbukti")
        self.assertEqual(self.state(), "valid")
        self.propose()

    def test_one_proposal_at_a_time_and_none_after_the_end(self):
        proposal = self.propose()
        with self.assertRaisesMessage(RecordRefused, "proposed already"):
            self.propose(by=self.rina)
        services.approve_withdrawal(withdrawal=proposal, by=self.rina)
        with self.assertRaisesMessage(RecordRefused, "withdrawn already"):
            self.propose()
        with self.assertRaisesMessage(RecordRefused, "withdrawn already"):
            services.replace(certificate=self.certificate, by=self.budi, reason=REASON)


class SignatoryTests(RecordsCase):
    def name(self, day, name="Dr. Ratna"):
        return services.name_signatory(
            agency=self.agency, name=name, title="Kepala Pusat", place="Jakarta", valid_from=day, by=self.budi
        )

    def test_the_next_one_ends_the_one_before(self):
        today = timezone.localdate()
        first = self.name(today - timedelta(days=30))
        self.name(today, "Drs. Hadi")
        self.assertEqual(Signatory.everything.get(pk=first.pk).valid_to, today)
        self.assertEqual(Signatory.everything.on(today).get(agency=self.agency).name, "Drs. Hadi")

    def test_d04_nobody_signs_before_the_present_one(self):
        self.name(timezone.localdate())
        with self.assertRaises(RecordRefused):
            self.name(timezone.localdate() - timedelta(days=1))


class FileTests(RecordsCase):
    def test_the_certificate_stands_before_its_file(self):
        self.assertFalse(CertificateFile.everything.exists())
        self.assertEqual(self.state(), "valid")

    def test_C03_a_task_delivered_three_times_makes_one_number_one_file_and_one_mail(self):
        self.ani.user.email = "ani@example.go.id"
        self.ani.user.save()
        outbox.deliver_all()
        for _again in range(2):
            services.render({"certificate": self.certificate.pk})
            outbox.deliver_all()
        row = CertificateFile.everything.get()
        self.assertEqual(Certificate.everything.count(), 1)
        self.assertEqual(len([m for m in mail.outbox if "Sertifikat" in m.body or "certificate" in m.body]), 1)
        self.assertEqual(row.unsigned_digest, files.digest_of(services.draw(self.certificate)))
        self.assertTrue(files.read(row.digest).startswith(b"%PDF-"))

    def test_C08_a_batch_stopped_in_the_middle_and_started_again_makes_every_file_once(self):
        for _n in range(4):
            complete(makers.make_enrolment(run=self.run_))
        organiser = makers.make_person("Hendra", agency=self.run_.agency, roles=["organiser"])
        job = services.start_render_run(run=self.run_, by=organiser.user)
        real, made = services.papers.render_many, []

        def power_cut(keys):
            if made:
                raise RuntimeError("power cut")
            made.extend(keys)
            return real(keys)

        services.papers.STEP, step = 2, services.papers.STEP
        services.papers.render_many = power_cut
        try:
            jobs.run(job.pk)
            self.assertEqual(
                (LongJob.everything.get(pk=job.pk).state, CertificateFile.everything.count()), ("failed", 2)
            )
            services.papers.render_many = real
            jobs.again(LongJob.everything.get(pk=job.pk))
            jobs.run(job.pk)
        finally:
            services.papers.STEP, services.papers.render_many = step, real
        job.refresh_from_db()
        self.assertEqual((job.state, job.done, job.total), ("done", 5, 5))
        per_certificate = CertificateFile.everything.values_list("certificate", flat=True)
        self.assertEqual(sorted(per_certificate), sorted(Certificate.everything.values_list("pk", flat=True)))


class LedgerTests(RecordsCase):
    def entry(self) -> JPEntry:
        return JPEntry.everything.get(source="course", corrects=None)

    def test_I06_a_correction_is_a_counter_entry(self):
        entry = self.entry()
        row = services.correct_jp(entry=entry, by=self.budi, reason="Dihitung dua kali")
        self.assertEqual((row.jp, row.corrects, row.year), (-entry.jp, entry, entry.year))
        self.assertEqual(queries.jp_of(self.ani.pk, entry.year)[0], Decimal(0))
        self.assertEqual(breaches("I06"), {"I06": []})

    def test_I06_corrections_add_up_to_nothing_exactly(self):
        entry = services.credit_jp(
            person=self.ani, jp=Decimal("3.3"), source="external", source_uuid=uuid.uuid4(), title="Coaching",
            earned_on=timezone.localdate(),
        )  # fmt: skip
        for to in ("0.2", "0"):
            services.correct_jp(entry=entry, by=self.budi, reason=REASON, to=Decimal(to))
        with self.assertRaises(RecordRefused):  # it counts 0 already
            services.correct_jp(entry=entry, by=self.budi, reason=REASON, to=Decimal(0))
        self.assertEqual(breaches("I06"), {"I06": []})

    def test_a_correction_needs_a_reason_and_a_change_within_the_line(self):
        for to, reason in ((Decimal(0), "  "), (Decimal(-1), REASON), (Decimal(99), REASON), (Decimal(1), REASON)):
            with self.subTest(to), self.assertRaises(RecordRefused):
                services.correct_jp(entry=self.entry(), by=self.budi, reason=reason, to=to)
        self.assertEqual(JPEntry.everything.count(), 1)

    def test_a_second_cycle_earns_jp_only_where_the_rule_says_so(self):
        for value, earned in (("0", Decimal(0)), ("1", self.release.jp)):
            with self.subTest(value), self.captureOnCommitCallbacks(execute=True):
                rulebook.set_rule(
                    key="jp_second_cycle", value=Decimal(value), valid_from=date(2020, 1, 1), by=self.budi
                )
            rulebook.forget()
            learner = makers.make_person(user=True)
            complete(makers.make_enrolment(run=self.run_, learner=learner))
            record = complete(makers.make_enrolment(run=self.run_, learner=learner, cycle=2))
            self.assertEqual(record.jp, earned)
            # The certificate says what the ledger pays.
            self.assertEqual(Decimal(Certificate.everything.get(record=record).facts["jp"]), earned)
            total = queries.jp_of(learner.pk, timezone.localdate().year)[0]
            self.assertEqual(total, self.release.jp + earned)
        rulebook.forget()
        self.assertEqual(breaches("I05", "I06"), {"I05": [], "I06": []})

    def test_a_place_that_was_given_up_takes_no_jp_from_the_next_one(self):
        learner = makers.make_person(user=True)
        makers.make_enrolment(run=self.run_, learner=learner, state="cancelled")
        record = complete(makers.make_enrolment(run=self.run_, learner=learner, cycle=2))
        self.assertEqual((record.cycle, record.jp), (2, self.release.jp))
        self.assertEqual(queries.jp_of(learner.pk, timezone.localdate().year)[0], self.release.jp)

    def test_the_ledger_is_one_statement_whatever_its_length(self):
        for _n in range(3):
            services.correct_jp(entry=self.entry(), by=self.budi, reason=REASON, to=Decimal("0.5"))
            services.correct_jp(entry=self.entry(), by=self.budi, reason=REASON, to=Decimal("1"))
        with assert_sql(1):
            total, lines = queries.jp_of(self.ani.pk, timezone.localdate().year)
        self.assertEqual((total, len(lines)), (Decimal(1), 7))
        (source,) = queries.by_source(lines)
        self.assertEqual((source.counts, len(source.corrections)), (Decimal(1), 6))


class LedgerPropertyTests(PropertyTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.record = complete(makers.make_enrolment())
        cls.person = cls.record.learner

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
    @given(st.lists(st.tuples(st.integers(1, 400), st.lists(st.integers(0, 400), max_size=4)), min_size=1, max_size=5))
    def test_I06_the_total_is_the_sum_of_what_stands_after_any_corrections(self, plan):
        day, expected = timezone.localdate(), self.record.jp
        for tenths, targets in plan:
            stands = Decimal(tenths) / 10
            entry = services.credit_jp(
                person=self.person, jp=stands, source="external", source_uuid=uuid.uuid4(), title="Coaching",
                earned_on=day,
            )  # fmt: skip
            for target in targets:
                try:
                    services.correct_jp(entry=entry, by=None, reason="Koreksi", to=Decimal(target) / 10)
                    stands = Decimal(target) / 10
                except RecordRefused:
                    self.assertTrue(Decimal(target) / 10 > entry.jp or Decimal(target) / 10 == stands)
            expected += stands
        total, lines = queries.jp_of(self.person.pk, day.year)
        self.assertEqual((total, sum(line.jp for line in lines)), (expected, expected))
        self.assertEqual(breaches("I06"), {"I06": []})


class PlantedFaultTests(RecordsCase):
    def plant(self, model, pk, **values):
        with sealed.lifted(reason="test"):
            rows = model.everything.filter(pk=pk)
            rows.update(**values) if values else rows._raw_delete(rows.db)

    def test_I05_every_fault_is_named(self):
        event = CertificateEvent.everything.get(certificate=self.certificate)
        self.plant(CertificateEvent, event.pk, kind="replaced")
        self.assertEqual(len(breaches("I05")["I05"]), 2)  # not issued, and replaced by nothing
        self.plant(CertificateEvent, event.pk, kind="issued")
        fresh = services.replace(certificate=self.certificate, by=self.budi, reason=REASON)
        replaced = CertificateEvent.everything.get(certificate=self.certificate, kind="replaced")
        self.plant(CertificateEvent, replaced.pk)
        self.assertIn("replaced unsaid", breaches("I05")["I05"][0])
        other = complete(makers.make_enrolment(run=self.run_))
        self.plant(Certificate, fresh.pk, record=other)
        self.assertTrue(any("another completion" in fault for fault in breaches("I05")["I05"]))

    def test_I05_a_completion_without_a_certificate(self):
        with sealed.lifted(reason="test"):
            for model in (CertificateEvent, Certificate):
                model.everything.all()._raw_delete("default")
        self.assertEqual(breaches("I05")["I05"], [f"completion {self.record.uuid}: no certificate"])

    def test_I06_every_fault_is_named(self):
        entry = JPEntry.everything.get()
        self.plant(JPEntry, entry.pk, jp=Decimal("9.0"))
        self.assertEqual(len(breaches("I06")["I06"]), 1)
        self.plant(JPEntry, entry.pk, jp=entry.jp)
        row = services.correct_jp(entry=entry, by=self.budi, reason=REASON)
        self.plant(JPEntry, row.pk, jp=Decimal("-5.0"))
        self.assertIn("below zero", breaches("I06")["I06"][0])
        self.plant(JPEntry, row.pk, jp=-entry.jp, year=1999)
        self.assertIn("another year", breaches("I06")["I06"][0])
        self.plant(JPEntry, row.pk)
        self.plant(JPEntry, entry.pk)
        self.assertEqual(len(breaches("I06")["I06"]), 1)
