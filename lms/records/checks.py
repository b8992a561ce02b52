"""Invariants of records for ``check_invariants`` (robustness I05, I06)."""

from decimal import Decimal

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum

from cms.core.invariants import invariant
from lms.records.models import Certificate, CertificateEvent, CompletionRecord, JPClaim, JPEntry, Withdrawal
from lms.records.rules.conversion import KINDS

SHOWN = 20
# JP have one decimal. SQLite adds in floating point: a sum of 0 may be a little less.
HALF_A_STEP = Decimal("0.05")


@invariant("I05", "every completion has one first certificate, issued once; numbers are unique; replacements follow")
def one_certificate_each() -> list[str]:
    lacking = CompletionRecord.everything.filter(~Q(certificates__replaces=None, certificates__isnull=False))
    firsts = (
        Certificate.everything.filter(replaces=None)
        .values("record").annotate(n=Count("pk")).filter(n__gt=1).values_list("record__uuid", flat=True)
    )  # fmt: skip
    numbers = Certificate.everything.values("number").annotate(n=Count("pk")).filter(n__gt=1)
    issued = CertificateEvent.everything.filter(kind="issued").values("certificate")
    replaced = CertificateEvent.everything.filter(kind="replaced").values("certificate")
    strangers = Certificate.everything.exclude(replaces=None).exclude(record=F("replaces__record"))
    return [
        *[f"completion {uuid}: no certificate" for uuid in lacking.values_list("uuid", flat=True)[:SHOWN]],
        *[f"completion {uuid}: two first certificates" for uuid in firsts[:SHOWN]],
        *[f"number {row['number']}: given twice" for row in numbers[:SHOWN]],
        *_named(Certificate.everything.exclude(pk__in=issued), "no event says that it was issued"),
        *_named(Certificate.everything.filter(replaced_by__isnull=False).exclude(pk__in=replaced), "replaced unsaid"),
        *_named(Certificate.everything.filter(pk__in=replaced, replaced_by=None), "replaced by nothing"),
        *_named(strangers, "replaces a certificate of another completion"),
    ]


def _named(rows, sentence: str) -> list[str]:
    return [f"certificate {uuid}: {sentence}" for uuid in rows.values_list("uuid", flat=True)[:SHOWN]]


@invariant(
    "I06", "JP of courses equal their completion records, corrections follow their line, no line goes below zero"
)
def ledger_matches_records() -> list[str]:
    paid = (
        JPEntry.everything.filter(source="course", corrects=None, source_uuid=OuterRef("uuid")).values("jp")[:1]
    )  # fmt: skip
    records = CompletionRecord.everything.annotate(paid=Subquery(paid))
    unpaid = records.filter(Q(jp__gt=0, paid=None) | (~Q(paid=None) & ~Q(paid=F("jp"))))
    sums = JPEntry.everything.values("source", "source_uuid").annotate(sum=Sum("jp"))
    below = sums.filter(sum__lt=-HALF_A_STEP)
    astray = JPEntry.everything.exclude(corrects=None).exclude(
        corrects__person=F("person"), corrects__year=F("year"), corrects__source_uuid=F("source_uuid")
    )
    known = CompletionRecord.everything.values("uuid")
    orphans = JPEntry.everything.filter(source="course").exclude(source_uuid__in=known)
    return [
        *[f"completion {uuid}: its JP are not in the ledger" for uuid in unpaid.values_list("uuid", flat=True)[:SHOWN]],
        *[f"{row['source']} {row['source_uuid']}: counts below zero" for row in below[:SHOWN]],
        *[f"entry {uuid}: corrects a line of another year or person" for uuid in _uuids(astray)],
        *[f"entry {uuid}: JP of a course without a completion" for uuid in _uuids(orphans)],
    ]


@invariant("L71", "every accepted JP claim has one line of what was granted, and no other claim has any")
def ledger_matches_claims() -> list[str]:
    lines = JPEntry.everything.filter(source__in=KINDS, corrects=None)
    paid = lines.filter(source_uuid=OuterRef("uuid"), source=OuterRef("kind"), person=OuterRef("person"))
    accepted = JPClaim.everything.filter(state=JPClaim.State.ACCEPTED)
    unpaid = accepted.annotate(paid=Subquery(paid.values("jp")[:1])).filter(Q(paid=None) | ~Q(paid=F("granted")))
    orphans = lines.exclude(source_uuid__in=accepted.values("uuid"))
    return [
        *[f"JP claim {uuid}: the ledger does not hold what was granted" for uuid in _uuids(unpaid)],
        *[f"entry {uuid}: JP of a claim that nobody accepted" for uuid in _uuids(orphans)],
    ]


@invariant("I06 withdrawn", "a certificate is withdrawn by two, while it stands, and what it paid counts 0")
def withdrawn_certificates_pay_nothing() -> list[str]:
    decided = Withdrawal.everything.filter(state=Withdrawal.State.APPROVED).values("certificate")
    withdrawn = CertificateEvent.everything.filter(kind="withdrawn").values("certificate")
    gone = Certificate.everything.filter(pk__in=decided)
    lines = JPEntry.everything.filter(source="course", source_uuid__in=gone.values("record__uuid"))
    sums = lines.values("source_uuid").annotate(sum=Sum("jp")).filter(sum__gt=HALF_A_STEP)
    return [
        *_named(gone.exclude(pk__in=withdrawn), "withdrawn by two, but no event says so"),
        *_named(Certificate.everything.filter(pk__in=withdrawn).exclude(pk__in=decided), "withdrawn by one alone"),
        *_named(gone.filter(replaced_by__isnull=False), "withdrawn and replaced"),
        *[f"completion {row['source_uuid']}: its certificate was withdrawn, its JP count" for row in sums[:SHOWN]],
    ]


def _uuids(rows):
    return rows.values_list("uuid", flat=True)[:SHOWN]
