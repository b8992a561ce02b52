"""Screens of records: one's own, the desk of whoever issues, the public check."""

from lms.records.views.correcting import correct, ledger_of
from lms.records.views.desk import decide, desk, desk_certificate, propose, replace, run, signatories
from lms.records.views.own import certificate, ledger, mine, pdf
from lms.records.views.public import check_file, verdict, verify

__all__ = [
    "certificate", "check_file", "correct", "decide", "desk", "desk_certificate", "ledger", "ledger_of", "mine", "pdf",
    "propose", "replace", "run", "signatories", "verdict", "verify",
]  # fmt: skip
