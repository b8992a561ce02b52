"""Everything that is wrong with a course as drafted. Pure: plain values in, findings out."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from cms.core.html import plain_text
from lms.catalogue.rules.blueprint import cells_of
from lms.catalogue.rules.questions import holds_old_key, question_fault, question_name, teaching_unit

WORDS_A_MINUTE = 120
MINUTES_A_QUESTION = Decimal("1.5")
JP_MINUTES = 45  # doubted in domain.md 12.6; `rule("jp_minutes")` replaces it at the caller
OVER_ALLOWED = Decimal("1.15")
# From one unit to another of the same course; the player and the preview both have units side by side.
UNIT_LINK = re.compile(r"^\.\./([0-9a-f-]{36})/$")
OUTSIDE_LINK = re.compile(r"^(https?://[^/\s]+\.[^/\s]+|mailto:[^@\s]+@[^@\s]+|tel:\+?[\d -]+|/[^/\s])")


@dataclass(frozen=True)
class Finding:
    """One thing the lint found: ``error`` blocks the release, ``warning`` needs a look.

    ``place`` says where it is mended: "course", "outline", "unit" (with ``unit_key``, ``block``), "question" (with
    ``ref``) or "exam".
    """

    level: str
    where: str
    text: str
    unit_key: str = ""
    place: str = "course"
    ref: str = ""


@dataclass(frozen=True)
class Known:
    """What only the database can tell; None where nobody asked it."""

    competencies: frozenset = frozenset()
    files: frozenset | None = None
    units: frozenset | None = None
    # The course's own address, and what every course of the catalogue requires, by address.
    own: str = ""
    courses: dict | None = None
    # Keys that were corrected for learners after the last release: {question key: (body, key)}.
    corrected: dict = field(default_factory=dict)


def estimated_minutes(words: int, questions: int, practice: int) -> Decimal:
    """Honest minutes of a unit: words / 120 + 1.5 a question + described practice (design 4)."""
    return Decimal(words) / WORDS_A_MINUTE + MINUTES_A_QUESTION * questions + practice


def words_in(html: str) -> int:
    return len(plain_text(html).split())


def lint(
    course: dict, units: list[dict], questions: list[dict], *, jp_minutes: int = JP_MINUTES, known: Known | None = None
) -> list[Finding]:
    """Everything that is wrong with a course as drafted, errors first.

    ``course``: {title, jp, exam, modules: [{title, units: [key]}], claims, requires: [slug]}; ``units``: [{key,
    title, minutes, practice, words, checks: [key], images: [{alt}], links: [href]}]; ``questions``: rows of soal.yaml.
    """
    known = known or Known()
    rows = [row for row in questions if isinstance(row, dict)]
    findings = [
        *_outline(course, units),
        *_claims(course, known),
        *_requires(course, known),
        *_units(units, {row.get("key") for row in rows}, known),
        *_checks(units, rows),
        *_questions(questions),
        *_corrected_keys(rows, known),
        *_exam(course.get("exam") or {}, rows),
        *_read_again(course, rows),
        *_time(course, units, jp_minutes),
    ]
    return sorted(findings, key=lambda finding: finding.level != "error")


def _outline(course: dict, units: list[dict]) -> Iterable[Finding]:
    def found(level, text, where=course["title"], key="", place="outline"):
        return Finding(level, where, text, key, place)

    known, listed = {u["key"] for u in units}, [k for m in course["modules"] for k in m["units"]]
    if not listed:
        yield found("error", _("The outline has no units."))
    for key in sorted({key for key in listed if key not in known}):
        yield found("error", _("The outline names a unit that does not exist: %(key)s") % {"key": key})
    for key, count in Counter(listed).items():
        if count > 1:
            title = next((u["title"] for u in units if u["key"] == key), key)
            yield found("error", _("The unit stands more than once in the outline."), title)
    for key, count in Counter(u["key"] for u in units).items():
        if count > 1:
            titles = ", ".join(u["title"] for u in units if u["key"] == key)
            yield found("error", _("Units share one key: %(titles)s") % {"titles": titles}, key=key, place="unit")
    for module in course["modules"]:
        if not module["units"]:
            yield found("warning", _("The module has no units."), module["title"])
    for unit in units:
        if unit["key"] not in listed:
            yield found("warning", _("This unit is not in the outline; learners will not see it."), unit["title"])
    parts = sum((Decimal(str(m.get("jp") or 0)) for m in course["modules"]), Decimal(0))
    if listed and parts != Decimal(str(course["jp"])):
        values = {"parts": f"{parts:g}", "jp": f"{Decimal(str(course['jp'])):g}"}
        yield found("warning", _("The modules add up to %(parts)s JP, the course says %(jp)s.") % values)


def _claims(course: dict, known: Known) -> Iterable[Finding]:
    for claim in course.get("claims") or []:
        code = claim.get("code")
        if known.competencies and code not in known.competencies:
            yield Finding("error", course["title"], _("Competency %(code)s is not in the dictionary.") % {"code": code})


def _requires(course: dict, known: Known) -> Iterable[Finding]:
    """What must be completed first: courses of the catalogue, each once, and none that waits for this one in turn."""
    for slug, count in Counter(course.get("requires") or []).items():
        values = {"slug": slug}
        if count > 1:
            yield Finding("error", course["title"], _("Required course %(slug)s stands there twice.") % values)
        if known.courses is None:
            continue
        if slug == known.own:
            yield Finding("error", course["title"], _("The course requires itself; nobody could ever begin it."))
        elif slug not in known.courses:
            yield Finding("error", course["title"], _("Required course %(slug)s is not in the catalogue.") % values)
        elif known.own in _behind(slug, known.courses):
            words = _("Required course %(slug)s requires this course in turn; nobody could begin either.")
            yield Finding("error", course["title"], words % values)


def _behind(slug: str, courses: dict) -> set[str]:
    """Every course that must be completed before ``slug``, near or far."""
    found, ahead = set(), [slug]
    while ahead:
        fresh = set(courses.get(ahead.pop(), ())) - found
        found |= fresh
        ahead += fresh
    return found


def _units(units: list[dict], questions: set, known: Known) -> Iterable[Finding]:
    for unit in units:
        for level, text in _unit_faults(unit, questions, known):
            yield Finding(level, unit["title"], text, unit["key"], "unit")


def _unit_faults(unit: dict, questions: set, known: Known) -> Iterable[tuple[str, str]]:
    if not unit["words"] and not unit["checks"]:
        yield "error", _("The unit is empty.")
    for image in unit.get("images", []):
        if not str(image.get("alt") or "").strip():
            yield "error", _("A figure has no text alternative.")
    for href in unit.get("links", []):
        if not _leads_somewhere(href, known):
            yield "error", _("A link leads nowhere: %(href)s") % {"href": href or _("a page that learners cannot open")}
    for key in unit.get("files", []):
        if not key or (known.files is not None and key not in known.files):
            yield "error", _("A video or download has no file.")
    for key in unit["checks"]:
        if key not in questions:
            yield "error", _("Check question %(key)s does not exist.") % {"key": key}
    estimate = estimated_minutes(unit["words"], len(unit["checks"]), unit.get("practice", 0))
    if unit["minutes"] > 5 and abs(estimate - unit["minutes"]) > Decimal("0.5") * unit["minutes"]:
        yield (
            "warning",
            _("About %(e)s minutes by our count, %(m)s declared.") % {"e": round(estimate), "m": unit["minutes"]},
        )


def _leads_somewhere(href: str, known: Known) -> bool:
    if unit := UNIT_LINK.match(href):
        return known.units is None or unit[1] in known.units
    return bool(OUTSIDE_LINK.match(href))


def _checks(units: list[dict], questions: list[dict]) -> Iterable[Finding]:
    names = {row.get("key"): question_name(row) for row in questions}
    used = Counter(key for unit in units for key in unit["checks"])
    for key, count in used.items():
        if count > 1 and key in names:
            yield Finding(
                "error", names[key], _("This check question stands in more than one place."), place="question", ref=key
            )
    for row in questions:
        if row.get("use") == "check" and row.get("key") not in used:
            yield Finding(
                "warning",
                question_name(row),
                _("This check question stands in no unit."),
                place="question",
                ref=str(row.get("key")),
            )


def _questions(questions: list) -> Iterable[Finding]:
    seen = Counter(row.get("key") for row in questions if isinstance(row, dict))
    for row in questions:
        key = str(row.get("key", "")) if isinstance(row, dict) else ""
        fault = question_fault(row)
        if not fault and seen[row["key"]] > 1:
            fault = _("key is used twice")
        if not fault and not str(row.get("reason") or "").strip():
            fault = _("The question has no reason to show after the answer.")
        if fault:
            yield Finding("error", question_name(row), fault, place="question", ref=key)


def _corrected_keys(questions: list[dict], known: Known) -> Iterable[Finding]:
    for row in questions:
        if row.get("key") in known.corrected and holds_old_key(row, *known.corrected[row["key"]]):
            words = _("The key of this question was corrected for learners; the draft still holds the old one.")
            yield Finding("error", question_name(row), words, place="question", ref=row["key"])


def _exam(exam: dict, questions: list[dict]) -> Iterable[Finding]:
    def found(level, text):
        return Finding(level, exam.get("title") or _("Exam"), text, place="exam")

    pool = Counter((q.get("competency"), q.get("difficulty")) for q in questions if q.get("use") == "exam")
    drawn = 0
    for cell in cells_of(exam.get("cells", []), pool, again=int(exam.get("attempts") or 1) > 1):
        drawn += cell.draw
        values = {"code": cell.code, "difficulty": cell.difficulty, "draw": cell.draw, "have": cell.have}
        if cell.lacks:
            yield found("error", _("Exam cell %(code)s %(difficulty)s draws %(draw)s of %(have)s.") % values)
        elif cell.repeats:
            yield found(
                "warning",
                _("Exam cell %(code)s %(difficulty)s has %(have)s for %(draw)s; a second try repeats questions.")
                % values,
            )
    if exam and not drawn:
        yield found("error", _("The exam draws no questions."))
    elif exam and drawn != int(exam.get("questions") or drawn):
        yield found(
            "error",
            _("The cells draw %(drawn)s questions, the exam says %(said)s.")
            % {"drawn": drawn, "said": exam["questions"]},
        )


def _read_again(course: dict, questions: list[dict]) -> Iterable[Finding]:
    taught = {key for module in course["modules"] for key in module["units"]}
    for row in questions:
        if row.get("use") == "exam" and row.get("unit") and teaching_unit(row, taught) is None:
            words = _("The unit to read again is not in the outline; the result of this question will name none.")
            yield Finding("warning", question_name(row), words, place="question", ref=str(row.get("key")))


def _time(course: dict, units: list[dict], jp_minutes: int) -> Iterable[Finding]:
    """Declared and honest minutes of what learners get, against JP: neither may be more than 15 % above."""
    listed = {key for module in course["modules"] for key in module["units"]}
    taught = [unit for unit in units if unit["key"] in listed]
    exam = int((course.get("exam") or {}).get("minutes") or 0)
    declared = sum(unit["minutes"] for unit in taught) + exam
    honest = exam + sum(estimated_minutes(u["words"], len(u["checks"]), u.get("practice", 0)) for u in taught)
    jp = Decimal(str(course["jp"]))
    room, values = jp * jp_minutes, {"m": declared, "jp": f"{jp:g}", "e": round(honest)}
    if jp <= 0:
        yield Finding("error", course["title"], _("JP must be above zero."))
    elif declared > room * OVER_ALLOWED:
        yield Finding("error", course["title"], _("%(m)s minutes are more than %(jp)s JP allow.") % values)
    elif honest > room * OVER_ALLOWED:
        yield Finding(
            "error",
            course["title"],
            _("By our count it takes %(e)s minutes, more than %(jp)s JP allow.") % values,
        )
    elif declared * OVER_ALLOWED < room:
        yield Finding("warning", course["title"], _("%(jp)s JP are more than %(m)s minutes fill.") % values)
