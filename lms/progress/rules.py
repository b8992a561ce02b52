"""The rule engine: one pure function. Sidebar, home, settle and 'why not' all call it (L26)."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Unmet:
    """A rule not met yet: words for the learner, and what they lead to (a unit key, or "exam")."""

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


def lock_reason(*, units: list[dict], rules: dict, done: set[str], key: str) -> Unmet | None:
    """Why ``key`` may not be opened yet, naming the unit to finish first; None when it is open."""
    if not rules.get("sequential"):
        return None
    for unit in units:
        if unit["key"] == key:
            return None
        if unit["required"] and unit["key"] not in done:
            return Unmet(_("Finish “%(title)s” first.") % {"title": unit["title"]}, unit["key"])
    return None


def unmet_in_unit(*, checks: list, answered: set[int]) -> list[int]:
    """Check questions of the unit that have no answer yet, as their 1-based order."""
    return [n for n, version in enumerate(checks, 1) if version.pk not in answered]
