import csv
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand

from lms.competencies.models import Competency
from talent.profiles.models import JobStandard

LEVELS = Path(__file__).parents[2] / "data" / "required_levels.csv"


class Command(BaseCommand):
    help = "Load the level each tier asks for (default of PermenPANRB 38/2017; a position may override it)."

    def handle(self, **options):
        with LEVELS.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        JobStandard.everything.bulk_create(
            [
                JobStandard(
                    tier=row["tier"], competency=competency, level=int(row["level"]), valid_from=date(2017, 1, 1),
                    doubt=row["doubt"],
                )
                for row in rows
                for competency in Competency.everything.all()
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        if options["verbosity"]:
            self.stdout.write(f"{JobStandard.everything.count()} required levels")
