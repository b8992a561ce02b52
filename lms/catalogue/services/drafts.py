"""Writes of drafts: the agency's desk, and a folder of text files into drafts."""

import json
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Page

from cms.core.audit import audit
from cms.directory.models import Agency, Grant, User
from cms.pages.services import first_home
from lms.catalogue import rules
from lms.catalogue.models import Course, CoursePage, DeskFolder, UnitPage


@transaction.atomic
def desk_of(agency: Agency) -> DeskFolder:
    """The agency's authoring subtree, beside the site's own pages: rights on those never reach a desk."""
    folder = DeskFolder.objects.filter(agency=agency).first()
    if folder is None:
        first_home()
        folder = Page.get_first_root_node().add_child(
            instance=DeskFolder(title=agency.name, slug=slugify(agency.code), agency=agency, live=False)
        )
        _give_desk_rights(folder)
    elif folder.depth > 2:  # made before desks stood beside the site
        folder.move(Page.get_first_root_node(), "last-child")
        folder.refresh_from_db()
    return folder


def _give_desk_rights(folder: DeskFolder) -> None:
    """Authors add and edit, publishers too; nobody may publish: only a review makes a release (design 3.8)."""
    from django.contrib.auth.models import Permission
    from wagtail.models import GroupPagePermission

    from cms.directory.services import desk_group

    rights = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=["add_page", "change_page"])
    for role in Grant.DESK:
        group = desk_group(folder.agency, role)
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
        course = Course(agency=agency, code=code, title=draft.facts["title"], slug=free_slug(draft.facts["title"]))
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


def free_slug(title: str) -> str:
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
