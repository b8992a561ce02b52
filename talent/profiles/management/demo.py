"""What talent adds to the demo world: results of an assessment centre for most people, as one finds it in life."""

import random
from datetime import timedelta

from django.utils import timezone

from cms.directory.models import Person
from talent.profiles import services
from talent.profiles.models import JobStandard

TITLE = "Penilaian kompetensi, pusat penilaian daerah"
OFF = (-1, -1, 0, 0, 0, 0, 1)  # most meet their standard, some lie a level beside it


def assess(people: list[Person], dice: random.Random) -> None:
    """Two people in three were assessed, each in six to nine competencies around the level of their post."""
    wanted = _levels()
    for person in people:
        tier = person.position.job_title.tier
        if tier not in wanted or dice.random() > 0.67:
            continue
        codes = dice.sample(sorted(wanted[tier]), dice.randint(6, 9))
        levels = {code: min(5, max(1, wanted[tier][code] + dice.choice(OFF))) for code in codes}
        day = timezone.localdate() - timedelta(days=dice.randint(60, 900))
        services.record_assessment(person=person, levels=levels, title=TITLE, observed_on=day, by=None)


def _levels() -> dict[str, dict[str, int]]:
    wanted: dict[str, dict[str, int]] = {}
    for row in JobStandard.everything.filter(position=None).select_related("competency"):
        wanted.setdefault(row.tier, {})[row.competency.code] = row.level
    return wanted
