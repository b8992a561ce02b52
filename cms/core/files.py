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


def keep(data: bytes, *, kind: str, owner: str = "") -> str:
    """Store ``data`` once and return its sha256 digest (64 hex digits).

    With ``owner`` it is stored apart, under a digest of both: what is forgotten with a person is hers alone, whoever
    else sent the same bytes.
    """
    return keep_all([data], kind=kind, owner=owner)[0]


def keep_all(some: list[bytes], *, kind: str, owner: str = "") -> list[str]:
    """``keep`` for several at once, in their order."""
    mark = owner.encode()
    rows = [StoredFile(digest=digest_of(mark + data), kind=kind, size=len(data)) for data in some]
    for row, data in zip(rows, some, strict=True):
        if not default_storage.exists(_name(row.digest)):
            default_storage.save(_name(row.digest), ContentFile(data))
    StoredFile.everything.bulk_create(rows, ignore_conflicts=True)
    return [row.digest for row in rows]


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
