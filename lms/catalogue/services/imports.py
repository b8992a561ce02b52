"""A folder of text files into drafts: planned first, then written, and twice the same changes nothing."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from cms.core.audit import audit
from cms.core.files import digest_of
from cms.core.text import tidy
from cms.directory.models import Agency, User
from cms.pages.models import SiteDocument, SiteImage
from cms.pages.services import library_of
from lms.catalogue import queries, rules
from lms.catalogue.models import Course, CoursePage, ImportDraft, ImportedFile, UnitPage
from lms.catalogue.rules.uploads import PICTURES, Folder
from lms.catalogue.services.drafts import desk_of, free_slug

KEPT_FOR = timedelta(days=1)


@transaction.atomic
def stage_import(*, folder: Folder, agency: Agency, by: User) -> ImportDraft:
    """Keep a checked folder until its author has seen what it would change."""
    ImportDraft.everything.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()
    return ImportDraft.everything.create(agency=agency, by=by, folder=folder.packed())


def unstage_import(*, staged: ImportDraft) -> None:
    """The folder is on the desk; its waiting copy goes."""
    ImportDraft.everything.filter(pk=staged.pk).delete()


@transaction.atomic
def import_course(*, files: dict[str, str], agency: Agency, by: User, media: dict[str, bytes] | None = None) -> Course:
    """Make or renew the drafts of a course from a folder of text files. Nothing learners see changes.

    Raises ``ImportRefused`` with every fault before anything is written (I07). What is the same stays untouched.
    """
    draft = rules.read_folder(files, frozenset(media or {}))
    course, page = _course_for(draft, agency)
    keys = _library_keys(media or {}, agency, by)
    changed = _fill_course(page, draft, by)
    existing = {unit.unit_key: unit for unit in UnitPage.objects.child_of(page).select_related("latest_revision")}
    written = [unit for unit in draft.units if _write_unit(page, existing.get(unit.key), unit, keys, by)]
    if changed or written:
        detail = {"units": len(written), "questions": len(draft.questions or [])}
        audit(by, "import_course", course, detail=detail)
    return course


def _course_for(draft: rules.CourseDraft, agency: Agency) -> tuple[Course, CoursePage]:
    code, title = str(draft.facts["code"]), draft.facts["title"]
    course = Course.everything.select_for_update().filter(agency=agency, code=code).first()
    folder = desk_of(agency)
    if course is None:
        course = Course(agency=agency, code=code, title=title, slug=free_slug(title))
    page = course.page or folder.add_child(
        instance=CoursePage(
            title=title, slug=queries.free_page_slug(folder, code), code=code, promise=draft.facts["promise"]
        )
    )
    if course.page_id != page.pk or course.title != title:
        course.page, course.title = page, title
        course.save()
    return course, page


def _fill_course(page: CoursePage, draft: rules.CourseDraft, by: User) -> bool:
    """Put the folder's facts on the desk; False when they stand there already."""
    desk = page.get_latest_revision_as_object()
    before = queries.facts_of(desk)
    wanted = queries.facts_in(draft, before["questions"])
    if page.latest_revision_id and before == wanted:
        return False
    for name, value in wanted.items():
        if name == "outline":
            value = [("module", {**module, "jp": Decimal(module["jp"])}) for module in value]
        elif name == "requires":
            value = [{"course": slug} for slug in value]
        setattr(desk, name, value)
    desk.save_revision(user=by)
    return True


def _write_unit(page: CoursePage, unit: UnitPage | None, draft: rules.UnitDraft, keys: dict, by: User) -> bool:
    body = queries.with_keys(draft.body, keys)
    if unit is None:
        unit = page.add_child(
            instance=UnitPage(title=draft.title, slug=f"{draft.slug}-{str(draft.key)[:8]}", unit_key=draft.key)
        )
    elif queries.unit_stands(unit, draft, body):
        return False
    desk = unit.get_latest_revision_as_object()
    desk.title, desk.minutes, desk.practice_minutes, desk.goal = (
        draft.title,
        draft.minutes,
        draft.practice_minutes,
        draft.goal,
    )
    desk.body = json.dumps(body)
    desk.save_revision(user=by)
    return True


def _library_keys(media: dict[str, bytes], agency: Agency, by: User) -> dict[str, int]:
    """The library's key of each file of the folder; a file that was taken before is not taken again."""
    return {path: _library_key(path, data, agency, by) for path, data in media.items()}


def _library_key(path: str, data: bytes, agency: Agency, by: User) -> int:
    digest = digest_of(data)
    known = ImportedFile.everything.filter(agency=agency, digest=digest).first()
    if known is not None:
        return known.image_id or known.document_id
    name, shelf = PurePosixPath(path), library_of(agency).collection
    facts = {"title": tidy(name.stem)[:255], "uploaded_by_user": by, "collection": shelf}
    if name.suffix.lower() in PICTURES:
        image = SiteImage.objects.create(file=ContentFile(data, name=name.name), **facts)
        ImportedFile.everything.create(agency=agency, digest=digest, image=image)
        return image.pk
    document = SiteDocument.objects.create(file=ContentFile(data, name=name.name), **facts)
    ImportedFile.everything.create(agency=agency, digest=digest, document=document)
    return document.pk
