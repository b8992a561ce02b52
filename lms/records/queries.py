"""Reads of records."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Prefetch, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Round
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.prepared import Prepared
from cms.directory.models import Person, PersonNumber
from cms.directory.queries import joined
from lms.enrolment.models import CourseRun, Enrolment
from lms.records.models import (
    Certificate,
    CertificateEvent,
    CompetencyClaim,
    CompletionRecord,
    JPClaim,
    JPEntry,
    Signatory,
    Withdrawal,
)  # fmt: skip
from lms.records.rules import read_code
from lms.records.rules.conversion import KINDS


def place_to_complete(enrolment_id: int) -> Enrolment:
    """A place with everything its completion writes about: person, number, course, run, who signs, whether the person
    has completed the course before. One statement."""
    numbers = PersonNumber.everything.filter(person=OuterRef("learner"), valid_to=None).order_by("kind")
    signs = Signatory.everything.on(timezone.localdate()).filter(agency=OuterRef("course__agency")).order_by("-pk")
    before = standing().filter(learner=OuterRef("learner"), course=OuterRef("course"))
    return (
        Enrolment.everything.select_related("learner__agency", "learner__position", "course__agency", "run")
        .annotate(
            number=Subquery(numbers.values("value")[:1]),
            signatory=Subquery(signs.values("pk")[:1]),
            is_again=Exists(before),
        )
        .get(pk=enrolment_id)
    )


def standing():
    """Completions that stand as proof: those whose certificate was not withdrawn. A replaced one changes nothing."""
    withdrawn = Withdrawal.everything.filter(state=Withdrawal.State.APPROVED, certificate__record=OuterRef("pk"))
    return CompletionRecord.everything.filter(~Exists(withdrawn))


def stands(record_uuid) -> bool:
    return standing().filter(uuid=record_uuid).exists()


def _lines_of(person: int, year: int):
    return JPEntry.everything.filter(person=person, year=year).order_by("-earned_on", "-pk")


_jp_lines = Prepared(_lines_of)
_jp_titles = Prepared(lambda person, year: _lines_of(person, year).only("jp", "title"))


def jp_of(person_id: int, year: int) -> tuple[Decimal, list[JPEntry]]:
    """The year's total and its lines, newest first. One statement: the total is the sum of the lines (I06)."""
    return _with_total(_jp_lines(person=person_id, year=year))


def jp_on_home(person_id: int, year: int) -> tuple[Decimal, list[JPEntry]]:
    """As ``jp_of``; of the lines only what the home prints, JP and title."""
    return _with_total(_jp_titles(person=person_id, year=year))


def _with_total(lines) -> tuple[Decimal, list[JPEntry]]:
    return sum((line.jp for line in lines), Decimal(0)), lines


def certificates_of(person_id: int):
    """A person's certificates with their events and file."""
    rows = Certificate.everything.filter(record__learner=person_id).order_by("-issued_at")
    return rows.select_related("file").prefetch_related("events")


def certificate_by_code(typed: str) -> Certificate | None:
    """With its state and, where it was replaced, the newer one: one statement."""
    return _by_code.one(code=read_code(typed))


@Prepared
def _by_code(code: str):
    events = CertificateEvent.everything.filter(certificate=OuterRef("pk"))
    rows = Certificate.everything.filter(code=code).select_related("identity", "replaced_by")
    return rows.annotate(kinds=joined(events, "kind", by="certificate"))


def state_of(certificate: Certificate) -> str:
    """valid, replaced or withdrawn: a fold of the events; withdrawn is the strongest."""
    if hasattr(certificate, "kinds"):  # read together with it
        kinds = set((certificate.kinds or "").split(","))
    else:
        kinds = {event.kind for event in certificate.events.all()}
    order = (CertificateEvent.Kind.WITHDRAWN, CertificateEvent.Kind.REPLACED)
    return next((str(kind) for kind in order if kind in kinds), "valid")


def jp_totals(person_ids, year: int) -> dict[int, Decimal]:
    """Yearly totals of many people in one statement."""
    rows = JPEntry.everything.filter(person__in=person_ids, year=year).values("person").annotate(total=Sum("jp"))
    return {row["person"]: row["total"] for row in rows}


def claims(*, record_id: int | None = None):
    """Claims, of one record or all, with what evidence needs."""
    rows = CompetencyClaim.everything.select_related("record__release", "competency")
    return rows.filter(record=record_id) if record_id else rows


def withdrawn_claims(*, record_id: int | None = None):
    """Claims of completions that do not stand any more, with ``certificate`` (uuid) and ``withdrawn_at``."""
    rows = CompetencyClaim.everything.filter(record__certificates__withdrawals__state=Withdrawal.State.APPROVED)
    rows = rows.annotate(
        certificate=F("record__certificates__uuid"), withdrawn_at=F("record__certificates__withdrawals__decided_at")
    )
    return rows.filter(record=record_id) if record_id else rows


def completions_of(person_id: int):
    rows = CompletionRecord.everything.filter(learner=person_id).select_related("release")
    return rows.prefetch_related(Prefetch("claims")).order_by("-completed_at")


def issued_by(user, words: str = "", state: str = ""):
    """Certificates of the desk, newest first: those ``user`` answers for, by part of the name or number."""
    rows = Certificate.objects.visible_to(user).select_related("identity", "file", "agency", "record__enrolment__run")
    if words:
        code = read_code(words)
        rows = rows.filter(Q(identity__name__icontains=words) | Q(number__icontains=words) | Q(code=code))
    if state == "proposed":
        rows = rows.filter(withdrawals__state=Withdrawal.State.OPEN)
    return rows.prefetch_related("events").order_by("-issued_at", "-pk")


def history_of(certificate: Certificate) -> list[CertificateEvent]:
    return list(CertificateEvent.everything.filter(certificate=certificate).order_by("pk"))


def open_withdrawal(certificate: Certificate) -> Withdrawal | None:
    rows = Withdrawal.everything.filter(certificate=certificate, state=Withdrawal.State.OPEN)
    return rows.select_related("proposed_by__person").first()


def lost_by_withdrawing(certificate: Certificate) -> tuple[Decimal, int]:
    """What a withdrawal takes: the JP that its completion counts now, and how many competencies it proves."""
    lines = JPEntry.everything.filter(source="course", source_uuid=certificate.record.uuid)
    # Added here: SQLite adds in floating point (I06).
    jp = sum(lines.values_list("jp", flat=True), Decimal(0))
    return jp, CompetencyClaim.everything.filter(record=certificate.record_id).count()


def without_file(run_id: int | None = None):
    """Certificates whose signed file is not made yet, oldest first; of a run, or all."""
    rows = Certificate.everything.filter(file=None, identity__erased_at=None)
    if run_id is not None:
        rows = rows.filter(record__enrolment__run=run_id)
    return rows.order_by("pk")


def signatories_of(user):
    return Signatory.objects.visible_to(user).select_related("agency").order_by("agency__name", "-valid_from", "-pk")


def file_by_digest(digest: str) -> Certificate | None:
    """The certificate whose signed file has this digest."""
    rows = Certificate.everything.filter(file__digest=digest)
    return rows.select_related("identity").prefetch_related("events").first()


def years_of(person_id: int) -> list[tuple[int, Decimal]]:
    """(year, total) of a person's ledger, newest first."""
    rows = JPEntry.everything.filter(person=person_id).values("year").annotate(total=Sum("jp")).order_by("-year")
    return [(row["year"], row["total"]) for row in rows]


def jp_of_year(year: int, person: str = "pk") -> Coalesce:
    """The year's total of each person of an outer query, as an expression: 0 without an entry."""
    rows = JPEntry.everything.filter(person=OuterRef(person), year=year).order_by().values("person")
    zero = Value(Decimal(0), output_field=DecimalField(max_digits=7, decimal_places=1))
    # SQLite adds in floating point: 20 JP must not be a little less than the 20 that are asked.
    total = Round(Sum("jp"), precision=1)
    return Coalesce(Subquery(rows.annotate(total=total).values("total")), zero)


def completed_in_year(year: int, person: str = "pk") -> Exists:
    """Whether each person of an outer query completed a course in that year, and it stands."""
    return Exists(standing().filter(learner=OuterRef(person), completed_on__year=year))


def ledger_of(person_id: int) -> list[JPEntry]:
    """All lines of a person, newest first: years and their totals come from them (I06)."""
    return list(JPEntry.everything.filter(person=person_id).order_by("-earned_on", "-pk"))


def records_of_claims(person_id: int) -> dict:
    """Claim uuid to the key of its completion record: the way from evidence back to its certificate."""
    return dict(CompetencyClaim.everything.filter(person=person_id).values_list("uuid", "record"))


SOURCES = {"course": _("course completed"), "external": _("training outside Bestari")} | {
    key: kind.label for key, kind in KINDS.items()
}


@dataclass
class Source:
    """One thing that earned JP, with the corrections that followed."""

    first: JPEntry
    corrections: list = field(default_factory=list)

    @property
    def words(self) -> str:
        return str(SOURCES.get(self.first.source, self.first.source))

    @property
    def counts(self) -> Decimal:
        return self.first.jp + sum((line.jp for line in self.corrections), Decimal(0))


def by_source(lines: list[JPEntry]) -> list[Source]:
    """Lines of a ledger, each with its corrections, in the order given."""
    sources = {(line.source, line.source_uuid): Source(line) for line in lines if line.corrects_id is None}
    for line in sorted(lines, key=lambda line: line.pk):
        if line.corrects_id is not None:
            sources[(line.source, line.source_uuid)].corrections.append(line)
    return list(sources.values())


def source_to_correct(person: Person, uuid) -> Source | None:
    """The line of a person's ledger that earned, with what has corrected it so far."""
    first = JPEntry.everything.filter(person=person, uuid=uuid, corrects=None).first()
    if first is None:
        return None
    return by_source(list(JPEntry.everything.filter(source=first.source, source_uuid=first.source_uuid)))[0]


def certificates_by_record(uuids) -> dict:
    """The certificate that stands now, by the uuid of its completion: where a ledger line links to."""
    rows = Certificate.everything.filter(record__uuid__in=uuids, replaced_by=None)
    return {row.record.uuid: row for row in rows.select_related("record")}


def runs_served(user):
    """Runs whose certificates ``user`` may list: organisers and the facilitator of the class."""
    return CourseRun.everything.examined_by(user).select_related("course")


def certificates_of_run(run: CourseRun):
    rows = Certificate.everything.filter(record__enrolment__run=run).select_related("identity", "file")
    return rows.prefetch_related("events").order_by("identity__name", "pk")


def kept_of(person) -> list[dict]:
    """Statutory records that stay when a person is erased: completions, JP, certificates (S02)."""
    certificates = Certificate.everything.filter(record__learner=person).order_by("pk")
    totals = JPEntry.everything.filter(person=person).aggregate(jp=Sum("jp"), lines=Count("pk"))
    return [
        *[{"kind": "certificate", "number": number} for number in certificates.values_list("number", flat=True)],
        {"kind": "completion", "count": CompletionRecord.everything.filter(learner=person).count()},
        {"kind": "jp", "count": totals["lines"], "jp": f"{totals['jp'] or 0:.1f}"},
    ]


def claims_of_jp(person_id: int) -> list[JPClaim]:
    """What a person asked JP for, what waits on top."""
    return list(JPClaim.everything.filter(person=person_id).waiting_first())


def jp_claims_by_uuid(uuids) -> dict:
    """Accepted claims by their uuid: where a ledger line of learning outside leads."""
    return {row.uuid: row for row in JPClaim.everything.filter(uuid__in=uuids)} if uuids else {}


def own_jp_claims(user):
    return JPClaim.objects.visible_to(user).filter(person=user.person_id).select_related("person__agency")


def claims_to_verify(user, words: str = "", state: str = ""):
    """Claims of the people ``user`` serves for HR, what waits on top; by part of the name or title."""
    rows = JPClaim.everything.verified_by(user).select_related("person__agency", "person__unit")
    if words:
        rows = rows.filter(Q(person__name__icontains=words) | Q(title__icontains=words))
    if state:
        rows = rows.filter(state=state)
    return rows.waiting_first()


def beside(claim: JPClaim) -> list[JPClaim]:
    """Other claims of the person that hold some of the same days: what a verifier wants to see."""
    rows = JPClaim.everything.filter(person=claim.person_id, state__in=JPClaim.LIVE).exclude(pk=claim.pk)
    return list(rows.filter(starts_on__lte=claim.ends_on, ends_on__gte=claim.starts_on).order_by("starts_on", "pk"))
