"""PAdES signatures by our own key: made with pyHanko, checked by reading no more of a stranger's file than we must."""

import datetime as dt
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from enum import Enum
from functools import cache
from io import BytesIO
from pathlib import Path

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

TEN_YEARS = dt.timedelta(days=3650)
SIGNATURE_ROOM = 4096
BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s*\]")
PRINTED_CODE = re.compile(rb"(?<![A-Z0-9-])[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}(?![A-Z0-9-])")


class Signer:
    """Signs PDFs as PAdES with the self-made key of a folder (made at first use). Certified signing is an adapter."""

    def __init__(self, folder: Path):
        self._signer = _signer(folder)

    def sign(self, pdf: bytes) -> bytes:
        settings = signers.PdfSignatureMetadata(
            field_name="Bestari", subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
        )
        out = signers.PdfSigner(settings, signer=self._signer).sign_pdf(
            # The room for the signature is known, so it need not be made twice to be measured.
            IncrementalPdfFileWriter(BytesIO(pdf)), bytes_reserved=SIGNATURE_ROOM
        )  # fmt: skip
        return out.getvalue()


@cache
def _signer(folder: Path):
    """The key is read once a process."""
    key, certificate = _key(folder)
    plain = signers.SimpleSigner.load(str(key), str(certificate))
    return QuickSigner(plain.signing_cert, plain.signing_key, plain.cert_registry)


class QuickSigner(signers.SimpleSigner):
    """One signature of ours differs from the next in the digest and the signing of it; all else pyHanko makes once."""

    _mould: "Mould | None" = None

    async def async_sign(self, data_digest: bytes, digest_algorithm: str, **options) -> cms.ContentInfo:
        if self._mould is None:
            made = await super().async_sign(data_digest, digest_algorithm, **options)
            self._mould = Mould(made, data_digest)
            return made
        attributes = self._mould.attributes_with(data_digest)
        return self._mould.filled(attributes, await self.async_sign_raw(attributes, digest_algorithm))


class Mould:
    """A signature whose digest can be exchanged, in DER: the parts that never change, and the lengths around them."""

    def __init__(self, made: cms.ContentInfo, digest: bytes):
        signed = made["content"]
        signer = signed["signer_infos"][0]
        self.digest = digest
        # They are signed as a SET, and stored under a tag of their own.
        self.attributes = signer["signed_attrs"].untag().dump(force=True)
        if self.attributes.count(digest) != 1:
            raise ValueError("the digest must stand in the signed attributes, once")
        if extra := _attribute_names(signer) - KNOWN_ATTRIBUTES:
            raise ValueError(f"signed attributes that may differ from file to file: {extra}")
        self.kind = made["content_type"].dump()
        self.before = _dumped(signed, "version", "digest_algorithms", "encap_content_info", "certificates")
        self.signer = _dumped(signer, "version", "sid", "digest_algorithm")
        self.algorithm = signer["signature_algorithm"].dump()

    def attributes_with(self, digest: bytes) -> bytes:
        return self.attributes.replace(self.digest, digest)

    def filled(self, attributes: bytes, signature: bytes) -> cms.ContentInfo:
        kept = b"\xa0" + attributes[1:]
        signer = _der(0x30, self.signer + kept + self.algorithm + _der(0x04, signature))
        signed = _der(0x30, self.before + _der(0x31, signer))
        return cms.ContentInfo.load(_der(0x30, self.kind + _der(0xA0, signed)))


KNOWN_ATTRIBUTES = {"content_type", "message_digest", "signing_certificate_v2", "cms_algorithm_protection"}


def _attribute_names(signer) -> set[str]:
    return {attribute["type"].native for attribute in signer["signed_attrs"]}


def _dumped(whole, *names: str) -> bytes:
    return b"".join(whole[name].dump() for name in names)


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


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


class Fault(Enum):
    NONE = "none"
    CHANGED = "changed"  # signed by us, and not the same any more
    ADDED = "added"  # signed by us, with something put behind
    FOREIGN = "foreign"  # no signature of ours


@dataclass(frozen=True)
class Examined:
    """What a file says of itself: the fault of its signature, and the code it claims."""

    fault: Fault
    code: str


def examine(pdf: bytes, certificate_pem: bytes) -> Examined:
    """Check the last signature of ``pdf`` against our certificate.

    The file comes from a stranger, so nothing in it is unpacked: a byte range, a hash and one signature are read.
    """
    printed = PRINTED_CODE.search(pdf)
    return Examined(_fault(pdf, certificate_pem), printed.group().decode().replace("-", "") if printed else "")


def _fault(pdf: bytes, certificate_pem: bytes) -> Fault:
    ranges = BYTE_RANGE.findall(pdf) if pdf.startswith(b"%PDF-") else []
    if not ranges:
        return Fault.FOREIGN
    start, first, second, rest = map(int, ranges[-1])
    end = second + rest
    if start != 0 or not first < second <= end <= len(pdf):
        return Fault.FOREIGN
    try:
        signed = cms.ContentInfo.load(bytes.fromhex(pdf[first + 1 : second - 1].decode()))["content"]
        fault = _check(signed, pdf[:first] + pdf[second:end], x509.load_pem_x509_certificate(certificate_pem))
    except (ValueError, TypeError, KeyError, IndexError):  # whatever a stranger put in place of a signature
        return Fault.FOREIGN
    return Fault.ADDED if fault == Fault.NONE and end != len(pdf) else fault


def _check(signed, covered: bytes, ours: x509.Certificate) -> Fault:
    if signed["certificates"][0].chosen.dump() != ours.public_bytes(serialization.Encoding.DER):
        return Fault.FOREIGN
    signer = signed["signer_infos"][0]
    attributes = {row["type"].native: row["values"] for row in signer["signed_attrs"]}
    if attributes["message_digest"][0].native != hashlib.sha256(covered).digest():
        return Fault.CHANGED
    try:
        # The attributes are signed as a SET, and stored under a tag of their own.
        text = signer["signed_attrs"].untag().dump(force=True)
        ours.public_key().verify(signer["signature"].native, text, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return Fault.CHANGED
    return Fault.NONE
