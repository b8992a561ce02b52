"""Talent's door: read records, credit JP (design 2)."""

from lms.records.queries import certificates_of, claims, completions_of, jp_of, jp_totals, state_of
from lms.records.services import credit_jp

__all__ = ["certificates_of", "claims", "completions_of", "credit_jp", "jp_of", "jp_totals", "state_of"]
