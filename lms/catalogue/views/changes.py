"""What a draft would change for learners: the draft against the current Release, word by word, for the reviewer."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from django.utils.translation import gettext as _

from cms.core.html import plain_text
from cms.directory.models import Agency
from lms.catalogue import queries, rules
from lms.catalogue.models import Course, Release
from lms.catalogue.rendering import library_of, links_of, unit_parts

CONTEXT_WORDS = 12  # equal words shown on either side of a change; the rest is an ellipsis
FACTS = ("title", "promise", "jp", "about", "outcomes", "audience", "mode", "level", "pass_score", "sequential")
LONG_TEXT = 4000  # beyond this many words difflib may leave frequent words aside, or a page would take seconds


@dataclass(frozen=True)
class Change:
    """One thing that differs. ``pieces`` are (op, words): op is "same", "ins" or "del"."""

    kind: str
    title: str
    pieces: list = field(default_factory=list)
    unit_key: str = ""


@dataclass(frozen=True)
class Changes:
    facts: list
    units: list
    questions: list

    @property
    def count(self) -> int:
        return len(self.facts) + len(self.units) + len(self.questions)


def word_diff(before: str, after: str) -> list[tuple[str, str]]:
    """``[(op, words)]``; long equal stretches are cut to their edges."""
    old, new = before.split(), after.split()
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > LONG_TEXT)
    pieces, steps = [], matcher.get_opcodes()
    for number, (step, a, b, c, d) in enumerate(steps):
        if step == "equal":
            pieces.append(("same", _edges(old[a:b], first=number == 0, last=number == len(steps) - 1)))
            continue
        if a != b:
            pieces.append(("del", " ".join(old[a:b])))
        if c != d:
            pieces.append(("ins", " ".join(new[c:d])))
    return pieces


def _edges(words: list[str], *, first: bool, last: bool) -> str:
    head = [] if first else words[:CONTEXT_WORDS]
    tail = [] if last else words[-CONTEXT_WORDS:]
    if len(head) + len(tail) >= len(words):
        return " ".join(words)
    return " ".join([*head, "…", *tail])


def changes_of(course: Course) -> Changes:
    """Everything approval would change for learners."""
    draft, units, questions = queries.draft_of(course.page)
    release = course.current_release
    return Changes(
        facts=list(_fact_changes(release, draft, units)),
        units=list(_unit_changes(release, draft, units, course.agency)),
        questions=list(_question_changes(release, draft, units, questions)),
    )


def _fact_changes(release: Release | None, draft: dict, units: list[dict]) -> Iterable[Change]:
    before, after = _facts_of_release(release), _facts_of_draft(draft, units)
    for label, new in after.items():
        old = before.get(label, "")
        if old != new:
            yield Change("changed" if old else "added", label, word_diff(old, new))


def _facts_of_release(release: Release | None) -> dict[str, str]:
    if release is None:
        return {}
    facts = {**release.facts, **release.rules, "title": release.title, "promise": release.promise, "jp": release.jp}
    return _labelled(facts, release.exam, _outline_words(release.outline))


def _facts_of_draft(draft: dict, units: list[dict]) -> dict[str, str]:
    page, by_key = draft["page"], {unit["key"]: unit for unit in units}
    modules = [{**m, "units": [by_key[key] for key in m["units"] if key in by_key]} for m in draft["modules"]]
    facts = {name: getattr(page, name) for name in FACTS} | {
        "competencies": draft["claims"],
        "requires": queries.required_courses(draft["requires"]),
    }
    return _labelled(facts, page.exam or {}, _outline_words(modules))


def fact_labels() -> dict[str, str]:
    """The facts of a course as people call them."""
    return {
        "title": _("Title"),
        "promise": _("Promise"),
        "about": _("About the course"),
        "jp": _("JP"),
        "mode": _("Form of learning"),
        "level": _("Level"),
        "outcomes": _("Results"),
        "audience": _("Audience"),
        "competencies": _("Competencies"),
        "requires": _("Courses to complete first"),
        "pass_score": _("Pass score"),
        "exam": _("Exam"),
        "outline": _("Outline"),
    }


def _labelled(facts: dict, exam: dict, outline: str) -> dict[str, str]:
    return {
        _("Title"): _words(facts["title"]),
        _("Promise"): _words(facts["promise"]),
        _("About the course"): plain_text(_words(facts["about"])),
        _("Results"): _words(facts["outcomes"]),
        _("Audience"): _words(facts["audience"]),
        _("Competencies"): _words(facts["competencies"]),
        # Releases from before this rule do not name any.
        _("Courses to complete first"): _words([row["title"] for row in facts.get("requires", [])]),
        _("Form of learning"): _words(facts["mode"]),
        _("Level"): _words(facts["level"]),
        _("JP"): f"{float(facts['jp']):g}",
        _("Pass score"): _words(facts["pass_score"]),
        _("Units open in order"): _("yes") if facts["sequential"] else _("no"),
        _("Exam"): _words(exam),
        _("Outline"): outline,
    }


def _outline_words(modules: list[dict]) -> str:
    lines = []
    for number, module in enumerate(modules, 1):
        titles = ", ".join(unit["title"] for unit in module["units"])
        lines.append(
            f"{number}. {module['title']} ({float(module['jp'] or 0):g} JP) {module['outcome'] or ''}: {titles}."
        )
    return " ".join(" ".join(lines).split())


def _words(value) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_words(value[key])}" for key in sorted(value, key=str))
    if isinstance(value, list):
        return " · ".join(_words(item) for item in value)
    return "" if value is None else str(value)


def _unit_changes(release: Release | None, draft: dict, units: list[dict], agency: Agency) -> Iterable[Change]:
    before = {unit["key"]: unit for unit in release.units} if release else {}
    by_key = {unit["key"]: unit for unit in units}
    # Only units of the outline reach learners.
    after = [key for module in draft["modules"] for key in module["units"] if key in by_key]
    for key in after:
        if change := _unit_change(before.get(key), by_key[key], agency):
            yield change
    for key, unit in before.items():
        if key not in after:
            yield Change("removed", unit["title"], [("del", queries.unit_blob(unit["blob"]).text)])


def _unit_change(frozen: dict | None, unit: dict, agency: Agency) -> Change | None:
    # Through JSON, as the frozen parts went: a tuple would never equal a list.
    parts = json.loads(json.dumps(unit_parts(unit["raw"], library_of(unit["raw"], agency, keep=True)), default=str))
    new = _unit_words(unit, unit["goal"], parts)
    if frozen is None:
        return Change("added", unit["title"], [("ins", new)], unit["key"])
    blob = queries.unit_blob(frozen["blob"])
    old = _unit_words(frozen, blob.data["goal"], blob.data["parts"])
    if old != new:
        return Change("changed", unit["title"], word_diff(old, new), unit["key"])
    if blob.data["parts"] != parts:
        return Change(
            "changed", unit["title"], [("same", _("Only the formatting changed; the words are the same."))], unit["key"]
        )
    return None


def _unit_words(unit: dict, goal: str, parts: list[dict]) -> str:
    need = _("required") if unit["required"] else _("not required")
    minutes = _("%(minutes)s minutes") % {"minutes": unit["minutes"]}
    return " ".join([f"{unit['title']} ({minutes}, {need}). {goal}", *(_part_words(part) for part in parts)])


def _part_words(part: dict) -> str:
    """All that a learner gets from a part, also what is not text: where links lead, which picture, which question."""
    words = [part.get(name, "") for name in ("title", "cite", "caption", "alt")]
    words += [plain_text(html) for html in (part.get("html", ""), *part.get("steps", []))]
    words += [cell for row in (part.get("head", []), *part.get("rows", [])) for cell in row]
    words += [f"[{href}]" for href in links_of([part, *({"html": step} for step in part.get("steps", []))])]
    words += [f"[{part[name]}]" for name in ("question", "digest", "file") if part.get(name)]
    return " ".join(str(word) for word in words if word)


def _question_changes(
    release: Release | None, draft: dict, units: list[dict], questions: list[dict]
) -> Iterable[Change]:
    before, after = _frozen_questions(release), _draft_questions(draft, units, questions)
    for key, new in after.items():
        old = before.get(key, "")
        if old != new:
            yield Change("changed" if old else "added", key, word_diff(old, new))
    for key, old in before.items():
        if key not in after:
            yield Change("removed", key, [("del", old)])


def _frozen_questions(release: Release | None) -> dict[str, str]:
    if release is None:
        return {}
    uses, versions, again, titles = {}, {}, {}, {unit["key"]: unit["title"] for unit in release.units}
    for row in release.pool.select_related("version"):
        uses.setdefault(row.version.question_key, set()).add(row.use)
        versions[row.version.question_key] = row.version
        if row.use == "exam":
            again[row.version.question_key] = titles.get(str(row.unit_key), "")
    return {
        key: _question_words(v.kind, v.body, v.key, v.competency, v.difficulty, uses[key], again.get(key, ""))
        for key, v in versions.items()
    }


def _draft_questions(draft: dict, units: list[dict], questions: list[dict]) -> dict[str, str]:
    checks, out = {key for unit in units for key in unit["checks"]}, {}
    taught = {key for module in draft["modules"] for key in module["units"]}
    titles = {unit["key"]: unit["title"] for unit in units if unit["key"] in taught}
    for row in questions:
        if fault := rules.question_fault(row):
            # A draft may hold anything; a question nobody can read is shown as such instead of breaking the page.
            out[_words(row.get("key") if isinstance(row, dict) else row)] = fault
            continue
        uses = {use for use, stands in (("check", row["key"] in checks), ("exam", row.get("use") == "exam")) if stands}
        if uses:
            body, key = rules.question_body(row)
            again = titles.get(rules.teaching_unit(row, titles), "") if "exam" in uses else ""
            out[row["key"]] = _question_words(
                row["kind"], body, key, row.get("competency", ""), row.get("difficulty", ""), uses, again
            )
    return out


def _question_words(kind: str, body: dict, key: dict, competency: str, difficulty: str, uses: set, again: str) -> str:
    right, whys = key.get("right", []), key.get("whys", {})
    mark = {option["id"]: f"[{_('right')}]" for option in body["options"] if option["id"] in right}
    options = [f"{o['id']}) {o['text']} {mark.get(o['id'], '')} {whys.get(o['id'], '')}" for o in body["options"]]
    answer = ""
    if "answer" in key:
        answer = f"{rules.as_written(key['answer'])} ± {rules.as_written(key['tolerance'])} {body['unit']}"
    heads = ", ".join(str(word) for word in (kind, competency, difficulty, *sorted(uses), again) if word)
    return " ".join(f"({heads}) {body['text']} {' '.join(options)} {answer} {key.get('reason', '')}".split())
