"""The field register (robustness 6.1): the class of every field we keep, and what follows from it.

Each app says it in ``data/fields.csv`` (model, field, class, keep). public: anybody may read it; internal: people who
work here; personal: tells of a person; specific: secrets, and what a law protects beyond that. ``keep`` names a row of
``docs/retention.md``. A field without a line is treated as specific, and fails the tests.
"""

import csv
from functools import cache
from pathlib import Path

from django.apps import apps

CLASSES = ("public", "internal", "personal", "specific")
OPEN_CLASSES = ("public", "internal")
HIDDEN = "***"


@cache
def register() -> dict[tuple[str, str], tuple[str, str]]:
    """(model label, field) to (class, keep), read once from the files of all apps."""
    found = {}
    for config in apps.get_app_configs():
        path = Path(config.path) / "data" / "fields.csv"
        if path.exists() and config.name.startswith(("cms.", "lms.", "talent.")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    found[row["model"], row["field"]] = (row["class"], row["keep"])
    return found


def class_of(model, field: str) -> str:
    """The class of a field; what nobody classified is the most protected."""
    return register().get((model._meta.label_lower, field), ("specific", ""))[0]


def fields_of_ours() -> list[tuple[str, str]]:
    """Every concrete field of every model of this house, but the key every table has."""
    ours = (m for m in apps.get_models() if m.__module__.startswith(("cms.", "lms.", "talent.")))
    return sorted((m._meta.label_lower, f.name) for m in ours for f in m._meta.local_fields if f.name != "id")


def unclassified() -> list[tuple[str, str]]:
    return [pair for pair in fields_of_ours() if pair not in register()]


def changes(model, before: dict, after: dict) -> dict[str, list]:
    """What changed, for the audit: both values of open fields, of others only that they changed."""
    found = {}
    for name, new in after.items():
        old = before.get(name)
        if old != new:
            shown = class_of(model, name) in OPEN_CLASSES
            found[name] = [_plain(old), _plain(new)] if shown else [HIDDEN, HIDDEN]
    return found


def exportable(model, fields) -> list[str]:
    """Fields that may leave in a sheet: never what is specific."""
    return [name for name in fields if class_of(model, name) != "specific"]


def _plain(value):
    return value if isinstance(value, str | int | float | bool | None) else str(value)
