"""The certificate as a PDF: drawn by typst from values only (never from templated text), signed as PAdES by pyHanko."""

import datetime as dt
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import segno
import typst
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

# Drawings are never edited once certificates were issued with them: a new look is the next number (L68).
TEMPLATE_NUMBER = 1
DRAWINGS = Path(__file__).parent / "data"
MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
TEN_YEARS = dt.timedelta(days=3650)
SIGNATURE_ROOM = 4096


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate prints. ``modules`` are (title, JP); ``code`` is shown with dashes."""

    number: str
    code: str
    holder_name: str
    holder_number: str
    holder_post: str
    agency_name: str
    course_title: str
    release_label: str
    jp: Decimal
    completed_on: dt.date
    run_name: str
    issuer_name: str
    place: str
    signatory_name: str
    signatory_title: str
    verify_url: str
    modules: tuple[tuple[str, Decimal], ...]
    is_demo: bool
    certified_signature: bool


def typst_version() -> str:
    """Kept beside each file: the same facts give the same bytes only under the same renderer."""
    return f"typst {version('typst')}"


def indonesian_date(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _printed(facts: CertificateFacts) -> dict:
    words = {key: value for key, value in asdict(facts).items() if key not in ("completed_on", "jp", "modules")}
    return words | {
        "jp": _jp(facts.jp),
        "date": indonesian_date(facts.completed_on),
        "day": [facts.completed_on.year, facts.completed_on.month, facts.completed_on.day],
        "modules": [[title, _jp(jp)] for title, jp in facts.modules],
        "qr": _qr(facts.verify_url),
    }


def _jp(value: Decimal) -> str:
    return format(value.normalize(), "f").replace(".", ",")


def _qr(address: str) -> str:
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


@cache
def _compiler(template: int) -> typst.Compiler:
    """One a process: it keeps fonts and the parsed drawing, so each further certificate costs a third."""
    return typst.Compiler(str(DRAWINGS / f"certificate-{template}.typ"), ignore_system_fonts=True)


def render_pdf(facts: CertificateFacts, *, template: int = TEMPLATE_NUMBER) -> bytes:
    """An A4 certificate with a page of modules, PDF/A-2b; byte-equal for equal facts."""
    return _compiler(template).compile(
        format="pdf", sys_inputs={"facts": json.dumps(_printed(facts))}, pdf_standards=["a-2b"]
    )


class Signer:
    """Signs PDFs as PAdES with the self-made key of a folder (made at first use). Certified signing is an adapter."""

    def __init__(self, folder: Path):
        key, certificate = _key(folder)
        self._signer = signers.SimpleSigner.load(str(key), str(certificate))

    def sign(self, pdf: bytes) -> bytes:
        settings = signers.PdfSignatureMetadata(
            field_name="Bestari", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        out = signers.PdfSigner(settings, signer=self._signer).sign_pdf(
            # The room for the signature is known, so it need not be made twice to be measured.
            IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=SIGNATURE_ROOM
        )  # fmt: skip
        return out.getvalue()


def sign_pdf(pdf: bytes, key_folder: Path) -> bytes:
    return Signer(key_folder).sign(pdf)


def signing_certificate(key_folder: Path) -> bytes:
    """The public certificate our signatures are checked against, as PEM."""
    return _key(key_folder)[1].read_bytes()


def _key(folder: Path) -> tuple[Path, Path]:
    key, certificate = folder / "signer.key.pem", folder / "signer.cert.pem"
    if not (key.exists() and certificate.exists()):
        _make_key(folder, key, certificate)
    return key, certificate


def _make_key(folder: Path, key: Path, certificate: Path) -> None:
    """A P-256 key and its own certificate; RSA takes ten times as long a signature."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bestari, tanda tangan tidak tersertifikasi")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + TEN_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
                key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(private, hashes.SHA256())
    )  # fmt: skip
    _write(certificate, made.public_bytes(serialization.Encoding.PEM))
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    _write(key, private.private_bytes(*pem))


def _write(path: Path, data: bytes) -> None:
    """All of the file or none of it, readable by us alone."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    os.replace(name, path)
