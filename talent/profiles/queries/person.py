"""Reads of one person's talent profile: standing against the job, evidence, JP, certificates, assignments."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.prepared import Prepared
from cms.directory.models import Person, Position
from cms.directory.queries import assignments_of
from lms.catalogue.api import Offer, catalogue_mark, offers_at, offers_for
from lms.competencies.models import Competency
from lms.competencies.rules import level_word
from lms.records import api as records
from talent.profiles.models import Evidence, JobStandard

WARNED_BEFORE = timedelta(days=90)
SHOWN_AT_HOME = 3
COURSES_A_GAP = 2
SOURCES = {"claim": _("course"), "assessment": _("assessment centre")}


class _Against:
    """A competency held against a standard: ``required`` (0: nothing), ``held`` (None: not assessed)."""

    competency: Competency
    required: int
    held: int | None

    @property
    def missing(self) -> int:
        """Levels that lack; not knowing is no gap."""
        return max(0, self.required - self.held) if self.held is not None else 0

    @property
    def state(self) -> str:
        if self.held is None:
            return "unknown"
        if not self.required:
            return "free"
        return "short" if self.missing else "met"


@dataclass(frozen=True)
class Gap(_Against):
    """One competency of the job's standard, without the evidence; ``courses`` lead to it, the nearest first."""

    competency: Competency
    required: int
    held: int | None
    courses: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Standing(_Against):
    """One competency of a person, with the evidence that shows the level and what the catalogue offers."""

    competency: Competency
    required: int
    proof: Evidence | None
    offer: object = None

    @property
    def held_word(self) -> str:
        return level_word(self.held)

    @property
    def required_word(self) -> str:
        return level_word(self.required)

    @property
    def held(self) -> int | None:
        return self.proof.level if self.proof else None


@dataclass(frozen=True)
class Proof:
    """Evidence as the page shows it.

    ``state`` is valid, soon (ends within 90 days), expired, corrected, future or withdrawn (with its certificate).
    """

    row: Evidence
    source: str
    state: str
    certificate: object = None


@dataclass(frozen=True)
class Profile:
    """Everything of a person's page."""

    person: Person
    number: str
    year: int
    jp_total: Decimal
    jp_lines: list
    jp_years: list[tuple[int, Decimal]]
    certificates: list[dict]
    standings: list[Standing]
    proofs: list[Proof]
    assignments: list

    @property
    def ranked(self) -> list[Standing]:
        """What needs doing first: below the standard, then not assessed, then met."""
        order = {"short": 0, "unknown": 1, "met": 2, "free": 3}
        return sorted(self.standings, key=lambda s: (order[s.state], -s.missing, s.competency.code))

    @property
    def short(self) -> int:
        return sum(1 for s in self.standings if s.state == "short")

    @property
    def unknown(self) -> int:
        return sum(1 for s in self.standings if s.state == "unknown" and s.required)

    @property
    def met(self) -> int:
        return sum(1 for s in self.standings if s.state == "met")

    @property
    def asked(self) -> int:
        return sum(1 for s in self.standings if s.required)

    @property
    def has_standard(self) -> bool:
        return self.asked > 0


def with_post(people: QuerySet[Person]) -> QuerySet[Person]:
    """People as a profile prints them."""
    return people.select_related("agency", "unit", "position__job_title").prefetch_related("numbers")


def profile_of(person: Person, *, years: int = 3) -> Profile:
    """``person`` comes from `with_post`; each part is one statement, whatever there is to show."""
    day = timezone.localdate()
    ledger = records.ledger_of(person.pk)
    evidence = evidence_of(person)
    certificates = [{"row": c, "state": records.state_of(c)} for c in records.certificates_of(person.pk)]
    standings = _standings(Competency.everything.all(), _required(person, day), _best(evidence, day))
    lines = [line for line in ledger if line.year == day.year]
    return Profile(
        person=person,
        number=number_of(person),
        year=day.year,
        jp_total=sum((line.jp for line in lines), Decimal(0)),
        jp_lines=lines,
        jp_years=_by_year(ledger, day.year, years),
        certificates=certificates,
        standings=_with_offers(standings),
        proofs=_proofs(person, evidence, certificates, day),
        assignments=list(assignments_of(person)),
    )


def _by_year(ledger, this_year: int, years: int) -> list[tuple[int, Decimal]]:
    """Totals of the last years, the earliest first; a year without entries is a zero."""
    return [
        (year, sum((line.jp for line in ledger if line.year == year), Decimal(0)))
        for year in range(this_year - years + 1, this_year + 1)
    ]


def _proofs(person, evidence, certificates, day) -> list[Proof]:
    """Evidence with the certificate of the completion it came from."""
    by_record = {c["row"].record_id: c["row"] for c in reversed(certificates)}
    record_of = records.records_of_claims(person.pk)
    return [
        Proof(
            row,
            str(SOURCES.get(row.source, row.source)),
            _state(row, day),
            by_record.get(record_of.get(row.source_uuid)),
        )
        for row in evidence
    ]


def _with_offers(standings: list[Standing]) -> list[Standing]:
    """For what lacks or is unknown: the course of the catalogue that proves enough, or else the most."""
    wanted = {s.competency.code for s in standings if s.required and s.state in ("short", "unknown")}
    offers = offers_for(wanted) if wanted else {}
    return [replace(s, offer=next(iter(_closing(s, offers)), None)) for s in standings]


def _closing(one: _Against, offers: dict[str, list[Offer]]) -> list[Offer]:
    """The courses that prove enough, the lowest level first; where none does, those that prove the most first."""
    useful = [offer for offer in offers.get(one.competency.code, ()) if offer.level > (one.held or 0)]
    return [offer for offer in useful if offer.level >= one.required] or useful[::-1]


def number_of(person: Person) -> str:
    """The number open today, from prefetched numbers."""
    return next((number.value for number in person.numbers.all() if number.valid_to is None), "")


def evidence_of(person: Person) -> list[Evidence]:
    """All evidence of a person, newest first, with its competency, what corrected it and what ended it."""
    return _evidence(person=person.pk)


@Prepared
def _evidence(person: int):
    rows = Evidence.everything.filter(person=person).select_related("competency", "superseded_by", "withdrawal")
    return rows.order_by("-observed_on", "-pk")


def gaps_of(person: Person) -> list[Gap]:
    """The competencies of the person's job standard, the levels held and the courses that lead on; none without a
    position. One statement, and one more where a process has not read the courses since the last release.
    """
    if person.position_id is None:
        return []
    rows = _by_competency(_gaps(person=person.pk, position=person.position_id, day=timezone.localdate()))
    gaps = [_with_courses(Gap(row.competency, row.level, row.held), row.catalogue) for row in rows.values()]
    return sorted(gaps, key=lambda gap: gap.competency.code)


def _with_courses(gap: Gap, mark: int | None) -> Gap:
    if mark is None or gap.state == "met":
        return gap
    return replace(gap, courses=tuple(_closing(gap, offers_at(mark))[:COURSES_A_GAP]))


@Prepared
def _gaps(person: int, position: int, day):
    # What `_best` finds in evidence that was read.
    proofs = Evidence.everything.counting(day).filter(person=person, competency=OuterRef("competency"))
    names = [f"competency__{field}" for field in ("code", "name", "name_en")]
    rows = _in_force(position, day).annotate(
        held=Subquery(proofs.order_by("-level").values("level")[:1]), catalogue=Subquery(catalogue_mark())
    )
    return rows.only("level", "valid_from", "position", "competency", *names)


def home_section(request, person: Person) -> dict:
    """What home shows: how many competencies lack, and which; those nobody assessed when none is known to lack."""
    gaps = gaps_of(person)
    short = [gap for gap in gaps if gap.state == "short"]
    unknown = [gap for gap in gaps if gap.held is None]
    return {
        "required": bool(gaps), "short": short, "unknown": len(unknown), "shown": short or unknown[:SHOWN_AT_HOME],
    }  # fmt: skip


def _required(person: Person, day) -> dict[int, JobStandard]:
    """The standard by competency: the position's own wins over its tier's, a later one over an earlier."""
    return {} if person.position_id is None else _by_competency(_standards(position=person.position_id, day=day))


def _by_competency(rows) -> dict[int, JobStandard]:
    weakest_first = sorted(rows, key=lambda row: (row.position_id is not None, row.valid_from))
    return {row.competency_id: row for row in weakest_first}


@Prepared
def _standards(position: int, day):
    return _in_force(position, day)


def _in_force(position: int, day) -> QuerySet[JobStandard]:
    """What the position or its tier asks on a day; ``position`` may be a mark of a prepared statement."""
    tier = Position.everything.filter(pk=position).values("job_title__tier")
    return JobStandard.everything.filter(
        Q(position=position) | Q(position=None, tier=Subquery(tier)),
        Q(valid_to=None) | Q(valid_to__gt=day),
        valid_from__lte=day,
    ).select_related("competency")


def _state(row: Evidence, day) -> str:
    if hasattr(row, "withdrawal"):
        return "withdrawn"
    if hasattr(row, "superseded_by"):
        return "corrected"
    if row.observed_on > day:
        return "future"
    if row.valid_until and row.valid_until <= day:
        return "expired"
    return "soon" if row.valid_until and row.valid_until <= day + WARNED_BEFORE else "valid"


def _best(evidence: list[Evidence], day) -> dict[int, Evidence]:
    """The highest valid level of each competency; of equal levels the latest."""
    valid = [row for row in evidence if _state(row, day) in ("valid", "soon")]
    return {row.competency_id: row for row in sorted(valid, key=lambda row: (row.level, row.observed_on))}


def _standings(competencies, required: dict, best: dict) -> list[Standing]:
    rows = [Standing(c, required[c.pk].level if c.pk in required else 0, best.get(c.pk)) for c in competencies]
    # Technical competencies are without number; only those that matter to this person are shown.
    return [s for s in rows if s.competency.kind != Competency.Kind.TECHNICAL or s.required or s.held]
