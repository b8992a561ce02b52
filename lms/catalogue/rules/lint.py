"""Everything that is wrong with a course as drafted. Pure: plain values in, findings out."""

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from cms.core.html import plain_text

WORDS_A_MINUTE = 120
MINUTES_A_QUESTION = Decimal("1.5")
JP_MINUTES = 45  # doubted in domain.md 12.6; the setting BESTARI_JP_MINUTES replaces it at the caller
OVER_ALLOWED = Decimal("1.15")


@dataclass(frozen=True)
class Finding:
    """One thing the lint found: ``error`` blocks the release, ``warning`` needs a look."""

    level: str
    where: str
    text: str
    unit_key: str = ""


def estimated_minutes(words: int, questions: int, practice: int) -> Decimal:
    """Honest minutes of a unit: words / 120 + 1.5 a question + described practice (design 4)."""
    return Decimal(words) / WORDS_A_MINUTE + MINUTES_A_QUESTION * questions + practice


def words_in(html: str) -> int:
    return len(plain_text(html).split())


def lint(course: dict, units: list[dict], questions: list[dict], *, jp_minutes: int = JP_MINUTES) -> list[Finding]:
    """Everything that is wrong with a course as drafted.

    ``course``: {title, jp, exam, modules: [{title, units: [key]}], competencies}; ``units``: [{key, title, minutes,
    practice, words, checks: [key], images: [{alt}], links: [href]}]; ``questions``: rows of soal.yaml.
    """
    findings = [*_lint_outline(course, units), *_lint_units(units, {q["key"] for q in questions})]
    findings += _lint_exam(course.get("exam") or {}, questions)
    minutes = sum(u["minutes"] for u in units) + int((course.get("exam") or {}).get("minutes") or 0)
    limit = Decimal(str(course["jp"])) * jp_minutes * OVER_ALLOWED
    if Decimal(str(course["jp"])) <= 0:
        findings.append(Finding("error", course["title"], _("JP must be above zero.")))
    elif minutes > limit:
        findings.append(
            Finding(
                "error",
                course["title"],
                _("%(m)s minutes are more than %(jp)s JP allow.") % {"m": minutes, "jp": course["jp"]},
            )
        )
    elif minutes * OVER_ALLOWED < Decimal(str(course["jp"])) * jp_minutes:
        findings.append(
            Finding(
                "warning",
                course["title"],
                _("%(jp)s JP are more than %(m)s minutes fill.") % {"m": minutes, "jp": course["jp"]},
            )
        )
    return findings


def _lint_outline(course: dict, units: list[dict]):
    known, listed = {u["key"] for u in units}, [k for m in course["modules"] for k in m["units"]]
    if not listed:
        yield Finding("error", course["title"], _("The outline has no units."))
    for key in listed:
        if key not in known:
            yield Finding(
                "error", course["title"], _("The outline names a unit that does not exist: %(key)s") % {"key": key}
            )
    for unit in units:
        if unit["key"] not in listed:
            yield Finding(
                "warning", unit["title"], _("This unit is not in the outline; learners will not see it."), unit["key"]
            )


def _lint_units(units: list[dict], known_questions: set):
    for unit in units:
        here = unit["key"]
        if not unit["words"] and not unit["checks"]:
            yield Finding("error", unit["title"], _("The unit is empty."), here)
        for image in unit.get("images", []):
            if not image.get("alt"):
                yield Finding("error", unit["title"], _("A figure has no text alternative."), here)
        for href in unit.get("links", []):
            if not re.match(r"^(https?://[^/\s]+|mailto:|tel:|#|/)", href):
                yield Finding("error", unit["title"], _("A link leads nowhere: %(href)s") % {"href": href}, here)
        for key in unit["checks"]:
            if key not in known_questions:
                yield Finding("error", unit["title"], _("Check question %(key)s does not exist.") % {"key": key}, here)
        estimate = estimated_minutes(unit["words"], len(unit["checks"]), unit.get("practice", 0))
        if unit["minutes"] > 5 and abs(estimate - unit["minutes"]) > Decimal("0.5") * unit["minutes"]:
            yield Finding(
                "warning",
                unit["title"],
                _("About %(e)s minutes by our count, %(m)s declared.") % {"e": round(estimate), "m": unit["minutes"]},
                here,
            )


def _lint_exam(exam: dict, questions: list[dict]):
    pool = Counter((q.get("competency"), q.get("difficulty")) for q in questions if q.get("use") == "exam")
    drawn = 0
    for cell in exam.get("cells", []):
        have, draw = pool[(cell["code"], cell["difficulty"])], int(cell["draw"])
        drawn += draw
        if have < draw:
            yield Finding(
                "error",
                exam.get("title", ""),
                _("Exam cell %(code)s %(difficulty)s draws %(draw)s of %(have)s.") % {**cell, "have": have},
            )
    if exam and drawn != int(exam.get("questions") or drawn):
        yield Finding(
            "error",
            exam.get("title", ""),
            _("The cells draw %(drawn)s questions, the exam says %(said)s.")
            % {"drawn": drawn, "said": exam["questions"]},
        )
