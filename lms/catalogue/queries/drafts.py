"""Reads of the drafting desks: what stands there, what is wrong with it, what a review covers."""

import json

from django.db.models import Exists, OuterRef
from django.utils.text import slugify

from cms.core.rulebook import rule
from cms.directory.models import Grant, Person
from lms.catalogue import rules
from lms.catalogue.models import Course, CoursePage, QuestionVersion, ReleaseQuestion, UnitPage
from lms.catalogue.rendering import links_of, text_of, unit_parts
from lms.competencies.models import Competency


def modules_of(page: CoursePage) -> list[dict]:
    """The outline of a draft in the shape that ``rules`` moves: [{key, title, jp, outcome, units: [key]}]."""
    return [
        {
            "key": block.value["key"],
            "title": block.value["title"],
            "jp": str(block.value["jp"] or 0),
            "outcome": block.value["outcome"] or "",
            "units": [str(key) for key in block.value["units"]],
        }
        for block in page.outline
    ]


def draft_of(page: CoursePage) -> tuple[dict, list[dict], list[dict]]:
    """The latest drafts of a course's desk in the shape ``rules.lint`` reads: (course, units, questions)."""
    page = page.get_latest_revision_as_object()
    course = {
        "title": page.title,
        "jp": page.jp,
        "exam": page.exam,
        "modules": modules_of(page),
        "claims": page.claims,
        "requires": page.required_slugs,
        "page": page,
    }
    children = UnitPage.objects.child_of(page).select_related("latest_revision").order_by("path")
    return course, [_unit_draft(unit) for unit in children], page.questions


def _unit_draft(unit: UnitPage) -> dict:
    """A unit as last saved, read from the revision itself: one statement for all units of a course."""
    draft = _content(unit)
    raw = _body(draft)
    parts = unit_parts(raw)
    return {
        "key": str(unit.unit_key),
        "title": draft["title"],
        "goal": draft["goal"],
        "minutes": draft["minutes"] or 0,
        "practice": draft["practice_minutes"] or 0,
        "required": draft["required"],
        "words": len(text_of(parts).split()),
        "checks": [part["question"] for part in parts if part["kind"] == "check"],
        "images": [part for part in parts if part["kind"] == "figure"],
        "links": links_of(parts),
        "files": [block["value"].get("file") for block in raw if _holds_file(block)],
        "raw": raw,
        "page_id": unit.pk,
        "revision": unit.latest_revision_id,
    }


def _content(unit: UnitPage) -> dict:
    return unit.latest_revision.content if unit.latest_revision else unit.serializable_data()


def _body(draft: dict) -> list[dict]:
    return json.loads(draft["body"]) if isinstance(draft["body"], str) else draft["body"] or []


def lint_of(page: CoursePage) -> list[rules.Finding]:
    return findings_of(*draft_of(page))


def findings_of(course: dict, units: list[dict], questions: list[dict]) -> list[rules.Finding]:
    """The lint, told what only the database knows: the dictionary, the files, and the minutes of a JP."""
    known = rules.Known(
        corrected={row.question_key: (row.body, row.key) for row in corrected_keys(course["page"].pk)},
        own=_own_slug(course) if course["requires"] else "",
        courses=_waits_for() if course["requires"] else None,
        competencies=frozenset(Competency.everything.values_list("code", flat=True)),
        files=existing_files(key for unit in units for key in unit["files"]),
        units=frozenset(unit["key"] for unit in units),
    )
    return rules.lint(course, units, questions, jp_minutes=int(rule("jp_minutes")), known=known)


def corrected_keys(page_id: int, key: str | None = None) -> list[QuestionVersion]:
    """Newest versions that no release froze: keys that were corrected for learners (decision 41). One statement."""
    newer = QuestionVersion.everything.filter(
        course=OuterRef("course"), question_key=OuterRef("question_key"), number__gt=OuterRef("number")
    )
    frozen = ReleaseQuestion.everything.filter(version=OuterRef("pk"))
    rows = QuestionVersion.everything.filter(~Exists(frozen), ~Exists(newer), course__page=page_id)
    return list(rows.filter(question_key=key) if key else rows)


def _own_slug(course: dict) -> str:
    return Course.everything.filter(page=course["page"].pk).values_list("slug", flat=True).first() or ""


def _waits_for() -> dict[str, list[str]]:
    """Every course of the catalogue with the courses its release requires, by their addresses."""
    rows = Course.everything.released().values_list("slug", "current_release__facts__requires")
    return {slug: [row["slug"] for row in required or ()] for slug, required in rows}


def required_courses(slugs: list[str]) -> list[dict]:
    """Courses to complete first, as a Release keeps them: identity, address and title. No statement for none."""
    if not slugs:
        return []
    rows = {row.slug: row for row in Course.everything.released().filter(slug__in=slugs)}
    found = [rows[slug] for slug in slugs if slug in rows]
    return [{"course": str(row.uuid), "slug": row.slug, "title": row.title} for row in found]


def _holds_file(block: dict) -> bool:
    return block["type"] in ("video", "download") and isinstance(block["value"], dict)


def existing_files(keys) -> frozenset[int]:
    from wagtail.documents import get_document_model

    wanted = {key for key in keys if key}
    return frozenset(get_document_model().objects.filter(pk__in=wanted).values_list("pk", flat=True) if wanted else ())


def publishes_for(user, agency_id: int) -> bool:
    return Grant.everything.live().filter(user=user, agency=agency_id, role=Grant.Role.PUBLISHER).exists()


def writers_of(covered: dict) -> set[int]:
    """Everyone who saved any revision of the covered pages."""
    from wagtail.models import Revision

    rows = Revision.page_revisions.filter(object_id__in=list(covered), user__isnull=False)
    return set(rows.values_list("user", flat=True))


def people_with(role: str, agency_id: int):
    """People of an agency who hold ``role`` today and can sign in: whom a notice reaches."""
    users = Grant.everything.live().filter(agency=agency_id, role=role, user__is_active=True).values("user")
    return Person.everything.filter(user__in=users)


def free_page_slug(parent, words: str) -> str:
    """An address below ``parent`` that nothing has yet."""
    base = slugify(words)[:70] or "kursus"
    taken = set(parent.get_children().filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(len(taken) + 1) if (slug := f"{base}-{n + 1}" if n else base) not in taken)


def covered_revisions(page: CoursePage) -> dict:
    """What a review covers: page keys with their revision, and the files of the library that the units show.

    Approval refuses when any has moved on.
    """
    page = CoursePage.objects.get(pk=page.pk)
    units = UnitPage.objects.child_of(page).select_related("latest_revision")
    pages = [(page.pk, page.latest_revision_id), *[(unit.pk, unit.latest_revision_id) for unit in units]]
    return _covered(pages, [_body(_content(unit)) for unit in units])


def covered_by(course: dict, units: list[dict]) -> dict:
    """The same, of drafts that ``draft_of`` has read."""
    page = course["page"]
    pages = [(page.pk, page.latest_revision_id), *[(unit["page_id"], unit["revision"]) for unit in units]]
    return _covered(pages, [unit["raw"] for unit in units])


def _covered(pages, bodies: list) -> dict:
    return {str(pk): revision for pk, revision in pages} | _library_marks(bodies)


def _library_marks(bodies: list) -> dict[str, str]:
    """Where each picture and file lies: Wagtail replaces them in place, but a new upload has a name of its own."""
    from wagtail.documents import get_document_model
    from wagtail.images import get_image_model

    blocks = [block for body in bodies for block in body if isinstance(block["value"], dict)]
    shelves = (
        ("image", get_image_model(), {block["value"].get("image") for block in blocks if block["type"] == "figure"}),
        ("file", get_document_model(), {block["value"].get("file") for block in blocks if _holds_file(block)}),
    )
    return {
        f"{name}:{pk}": file
        for name, model, keys in shelves
        if keys - {None}
        for pk, file in model.objects.filter(pk__in=keys - {None}).values_list("pk", "file")
    }
