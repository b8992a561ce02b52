"""Talent's door: read records, credit JP (design 2)."""

from lms.records.permissions import correctable_by
from lms.records.queries import (
    certificates_of,
    claims,
    completed_in_year,
    completions_of,
    jp_of,
    jp_of_year,
    jp_totals,
    ledger_of,
    records_of_claims,
    state_of,
    withdrawn_claims,
)  # fmt: skip
from lms.records.services import credit_jp

__all__ = [
    "certificates_of", "claims", "completed_in_year", "completions_of", "correctable_by", "credit_jp", "jp_of",
    "jp_of_year", "jp_totals", "ledger_of", "records_of_claims", "state_of", "withdrawn_claims",
]  # fmt: skip
