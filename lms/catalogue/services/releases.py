"""The freeze: latest drafts into an immutable Release (anchors 3.5)."""

import hashlib
import json

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from cms.core.audit import audit
from cms.core.counters import hold
from cms.core.events import announce
from cms.directory.models import Agency, User
from lms import events
from lms.catalogue import queries, rules
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.models import (
    ContentBlob,
    Course,
    QuestionVersion,
    Release,
    ReleaseFile,
    ReleaseQuestion,
    ReleaseUnit,
)
from lms.catalogue.rendering import library_of, text_of, unit_parts


def _digest(*parts) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


@transaction.atomic
def release(*, course: Course, by: User, note: str = "", covered: dict | None = None) -> Release:
    """Freeze the latest drafts into an immutable Release and move the course's pointer to it.

    Full validation and lint run here, because drafts skip them. Raises ``ReleaseRefused`` with the findings.
    ``covered``: what an approval names; anything else that was read here was saved in the meantime and is refused.
    """
    course = Course.everything.select_for_update().get(pk=course.pk)
    draft, units, questions = queries.draft_of(course.page)
    if draft["requires"]:
        # Only a release that requires others can close a circle: one after another each sees what the last required.
        hold("requires")
    errors = [f for f in queries.findings_of(draft, units, questions) if f.level == "error"]
    if errors:
        raise ReleaseRefused(_("The course has errors and was not released."), errors)
    outline = _freeze_outline(draft, units, course.agency)
    # After the freeze, which reads the library's files.
    read = queries.covered_by(draft, units)
    if covered is not None and covered != read:
        raise ReleaseRefused(_("The course changed after it was submitted. Ask the author to submit it again."))
    row = _release_row(course, draft, outline, by, note, read)
    _refuse_no_change(course, row)
    row.save(force_insert=True)
    _freeze_units(row)
    _freeze_files(row)
    _freeze_questions(row, units, questions)
    Course.everything.filter(pk=course.pk).update(current_release=row, title=row.title)
    audit(by, "release", course, detail={"number": row.number, "digest": row.digest})
    announce(events.released, events.CourseReleased(release_id=row.pk, course_id=course.pk))
    return row


def _freeze_outline(draft: dict, units: list[dict], agency: Agency) -> list[dict]:
    by_key = {unit["key"]: unit for unit in units}
    outline = []
    for module in draft["modules"]:
        frozen = [_freeze_unit(by_key[key], agency) for key in module["units"]]
        outline.append({**{k: module[k] for k in ("key", "title", "jp", "outcome")}, "units": frozen})
    return outline


def _freeze_unit(unit: dict, agency: Agency) -> dict:
    parts = unit_parts(unit["raw"], library_of(unit["raw"], agency, keep=True))
    data = {"title": unit["title"], "goal": unit["goal"], "minutes": unit["minutes"], "parts": parts}
    digest = _digest("unit", data)
    ContentBlob.everything.bulk_create(
        [ContentBlob(digest=digest, kind="unit", data=data, text=text_of(parts))], ignore_conflicts=True
    )
    return {
        "key": unit["key"],
        "title": unit["title"],
        "minutes": unit["minutes"],
        "required": unit["required"],
        "blob": digest,
        "checks": len(unit["checks"]),
    }


def _release_row(course: Course, draft: dict, outline: list, by: User, note: str, covered: dict) -> Release:
    page = draft["page"]
    facts = {
        "about": page.about, "outcomes": page.outcomes, "audience": page.audience, "mode": page.mode,
        "level": page.level, "competencies": page.claims,
        "requires": queries.required_courses(draft["requires"]),
    }  # fmt: skip
    rules_ = {"pass_score": page.pass_score, "sequential": page.sequential, "exam": bool(page.exam)}
    minutes = sum(u["minutes"] for m in outline for u in m["units"]) + int((page.exam or {}).get("minutes") or 0)
    digest = _digest(page.title, page.promise, page.jp, facts, outline, rules_, page.exam, page.questions)
    previous = course.releases.order_by("-number").first()
    shape = (_required(outline), rules_, page.exam)
    same_shape = previous is not None and shape == (_required(previous.outline), previous.rules, previous.exam)
    return Release(
        course=course, number=queries.next_release_number(course),
        kind=Release.Kind.MINOR if same_shape else Release.Kind.MAJOR, title=page.title, promise=page.promise,
        jp=page.jp, minutes=minutes, facts=facts, outline=outline, rules=rules_, exam=page.exam or {}, digest=digest,
        note=note[:300], covered=covered, released_by=by,
    )  # fmt: skip


def _required(outline: list) -> set[str]:
    return {unit["key"] for module in outline for unit in module["units"] if unit["required"]}


def _refuse_no_change(course: Course, row: Release) -> None:
    if course.current_release_id and course.current_release.digest == row.digest:
        raise ReleaseRefused(_("Nothing changed since release %(number)s.") % {"number": course.current_release.number})


def _freeze_units(row: Release) -> None:
    ReleaseUnit.everything.bulk_create(
        ReleaseUnit(release=row, unit_key=unit["key"], ordinal=n, required=unit["required"], blob_id=unit["blob"])
        for n, unit in enumerate(row.units, 1)
    )


def _freeze_files(row: Release) -> None:
    """Which files belong to the release: whoever has a place on it may fetch them, nobody else (Z11)."""
    blobs = ContentBlob.everything.filter(pk__in={unit["blob"] for unit in row.units})
    parts = [part for blob in blobs for part in blob.data["parts"] if part.get("digest")]
    rows = {
        part["digest"]: ReleaseFile(
            release=row, digest=part["digest"], name=part.get("name", ""), type=part.get("type", "image/webp")
        )
        for part in parts
    }
    ReleaseFile.everything.bulk_create(rows.values())


def _freeze_questions(row: Release, units: list[dict], questions: list[dict]) -> None:
    by_key = {q["key"]: q for q in questions}
    pool = []
    for unit in units:
        pool += [(by_key[key], "check", unit["key"]) for key in unit["checks"]]
    taught = {unit["key"] for unit in row.units}
    pool += [(q, "exam", rules.teaching_unit(q, taught)) for q in questions if q.get("use") == "exam"]
    versions: dict[str, QuestionVersion] = {}
    for question, _use, _unit in pool:
        versions.setdefault(question["key"], _question_version(row.course, question))
    ReleaseQuestion.everything.bulk_create(
        ReleaseQuestion(release=row, version=versions[q["key"]], use=use, unit_key=unit) for q, use, unit in pool
    )


def _question_version(course: Course, row: dict) -> QuestionVersion:
    body, key = rules.question_body(row)
    digest = _digest(row["kind"], body, key, row.get("competency"), row.get("difficulty"))
    latest = QuestionVersion.everything.filter(course=course, question_key=row["key"]).order_by("-number").first()
    if latest is not None and latest.digest == digest:
        return latest
    return QuestionVersion.everything.create(
        course=course, question_key=row["key"], number=latest.number + 1 if latest else 1, kind=row["kind"], body=body,
        key=key, competency=row.get("competency", ""), difficulty=row.get("difficulty", ""), digest=digest,
    )  # fmt: skip


def next_version(version: QuestionVersion, key: dict) -> QuestionVersion:
    """The same question with another key, as the next number: how a wrong key is mended. Call it under the course."""
    last = QuestionVersion.everything.filter(course=version.course_id, question_key=version.question_key).aggregate(
        last=Max("number")
    )["last"]
    return QuestionVersion.everything.create(
        course_id=version.course_id, question_key=version.question_key, number=last + 1, kind=version.kind,
        body=version.body, key=key, competency=version.competency, difficulty=version.difficulty,
        digest=_digest(version.kind, version.body, key, version.competency, version.difficulty),
    )  # fmt: skip
