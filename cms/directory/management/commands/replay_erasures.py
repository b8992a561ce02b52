from django.core.management.base import BaseCommand

from cms.directory import services


class Command(BaseCommand):
    help = "After a restore: blank again everybody whom the erasure ledger names."

    def handle(self, **options):
        self.stdout.write(f"{services.replay_erasures()} people erased again")
