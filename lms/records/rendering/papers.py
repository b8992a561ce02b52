"""The certificate as a PDF: drawn by typst from values only, never from templated text."""

import datetime as dt
import json
import threading
from dataclasses import asdict, dataclass
from decimal import Decimal
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import segno
import typst
from django.conf import settings

# Drawings are never edited once certificates were issued with them: a new look is the next number (L68).
TEMPLATE_NUMBER = 1
DRAWINGS = Path(__file__).parents[1] / "data"
MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()


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


def verify_address(code: str) -> str:
    """Where the QR leads: the configured address, whoever asks."""
    return f"{settings.WAGTAILADMIN_BASE_URL}/periksa/{code}/"


def qr_svg(address: str) -> str:
    """The QR as SVG for a page: our own drawing of an address of ours, so it is safe to show."""
    return segno.make(address, error="m").svg_inline(omitsize=True, border=1, svgclass="qr", lineclass=None)


def _qr(address: str) -> str:
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()


_kept = threading.local()  # a compiler serves one thread at a time


def _compiler(template: int) -> typst.Compiler:
    """One a thread: it keeps the fonts and the parsed drawing."""
    mine = _kept.__dict__.setdefault("compilers", {})
    if template not in mine:
        mine[template] = typst.Compiler(str(DRAWINGS / f"certificate-{template}.typ"), ignore_system_fonts=True)
    return mine[template]


def render_pdf(facts: CertificateFacts, *, template: int = TEMPLATE_NUMBER) -> bytes:
    """An A4 certificate with a page of modules, PDF/A-2b; byte-equal for equal facts."""
    return _compiler(template).compile(
        format="pdf", sys_inputs={"facts": json.dumps(_printed(facts))}, pdf_standards=["a-2b"]
    )
