"""Writes of the catalogue: a folder of text files into drafts, drafts into review, review into a Release."""

import hashlib
import json
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.models import Page

from cms.core.audit import audit
from cms.core.events import announce
from cms.directory.models import Agency, Grant, User
from cms.pages.models import HomePage
from lms import events
from lms.catalogue import queries, rules
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.models import (
    ContentBlob,
    Course,
    CoursePage,
    DeskFolder,
    QuestionVersion,
    Release,
    ReleaseQuestion,
    ReleaseUnit,
    Review,
    UnitPage,
    UnitReport,
)  # fmt: skip
from lms.catalogue.rendering import image_facts, text_of, unit_parts


def _digest(*parts) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


@transaction.atomic
def desk_of(agency: Agency) -> DeskFolder:
    """The agency's authoring subtree; made when its first course is."""
    folder = DeskFolder.objects.filter(agency=agency).first()
    if folder is None:
        home = HomePage.objects.first() or _first_home()
        folder = home.add_child(
            instance=DeskFolder(title=agency.name, slug=slugify(agency.code), agency=agency, live=False)
        )
        _give_desk_rights(folder)
    return folder


def _first_home() -> HomePage:
    root = Page.get_first_root_node()
    Page.objects.filter(depth=2, slug="home").exclude(pk__in=HomePage.objects.values("pk")).delete()
    root.refresh_from_db()
    return root.add_child(instance=HomePage(title="Bestari", slug="bestari"))


def _give_desk_rights(folder: DeskFolder) -> None:
    """Authors add and edit, publishers too; nobody may publish: only a review makes a release (design 3.8)."""
    from django.contrib.auth.models import Permission
    from wagtail.models import GroupPagePermission

    from cms.directory.services import desk_group

    admin_door = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    rights = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=["add_page", "change_page"])
    for role in Grant.DESK:
        group = desk_group(folder.agency, role)
        group.permissions.add(admin_door)
        for right in rights:
            GroupPagePermission.objects.get_or_create(group=group, page=folder, permission=right)


@transaction.atomic
def import_course(*, files: dict[str, str], agency: Agency, by: User) -> Course:
    """Make or renew the drafts of a course from a folder of text files. Nothing learners see changes.

    Raises ``ImportRefused`` with every fault before anything is written (I07).
    """
    draft = rules.read_folder(files)
    code = str(draft.facts["code"])
    course = Course.everything.select_for_update().filter(agency=agency, code=code).first()
    folder = desk_of(agency)
    if course is None:
        course = Course(agency=agency, code=code, title=draft.facts["title"], slug=_free_slug(draft.facts["title"]))
    page = course.page or folder.add_child(
        instance=CoursePage(
            title=draft.facts["title"], slug=slugify(code), code=code, promise=draft.facts["promise"], live=False
        )
    )
    course.page, course.title = page, draft.facts["title"]
    course.save()
    _fill_course(page, draft)
    page.save_revision(user=by)
    existing = {unit.unit_key: unit for unit in UnitPage.objects.child_of(page)}
    for unit in draft.units:
        _write_unit(page, existing.get(unit.key), unit, by)
    audit(by, "import_course", course, detail={"units": len(draft.units), "questions": len(draft.questions)})
    return course


def _free_slug(title: str) -> str:
    base = slugify(title)[:70] or "kursus"
    taken = set(Course.everything.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(len(taken) + 1) if (slug := f"{base}-{n + 1}" if n else base) not in taken)


def _fill_course(page: CoursePage, draft: rules.CourseDraft) -> None:
    facts = draft.facts
    page.title, page.promise, page.about = facts["title"], facts["promise"], draft.about
    page.jp, page.mode, page.level = Decimal(str(facts["jp"])), facts.get("mode", "daring"), facts.get("level", 1)
    page.outcomes, page.audience = facts.get("outcomes", []), facts.get("audience", [])
    page.competencies, page.exam = facts.get("competencies", []), facts.get("exam") or {}
    page.pass_score, page.questions = facts.get("pass_score", 70), draft.questions
    page.outline = [
        (
            "module",
            {
                "key": m["key"],
                "title": m["title"],
                "jp": Decimal(m["jp"]),
                "outcome": m.get("outcome", ""),
                "units": m["units"],
            },
        )
        for m in draft.modules
    ]


def _write_unit(page: CoursePage, unit: UnitPage | None, draft: rules.UnitDraft, by: User) -> None:
    if unit is None:
        unit = page.add_child(
            instance=UnitPage(
                title=draft.title, slug=f"{draft.slug}-{str(draft.key)[:8]}", unit_key=draft.key, live=False
            )
        )
    unit.title, unit.minutes, unit.practice_minutes, unit.goal = (
        draft.title,
        draft.minutes,
        draft.practice_minutes,
        draft.goal,
    )
    unit.body = json.dumps(draft.body)
    unit.save_revision(user=by)


@transaction.atomic
def submit(*, course: Course, by: User, note: str = "") -> Review:
    """Ask for one review of the whole course; the review names the revisions it covers."""
    errors = [f for f in queries.lint_of(course.page) if f.level == "error"]
    if errors:
        raise ReleaseRefused(_("The course has errors; mend them before you submit it."), errors)
    if course.reviews.filter(state=Review.State.OPEN).exists():
        raise ReleaseRefused(_("This course is already waiting for review."))
    review = Review.everything.create(
        course=course, covered=queries.covered_revisions(course.page), submitted_by=by, note=note
    )
    audit(by, "submit_course", course, detail={"review": str(review.uuid)})
    return review


@transaction.atomic
def send_back(*, review: Review, by: User, comment: str) -> None:
    """Return a course to its author with a reason."""
    if not comment.strip():
        raise ReleaseRefused(_("Say what should change before you return the course."))
    Review.everything.filter(pk=review.pk, state=Review.State.OPEN).update(
        state=Review.State.RETURNED, decided_by=by, decided_at=timezone.now(), comment=comment
    )
    audit(by, "return_course", review.course, detail={"review": str(review.uuid)})


@transaction.atomic
def approve(*, review: Review, by: User, comment: str = "") -> Release:
    """A publisher who wrote none of it releases exactly what the review covers (design 3.10)."""
    review = (
        Review.everything.select_for_update(of=("self",))
        .select_related("course__agency", "course__page")
        .get(pk=review.pk)
    )
    _refuse_unfit_approval(review, by)
    made = release(course=review.course, by=by, note=review.note)
    review.state, review.decided_by, review.decided_at = Review.State.APPROVED, by, timezone.now()
    review.comment, review.release = comment, made
    review.save()
    return made


def _refuse_unfit_approval(review: Review, by: User) -> None:
    if review.state != Review.State.OPEN:
        raise ReleaseRefused(_("This review is already decided."))
    if not Grant.everything.live().filter(user=by, agency=review.course.agency, role=Grant.Role.PUBLISHER).exists():
        raise ReleaseRefused(_("Only a publisher of the course's agency may release it."))
    if review.covered != queries.covered_revisions(review.course.page):
        raise ReleaseRefused(_("The course changed after it was submitted. Ask the author to submit it again."))
    if by.pk in writers_of(review.covered):
        raise ReleaseRefused(_("You wrote part of this course, so another publisher must release it."))


def writers_of(covered: dict) -> set[int]:
    """Everyone who saved any revision of the covered pages."""
    from wagtail.models import Revision

    rows = Revision.page_revisions.filter(object_id__in=list(covered), user__isnull=False)
    return set(rows.values_list("user", flat=True))


@transaction.atomic
def release(*, course: Course, by: User, note: str = "") -> Release:
    """Freeze the latest drafts into an immutable Release and move the course's pointer to it.

    Full validation and lint run here, because drafts skip them. Raises ``ReleaseRefused`` with the findings.
    """
    course = Course.everything.select_for_update().get(pk=course.pk)
    draft, units, questions = queries.draft_of(course.page)
    errors = [f for f in rules.lint(draft, units, questions) if f.level == "error"]
    if errors:
        raise ReleaseRefused(_("The course has errors and was not released."), errors)
    outline = _freeze_outline(draft, units)
    row = _release_row(course, draft, outline, by, note)
    _refuse_no_change(course, row)
    row.save(force_insert=True)
    _freeze_units(row)
    _freeze_questions(row, units, questions)
    Course.everything.filter(pk=course.pk).update(current_release=row, title=row.title)
    audit(by, "release", course, detail={"number": row.number, "digest": row.digest})
    announce(events.released, events.CourseReleased(release_id=row.pk, course_id=course.pk))
    return row


def _freeze_outline(draft: dict, units: list[dict]) -> list[dict]:
    by_key = {unit["key"]: unit for unit in units}
    outline = []
    for module in draft["modules"]:
        frozen = [_freeze_unit(by_key[key]) for key in module["units"]]
        outline.append({**{k: module[k] for k in ("key", "title", "jp", "outcome")}, "units": frozen})
    return outline


def _freeze_unit(unit: dict) -> dict:
    images = {b["value"]["image"] for b in unit["raw"] if b["type"] == "figure"}
    parts = unit_parts(unit["raw"], image_facts(images) if images else {})
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


def _release_row(course: Course, draft: dict, outline: list, by: User, note: str) -> Release:
    page = draft["page"]
    facts = {
        "about": page.about, "outcomes": page.outcomes, "audience": page.audience, "mode": page.mode,
        "level": page.level, "competencies": page.competencies,
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
        note=note[:300], covered=queries.covered_revisions(course.page), released_by=by,
    )  # fmt: skip


def _required(outline: list) -> list[str]:
    return [unit["key"] for module in outline for unit in module["units"] if unit["required"]]


def _refuse_no_change(course: Course, row: Release) -> None:
    if course.current_release_id and course.current_release.digest == row.digest:
        raise ReleaseRefused(_("Nothing changed since release %(number)s.") % {"number": course.current_release.number})


def _freeze_units(row: Release) -> None:
    ReleaseUnit.everything.bulk_create(
        ReleaseUnit(release=row, unit_key=unit["key"], ordinal=n, required=unit["required"], blob_id=unit["blob"])
        for n, unit in enumerate(row.units, 1)
    )


def _freeze_questions(row: Release, units: list[dict], questions: list[dict]) -> None:
    by_key = {q["key"]: q for q in questions}
    pool = []
    for unit in units:
        pool += [(by_key[key], "check", unit["key"]) for key in unit["checks"]]
    pool += [(q, "exam", None) for q in questions if q.get("use") == "exam"]
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


@transaction.atomic
def report_fault(*, release: Release, unit_key, person, text: str) -> UnitReport:
    """'Ada yang keliru di sini' reaches the authors of the course's agency."""
    row = UnitReport.everything.create(
        release=release, agency=release.course.agency, unit_key=unit_key, person=person, text=text
    )
    audit(None, "report_fault", row, agency_id=release.course.agency_id)
    return row
