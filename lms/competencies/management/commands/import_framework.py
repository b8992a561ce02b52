import csv
from datetime import date
from io import StringIO
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from cms.core.arguments import key, line
from cms.core.text import refuse_unfit
from lms.competencies.exceptions import FrameworkRefused
from lms.competencies.models import Framework
from lms.competencies.services import import_release


class Command(BaseCommand):
    help = "Read a table of levels as the next release of a framework (same columns as data/kamus_kompetensi.csv)."

    def add_arguments(self, parser):
        parser.add_argument("table", type=Path)
        parser.add_argument("--framework", type=key, default="38-2017", help="its key; made when it is new")
        parser.add_argument("--name", type=line(200), help="name of a new framework")
        parser.add_argument("--published-on", type=date.fromisoformat, required=True)
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *, table, framework, name, published_on, dry_run, **options):
        rows = _rows_of(table)
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


def _rows_of(table: Path) -> list[dict]:
    try:
        text = table.read_text(encoding="utf-8-sig")
        refuse_unfit(text)
        return list(csv.DictReader(StringIO(text, newline="")))
    except OSError as fault:
        raise CommandError(f"The table cannot be read: {fault.strerror}.") from fault
    except (ValueError, csv.Error) as fault:  # not UTF-8, NUL, or no table
        raise CommandError("The table is not a CSV file in UTF-8.") from fault
