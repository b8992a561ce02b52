"""Reads of the dictionary."""

from django.db.models import Count

from lms.competencies.models import Competency, FrameworkRelease, LevelText


def releases() -> list[FrameworkRelease]:
    """Every wording, the newest first."""
    return list(FrameworkRelease.everything.select_related("framework").order_by("framework__key", "-number"))


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
