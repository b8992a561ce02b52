"""The rule engine: one pure function. Sidebar, home, settle and 'why not' all call it (L26)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Unmet:
    """A rule not met yet: words for the learner, and what they lead to (a unit key, "exam", or an anchor)."""

    words: str
    target: str


def unmet(*, units: list[dict], rules: dict, done: set[str], score: Decimal | None) -> list[Unmet]:
    """What is missing to finish; an empty list means the course is complete.

    ``units``: frozen units {key, title, required}; ``done``: unit keys as text; ``score``: best exam score or None.
    """
    missing = [
        Unmet(_("Unit “%(title)s” is not finished.") % {"title": unit["title"]}, unit["key"])
        for unit in units
        if unit["required"] and unit["key"] not in done
    ]
    if rules.get("exam"):
        if score is None:
            missing.append(Unmet(_("The final exam is not taken."), "exam"))
        elif score < rules["pass_score"]:
            words = _("Exam score %(score)s; at least %(need)s is needed.")
            missing.append(Unmet(words % {"score": score.normalize(), "need": rules["pass_score"]}, "exam"))
    return missing


def blocker(*, units: list[dict], rules: dict, done: set[str]) -> dict | None:
    """The unit that must be finished before any later one opens; None when nothing is locked."""
    if not rules.get("sequential"):
        return None
    return next((unit for unit in units if unit["required"] and unit["key"] not in done), None)


def locked_keys(*, units: list[dict], rules: dict, done: set[str]) -> frozenset[str]:
    """Units that may not be opened yet. One once done stays open, whatever stands before it."""
    first = blocker(units=units, rules=rules, done=done)
    if first is None:
        return frozenset()
    keys = [unit["key"] for unit in units]
    return frozenset(keys[keys.index(first["key"]) + 1 :]) - done


def lock_reason(*, units: list[dict], rules: dict, done: set[str], key: str) -> Unmet | None:
    """Why ``key`` may not be opened yet, naming the unit to finish first; None when it is open."""
    if key not in locked_keys(units=units, rules=rules, done=done):
        return None
    first = blocker(units=units, rules=rules, done=done)
    return Unmet(_("Finish “%(title)s” first.") % {"title": first["title"]}, first["key"])


def unmet_in_unit(*, checks, answered: set[int]) -> list[Unmet]:
    """What the unit itself still lacks: check questions without an answer, each with the anchor that leads to it."""
    return [
        Unmet(_("Check %(number)s is not answered yet.") % {"number": number}, f"soal-{version.pk}")
        for number, version in enumerate(checks, 1)
        if version.pk not in answered
    ]
