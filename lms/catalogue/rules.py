"""Pure rules of the catalogue: reading a folder of text files, estimating minutes, lint."""

import re
import uuid
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePosixPath

import yaml
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from cms.core.html import clean_html, plain_text
from lms.catalogue.exceptions import ImportRefused

WORDS_A_MINUTE = 120
MINUTES_A_QUESTION = Decimal("1.5")
JP_MINUTES = 45  # doubted in domain.md 12.6; the setting BESTARI_JP_MINUTES replaces it at the caller
OVER_ALLOWED = Decimal("1.15")
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
DIRECTIVE = re.compile(r"^:::(\w+)[ \t]*(.*)$")


@dataclass(frozen=True)
class Finding:
    """One thing the lint found: ``error`` blocks the release, ``warning`` needs a look."""

    level: str
    where: str
    text: str
    unit_key: str = ""


@dataclass(frozen=True)
class UnitDraft:
    key: uuid.UUID
    slug: str
    title: str
    minutes: int
    practice_minutes: int
    goal: str
    body: list


@dataclass(frozen=True)
class CourseDraft:
    facts: dict
    about: str
    modules: list
    units: list = field(default_factory=list)
    questions: list = field(default_factory=list)


def read_front_matter(text: str, name: str) -> tuple[dict, str]:
    """The YAML between the first two '---' lines, and the rest."""
    parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.M)
    if len(parts) != 3 or parts[0].strip():
        raise ImportRefused([_("%(file)s: begins without front matter between two lines of ---") % {"file": name}])
    try:
        front = yaml.safe_load(parts[1])
    except yaml.YAMLError as fault:
        line = getattr(getattr(fault, "problem_mark", None), "line", 0) + 1
        raise ImportRefused(
            [_("%(file)s: the front matter is not YAML near line %(line)s") % {"file": name, "line": line}]
        ) from fault
    if not isinstance(front, dict):
        raise ImportRefused([_("%(file)s: the front matter has no fields") % {"file": name}])
    return front, parts[2].strip()


def read_folder(files: dict[str, str]) -> CourseDraft:
    """A course from ``{path: text}``; raises ``ImportRefused`` with every fault, each naming its file."""
    if "kursus.md" not in files:
        raise ImportRefused([_("kursus.md is missing: the folder has no course file")])
    facts, about = read_front_matter(files["kursus.md"], "kursus.md")
    faults = [
        _("kursus.md: field %(field)s is missing") % {"field": name}
        for name in ("code", "title", "promise", "jp", "modules")
        if not facts.get(name)
    ]
    units, modules = [], []
    for module in facts.get("modules") or []:
        folder = str(module.get("key", ""))
        found = sorted(n for n in files if PurePosixPath(n).parent.name == folder and n.endswith(".md"))
        if not found:
            faults.append(_("kursus.md: module %(key)s has no units") % {"key": folder})
        here = []
        for name in found:
            try:
                here.append(_read_unit(files[name], name))
            except ImportRefused as refusal:
                faults += refusal.faults
        units += here
        modules.append({**module, "jp": str(module.get("jp", 0)), "units": [str(u.key) for u in here]})
    doubled = [str(key) for key, count in Counter(u.key for u in units).items() if count > 1]
    faults += [_("unit key %(key)s stands in two files") % {"key": key} for key in doubled]
    questions = _read_questions(files.get("soal.yaml", ""), faults)
    if faults:
        raise ImportRefused(faults)
    return CourseDraft(facts=facts, about=about, modules=modules, units=units, questions=questions)


def _read_unit(text: str, name: str) -> UnitDraft:
    front, body = read_front_matter(text, name)
    try:
        key = uuid.UUID(str(front.get("key")))
        minutes = int(front.get("minutes", 0))
    except ValueError as fault:
        raise ImportRefused([_("%(file)s: key must be a uuid and minutes a whole number") % {"file": name}]) from fault
    if not front.get("title") or minutes < 1:
        raise ImportRefused([_("%(file)s: title or minutes is missing") % {"file": name}])
    return UnitDraft(
        key=key,
        slug=PurePosixPath(name).stem,
        title=str(front["title"])[:200],
        minutes=minutes,
        practice_minutes=int(front.get("practice_minutes") or 0),
        goal=str(front.get("goal") or "")[:300],
        body=list(body_blocks(body, name)),
    )


def body_blocks(text: str, name: str = ""):
    """Blocks of a unit from Markdown with ::: directives."""
    prose, lines = [], iter(text.splitlines())
    for line in lines:
        directive, heading = DIRECTIVE.match(line), re.match(r"^##\s+(.*)$", line)
        if directive or heading:
            yield from _prose(prose)
            prose = []
        if heading:
            yield {"type": "heading", "value": heading[1].strip()}
        elif directive:
            inner = []
            for inside in lines:
                if inside.strip() == ":::":
                    break
                inner.append(inside)
            else:
                raise ImportRefused(
                    [_("%(file)s: ::: %(kind)s is never closed") % {"file": name, "kind": directive[1]}]
                )
            yield from _directive(directive[1], directive[2].strip(), "\n".join(inner), name)
        else:
            prose.append(line)
    yield from _prose(prose)


def _prose(lines: list[str]):
    text = "\n".join(lines).strip()
    if text:
        yield {"type": "text", "value": clean_html(MARKDOWN.render(text))}


def _directive(kind: str, rest: str, inner: str, name: str):
    html = clean_html(MARKDOWN.render(inner))
    if kind in ("info", "warning", "good"):
        yield {"type": "callout", "value": {"tone": kind, "title": rest or _("Note"), "text": html}}
    elif kind == "regulation":
        cite = re.search(r'cite="([^"]+)"', rest)
        yield {"type": "regulation", "value": {"cite": cite[1] if cite else rest, "text": html}}
    elif kind == "steps":
        steps = [clean_html(MARKDOWN.renderInline(s)) for s in re.findall(r"^\s*\d+\.\s+(.+)$", inner, flags=re.M)]
        yield {"type": "steps", "value": {"title": rest, "steps": steps}}
    elif kind == "check":
        for key in f"{rest} {inner}".split():
            yield {"type": "check", "value": key}
    else:
        raise ImportRefused([_("%(file)s: unknown directive ::: %(kind)s") % {"file": name, "kind": kind}])


def _read_questions(text: str, faults: list) -> list[dict]:
    try:
        rows = yaml.safe_load(text) or []
    except yaml.YAMLError:
        faults.append(_("soal.yaml: is not YAML"))
        return []
    out, seen = [], set()
    for index, row in enumerate(rows, 1):
        fault = question_fault(row) or (_("key is used twice") if row["key"] in seen else "")
        if fault:
            faults.append(_("soal.yaml, question %(n)s: %(fault)s") % {"n": index, "fault": fault})
            continue
        seen.add(row["key"])
        out.append(row)
    return out


def question_fault(row) -> str:
    """Why a question cannot be asked; "" when it can."""
    if not isinstance(row, dict) or not row.get("key") or not row.get("text"):
        return _("key or text is missing")
    kind = row.get("kind")
    if kind == "numeric":
        try:
            return "" if Decimal(str(row["answer"])).is_finite() else _("the answer is not a number")
        except (KeyError, ArithmeticError):
            return _("the answer is not a number")
    if kind not in ("single", "multiple", "truefalse"):
        return _("unknown kind")
    right = sum(bool(o.get("correct")) for o in row.get("options") or [])
    if len(row.get("options") or []) < 2 or right < 1 or (kind != "multiple" and right != 1):
        return _("needs at least two options and a right one")
    return ""


def question_body(row: dict) -> tuple[dict, dict]:
    """``(body, key)`` of a question: what is shown, and what stays on the server."""
    options = [{"id": "abcdefghij"[i], "text": str(o["text"])} for i, o in enumerate(row.get("options") or [])]
    body = {"text": str(row["text"]), "options": options, "unit": str(row.get("unit_name") or "")}
    if row["kind"] == "numeric":
        return body, {
            "answer": str(row["answer"]), "tolerance": str(row.get("tolerance", 0)),
            "reason": str(row.get("reason", ""))
        }  # fmt: skip
    right = [o["id"] for o, raw in zip(options, row["options"], strict=True) if raw.get("correct")]
    whys = {o["id"]: str(raw.get("why") or "") for o, raw in zip(options, row["options"], strict=True)}
    return body, {"right": right, "whys": whys, "reason": str(row.get("reason", ""))}


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
