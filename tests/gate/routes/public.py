"""Addresses for everybody."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.gate.routes.route import ALL, BOTH, Route


def _pdf(side) -> dict:
    return {"berkas": SimpleUploadedFile("sertifikat.pdf", b"%PDF-1.7 bukan milik kami", "application/pdf")}


ROUTES = [
    # --- For everybody
    Route("pages:home", ALL),
    Route("pages:help", ALL),
    Route("pages:accessibility", ALL),
    Route("pages:privacy", ALL),
    Route("pages:site_pages", ALL),
    Route("pages:site_page", ALL, ("site_page",)),
    Route("healthz", ALL),
    Route("catalogue:list", ALL, query=("q", "page")),
    Route("catalogue:course", ALL, ("slug",)),
    Route("records:verify", ALL, query=("kode",)),
    Route("competencies:dictionary", ALL),
    Route("competencies:competency", ALL, ("competency",)),
    Route("records:verdict", ALL, ("verify_code",)),
    Route("records:check_file", ALL, methods=BOTH, post=_pdf, outsider="same", actor="owner"),
]
