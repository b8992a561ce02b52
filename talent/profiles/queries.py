"""Reads of the talent profile."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from cms.core.models import AccessEntry
from cms.core.text import search_words
from cms.directory.models import Person, User
from lms.competencies.models import Competency
from talent.profiles.models import Evidence, JobStandard


@dataclass(frozen=True)
class Standing:
    """One competency of a person: what the position asks, what evidence shows. ``held`` None: not assessed."""

    competency: Competency
    required: int
    held: int | None

    @property
    def is_short(self) -> bool:
        return self.held is not None and self.held < self.required


def people_of(rows: QuerySet[Person], *, search: str = "", unit: str = "") -> QuerySet[Person]:
    """People of a scoped set with unit and position, by name; search by name or number."""
    if words := search_words(search):
        rows = rows.filter(Q(name__icontains=words) | Q(numbers__value__startswith="".join(words.split())))
    if unit.isdigit():
        rows = rows.filter(unit=int(unit))
    return rows.select_related("unit", "position__job_title").prefetch_related("numbers").distinct().order_by("name", "pk")


def evidence_of(person: Person) -> list[Evidence]:
    """All evidence of a person, newest first, with its competency."""
    rows = Evidence.everything.filter(person=person, superseded_by=None)
    return list(rows.select_related("competency").order_by("-observed_on", "-pk"))


def standings(person: Person, evidence: list[Evidence], day) -> list[Standing]:
    """Required level against held level for every competency of the dictionary. Three statements at most."""
    held: dict[int, int] = {}
    for row in evidence:
        if row.valid_until is None or row.valid_until > day:
            held[row.competency_id] = max(held.get(row.competency_id, 0), row.level)
    required = _required(person, day)
    return [Standing(c, required.get(c.pk, 0), held.get(c.pk)) for c in Competency.everything.all()]


def _required(person: Person, day) -> dict[int, int]:
    """Competency key to required level: the position's own standard wins over its tier's."""
    if person.position_id is None:
        return {}
    dated = JobStandard.everything.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    tier = person.position.job_title.tier
    rows = dated.filter(Q(position=person.position_id) | Q(position=None, tier=tier)).order_by("valid_from")
    levels = {}
    for row in sorted(rows, key=lambda r: r.position_id is not None):
        levels[row.competency_id] = row.level
    return levels


def looks_at(person: Person) -> list[dict]:
    """Who looked at this person's record, newest first: name and agency as of now, what, when."""
    rows = list(AccessEntry.everything.filter(subject_id=person.pk).order_by("-at")[:200])
    viewers = User.everything.select_related("person__agency").in_bulk({row.viewer_id for row in rows})
    return [{"row": row, "viewer": viewers.get(row.viewer_id)} for row in rows]
