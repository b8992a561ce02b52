"""Certificates, JP and the talent profile."""

from datetime import timedelta

from django.utils import timezone

from tests.gate.routes.route import BOTH, HR, OWNER, POST, RUNS, SELF, Route, texts

# Of a certificate of the ministry: HR heads of Sleman, where its holder works, did not issue it.
ISSUES = {"publisher": "i", "facilitator": "c"}


def _record_wanted(side) -> dict:
    return {"number": side.who["colleague"].numbers.get().value, "purpose": "Surat tugas 1/2026"}


def _signatory(side) -> dict:
    return {
        "agency": side.owner.uuid, "name": "Dr. Ratna Hapsari, M.Si.", "title": "Kepala Pusat", "place": "Jakarta",
        "signs_from": timezone.localdate().isoformat(),
    }  # fmt: skip


def _activity(_side) -> dict:
    day = (timezone.localdate() - timedelta(days=3)).isoformat()
    return {
        "title": "Seminar layanan digital", "provider": "BPSDM", "starts_on": day, "ends_on": day, "amount": "1",
        "document": "Sertifikat 12/2026", "note": "",
    }  # fmt: skip


DAYS = {"starts_on": "DATES", "ends_on": "DATES"}
ROUTES = [
    # --- Certificates of an agency
    Route(
        "records:desk",
        ISSUES | {"hr_head": "i"},
        (),
        BOTH,
        {"q": "ani"},
        fields=texts("q") | {"status": "CHOICES"},
        query=("status", "page"),
        needs=False,
    ),
    Route("records:desk_certificate", ISSUES, ("certificate",)),
    Route(
        "records:propose",
        ISSUES,
        ("certificate",),
        POST,
        {"cabut-reason": "Peserta bukan orangnya"},
        fields=texts("cabut-reason"),
    ),
    Route(
        "records:replace",
        {"publisher": "i"},
        ("certificate",),
        POST,
        {"ganti-reason": "Nama salah ketik"},
        fields=texts("ganti-reason"),
    ),
    Route(
        "records:decide",
        {"publisher": "i"},
        ("proposed",),
        POST,
        {"approve": "1", "putus-comment": ""},
        fields=texts("putus-comment"),
        needs=False,
    ),
    Route(
        "records:signatories",
        {"publisher": "i", "hr_head": "i"},
        methods=BOTH,
        post=_signatory,
        fields=texts("name", "title", "place") | {"agency": "CHOICES", "signs_from": "DATES"},
    ),
    Route("records:run", RUNS, ("run",), BOTH),
    # --- Records
    Route("records:ledger", SELF),
    Route("records:ledger_year", SELF, ("year",)),
    Route("records:mine", SELF),
    Route("records:ledger_of", HR, ("person",)),
    Route("records:ledger_of_year", HR, ("person", "year")),
    Route(
        "records:correct_jp",
        HR,
        ("person", "jp_entry"),
        BOTH,
        {"to": "0", "reason": "Dihitung dua kali"},
        fields={"to": "NUMBERS", "reason": "TEXTS"},
    ),
    # --- JP of learning outside Bestari
    Route("records:own_claims", SELF),
    Route(
        "records:claim",
        SELF,
        ("claim_kind",),
        BOTH,
        _activity,
        fields=texts("title", "provider", "document", "note") | {"amount": "NUMBERS", "proof": "CHOICES"} | DAYS,
    ),
    Route("records:own_claim", OWNER, ("jp_claim",), BOTH),
    Route(
        "records:claims",
        HR,
        (),
        BOTH,
        {"q": "ani"},
        fields=texts("q") | {"status": "CHOICES"},
        query=("status", "page"),
        needs=False,
    ),
    Route(
        "records:verify_claim",
        HR,
        ("jp_claim",),
        BOTH,
        {"accept": "1", "jp": "2", "comment": "Hanya satu sesi"},
        fields=texts("comment") | {"jp": "NUMBERS"},
        needs=False,
    ),
    Route("records:enter", HR, ("person",)),
    Route(
        "records:enter_kind",
        HR,
        ("person", "claim_kind"),
        BOTH,
        _activity,
        fields=texts("title", "provider", "document", "note") | {"amount": "NUMBERS", "proof": "CHOICES"} | DAYS,
    ),
    Route("records:certificate", OWNER, ("certificate",)),
    Route("records:pdf", OWNER, ("certificate",)),
    # --- Talent
    Route(
        "profiles:people",
        HR,
        (),
        BOTH,
        {"q": "ani"},
        fields=texts("q"),
        query=("unit", "family", "employment", "band", "gap", "sort", "page"),
        needs=False,
    ),
    Route("profiles:xlsx", HR, (), BOTH, {"purpose": "Rencana pelatihan"}, fields=texts("purpose"), query=("band",)),
    Route("profiles:person", HR | {"superior": "d"}, ("person",)),
    Route("profiles:team", {"superior": "d"}),
    Route("profiles:national", {"ministry": "n"}),
    Route("profiles:ask", {"auditor": "p"}, (), BOTH, _record_wanted, fields=texts("number", "purpose")),
    Route("profiles:me", SELF),
    Route("profiles:access_log", SELF, query=("page",)),
]
