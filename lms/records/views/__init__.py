"""Screens of records: one's own, the desk of whoever issues, the public check."""

from lms.records.views.desk import decide, desk, desk_certificate, propose, replace, run, signatories
from lms.records.views.own import certificate, ledger, mine, pdf
from lms.records.views.public import check_file, verdict, verify

__all__ = [
    "certificate", "check_file", "decide", "desk", "desk_certificate", "ledger", "mine", "pdf", "propose", "replace",
    "run", "signatories", "verdict", "verify",
]  # fmt: skip
