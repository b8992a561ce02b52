"""The library of an agency: one collection, and what its groups may do there (design 3.8)."""

from datetime import timedelta

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site, UploadedFile

from cms.directory.models import Agency
from cms.pages.models import HomePage, Library, StandardPage

UNFINISHED_FOR = timedelta(days=1)
# Wagtail reads "add" as "add, and change what I added myself".
IN_THE_LIBRARY = ("add_image", "choose_image", "add_document", "choose_document")
ON_SITE_PAGES = ("add_page", "change_page", "publish_page")


@transaction.atomic
def library_of(agency: Agency | None) -> Library:
    """The agency's own collection, made when the first group needs it; None is the library of the site's pages."""
    library = Library.objects.filter(agency=agency).first()
    if library is None:
        root = Collection.get_first_root_node() or Collection.add_root(name="Root")
        collection = root.add_child(instance=Collection(name=(agency.name if agency else "Bestari")[:255]))
        library = Library.objects.create(agency=agency, collection=collection)
    return library


@transaction.atomic
def first_home() -> HomePage:
    """The root of the site's own pages; made once, in place of Wagtail's welcome page."""
    if home := HomePage.objects.order_by("path").first():
        return home
    root = Page.get_first_root_node()
    home = root.add_child(instance=HomePage(title="Bestari", slug="bestari"))
    for site in Site.objects.filter(is_default_site=True):
        site.root_page, site.site_name = home, "Bestari"
        site.save()
    Page.objects.filter(depth=2, slug="home").exclude(pk=home.pk).delete()
    return home


@transaction.atomic
def publish_page(*, title: str, slug: str, summary: str, body: str, by=None) -> StandardPage:
    """A page of the site that everybody reads at once."""
    page = StandardPage(title=title, slug=slug, search_description=summary, body=body, owner=by)
    first_home().add_child(instance=page)
    page.save_revision(user=by).publish()
    return page


def give_library_rights(group: Group, agency: Agency | None) -> None:
    """A new group enters the admin and works in its own library; the site's group also on the site's pages."""
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    collection = library_of(agency).collection
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=collection, permission=right)
        for right in Permission.objects.filter(
            content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__in=IN_THE_LIBRARY
        )
    )
    if agency is None:
        rights = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=ON_SITE_PAGES)
        GroupPagePermission.objects.bulk_create(
            GroupPagePermission(group=group, page=first_home(), permission=right) for right in rights
        )


def forget_unfinished_uploads() -> int:
    """Files whose form was never filled in go after a day (U11); nothing points at them."""
    old = [upload for upload in UploadedFile.objects.all() if _is_stale(upload.file)]
    for upload in old:
        upload.file.delete(save=False)
        upload.delete()
    return len(old)


def _is_stale(file) -> bool:
    """The row has no date, so the file's own is asked."""
    if not file or not file.storage.exists(file.name):
        return True
    return file.storage.get_modified_time(file.name) < timezone.now() - UNFINISHED_FOR
