"""What each field of a folder may hold: kind and size, a sentence for each fault (D01, D02, D03, D06)."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from lms.catalogue.rules.folder import CourseDraft

MODES = ("daring", "klasikal", "campuran")
MOST_MINUTES = 1000


@dataclass(frozen=True)
class Shape:
    """Whether a value fits, and the words for what is asked."""

    fits: Callable
    asked: Callable


def text(most: int) -> Shape:
    return Shape(
        lambda value: isinstance(value, str) and bool(value.strip()) and len(value) <= most,
        lambda: _("text of at most %(most)s characters") % {"most": most},
    )


def whole(least: int, most: int) -> Shape:
    return Shape(
        lambda value: type(value) is int and least <= value <= most,
        lambda: _("a whole number from %(least)s to %(most)s") % {"least": least, "most": most},
    )


def one_of(*words: str) -> Shape:
    return Shape(lambda value: value in words, lambda: _("one of: %(words)s") % {"words": ", ".join(words)})


def rows(kind: type, most: int = 200) -> Shape:
    return Shape(
        lambda value: isinstance(value, list) and len(value) <= most and all(isinstance(row, kind) for row in value),
        lambda: _("a list of at most %(most)s entries of one kind") % {"most": most},
    )


JP = Shape(
    lambda value: _is_jp(value) and Decimal(str(value)) > 0,
    lambda: _("a number above 0 and at most 999, with one decimal"),
)
MODULE_JP = Shape(lambda value: _is_jp(value), lambda: _("a number from 0 to 999, with one decimal"))
GROUP = Shape(lambda value: isinstance(value, dict), lambda: _("a group of fields"))
FACTS = {
    "title": text(200), "promise": text(300), "code": text(40), "jp": JP, "mode": one_of(*MODES), "level": whole(1, 5),
    "pass_score": whole(0, 100), "outcomes": rows(str), "audience": rows(str), "competencies": rows(dict),
    "requires": rows(str, 20), "exam": GROUP,
}  # fmt: skip
MODULE = {"key": text(40), "title": text(200), "jp": MODULE_JP, "outcome": text(300)}
CLAIM = {"code": text(20), "level": whole(1, 5), "proven_by": text(200)}
EXAM = {
    "title": text(200), "minutes": whole(1, MOST_MINUTES), "questions": whole(1, 500), "attempts": whole(0, 99),
    "cells": rows(dict),
}  # fmt: skip
CELL = {"code": text(20), "difficulty": text(10), "draw": whole(1, 500)}
QUESTION = {
    "key": text(80),
    "competency": text(20),
    "difficulty": text(10),
    "text": text(4000),
    "options": rows(dict, 10),
}
# What a group cannot do without; the other fields may be left out, but not left empty.
NEEDED = {id(EXAM): ("minutes", "cells"), id(CELL): ("code", "difficulty", "draw"), id(CLAIM): ("code", "level")}


def shape_faults(draft: CourseDraft) -> list[str]:
    """Every field of the folder that holds what it cannot, each named with what is asked."""
    facts, name = draft.facts, "kursus.md"
    exam = facts.get("exam")
    faults = [*_faults(name, {key: value for key, value in facts.items() if key != "exam" or exam}, FACTS)]
    for module in draft.modules:
        faults += _faults(name, {key: value for key, value in module.items() if value not in ("", None)}, MODULE)
        faults += [] if module.get("title") else [_("kursus.md: a module has no title")]
    for claim in _groups(facts.get("competencies")):
        faults += _faults(name, claim, CLAIM)
    for group in _groups([exam]):
        faults += _faults(name, group, EXAM)
        for cell in _groups(group.get("cells")):
            faults += _faults(name, cell, CELL)
    for unit in draft.units:
        minutes = {"minutes": unit.minutes, "practice_minutes": unit.practice_minutes}
        faults += _faults(unit.slug, minutes, dict.fromkeys(minutes, whole(0, MOST_MINUTES)))
    for at, row in enumerate(draft.questions or (), 1):
        faults += _faults(_("soal.yaml, question %(n)s") % {"n": at}, row, QUESTION)
    return faults or _unkept(draft)


def _faults(where: str, group: dict, shapes: dict) -> Iterator[str]:
    for field in NEEDED.get(id(shapes), ()):
        if field not in group:
            yield _("%(where)s: field %(field)s is missing") % {"where": where, "field": field}
    for field, shape in shapes.items():
        if field in group and not shape.fits(group[field]):
            yield _("%(where)s: %(field)s must be %(asked)s") % {"where": where, "field": field, "asked": shape.asked()}


def _groups(value) -> list[dict]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _unkept(draft: CourseDraft) -> list[str]:
    """Dates, infinity and other values that no text format of ours can keep."""
    try:
        json.dumps([draft.facts, draft.modules, draft.questions], allow_nan=False)
    except (TypeError, ValueError):
        return [_("A date or another value that is not text or a number stands unquoted; put it in quotes.")]
    return []


def _is_jp(value) -> bool:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return number.is_finite() and 0 <= number <= 999 and -number.as_tuple().exponent <= 1
