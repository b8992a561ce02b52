"""What a lower screen shows from above: the higher app registers, the lower screen asks (design 2)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import get_language


@dataclass(frozen=True)
class MenuEntry:
    """One line of the rail. ``may(user)`` decides whether it is shown; ``short`` is its word in the bottom bar of a
    phone, a fifth of its width."""

    label: str
    url_name: str
    icon: str
    order: int
    may: Callable
    short: str = ""


@dataclass(frozen=True)
class Section:
    """A part of a screen that a higher app fills: ``context(request, subject)`` gives the template's variables."""

    place: str
    template: str
    order: int
    context: Callable


MENU: list[MenuEntry] = []
# What a new group of an agency's desk may do: ``give(group, agency)``; agency None is the group of the site's pages.
GROUP_RIGHTS: list[Callable] = []
SECTIONS: list[Section] = []
DEMO: list[Callable] = []


def add_menu(entry: MenuEntry) -> None:
    MENU.append(entry)
    MENU.sort(key=lambda e: e.order)


def add_section(section: Section) -> None:
    SECTIONS.append(section)
    SECTIONS.sort(key=lambda s: s.order)


def add_demo(part: Callable) -> None:
    """``part(people, dice)`` adds what a higher floor knows to the demo world (`manage.py demo`)."""
    DEMO.append(part)


def add_group_rights(give: Callable) -> None:
    GROUP_RIGHTS.append(give)


class Shown(NamedTuple):
    """A line of the rail as one person sees it."""

    label: str
    url: str
    icon: str
    current: bool
    short: str


def menu_of(request) -> tuple[Shown, ...]:
    names, language = tuple([entry.url_name for entry in MENU if entry.may(request.user)]), get_language()
    # The longest address that leads to this page is where we are.
    here = max((url for url in _addresses(names, language) if request.path.startswith(url)), key=len, default="")
    return _shown(names, language, here)


@lru_cache(maxsize=100)
def _addresses(names: tuple[str, ...], language: str) -> list[str]:
    return [reverse(name) for name in names]


@lru_cache(maxsize=1000)
def _shown(names: tuple[str, ...], language: str, here: str) -> tuple[Shown, ...]:
    entries = {entry.url_name: entry for entry in MENU}
    urls = _addresses(names, language)
    return tuple(
        Shown(str(entries[name].label), url, entries[name].icon, url == here, str(entries[name].short))
        for name, url in zip(names, urls, strict=True)
    )


def sections_of(place: str, request, subject=None) -> list[dict]:
    return [
        {"template": section.template, **section.context(request, subject)}
        for section in SECTIONS
        if section.place == place
    ]


TYPED: dict[str, Callable] = {}


def add_typed(url_name: str, tell: Callable) -> None:
    """``tell(user, keys, typed)`` lists (label, value) of what was typed into the form that goes to ``url_name``."""
    TYPED[url_name] = tell


KEPT: list[Callable] = []


def add_kept(part: Callable) -> None:
    """``part(person)`` lists the statutory records that stay when ``person`` is erased, as plain words (S02)."""
    KEPT.append(part)


def kept_of(person) -> list:
    return [line for part in KEPT for line in part(person)]
