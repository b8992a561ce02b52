"""A claim becomes evidence, and evidence ends, exactly once, however often it is announced."""

import uuid
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from cms.core.audit import audit
from cms.directory.models import Person, User
from lms.competencies.models import Competency
from lms.records import api as records
from talent.profiles.models import Evidence, EvidenceWithdrawal

A_SWEEP = 5000
CLAIMED = (
    "uuid", "person", "agency_then", "competency", "level", "proven_by", "score", "claimed_on",
    "record__release__title", "record__release__number",
)  # fmt: skip


@transaction.atomic
def take_claims(*, record_id: int | None = None) -> int:
    """Make the evidence that is missing for claims: of one record, or (the sweep) of all. Twice is harmless."""
    # An anti-join: NOT IN would compare every claim with all evidence once they outgrow the memory of a sort.
    taken = Evidence.everything.filter(source="claim", source_uuid=OuterRef("uuid"))
    missing = records.claims(record_id=record_id).filter(~Exists(taken)).order_by("pk").values(*CLAIMED)[:A_SWEEP]
    rows = [
        Evidence(
            person_id=claim["person"], agency_then_id=claim["agency_then"], competency_id=claim["competency"],
            level=claim["level"], source="claim", source_uuid=claim["uuid"], title=claim["record__release__title"],
            proven_by=claim["proven_by"], score=claim["score"], release_number=claim["record__release__number"],
            observed_on=claim["claimed_on"],
            valid_until=_three_years_on(claim["claimed_on"]),
        )
        for claim in missing
    ]  # fmt: skip
    Evidence.everything.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def withdraw_evidence(*, record_id: int | None = None) -> int:
    """End the evidence of completions whose certificate was withdrawn: of one record, or (the sweep) of all.

    Twice is harmless. What another completion proves of the same competency stays.
    """
    stands = Evidence.everything.filter(source="claim", source_uuid=OuterRef("uuid"), withdrawal=None)
    claims = records.withdrawn_claims(record_id=record_id).annotate(evidence=Subquery(stands.values("pk")[:1]))
    ending = claims.exclude(evidence=None).order_by("pk").values_list("evidence", "certificate", "withdrawn_at")
    rows = [
        EvidenceWithdrawal(evidence_id=evidence, certificate_uuid=certificate, withdrawn_on=timezone.localdate(at))
        for evidence, certificate, at in ending[:A_SWEEP]
    ]
    EvidenceWithdrawal.everything.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _three_years_on(day):
    """A result counts for three years (domain 2.3: a setting with a doubt; 29 February ends on 1 March)."""
    try:
        return day.replace(year=day.year + 3)
    except ValueError:
        return day.replace(year=day.year + 3, month=3, day=1)


@transaction.atomic
def record_assessment(
    *, person: Person, levels: dict[str, int], title: str, observed_on: date, by: User | None
) -> list[Evidence]:
    """Levels an assessment centre found, one piece of evidence a competency: ``{"M.5": 3}``.

    Levels run from 1 to 5 (PermenPANRB 38/2017); an unknown code or a level outside raises ``ValueError``. How long
    such a result counts is doubted (domain 2.3): the same three years as a claim.
    """
    known = {c.code: c for c in Competency.everything.filter(code__in=levels)}
    if odd := [code for code, level in levels.items() if code not in known or level not in range(1, 6)]:
        raise ValueError(f"no such competency or level: {', '.join(odd)}")
    rows = Evidence.everything.bulk_create(
        Evidence(
            person=person, agency_then_id=person.agency_id, competency=known[code], level=level, source="assessment",
            source_uuid=uuid.uuid4(), title=title, observed_on=observed_on, valid_until=_three_years_on(observed_on),
        )
        for code, level in levels.items()
    )  # fmt: skip
    audit(by, "record_assessment", person, agency_id=person.agency_id, detail={"title": title, "found": len(rows)})
    return rows
