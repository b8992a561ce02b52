"""Screens of records: one's own, the desk of whoever issues, the public check."""

from lms.records.views.claiming import claim, enter, own_claim, own_claims, proof
from lms.records.views.correcting import correct, ledger_of
from lms.records.views.desk import decide, desk, desk_certificate, propose, replace, run, signatories
from lms.records.views.own import certificate, ledger, mine, pdf
from lms.records.views.public import check_file, verdict, verify
from lms.records.views.verifying import claims, verify_claim

__all__ = [
    "certificate", "check_file", "claim", "claims", "correct", "decide", "desk", "desk_certificate", "enter", "ledger",
    "ledger_of", "mine", "own_claim", "own_claims", "pdf", "proof", "propose", "replace", "run", "signatories",
    "verdict", "verify", "verify_claim",
]  # fmt: skip
