"""Records on screen: the public check by code and by file, the desk of certificates, the ledger."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cms.core import files
from cms.core.models import AccessEntry, LongJob, StoredFile
from lms.records import services
from lms.records.models import Certificate, CertificateFile, Withdrawal
from tests import makers
from tests.gate.people import client_of
from tests.lms.records.test_services import REASON, RecordsCase, complete
from tests.sql import assert_sql_at_most


def url(name, *args) -> str:
    return reverse(f"records:{name}", args=args)


class VerdictTests(RecordsCase):
    def test_C05_a_code_is_read_in_any_case_with_spaces_and_dashes(self):
        code = self.certificate.code
        spaced = " ".join(code[i : i + 4] for i in range(0, 16, 4)).lower()
        for typed in (code, code.lower(), spaced, spaced.replace(" ", "-"), f"  {code} "):
            with self.subTest(typed):
                answer = self.client.get(url("verify"), {"kode": typed}, follow=True)
                self.assertContains(answer, "This certificate is valid")

    def test_L69_it_shows_name_course_release_jp_date_and_state_and_nothing_else(self):
        answer = self.client.get(url("verdict", self.certificate.code))
        self.assertContains(answer, "Ani Lestari")
        self.assertContains(answer, "Melayani warga")
        number = self.ani.numbers.get().value
        for secret in (number, number[:8], self.certificate.number, self.ani.agency.name, self.run_.name):
            self.assertNotContains(answer, secret)
        self.assertEqual(answer["X-Robots-Tag"], "noindex")

    def test_L69_replaced_and_withdrawn_in_one_glance(self):
        fresh = services.replace(certificate=self.certificate, by=self.budi, reason=REASON)
        answer = self.client.get(url("verdict", self.certificate.code))
        self.assertContains(answer, "was replaced by a newer one")
        self.assertContains(answer, url("verdict", fresh.code))
        proposal = services.propose_withdrawal(certificate=fresh, by=self.budi, reason=REASON)
        services.approve_withdrawal(withdrawal=proposal, by=self.rina)
        answer = self.client.get(url("verdict", fresh.code))
        self.assertContains(answer, "This certificate was withdrawn")
        self.assertNotContains(answer, REASON)

    def test_C05_guessing_ends_in_429_with_the_same_words_before(self):
        codes = [f"ABCD{n:012d}" for n in range(31)]
        answers = [self.client.get(url("verdict", code)) for code in codes]
        self.assertEqual([a.status_code for a in answers], [404] * 30 + [429])
        self.assertIn("Retry-After", answers[-1])
        # The link to the other language repeats the address; nothing else tells one miss from another.
        texts = {a.content.replace(code.encode(), b"") for a, code in zip(answers[:30], codes, strict=False)}
        self.assertEqual(len(texts), 1)


class CheckFileTests(RecordsCase):
    def setUp(self):
        services.render({"certificate": self.certificate.pk})
        self.pdf = files.read(CertificateFile.everything.get().digest)

    def hand_in(self, data: bytes):
        return self.client.post(url("check_file"), {"berkas": SimpleUploadedFile("s.pdf", data, "application/pdf")})

    def test_our_own_file_is_recognised(self):
        self.assertContains(self.hand_in(self.pdf), "the file we issued, unchanged")

    def test_C06_an_edited_file_fails_visibly_beside_the_true_facts(self):
        edited = self.pdf.replace(b"Sertifikat 00001", b"Sertifikat 00002")
        self.assertNotEqual(edited, self.pdf)
        answer = self.hand_in(edited)
        self.assertContains(answer, "changed after it was signed")
        self.assertContains(answer, "Ani Lestari")

    def test_C06_something_added_behind_the_signature_fails_too(self):
        self.assertContains(self.hand_in(self.pdf + b"\n% tambahan"), "something was added behind it")

    def test_a_file_without_our_signature_shows_the_register_for_its_code(self):
        answer = self.hand_in(services.draw(self.certificate))
        self.assertContains(answer, "does not come from us")
        self.assertContains(answer, "Ani Lestari")

    def test_u05_u14_strange_files_are_named_and_nothing_breaks(self):
        crafted = b"%PDF-1.7 /ByteRange [0 20 40 10] <" + b"30" * 9 + b">" + b"x" * 40
        for data in (b"MZ\x90\x00", b"%PDF-1.7", b"%PDF-1.7 /ByteRange [0 9 1 999999999]", crafted, b"\x00" * 5000):
            with self.subTest(data[:20]):
                self.assertContains(self.hand_in(data), "does not come from us")

    def test_nothing_handed_in_is_kept(self):
        before = set(StoredFile.everything.values_list("digest", flat=True))
        self.hand_in(self.pdf + b"x")
        self.assertEqual(set(StoredFile.everything.values_list("digest", flat=True)), before)

    def test_u12_a_file_above_the_limit_is_413_and_none_at_all_422(self):
        self.assertEqual(self.hand_in(b"%PDF" + b"x" * (2 * 1024 * 1024)).status_code, 413)
        self.assertEqual(self.client.post(url("check_file")).status_code, 422)


class DeskTests(RecordsCase):
    def test_two_people_withdraw_on_screen(self):
        one, two = client_of(self.budi.person), client_of(self.rina.person)
        page = url("desk_certificate", self.certificate.uuid)
        one.post(url("propose", self.certificate.uuid), {"cabut-reason": REASON})
        self.assertNotContains(one.get(page), 'name="approve"')
        self.assertContains(two.get(page), 'name="approve"')
        self.assertContains(two.get(url("desk")), "1 withdrawal waits")
        self.assertEqual(one.post(url("decide", self.certificate.uuid), {"approve": "1"}).status_code, 422)
        two.post(url("decide", self.certificate.uuid), {"approve": "1"})
        self.assertEqual(Withdrawal.everything.get().state, "approved")
        self.assertContains(client_of(self.ani).get(url("certificate", self.certificate.uuid)), REASON)

    def test_citra_finds_nothing(self):
        client = client_of(self.citra.person)
        for name in ("desk_certificate", "certificate", "pdf"):
            self.assertEqual(client.get(url(name, self.certificate.uuid)).status_code, 404)
        for name in ("propose", "replace", "decide"):
            self.assertEqual(client.post(url(name, self.certificate.uuid), {"approve": "1"}).status_code, 404)
        self.assertNotContains(client.get(url("desk")), "Ani Lestari")

    def test_I14_the_holder_reads_who_opened_it(self):
        client_of(self.budi.person).get(url("desk_certificate", self.certificate.uuid))
        entry = AccessEntry.everything.get(subject_id=self.ani.pk)
        self.assertEqual((entry.viewer_id, entry.what), (self.budi.pk, "certificate"))

    def test_the_list_costs_the_same_for_one_and_for_five(self):
        client = client_of(self.budi.person)
        for more in (0, 4):
            for _n in range(more):
                complete(makers.make_enrolment(run=self.run_))
            with self.subTest(more), assert_sql_at_most(4):  # count, rows, events, proposals
                client.get(url("desk"))

    def test_a_run_makes_its_missing_files_as_a_job(self):
        hendra = makers.make_person("Hendra", agency=self.agency, roles=["organiser"])
        answer = client_of(hendra).post(url("run", self.run_.uuid))
        job = LongJob.everything.get()
        self.assertRedirects(answer, reverse("pages:job", args=[job.uuid]), fetch_redirect_response=False)
        self.assertEqual((job.kind, job.total, job.owner_id), ("certificates", 1, hendra.user.pk))

    def test_the_provisional_certificate_is_on_screen_at_once(self):
        page = client_of(self.ani).get(url("certificate", self.certificate.uuid))
        self.assertContains(page, "being processed")
        self.assertContains(page, "CONTOH, bukan dokumen resmi")
        self.assertContains(page, "<svg")
        services.render({"certificate": self.certificate.pk})
        page = client_of(self.ani).get(url("certificate", self.certificate.uuid))
        self.assertContains(page, "signed by a key that is not certified")


class LedgerPageTests(RecordsCase):
    def test_L71_every_line_links_to_its_source_and_a_correction_stands_beside_it(self):
        entry = self.ani.jp_entries.get()
        services.correct_jp(entry=entry, by=self.budi, reason="Dihitung dua kali")
        page = client_of(self.ani).get(url("ledger"))
        self.assertContains(page, url("certificate", Certificate.everything.get().uuid))
        self.assertContains(page, "Dihitung dua kali")
        self.assertContains(page, "at least 20 JP a year")

    def test_a_year_without_entries_is_not_there(self):
        client = client_of(self.ani)
        self.assertEqual(client.get(url("ledger_year", timezone.localdate().year)).status_code, 200)
        self.assertEqual(client.get(url("ledger_year", 1999)).status_code, 404)

    def test_citra_sees_her_own_ledger(self):
        self.assertNotContains(client_of(self.citra.person).get(url("ledger")), "Melayani warga")
