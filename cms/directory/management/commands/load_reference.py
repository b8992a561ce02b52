from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from cms.directory.management import reference
from cms.directory.models import Agency, JobTitle, Region


class Command(BaseCommand):
    help = "Loads regions, agencies and job titles from directory/data. Running it again writes only what differs."

    def handle(self, **options):
        try:
            loads = reference.load_all()
        except reference.ReferenceBroken as broken:
            raise CommandError(str(broken)) from broken
        for name, load in loads.items():
            self.stdout.write(f"{name}: {load.created} created, {load.changed} changed, {load.unchanged} unchanged")
        self.print_counts("regions", Region, "level")
        self.print_counts("agencies", Agency, "kind")
        self.print_counts("job titles", JobTitle, "family")

    def print_counts(self, name, model, field):
        """What the table holds now, partners and hand-made rows included."""
        counts = model.everything.values_list(field).annotate(count=Count("pk")).order_by(field)
        parts = ", ".join(f"{value} {count}" for value, count in counts)
        self.stdout.write(f"{sum(count for _, count in counts)} {name}: {parts}")
