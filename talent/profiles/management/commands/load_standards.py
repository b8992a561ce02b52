import csv
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand
from django.db import transaction

from lms.competencies.models import Competency
from lms.competencies.services import load_dictionary
from talent.profiles.models import JobStandard

LEVELS = Path(__file__).parents[2] / "data" / "required_levels.csv"
SINCE = date(2017, 1, 1)


class Command(BaseCommand):
    help = "Load the level each tier asks for (default of PermenPANRB 38/2017; a position may override it)."

    @transaction.atomic
    def handle(self, **options):
        load_dictionary()
        # The file wins over the database; running it again writes the same.
        JobStandard.everything.filter(position=None, valid_from=SINCE).delete()
        JobStandard.everything.bulk_create(standards())
        if options["verbosity"]:
            self.stdout.write(f"{JobStandard.everything.count()} required levels")


def standards() -> list[JobStandard]:
    """One level a tier (tiers as in JobTitle.tier) for each managerial and socio-cultural competency."""
    competencies = Competency.everything.exclude(kind=Competency.Kind.TECHNICAL)
    with LEVELS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        JobStandard(tier=row["tier"], competency=c, level=int(row["level"]), valid_from=SINCE, doubt=row["doubt"])
        for row in rows
        for c in competencies
    ]
