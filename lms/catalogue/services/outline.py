"""Writes of the outline, the question bank and the exam: each a draft revision of the course's desk, nothing more."""

import uuid
from collections.abc import Callable
from decimal import Decimal

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cms.core.audit import audit
from cms.directory.models import Agency, User
from lms.catalogue import queries, rules
from lms.catalogue.exceptions import DraftMoved, OutlineRefused
from lms.catalogue.models import Course, CoursePage, UnitPage
from lms.catalogue.services.drafts import desk_of, free_slug


@transaction.atomic
def start_course(*, agency: Agency, title: str, code: str, promise: str, jp: Decimal, by: User) -> Course:
    """An empty course on the agency's desk, with its first module."""
    folder = desk_of(agency)
    page = folder.add_child(
        instance=CoursePage(title=title, slug=queries.free_page_slug(folder, code), code=code, promise=promise, jp=jp)
    )
    course = Course.everything.create(agency=agency, code=code, title=title, slug=free_slug(title), page=page)
    modules = rules.add_module([], title=_("Module 1"), jp=str(jp))
    _save_outline(page, modules, by)
    audit(by, "start_course", course)
    return course


@transaction.atomic
def arrange(*, course: Course, by: User, change: Callable[[list[dict]], list[dict]]) -> bool:
    """Apply one move to the newest outline; a move that changes nothing leaves no revision."""
    page = _locked_draft(course)
    before = queries.modules_of(page)
    after = change(before)
    if after == before:
        return False
    _save_outline(page, after, by)
    return True


@transaction.atomic
def add_unit(*, course: Course, module: str, title: str, minutes: int, by: User) -> UnitPage:
    """A new, empty unit at the end of a module."""
    page = _locked_draft(course)
    modules = queries.modules_of(page)
    units = next((m["units"] for m in modules if m["key"] == module), None)
    if units is None:
        raise OutlineRefused(_("This module is no longer in the outline. Load the page again."))
    key = uuid.uuid4()
    unit = CoursePage.objects.get(pk=page.pk).add_child(
        instance=UnitPage(title=title, slug=f"{slugify(title)[:60]}-{str(key)[:8]}", unit_key=key, minutes=minutes)
    )
    unit.save_revision(user=by, clean=False)
    _save_outline(_locked_draft(course), rules.place_unit(modules, str(key), module, units[-1] if units else ""), by)
    return unit


@transaction.atomic
def save_question(*, course: Course, row: dict, by: User, seen: str = "") -> None:
    """Put ``row`` into the bank, by its key. ``seen``: the digest of the wording that the author started from."""
    page = _locked_draft(course)
    bank = list(page.questions)
    place = next((n for n, old in enumerate(bank) if old.get("key") == row["key"]), None)
    _refuse_moved(bank[place] if place is not None else None, seen)
    if place is None:
        bank.append(row)
    elif bank[place] == row:
        return
    else:
        bank[place] = row
    page.questions = bank
    page.save_revision(user=by, clean=False)


@transaction.atomic
def take_corrected_key(*, course: Course, key: str, by: User) -> bool:
    """Put the key that was corrected for learners into the draft's question; False when it stands there already."""
    page = _locked_draft(course)
    found = queries.corrected_keys(course.page_id, key)
    place = next((n for n, row in enumerate(page.questions) if isinstance(row, dict) and row.get("key") == key), None)
    if not found or place is None or not rules.holds_old_key(page.questions[place], found[0].body, found[0].key):
        return False
    bank = list(page.questions)
    bank[place] = rules.with_key(bank[place], found[0].key)
    page.questions = bank
    page.save_revision(user=by, clean=False)
    audit(by, "take_key", course, detail={"question": key})
    return True


def _refuse_moved(now: dict | None, seen: str) -> None:
    if seen and (now is None or rules.question_digest(now) != seen):
        raise DraftMoved(_("Someone else changed this question while you were writing."), now)
    if not seen and now is not None:
        raise DraftMoved(_("A question with this key already exists."), now)


@transaction.atomic
def delete_question(*, course: Course, key: str, by: User) -> None:
    """Out of the bank; releases keep the versions they froze."""
    page = _locked_draft(course)
    left = [row for row in page.questions if row.get("key") != key]
    if len(left) != len(page.questions):
        page.questions = left
        page.save_revision(user=by, clean=False)
        audit(by, "delete_question", course, detail={"question": key})


@transaction.atomic
def save_exam(*, course: Course, exam: dict, pass_score: int, by: User) -> None:
    """The final exam and the score that passes it; an empty ``exam`` means the course has none."""
    page = _locked_draft(course)
    if (page.exam or {}, page.pass_score) == (exam, pass_score):
        return
    page.exam, page.pass_score = exam, pass_score
    page.save_revision(user=by, clean=False)


def _locked_draft(course: Course) -> CoursePage:
    # Two authors who move units at once must each see the other's move, not overwrite it.
    Course.everything.select_for_update().get(pk=course.pk)
    return CoursePage.objects.get(pk=course.page_id).get_latest_revision_as_object()


def _save_outline(page: CoursePage, modules: list[dict], by: User) -> None:
    page.outline = [("module", {**module, "jp": Decimal(str(module["jp"] or 0))}) for module in modules]
    page.save_revision(user=by, clean=False)
