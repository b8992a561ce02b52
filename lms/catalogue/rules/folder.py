"""Reading a folder of text files: front matter, Markdown with directives, a bank of questions."""

import re
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import yaml
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from cms.core.html import clean_html
from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.rules.questions import question_fault

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
DIRECTIVE = re.compile(r"^:::(\w+)[ \t]*(.*)$")


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
    keys = Counter(module["key"] for module in modules if isinstance(module.get("key"), str))
    faults += [_("kursus.md: module %(key)s stands there twice") % {"key": k} for k, n in keys.items() if n > 1]
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
