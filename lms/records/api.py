"""Talent's door: read records, credit JP (design 2)."""

from django.db.models import Prefetch

from lms.records.models import CompetencyClaim, CompletionRecord
from lms.records.queries import certificates_of, jp_of, jp_totals, state_of
from lms.records.services import credit_jp

__all__ = ["certificates_of", "claims", "completions_of", "credit_jp", "jp_of", "jp_totals", "state_of"]


def claims(*, record_id: int | None = None):
    """Claims, of one record or all, with what evidence needs."""
    rows = CompetencyClaim.everything.select_related("record__release", "competency")
    return rows.filter(record=record_id) if record_id else rows


def completions_of(person_id: int):
    rows = CompletionRecord.everything.filter(learner=person_id).select_related("release")
    return rows.prefetch_related(Prefetch("claims")).order_by("-completed_at")
