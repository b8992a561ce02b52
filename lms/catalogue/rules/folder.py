"""Reading a folder of text files: front matter, Markdown with directives, a bank of questions."""

import re
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import yaml
from django.utils.translation import gettext as _

from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.rules.body import Beside, BodyReader, at
from lms.catalogue.rules.questions import question_fault

MODES = ("daring", "klasikal", "campuran")
_MODES = {"modes": ", ".join(MODES)}


@dataclass(frozen=True)
class UnitDraft:
    key: uuid.UUID
    slug: str
    title: str
    minutes: int
    practice_minutes: int
    goal: str
    body: list
    file: str = ""


@dataclass(frozen=True)
class CourseDraft:
    facts: dict
    about: str
    modules: list
    units: list = field(default_factory=list)
    questions: list | None = None  # None: the folder has no bank, so the one on the desk stays


def split_front_matter(text: str) -> tuple[str, str] | None:
    """The YAML between the first two '---' lines, and the rest; None where a text begins otherwise."""
    parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.M)
    return (parts[1], parts[2]) if len(parts) == 3 and not parts[0].strip() else None


def read_front_matter(text: str, name: str) -> tuple[dict, str]:
    """The fields a text begins with, and the rest."""
    parts = split_front_matter(text)
    if parts is None:
        raise ImportRefused([_("%(file)s: begins without front matter between two lines of ---") % {"file": name}])
    try:
        front = yaml.safe_load(parts[0])
    except yaml.YAMLError as fault:
        line = getattr(getattr(fault, "problem_mark", None), "line", 0) + 1
        raise ImportRefused(
            [_("%(file)s: the front matter is not YAML near line %(line)s") % {"file": name, "line": line}]
        ) from fault
    if not isinstance(front, dict):
        raise ImportRefused([_("%(file)s: the front matter has no fields") % {"file": name}])
    return front, parts[1].strip()


def read_folder(files: dict[str, str], media: frozenset[str] = frozenset()) -> CourseDraft:
    """A course from ``{path: text}``; raises ``ImportRefused`` with every fault, each naming its file and line.

    ``media``: paths of the pictures and other files that units may show.
    """
    if "kursus.md" not in files:
        raise ImportRefused([_("kursus.md is missing: the folder has no course file")])
    facts, about = read_front_matter(files["kursus.md"], "kursus.md")
    faults = [
        at("kursus.md", None, _("field %(field)s is missing") % {"field": name})
        for name in ("code", "title", "promise", "jp", "modules")
        if not facts.get(name)
    ]
    if facts.get("mode", "daring") not in MODES:
        faults.append(at("kursus.md", line_of(files["kursus.md"], "mode"), _("mode is one of %(modes)s") % _MODES))
    found = _files_of_modules(facts, files, faults)
    beside = Beside(_keys_by_file(found, files), media)
    units, modules = [], []
    for module, names in found:
        here = []
        for name in names:
            try:
                here.append(_read_unit(files[name], name, beside))
            except ImportRefused as refusal:
                faults += refusal.faults
        units += here
        modules.append({**module, "jp": str(module.get("jp", 0)), "units": [str(u.key) for u in here]})
    keys = Counter(module["key"] for module in modules if isinstance(module.get("key"), str))
    faults += [_("kursus.md: module %(key)s stands there twice") % {"key": k} for k, n in keys.items() if n > 1]
    faults += _shared_keys(units)
    names = _units_by_name(found, files)
    questions = _read_questions(files["soal.yaml"], faults, names) if "soal.yaml" in files else None
    if faults:
        raise ImportRefused(faults)
    return CourseDraft(facts=facts, about=about, modules=modules, units=units, questions=questions)


def _files_of_modules(facts: dict, files: dict[str, str], faults: list) -> list[tuple[dict, list[str]]]:
    out = []
    for module in facts.get("modules") or []:
        folder = str(module.get("key", ""))
        names = sorted(n for n in files if PurePosixPath(n).parent.name == folder and n.endswith(".md"))
        if not names:
            line = line_of(files["kursus.md"], "modules")
            faults.append(at("kursus.md", line, _("module %(key)s has no units") % {"key": folder}))
        out.append((module, names))
    return out


def _keys_by_file(found: list, files: dict[str, str]) -> dict[str, str]:
    """Unit keys by the name of their file, so that one unit may link to another."""
    keys = {}
    for name in (name for _module, names in found for name in names):
        if key := re.search(r"^key:\s*[\"']?([0-9a-fA-F-]{36})", files[name], flags=re.M):
            keys[PurePosixPath(name).name] = key[1].lower()
    return keys


def _shared_keys(units: list) -> list[str]:
    names: dict = {}
    for unit in units:
        names.setdefault(unit.key, []).append(unit.file)
    return [
        at(", ".join(here), None, _("unit key %(key)s stands in two files") % {"key": key})
        for key, here in names.items()
        if len(here) > 1
    ]


def _units_by_name(found: list, files: dict[str, str]) -> dict[str, str]:
    """Unit keys by what a question may call its unit: its key, or the name of its file with or without its number.

    A unit with faults of its own is a unit all the same: what asks about it is not told that it does not exist.
    """
    keys, names = _keys_by_file(found, files), {}
    for path in (PurePosixPath(name) for _module, there in found for name in there):
        key = keys.get(path.name, "")
        for name in {key, path.stem, re.sub(r"^\d+-", "", path.stem)} - {""}:
            names.setdefault(name, set()).add(key)
    return {name: known.pop() for name, known in names.items() if len(known) == 1}


def line_of(text: str, name: str) -> int | None:
    """The line where a field of the front matter stands."""
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if line.lstrip(" -").startswith(f"{name}:")), None)


def _read_unit(text: str, name: str, beside: Beside) -> UnitDraft:
    front, body = read_front_matter(text, name)
    try:
        key, minutes = uuid.UUID(str(front.get("key"))), int(front.get("minutes", 0))
        practice = int(front.get("practice_minutes") or 0)
    except (ValueError, TypeError) as fault:
        words = _("key must be a uuid and minutes a whole number")
        raise ImportRefused([at(name, line_of(text, "key") or 1, words)]) from fault
    if not front.get("title") or not 1 <= minutes <= 600 or not 0 <= practice <= 600:
        raise ImportRefused([at(name, line_of(text, "minutes") or 1, _("title or minutes is missing"))])
    first = text[: text.rindex(body)].count("\n") + 1 if body else 1
    reader = BodyReader(body, name, first_line=first, beside=beside)
    blocks = [
        {**block, "id": str(uuid.uuid5(key, f"{number}:{block['type']}"))}
        for number, block in enumerate(reader.blocks())
    ]
    if reader.faults:
        raise ImportRefused(reader.faults)
    return UnitDraft(
        key=key,
        slug=PurePosixPath(name).stem,
        title=str(front["title"])[:200],
        minutes=minutes,
        practice_minutes=practice,
        goal=str(front.get("goal") or "")[:300],
        body=blocks,
        file=name,
    )


def body_blocks(text: str, name: str = "") -> list[dict]:
    """Blocks of a text alone, or ``ImportRefused``."""
    reader = BodyReader(text, name)
    blocks = list(reader.blocks())
    if reader.faults:
        raise ImportRefused(reader.faults)
    return blocks


def _read_questions(text: str, faults: list, units: dict[str, str]) -> list[dict]:
    try:
        rows, lines = yaml.safe_load(text) or [], _lines_of_rows(text)
    except yaml.YAMLError as fault:
        line = getattr(getattr(fault, "problem_mark", None), "line", 0) + 1
        faults.append(at("soal.yaml", line, _("is not YAML")))
        return []
    if not isinstance(rows, list):
        faults.append(at("soal.yaml", 1, _("must be one list of questions")))
        return []
    out, seen = [], set()
    for index, row in enumerate(rows):
        fault = question_fault(row) or (_("key is used twice") if row["key"] in seen else "") or _unit_fault(row, units)
        if fault:
            line = lines[index] if index < len(lines) else None
            name = _("question %(n)s") % {"n": index + 1}
            faults.append(at("soal.yaml", line, f"{name}: {fault}"))
            continue
        seen.add(row["key"])
        # From here on the unit is known by its key: files may be renamed.
        out.append({**row, "unit": units[row["unit"]]} if row.get("unit") else row)
    return out


def _unit_fault(row: dict, units: dict[str, str]) -> str:
    unit = row.get("unit")
    if not unit or (isinstance(unit, str) and unit in units):
        return ""
    return _("unit %(unit)s is no file of this folder") % {"unit": str(unit)[:80]}


def _lines_of_rows(text: str) -> list[int]:
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    return [row.start_mark.line + 1 for row in node.value] if isinstance(node, yaml.SequenceNode) else []
