"""The certificate file: equal facts give equal bytes, names print literally, the signature notices a change."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

from asn1crypto import cms
from django.test import SimpleTestCase
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from lms.records.rendering import CertificateFacts, Fault, examine, render_pdf, sign_pdf, signing_certificate
from lms.records.rendering.signatures import Mould


def facts(**changes) -> CertificateFacts:
    words = {
        "number": "00001/LAPOR-OP/3101/XI/2026", "code": "AB12-CD34-EF56-GH78", "holder_name": "Sari Wulandari",
        "holder_number": "1968**************", "holder_post": "Pranata Humas", "agency_name": "Pemkab Sleman",
        "course_title": "Operator SP4N-LAPOR!", "release_label": "1", "jp": Decimal("9"),
        "completed_on": date(2026, 11, 21),
        "run_name": "Angkatan 1", "issuer_name": "KemenPANRB", "place": "Jakarta", "signatory_name": "KemenPANRB",
        "signatory_title": "", "verify_url": "http://localhost/periksa/AB12/",
        "modules": (("Kebijakan", Decimal("4.5")),),
        "is_demo": True, "certified_signature": False,
    }  # fmt: skip
    return CertificateFacts(**{**words, **changes})


def words_of(pdf: bytes) -> str:
    return run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


class RenderingTests(SimpleTestCase):
    def test_L68_equal_facts_give_equal_bytes(self):
        self.assertEqual(render_pdf(facts()), render_pdf(facts()))

    def test_r03_names_print_literally(self):
        for name in ('Nu\'man "#eval" \\ $x$ {{7*7}}', "Dr. H. A., M.Si."):
            with self.subTest(name):
                printed = words_of(render_pdf(facts(holder_name=name))).replace("’", "'")
                self.assertIn("{{7*7}}" if "7*7" in name else name, printed)

    def test_the_demo_says_what_it_is(self):
        printed = words_of(render_pdf(facts()))
        self.assertIn("CONTOH, bukan dokumen resmi", printed)
        self.assertIn("tanda tangan tidak tersertifikasi", printed)

    def test_c06_an_edited_file_fails_the_signature_check(self):
        with TemporaryDirectory() as folder:
            signed = sign_pdf(render_pdf(facts()), Path(folder))
            self.assertTrue(self._check(signed).intact)
            # The metadata of a PDF/A file is plain text: another number of the same length.
            broken = signed.replace(b"Sertifikat 00001", b"Sertifikat 00002")
            self.assertNotEqual(broken, signed)
            self.assertFalse(self._check(broken).intact)

    def test_every_signature_of_a_process_holds_by_itself(self):
        # From the second on, only digest and signature are new.
        drawn = [render_pdf(facts(number=f"{n:05}/LAPOR-OP/3101/XI/2026")) for n in range(4)]
        with TemporaryDirectory() as folder:
            for pdf in [sign_pdf(one, Path(folder)) for one in drawn]:
                found = self._check(pdf)
                self.assertTrue(found.intact and found.valid and found.bottom_line)
                self.assertEqual(found.coverage, SignatureCoverageLevel.ENTIRE_FILE)
                self.assertEqual(examine(pdf, signing_certificate(Path(folder))).fault, Fault.NONE)

    def test_a_filled_mould_is_what_pyhanko_makes_byte_for_byte(self):
        with TemporaryDirectory() as folder:
            pdf = sign_pdf(render_pdf(facts()), Path(folder))
        signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
        made = cms.ContentInfo.load(bytes(signature.pkcs7_content))
        signer = made["content"]["signer_infos"][0]
        attributes = {row["type"].native: row["values"] for row in signer["signed_attrs"]}
        digest = attributes["message_digest"][0].native
        mould = Mould(made, digest)
        self.assertEqual(mould.filled(mould.attributes, signer["signature"].native).dump(), made.dump())
        for length in (64, 72, 120, 128, 256):  # lengths of one, two and three bytes
            again = mould.filled(mould.attributes_with(b"d" * 32), b"s" * length)
            again = cms.ContentInfo.load(again.dump(), strict=True)["content"]["signer_infos"][0]
            self.assertEqual(again["signature"].native, b"s" * length)

    def _check(self, pdf: bytes):
        signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
        trust = ValidationContext(trust_roots=[signature.signer_cert])
        return validate_pdf_signature(signature, trust)
