"""Everything kept about one person, found by the field register: a new table is in it without being named here; and
what is left to say about her once she is erased.

Rows belong to a person when keys lead from them to her (`completion -> place -> person`). Fields that the register
calls specific stay here, as do keys of the officers who wrote them (robustness 6.1, 6.3).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache

from django.apps import apps
from django.db import models

from cms.core.privacy import class_of, exportable
from cms.directory.models import DataRequest, ErasureEntry, Person, User

# How a row names whom it is about; other keys of people name officers, readers, superiors.
OWNS = {Person: {"person", "learner"}, User: {"user"}}
# From a row to the one it mends: its own person is the same.
ASIDE = {"supersedes", "corrects", "replaces"}
# Looks at her have no foreign key: the ground floor does not know people.
LOOKS = ("core.accessentry", "subject_id")
# A proposal between two officers is no fact about the person before it is decided; then its event is here.
LEFT_OUT = {"records.withdrawal"}


def own_data(person: Person) -> dict[str, list[dict]]:
    """``{table: rows}`` of ``person``, each row ``{field: value}`` as JSON knows it; tables without rows left out."""
    found = {_label(model): _rows(model, path, person) for model, path in paths().items()}
    return {label: rows for label, rows in found.items() if rows}


@cache
def paths() -> dict[type[models.Model], str]:
    """Each table about people with the lookup that leads to the person."""
    reached = {Person: "pk", apps.get_model(LOOKS[0]): LOOKS[1]}
    edge = [Person]
    while edge:
        edge = [model for target in edge for model in _pointing_at(target, reached)]
    return {model: reached[model] for model in sorted(reached, key=_label) if _label(model) not in LEFT_OUT}


def _label(model) -> str:
    return model._meta.label_lower


def _pointing_at(target, reached: dict) -> Iterator[type[models.Model]]:
    for model, field in _keys_to(target):
        if model not in reached and field.name not in ASIDE and field.name in OWNS.get(target, {field.name}):
            reached[model] = field.name if target is Person else f"{field.name}__{reached[target]}"
            yield model


def _keys_to(target) -> Iterator[tuple]:
    """Personal keys to a table, of the tables in the register."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if field.related_model is target and class_of(model, field.name) == "personal":
                yield model, field


def _rows(model, path: str, person: Person) -> list[dict]:
    fields = [f for f in model._meta.local_fields if f.name in exportable(model, [f.name]) and not _is_officer(f, path)]
    relations = [f.name for f in fields if f.is_relation]
    rows = model.everything.filter(**{path: person.pk}).select_related(*relations).order_by("pk")
    return [{f.name: _plain(getattr(row, f.name)) for f in fields} for row in rows]


def _is_officer(field, path: str) -> bool:
    """Accounts and people other than the one the row belongs to."""
    if field.name == path.split("__")[0]:
        return False
    return field.related_model in (Person, User) or field.name.endswith("_id")


def _plain(value):
    if not isinstance(value, models.Model):
        return value
    if type(value) in paths():
        return str(getattr(value, "uuid", value.pk))
    return value.pk if type(value).__str__ is models.Model.__str__ else str(value)


@dataclass(frozen=True)
class Erasure:
    """What an erasure left, for the letter about it: when, on whose word, and what the law keeps."""

    at: datetime
    officers: list[User]  # who examined, who approved
    certificates: list[str]
    completions: int
    lines: int
    jp: Decimal


def erasure_of(row: DataRequest) -> Erasure | None:
    """The erasure that a request led to; None while there is none."""
    if row.kind != DataRequest.Kind.ERASE or row.state != DataRequest.State.DONE:
        return None
    entry = ErasureEntry.everything.filter(person_uuid=row.person.uuid, at__gte=row.asked_at).order_by("at").first()
    if entry is None:
        return None
    people = User.everything.select_related("person__position").in_bulk([entry.by_id, entry.approved_by_id])
    officers = [people[pk] for pk in (entry.by_id, entry.approved_by_id) if pk in people]
    kept = {line["kind"]: line for line in entry.kept if line["kind"] != "certificate"}
    return Erasure(
        entry.at, officers, [line["number"] for line in entry.kept if line["kind"] == "certificate"],
        kept.get("completion", {}).get("count", 0), kept.get("jp", {}).get("count", 0),
        Decimal(kept.get("jp", {}).get("jp", "0")),
    )  # fmt: skip
