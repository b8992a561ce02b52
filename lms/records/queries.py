"""Reads of records."""

from decimal import Decimal

from django.db.models import Count, Prefetch, Sum

from cms.core.invariants import invariant
from lms.records.models import Certificate, CertificateEvent, CompetencyClaim, CompletionRecord, JPEntry
from lms.records.rules import read_code


def jp_of(person_id: int, year: int) -> tuple[Decimal, list[JPEntry]]:
    """The year's total and its lines, newest first. One statement: the total is the sum of the lines (I06)."""
    lines = list(JPEntry.everything.filter(person=person_id, year=year).order_by("-earned_on", "-pk"))
    return sum((line.jp for line in lines), Decimal(0)), lines


def certificates_of(person_id: int):
    """A person's certificates with their events and file."""
    rows = Certificate.everything.filter(record__learner=person_id).order_by("-issued_at")
    return rows.select_related("file").prefetch_related("events")


def certificate_by_code(typed: str) -> Certificate | None:
    return (
        Certificate.everything.filter(code=read_code(typed))
        .select_related("identity")
        .prefetch_related("events")
        .first()
    )


def state_of(certificate: Certificate) -> str:
    """valid, replaced or withdrawn: a fold of the events; withdrawn is the strongest."""
    kinds = {event.kind for event in certificate.events.all()}
    order = (CertificateEvent.Kind.WITHDRAWN, CertificateEvent.Kind.REPLACED)
    return next((str(kind) for kind in order if kind in kinds), "valid")


@invariant("I05", "every completion has exactly one first certificate, and numbers are unique")
def one_certificate_each() -> list[str]:
    lacking = CompletionRecord.everything.filter(certificates=None).values_list("uuid", flat=True)[:20]
    doubled = Certificate.everything.values("number").annotate(n=Count("pk")).filter(n__gt=1)[:20]
    return [f"no certificate: {uuid}" for uuid in lacking] + [f"doubled: {row['number']}" for row in doubled]


@invariant("I06", "JP earned by courses equal their completion records")
def ledger_matches_records() -> list[str]:
    paid = dict(JPEntry.everything.filter(source="course", corrects=None).values_list("source_uuid", "jp"))
    rows = CompletionRecord.everything.values_list("uuid", "jp")
    return [str(uuid) for uuid, jp in rows if paid.get(uuid) != jp][:20]


def jp_totals(person_ids, year: int) -> dict[int, Decimal]:
    """Yearly totals of many people in one statement."""
    rows = JPEntry.everything.filter(person__in=person_ids, year=year).values("person").annotate(total=Sum("jp"))
    return {row["person"]: row["total"] for row in rows}


def claims(*, record_id: int | None = None):
    """Claims, of one record or all, with what evidence needs."""
    rows = CompetencyClaim.everything.select_related("record__release", "competency")
    return rows.filter(record=record_id) if record_id else rows


def completions_of(person_id: int):
    rows = CompletionRecord.everything.filter(learner=person_id).select_related("release")
    return rows.prefetch_related(Prefetch("claims")).order_by("-completed_at")
