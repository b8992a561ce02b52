"""The desk of an agency: made with its first course."""

from django.db import transaction
from django.utils.text import slugify
from wagtail.models import Page

from cms.directory.models import Agency, Grant
from cms.pages.services import first_home
from lms.catalogue.models import Course, DeskFolder


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


def free_slug(title: str) -> str:
    base = slugify(title)[:70] or "kursus"
    taken = set(Course.everything.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(len(taken) + 1) if (slug := f"{base}-{n + 1}" if n else base) not in taken)
