"""Reads of the dictionary."""

import time

from django.db.models import Count

from cms.core.prepared import Prepared
from lms.competencies.models import Competency, FrameworkRelease, LevelText

KEPT_SECONDS = 30
_kept: tuple[float, dict[str, Competency]] = (0.0, {})


_all_names = Prepared(lambda: Competency.everything.only("code", "kind", "name", "name_en"))


def releases() -> list[FrameworkRelease]:
    """Every wording, the newest first."""
    return list(FrameworkRelease.everything.select_related("framework").order_by("framework__key", "-number"))


def names() -> dict[str, Competency]:
    """Every competency by its code, in the order of the dictionary. A new wording comes by a command, and seldom:
    a process keeps them for half a minute.
    """
    global _kept
    if _kept[0] < time.monotonic():
        _kept = (time.monotonic() + KEPT_SECONDS, {row.code: row for row in _all_names()})
    return _kept[1]


def forget() -> None:
    """Read the names again at the next question."""
    global _kept
    _kept = (0.0, {})


def dictionary(release: FrameworkRelease):
    """The competencies a release words, by kind and code: one statement."""
    return Competency.everything.filter(levels__release=release).distinct().order_by("kind", "code")


def competency(code: str):
    """One competency with the number of releases that word it."""
    return Competency.everything.filter(code=code).annotate(wordings=Count("levels__release", distinct=True)).first()


def worded(found: Competency) -> list[LevelText]:
    """All wordings of a competency, the newest release first, level by level."""
    rows = LevelText.everything.filter(competency=found).select_related("release__framework")
    return list(rows.order_by("-release__number", "level"))
