"""Reads of the library, always for one person."""

from pathlib import PurePosixPath

from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.pages.models import SiteRendition
from cms.pages.permissions import files_of

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
