"""Content-addressed files: stored under their own digest, never under a name a person chose (U06, I16)."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cms.core.models import StoredFile


def _name(digest: str) -> str:
    return f"blob/{digest[:2]}/{digest}"


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def keep(data: bytes, *, kind: str) -> str:
    """Store ``data`` once and return its sha256 digest (64 hex digits)."""
    digest = digest_of(data)
    if not default_storage.exists(_name(digest)):
        default_storage.save(_name(digest), ContentFile(data))
    StoredFile.everything.bulk_create([StoredFile(digest=digest, kind=kind, size=len(data))], ignore_conflicts=True)
    return digest


def is_there(digest: str) -> bool:
    """Whether the bytes still exist: what held the name of an erased person does not."""
    return default_storage.exists(_name(digest))


def forget(digest: str) -> None:
    """Take the bytes away; the row stays, so that a copy can still be recognised by its digest."""
    default_storage.delete(_name(digest))


def read(digest: str) -> bytes:
    with default_storage.open(_name(digest)) as file:
        return file.read()


def open_file(digest: str):
    """The stored file, to be sent in pieces."""
    return default_storage.open(_name(digest))


def key_folder() -> Path:
    return Path(settings.BESTARI_SIGNING_FOLDER)
