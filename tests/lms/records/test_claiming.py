"""JP for learning outside Bestari: asked by the person, verified by HR of her agency, counted once (L71, T23)."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cms.core import files, outbox
from cms.core.models import AccessEntry, AuditEntry
from cms.core.uploads import Upload
from cms.directory import services as directory
from cms.directory.models import Notice, OrgUnit
from lms.records import queries, services
from lms.records.exceptions import RecordRefused
from lms.records.models import JPClaim, JPEntry
from lms.records.rules.conversion import ClaimUnfit
from tests import makers
from tests.cms.directory.door import past_second_step
from tests.lms.records.test_services import breaches
from tests.sql import assert_sql

STATEMENTS = 3  # how many, how many wait, the page
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF"


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def last_month() -> date:
    return timezone.localdate().replace(day=1) - timedelta(days=1)


def activity(**given) -> services.Activity:
    facts = {"kind": "seminar", "title": "Seminar layanan digital", "provider": "BPSDM DIY", "amount": 1}
    facts |= {"starts_on": yesterday(), "ends_on": yesterday(), "document": "Sertifikat 12/2026"}
    return services.Activity(**facts | given)


class ClaimCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = makers.make_person("Ani Lestari", user=True)
        cls.agency = cls.ani.agency
        cls.dwi = makers.make_person("Dwi Hastuti", agency=cls.agency, roles=["hr_analyst"])
        cls.citra = makers.make_person("Citra Maharani", roles=["hr_analyst"])

    def claim(self, **given) -> JPClaim:
        return services.claim_jp(person=self.ani, activity=activity(**given), by=self.ani.user)

    def total(self, year=None):
        return queries.jp_of(self.ani.pk, year or yesterday().year)[0]

    def refused(self, field, **given):
        with self.assertRaises(ClaimUnfit) as caught:
            self.claim(**given)
        self.assertEqual(caught.exception.field, field)
        return caught.exception.message


class ServiceTests(ClaimCase):
    def test_L71_T23_only_what_is_accepted_counts_and_the_total_is_the_sum(self):
        first, second = self.claim(), self.claim(kind="mentoring", title="Pendampingan", amount=2)
        self.assertEqual(self.total(), 0)
        services.accept_claim(claim=first, by=self.dwi.user, jp=Decimal(4))
        services.accept_claim(claim=second, by=self.dwi.user, jp=Decimal(2), comment="Satu sesi tidak berlangsung")
        third = self.claim(title="Lain")
        services.refuse_claim(claim=third, by=self.dwi.user, comment="Sertifikat tidak terbaca")
        self.assertEqual(self.total(), 6)
        lines = JPEntry.everything.filter(person=self.ani)
        self.assertEqual({(line.source, line.jp) for line in lines}, {("seminar", 4), ("mentoring", 2)})
        self.assertEqual(breaches("I06", "L71"), {"I06": [], "L71": []})

    def test_the_year_is_that_of_the_last_day(self):
        day = date(timezone.localdate().year - 1, 12, 31)
        row = self.claim(starts_on=day, ends_on=day)
        services.accept_claim(claim=row, by=self.dwi.user, jp=row.jp)
        self.assertEqual((self.total(day.year), self.total(day.year + 1)), (4, 0))

    def test_the_same_activity_pays_once(self):
        row = self.claim()
        self.assertIn("entered already", self.refused("title"))
        services.refuse_claim(claim=row, by=self.dwi.user, comment="Tidak terbaca sama sekali")
        self.claim()  # what was refused may be asked again
        with self.assertRaises(IntegrityError), transaction.atomic():
            JPClaim.everything.filter(pk=row.pk).update(state="waiting", decided_at=None)

    def test_only_two_sessions_of_coaching_count_in_a_month(self):
        day = last_month()
        given = {"kind": "coaching", "starts_on": day, "ends_on": day}
        row = self.claim(title="Sesi 1", amount=1, **given)
        self.assertIn("1 are entered", self.refused("amount", title="Sesi 2", amount=2, **given))
        self.claim(title="Sesi 2", amount=1, **given)
        self.claim(title="Mentor", amount=2, **given | {"kind": "mentoring"})  # each by itself
        self.refused("amount", title="Sesi 3", amount=1, **given)
        services.take_back_claim(claim=row, by=self.ani.user)
        self.claim(title="Sesi 3", amount=1, **given)

    def test_nobody_decides_her_own_nor_another_agencys(self):
        row = self.claim()
        directory.grant(user=self.ani.user, role="hr_analyst", agency=self.agency, by=None, reason="test")
        unit = OrgUnit.everything.create(agency=self.agency, code="u1", name="Dinas")
        hana = makers.make_person("Hana Wijaya", agency=self.agency, user=True)
        directory.grant(user=hana.user, role="hr_analyst", agency=self.agency, by=None, reason="test", unit=unit)
        for who in (self.ani, self.citra, hana):
            with self.subTest(who.name):
                with self.assertRaises(RecordRefused):
                    services.accept_claim(claim=row, by=who.user, jp=row.jp)
                with self.assertRaises(RecordRefused):
                    services.refuse_claim(claim=row, by=who.user, comment="Karena saya bisa")
                with self.assertRaises(RecordRefused):
                    services.enter_jp(person=self.ani, activity=activity(title="x"), by=who.user)

    def test_what_was_decided_stays(self):
        row = self.claim()
        services.accept_claim(claim=row, by=self.dwi.user, jp=row.jp)
        for again in (
            lambda: services.accept_claim(claim=row, by=self.dwi.user, jp=row.jp),
            lambda: services.refuse_claim(claim=row, by=self.dwi.user, comment="Berubah pikiran"),
            lambda: services.take_back_claim(claim=row, by=self.ani.user),
        ):
            with self.assertRaises(RecordRefused):
                again()
        self.assertEqual(self.total(), 4)

    def test_accepting_needs_a_number_within_and_a_word_when_less(self):
        row = self.claim()
        for jp, comment, field in (("0", "", "jp"), ("4.5", "", "jp"), ("-1", "", "jp"), ("3", "", "comment")):
            with self.subTest(jp), self.assertRaises(ClaimUnfit) as caught:
                services.accept_claim(claim=row, by=self.dwi.user, jp=Decimal(jp), comment=comment)
            self.assertEqual(caught.exception.field, field)
        with self.assertRaises(ClaimUnfit):
            services.refuse_claim(claim=row, by=self.dwi.user, comment="tidak")

    def test_I14_each_step_is_audited_and_told_once(self):
        first, second = self.claim(), self.claim(title="Lain")
        self.assertEqual(Notice.everything.filter(person=self.dwi, kind="jp_claims").count(), 1)
        self.assertFalse(Notice.everything.filter(person=self.citra).exists())
        services.accept_claim(claim=first, by=self.dwi.user, jp=first.jp)
        services.refuse_claim(claim=second, by=self.dwi.user, comment="Sertifikat tidak terbaca")
        told = [notice.words for notice in Notice.everything.filter(person=self.ani, kind="jp_claim").order_by("pk")]
        self.assertIn("4 JP", told[0])
        self.assertIn("Sertifikat tidak terbaca", told[1])
        verbs = ["claim_jp", "claim_jp", "accept_jp", "refuse_jp"]
        written = AuditEntry.everything.exclude(verb="grant").order_by("pk")
        self.assertEqual(list(written.values_list("verb", flat=True)), verbs)

    def test_hr_corrects_what_it_accepted_like_any_line(self):
        row = services.enter_jp(person=self.ani, activity=activity(), by=self.dwi.user)
        services.correct_jp(entry=JPEntry.everything.get(), by=self.dwi.user, reason="Kehadiran hanya setengah hari")
        self.assertEqual((row.state, self.total()), ("accepted", 0))
        self.assertEqual(breaches("I06", "L71"), {"I06": [], "L71": []})

    def test_S02_an_erased_persons_lines_stay_and_her_papers_go(self):
        proof = Upload(PDF, "application/pdf", "surat.pdf")
        row, other = self.claim(proof=proof), makers.make_person("Joko", agency=self.agency, user=True)
        twin = services.claim_jp(person=other, activity=activity(proof=proof), by=other.user)
        services.accept_claim(claim=row, by=self.dwi.user, jp=row.jp)
        open_one = self.claim(title="Masih menunggu")
        for _again in range(2):
            services.forget_proofs({"person": self.ani.pk})
        self.assertFalse(files.is_there(row.file_digest))
        self.assertTrue(files.is_there(twin.file_digest))  # the same bytes, sent by somebody else
        row.refresh_from_db()
        open_one.refresh_from_db()
        self.assertEqual((row.provider, row.document, row.file_name, row.state), ("", "", "", "accepted"))
        self.assertEqual((open_one.state, self.total()), ("back", 4))
        self.assertIn("forget_person", outbox.HANDLERS)


class ScreenTests(ClaimCase):
    def setUp(self):
        self.as_(self.ani)

    def as_(self, person):
        past_second_step(self.client, person.user)

    def send(self, kind="seminar", name="claim", keys=(), **given):
        day = yesterday().isoformat()
        body = {"title": "Seminar layanan digital", "provider": "BPSDM", "starts_on": day, "ends_on": day}
        body |= {"amount": "1", "document": "Sertifikat 12", "note": ""} | given
        return self.client.post(reverse(f"records:{name}", args=[*keys, kind]), body)

    def test_the_whole_way_asked_found_accepted_and_read(self):
        page = self.client.get(reverse("records:own_claims"))
        for key in ("seminar", "mentoring", "training"):
            self.assertContains(page, reverse("records:claim", args=[key]))
        answer = self.send(proof=SimpleUploadedFile("surat.pdf", PDF, "application/pdf"))
        row = JPClaim.everything.get()
        self.assertRedirects(answer, reverse("records:own_claim", args=[row.uuid]))
        self.as_(self.dwi)
        self.assertContains(self.client.get(reverse("records:claims")), row.title)
        where = reverse("records:verify_claim", args=[row.uuid])
        self.assertContains(self.client.get(where), "surat.pdf")
        self.assertRedirects(self.client.post(where, {"accept": "1", "jp": "4"}), reverse("records:claims"))
        ledger = self.client.get(reverse("records:ledger_of", args=[self.ani.uuid]))
        self.assertContains(ledger, where)
        self.as_(self.ani)
        self.assertContains(self.client.get(reverse("records:ledger")), reverse("records:own_claim", args=[row.uuid]))
        self.assertContains(self.client.get(reverse("records:own_claim", args=[row.uuid])), "4 JP")

    def test_hr_enters_what_its_office_knows(self):
        self.as_(self.dwi)
        self.assertContains(
            self.client.get(reverse("records:enter", args=[self.ani.uuid])),
            reverse("records:enter_kind", args=[self.ani.uuid, "training"]),
        )
        answer = self.send("training", "enter_kind", [self.ani.uuid], jp="8,5")
        self.assertRedirects(answer, reverse("records:ledger_of_year", args=[self.ani.uuid, yesterday().year]))
        self.assertEqual(self.total(), Decimal("8.5"))
        self.assertTrue(Notice.everything.filter(person=self.ani, kind="jp_claim").exists())

    def test_wrong_input_comes_back_at_its_field_with_what_was_typed(self):
        tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
        for given, field in (
            ({"amount": "0"}, "amount"), ({"amount": "2"}, "amount"), ({"amount": "1.5"}, "amount"),
            ({"amount": "9" * 30}, "amount"), ({"title": ""}, "title"), ({"title": "x" * 201}, "title"),
            ({"document": ""}, "document"), ({"ends_on": tomorrow}, "ends_on"), ({"starts_on": "31/31"}, "starts_on"),
            ({"starts_on": "0001-01-01", "ends_on": "0001-01-01"}, "starts_on"), ({"provider": "\u200b"}, "provider"),
        ):  # fmt: skip
            with self.subTest(**given):
                answer = self.send(**given)
                self.assertEqual(answer.status_code, 422)
                self.assertIn(field, answer.context["form"].errors)
                self.assertContains(answer, "BPSDM" if "provider" not in given else "Seminar", status_code=422)
        self.assertFalse(JPClaim.everything.exists())

    def test_U05_U06_a_proof_is_what_it_says_and_is_sent_as_a_file(self):
        html = b"<!doctype html><script>1</script>"
        for name, data in (("a.pdf", html), ("a.svg", b"<svg/>"), ("a.png", html), ("a.exe", b"MZ"), ("a.pdf", b"")):
            with self.subTest(name):
                answer = self.send(proof=SimpleUploadedFile(name, data, "application/pdf"))
                self.assertIn("proof", answer.context["form"].errors)
        out = BytesIO()
        Image.new("RGB", (40, 40)).save(out, "PNG", pnginfo=None)
        self.send(proof=SimpleUploadedFile("../..\u202e/foto saya.png", out.getvalue(), "image/png"), document="")
        row = JPClaim.everything.get()
        self.assertEqual((row.file_name, row.file_type), ("foto saya.png", "image/png"))
        where = reverse("records:proof", args=[row.uuid])
        for who, status in ((self.ani, 200), (self.dwi, 200), (self.citra, 404)):
            with self.subTest(who.name):
                self.as_(who)
                answer = self.client.get(where)
                self.assertEqual(answer.status_code, status)
                if status == 200:
                    self.assertEqual(answer["X-Content-Type-Options"], "nosniff")
                    self.assertIn("sandbox", answer["Content-Security-Policy"])
        self.assertEqual(list(AccessEntry.everything.values_list("what", flat=True)), ["JP claim"])
        files.forget(row.file_digest)
        self.assertEqual(self.client.get(where).status_code, 404)

    def test_Z01_another_agency_and_other_people_find_nothing(self):
        row = self.claim()
        joko = makers.make_person("Joko Susilo", agency=self.agency, user=True)
        for who in (self.citra, joko):
            self.as_(who)
            with self.subTest(who.name):
                for name, keys in (
                    ("own_claim", [row.uuid]), ("verify_claim", [row.uuid]), ("enter", [self.ani.uuid]),
                    ("enter_kind", [self.ani.uuid, "seminar"]), ("proof", [row.uuid]),
                ):  # fmt: skip
                    where = reverse(f"records:{name}", args=keys)
                    self.assertEqual(self.client.get(where).status_code, 404, name)
                    self.assertIn(self.client.post(where, {"accept": "1"}).status_code, (404, 405))
        self.as_(self.citra)
        self.assertNotContains(self.client.get(reverse("records:claims")), row.title)
        row.refresh_from_db()
        self.assertEqual(row.state, "waiting")

    def test_an_unknown_kind_is_not_there(self):
        self.assertEqual(self.client.get(reverse("records:claim", args=["liburan"])).status_code, 404)

    def test_taken_back_on_screen(self):
        row = self.claim()
        where = reverse("records:own_claim", args=[row.uuid])
        self.client.post(where)
        self.assertContains(self.client.post(where, follow=True), "decided already")
        self.assertEqual(JPClaim.everything.get().state, "back")

    def test_the_verifier_sees_other_claims_of_the_same_days_and_a_refusal_needs_words(self):
        first = self.claim()
        self.claim(kind="workshop", title="Workshop bersamaan")
        self.as_(self.dwi)
        where = reverse("records:verify_claim", args=[first.uuid])
        self.assertContains(self.client.get(where), "Workshop bersamaan")
        self.assertEqual(self.client.post(where, {"refuse": "1", "jp": "4", "comment": ""}).status_code, 422)
        self.client.post(where, {"refuse": "1", "jp": "", "comment": "Sertifikat tidak terbaca"})
        self.assertNotContains(self.client.get(reverse("records:claims")), first.title)  # the queue: what waits
        self.assertContains(self.client.get(f"{reverse('records:claims')}?status=refused"), first.title)

    def test_S03_what_is_searched_stays_out_of_the_address(self):
        self.claim()
        self.as_(self.dwi)
        answer = self.client.post(reverse("records:claims"), {"q": "Ani", "status": "waiting"})
        self.assertNotIn("Ani", answer.url)
        self.assertContains(self.client.get(answer.url), "Ani Lestari")
        self.client.post(reverse("records:claims"), {"q": "Zubaidah"})
        self.assertNotContains(self.client.get(reverse("records:claims")), "Ani Lestari")

    def test_the_queue_asks_the_same_however_long_it_is(self):
        self.as_(self.dwi)
        where = reverse("records:claims")
        self.claim()
        self.client.get(where)
        with assert_sql(STATEMENTS):
            self.client.get(where)
        for n in range(12):
            self.claim(title=f"Seminar {n}")
        with assert_sql(STATEMENTS):
            self.client.get(where)
