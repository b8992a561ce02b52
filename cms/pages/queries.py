"""Reads of the site's pages, for everybody, and of the library, always for one person."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.utils.translation import get_language
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.pages.models import SiteRendition, StandardPage
from cms.pages.permissions import files_of
from cms.pages.rendering import prose

KINDS = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


def documents_of(user):
    model = get_document_model()
    return files_of(user, model) if user.is_authenticated else model.objects.none()


def picture_of(user, path: str):
    """The stored file at ``path`` when it is a picture, or a size of one, that ``user`` may meet; else None."""
    if not user.is_authenticated or picture_kind(path) is None:
        return None
    images = files_of(user, get_image_model())
    row = SiteRendition.objects.filter(file=path, image__in=images).first() or images.filter(file=path).first()
    return row.file if row else None


def picture_kind(path: str) -> str | None:
    return KINDS.get(PurePosixPath(path).suffix)


@dataclass(frozen=True)
class SitePage:
    """A page of the site as readers see it: plain values, so that what is drawn of it may be kept (`core.public`)."""

    title: str
    path: str
    summary: str
    body: str
    language: str
    changed_at: datetime | None

    @property
    def html(self):
        """Asked only when the page is drawn anew: links to other pages cost a statement."""
        return prose(self.body)


def shown(page: StandardPage) -> SitePage:
    return SitePage(
        page.title, page.path_below_home, page.search_description, page.body, page.locale.language_code,
        page.last_published_at,
    )  # fmt: skip


def _published():
    """Published and closed to nobody. Two statements: the pages, and those that are closed."""
    return StandardPage.objects.live().public().select_related("locale")


def site_pages() -> list[SitePage]:
    """Every page once, the newest first: in the reader's language where it was translated."""
    pages = {}
    for page in _published().order_by("-last_published_at", "-pk"):
        known = pages.get(page.translation_key)
        if known is None or page.locale.language_code == get_language():
            pages[page.translation_key] = page
    return [shown(page) for page in pages.values()]


def site_page(path: str) -> SitePage | None:
    """The page at ``path`` below the home; of two languages at one path, the reader's own."""
    rows = _published().filter(slug=path.rsplit("/", 1)[-1])
    found = [page for page in rows if page.path_below_home == path]
    found.sort(key=lambda page: page.locale.language_code != get_language())
    return shown(found[0]) if found else None
