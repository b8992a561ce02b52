import csv
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from lms.competencies.exceptions import FrameworkRefused
from lms.competencies.models import Framework
from lms.competencies.services import import_release


class Command(BaseCommand):
    help = "Read a table of levels as the next release of a framework (same columns as data/kamus_kompetensi.csv)."

    def add_arguments(self, parser):
        parser.add_argument("table", type=Path)
        parser.add_argument("--framework", default="38-2017", help="key of the framework; made when it is new")
        parser.add_argument("--name", default="", help="name of a new framework")
        parser.add_argument("--published-on", type=date.fromisoformat, required=True)
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *, table, framework, name, published_on, dry_run, **options):
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        with transaction.atomic():
            row, _made = Framework.everything.get_or_create(key=framework, defaults={"name": name or framework})
            try:
                release = import_release(framework=row, rows=rows, published_on=published_on)
            except FrameworkRefused as refused:
                raise CommandError("\n".join(refused.faults)) from refused
            self.stdout.write(f"{framework} release {release.number}: {release.levels.count()} level texts")
            if dry_run:
                self.stdout.write("dry run: nothing was written")
                transaction.set_rollback(True)
