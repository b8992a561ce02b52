"""What a folder would change on the desk, before anything is written."""

import json
from dataclasses import dataclass, field
from decimal import Decimal

from cms.core.files import digest_of
from cms.directory.models import Agency
from lms.catalogue import rules
from lms.catalogue.models import Course, CoursePage, ImportedFile, UnitPage
from lms.catalogue.queries.drafts import modules_of
from lms.catalogue.rendering import text_of, unit_parts
from lms.catalogue.rules.uploads import Folder, folder_draft

FACTS = (
    "title", "promise", "about", "jp", "mode", "level", "outcomes", "audience", "exam", "pass_score", "questions",
)  # fmt: skip
NEW, CHANGED, SAME, REMOVED = "new", "changed", "same", "removed"


@dataclass(frozen=True)
class Planned:
    """One unit, or one question, and what the import does to it."""

    title: str
    what: str
    file: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class ImportPlan:
    code: str
    title: str
    course: Course | None
    facts: list
    units: list
    questions: list
    files: list = field(default_factory=list)

    @property
    def changes(self) -> int:
        rows = [*self.units, *self.questions]
        return len(self.facts) + sum(row.what != SAME for row in rows) + len(self.files)


def facts_of(page: CoursePage) -> dict:
    """The facts of a draft as plain values, in the shape that ``facts_in`` gives a folder's."""
    return {
        **{name: getattr(page, name) for name in FACTS},
        "competencies": page.claims,
        "requires": page.required_slugs,
        "outline": modules_of(page),
    }


def facts_in(draft: rules.CourseDraft, bank: list) -> dict:
    """What a folder says about its course; without a bank of its own the one on the desk stays."""
    facts = draft.facts
    return {
        "title": facts["title"],
        "promise": facts["promise"],
        "about": draft.about,
        "jp": Decimal(str(facts["jp"])),
        "mode": facts.get("mode", "daring"),
        "level": facts.get("level", 1),
        "outcomes": facts.get("outcomes") or [],
        "audience": facts.get("audience") or [],
        "exam": facts.get("exam") or {},
        "pass_score": facts.get("pass_score", 70),
        "questions": bank if draft.questions is None else draft.questions,
        "competencies": facts.get("competencies") or [],
        "requires": facts.get("requires") or [],
        "outline": [
            {
                "key": str(module["key"]),
                "title": str(module["title"]),
                "jp": str(Decimal(module["jp"])),
                "outcome": module.get("outcome") or "",
                "units": module["units"],
            }
            for module in draft.modules
        ],
    }


def with_keys(body: list[dict], keys: dict[str, int]) -> list[dict]:
    """Blocks with the library's keys in place of the paths that the folder used."""
    out = []
    for block in body:
        name = {"figure": "image", "video": "file", "download": "file"}.get(block["type"])
        if name:
            block = {**block, "value": {**block["value"], name: keys.get(block["value"][name], block["value"][name])}}
        out.append(block)
    return out


def unit_stands(unit: UnitPage, draft: rules.UnitDraft, body: list[dict]) -> bool:
    """Whether the desk holds this unit already, as learners would read it."""
    if unit.latest_revision is None:
        return False
    now = unit.latest_revision.content
    raw = json.loads(now["body"]) if isinstance(now["body"], str) else now["body"] or []
    said = (now["title"], now["minutes"], now["practice_minutes"], now["goal"])
    wanted = (draft.title, draft.minutes, draft.practice_minutes, draft.goal)
    return said == wanted and unit_parts(raw) == unit_parts(body)


def plan_import(folder: Folder, agency: Agency) -> ImportPlan:
    """Compare a folder with the desk. Raises ``ImportRefused`` when the folder cannot become a course."""
    draft = folder_draft(folder)
    code = str(draft.facts["code"])
    course = Course.everything.filter(agency=agency, code=code).select_related("page").first()
    page = course.page.get_latest_revision_as_object() if course and course.page else None
    now = facts_of(page) if page else {}
    wanted = facts_in(draft, now.get("questions", []))
    known = _known_files(folder, agency)
    return ImportPlan(
        code=code,
        title=draft.facts["title"],
        course=course,
        facts=[
            name for name, value in wanted.items() if name not in ("questions", "outline") and now.get(name) != value
        ],
        units=_planned_units(page, draft, known, now.get("outline", [])),
        questions=_planned_questions(now.get("questions", []), wanted["questions"]),
        files=sorted(path for path in folder.media if path not in known),
    )


def _known_files(folder: Folder, agency: Agency) -> dict[str, int]:
    digests = {path: digest_of(data) for path, data in folder.media.items()}
    rows = ImportedFile.everything.filter(agency=agency, digest__in=set(digests.values()))
    keys = {row.digest: row.image_id or row.document_id for row in rows}
    return {path: keys[digest] for path, digest in digests.items() if digest in keys}


def _planned_units(page, draft: rules.CourseDraft, known: dict, outline: list) -> list[Planned]:
    children = UnitPage.objects.child_of(page).select_related("latest_revision") if page else ()
    desk = {unit.unit_key: unit for unit in children}
    rows = []
    for unit in draft.units:
        body = with_keys(unit.body, known)
        there = desk.get(unit.key)
        what = NEW if there is None else SAME if unit_stands(there, unit, body) else CHANGED
        before = _words(there.latest_revision.content["body"]) if what == CHANGED and there.latest_revision else ""
        rows.append(Planned(unit.title, what, unit.file, before, text_of(unit_parts(body)) if what == CHANGED else ""))
    kept = {str(unit.key) for unit in draft.units}
    titles = {str(key): unit.draft_title for key, unit in desk.items()}
    gone = [key for module in outline for key in module["units"] if key not in kept]
    return rows + [Planned(titles.get(key, key), REMOVED) for key in gone]


def _words(body) -> str:
    return text_of(unit_parts(json.loads(body) if isinstance(body, str) else body or []))


def _planned_questions(now: list, wanted: list) -> list[Planned]:
    before = {row.get("key"): row for row in now if isinstance(row, dict)}
    after = {row["key"]: row for row in wanted}
    rows = [
        Planned(rules.question_name(row), NEW if key not in before else SAME if before[key] == row else CHANGED)
        for key, row in after.items()
    ]
    return rows + [Planned(rules.question_name(row), REMOVED) for key, row in before.items() if key not in after]
