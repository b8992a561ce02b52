"""Reads of the talent profile: standing against the job, a person's page, the people of an agency, who looked."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.models import AccessEntry
from cms.directory.models import Agency, Person, Position, User
from lms.competencies.models import Competency
from lms.records import api as records
from talent.profiles.models import Evidence, JobStandard

JP_TARGET = 20  # PP 17/2020 art. 203: at least 20 JP a year
SOURCES = {"claim": _("course")}
LOOKS = {"talent profile": _("talent profile")}


@dataclass(frozen=True)
class Standing:
    """One competency of a person: what the position asks (0: nothing), what evidence shows (None: not assessed)."""

    competency: Competency
    required: int
    proof: Evidence | None

    @property
    def held(self) -> int | None:
        return self.proof.level if self.proof else None

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
class Proof:
    """Evidence as the page shows it; ``state`` is valid, expired, corrected or future."""

    row: Evidence
    source: str
    state: str


@dataclass(frozen=True)
class Profile:
    """Everything of a person's page."""

    person: Person
    number: str
    year: int
    jp_total: Decimal
    jp_lines: list
    certificates: list[dict]
    standings: list[Standing]
    proofs: list[Proof]

    @property
    def short(self) -> int:
        return sum(1 for s in self.standings if s.state == "short")

    @property
    def unknown(self) -> int:
        return sum(1 for s in self.standings if s.state == "unknown")

    @property
    def has_standard(self) -> bool:
        return any(s.required for s in self.standings)


@dataclass(frozen=True)
class Look:
    """One look at a person's record, with the names of now."""

    at: object
    viewer: str
    agency: str
    what: str
    purpose: str


# --- One person ---


def with_post(people: QuerySet[Person]) -> QuerySet[Person]:
    """People as a profile prints them."""
    return people.select_related("agency", "unit", "position__job_title").prefetch_related("numbers")


def profile_of(person: Person) -> Profile:
    """``person`` comes from `with_post`; each part is one statement."""
    day = timezone.localdate()
    total, lines = records.jp_of(person.pk, day.year)
    evidence = evidence_of(person)
    return Profile(
        person=person,
        number=number_of(person),
        year=day.year,
        jp_total=total,
        jp_lines=lines,
        certificates=[{"row": c, "state": records.state_of(c)} for c in records.certificates_of(person.pk)],
        standings=_standings(Competency.everything.all(), _required(person, day), _best(evidence, day)),
        proofs=[Proof(row, SOURCES.get(row.source, row.source), _state(row, day)) for row in evidence],
    )


def number_of(person: Person) -> str:
    """The number open today, from prefetched numbers."""
    return next((number.value for number in person.numbers.all() if number.valid_to is None), "")


def evidence_of(person: Person) -> list[Evidence]:
    """All evidence of a person, newest first, with its competency and what corrected it."""
    rows = Evidence.everything.filter(person=person).select_related("competency", "superseded_by")
    return list(rows.order_by("-observed_on", "-pk"))


def gaps_of(person: Person) -> list[Standing]:
    """The competencies of the person's job standard, in two statements; none without a position."""
    day = timezone.localdate()
    required = _required(person, day)
    if not required:
        return []
    competencies = sorted((row.competency for row in required.values()), key=lambda c: c.code)
    return _standings(competencies, required, _best(evidence_of(person), day))


def home_section(request, person: Person) -> dict:
    """What home shows: how many competencies lack, and which."""
    standings = gaps_of(person)
    return {
        "required": bool(standings),
        "short": [s for s in standings if s.state == "short"],
        "unknown": sum(1 for s in standings if s.state == "unknown"),
    }


def _required(person: Person, day) -> dict[int, JobStandard]:
    """The standard by competency: the position's own wins over its tier's, a later one over an earlier."""
    if person.position_id is None:
        return {}
    tier = Position.everything.filter(pk=person.position_id).values("job_title__tier")
    rows = JobStandard.everything.filter(
        Q(position=person.position_id) | Q(position=None, tier=Subquery(tier)),
        Q(valid_to=None) | Q(valid_to__gt=day),
        valid_from__lte=day,
    ).select_related("competency")
    weakest_first = sorted(rows, key=lambda row: (row.position_id is not None, row.valid_from))
    return {row.competency_id: row for row in weakest_first}


def _state(row: Evidence, day) -> str:
    if hasattr(row, "superseded_by"):
        return "corrected"
    if row.observed_on > day:
        return "future"
    return "expired" if row.valid_until and row.valid_until <= day else "valid"


def _best(evidence: list[Evidence], day) -> dict[int, Evidence]:
    """The highest valid level of each competency; of equal levels the latest."""
    valid = [row for row in evidence if _state(row, day) == "valid"]
    return {row.competency_id: row for row in sorted(valid, key=lambda row: (row.level, row.observed_on))}


def _standings(competencies, required: dict, best: dict) -> list[Standing]:
    rows = [Standing(c, required[c.pk].level if c.pk in required else 0, best.get(c.pk)) for c in competencies]
    # Technical competencies are without number; only those that matter to this person are shown.
    return [s for s in rows if s.competency.kind != Competency.Kind.TECHNICAL or s.required or s.held]


# --- The people of an agency ---


def people_of(rows: QuerySet[Person], *, q: str = "", unit: str = "", band: str = "") -> QuerySet[Person]:
    """People of a scoped set by name: by part of the name or the whole number, unit, JP of this year."""
    rows = rows.filter(merged_into=None)
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(numbers__value=q)).distinct()
    if unit:
        rows = rows.filter(unit__uuid=unit)
    if band:
        rows = _in_band(rows, band)
    return with_post(rows).order_by("name", "pk")


def _in_band(people: QuerySet[Person], band: str) -> QuerySet[Person]:
    totals = records.jp_totals(people.order_by().values("pk"), timezone.localdate().year)
    some = {pk for pk, jp in totals.items() if jp > 0}
    if band == "none":
        return people.exclude(pk__in=some)
    reached = {pk for pk in some if totals[pk] >= JP_TARGET}
    return people.filter(pk__in=reached if band == "reached" else some - reached)


# --- Who looked ---


def looks_at(person: Person) -> QuerySet[AccessEntry]:
    """Looks at this person's record, newest first."""
    return AccessEntry.everything.filter(subject_id=person.pk).order_by("-at", "-pk")


def looks_shown(entries) -> list[Look]:
    """Entries with the names behind their keys: two statements whatever their number."""
    entries = list(entries)
    viewers = User.everything.select_related("person").in_bulk({e.viewer_id for e in entries})
    # The agency of then, as written: the viewer may serve elsewhere today.
    agencies = Agency.everything.in_bulk({e.viewer_agency_id for e in entries if e.viewer_agency_id})
    return [
        Look(
            at=entry.at,
            viewer=viewers[entry.viewer_id].get_full_name() if entry.viewer_id in viewers else "",
            agency=agencies[entry.viewer_agency_id].name if entry.viewer_agency_id in agencies else "",
            what=LOOKS.get(entry.what, entry.what),
            purpose=entry.purpose,
        )
        for entry in entries
    ]
