"""A claim becomes evidence, exactly once, however often it is announced."""

from django.db import transaction

from lms.records import api as records
from talent.profiles.models import Evidence


@transaction.atomic
def take_claims(*, record_id: int | None = None) -> int:
    """Make the evidence that is missing for claims: of one record, or (the sweep) of all. Twice is harmless."""
    taken = Evidence.everything.filter(source="claim").values("source_uuid")
    missing = records.claims(record_id=record_id).exclude(uuid__in=taken)[:1000]
    rows = [
        Evidence(
            person_id=claim.person_id, agency_then_id=claim.agency_then_id, competency_id=claim.competency_id,
            level=claim.level, source="claim", source_uuid=claim.uuid, title=claim.record.release.title,
            proven_by=claim.proven_by, observed_on=claim.claimed_on, valid_until=_three_years_on(claim.claimed_on),
        )
        for claim in missing
    ]  # fmt: skip
    Evidence.everything.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _three_years_on(day):
    """A result counts for three years (domain 2.3: a setting with a doubt; 29 February ends on 1 March)."""
    try:
        return day.replace(year=day.year + 3)
    except ValueError:
        return day.replace(year=day.year + 3, month=3, day=1)
