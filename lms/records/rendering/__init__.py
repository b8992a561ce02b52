"""Certificates as files: drawn from facts, signed, and checked when they come back."""

from lms.records.rendering.papers import (
    TEMPLATE_NUMBER,
    CertificateFacts,
    qr_svg,
    render_pdf,
    typst_version,
    verify_address,
)
from lms.records.rendering.signatures import Examined, Fault, Signer, examine, sign_pdf, signing_certificate

__all__ = [
    "TEMPLATE_NUMBER", "CertificateFacts", "Examined", "Fault", "Signer", "examine", "qr_svg", "render_pdf", "sign_pdf",
    "signing_certificate", "typst_version", "verify_address",
]  # fmt: skip
