"""Addresses of things that one UUID names, on a short way: a page with lists asks for dozens of them."""

from functools import lru_cache
from uuid import UUID

from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language

ANY = UUID("00000000-0000-face-0000-000000000000")


def path_to(name: str, key: UUID) -> str:
    """What ``reverse(name, args=[key])`` gives; the way to it is looked up once a process."""
    before, after = _around(name, get_language(), get_script_prefix())
    return f"{before}{key}{after}"


@lru_cache(maxsize=200)
def _around(name: str, language: str, prefix: str) -> tuple[str, str]:
    before, _any, after = reverse(name, args=[ANY]).partition(str(ANY))
    return before, after
