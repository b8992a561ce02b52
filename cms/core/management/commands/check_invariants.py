from django.core.management.base import BaseCommand, CommandError

from cms.core.invariants import INVARIANTS


class Command(BaseCommand):
    help = "Ask the database whether every invariant holds. Read-only; exits 1 on any breach."

    def handle(self, **options):
        broken = 0
        for key, (sentence, question) in sorted(INVARIANTS.items()):
            breaches = question()
            broken += bool(breaches)
            self.stdout.write(f"{'BROKEN' if breaches else 'holds '} {key} {sentence}")
            for breach in breaches[:20]:
                self.stdout.write(f"         {breach}")
        if broken:
            raise CommandError(f"{broken} invariant(s) broken", returncode=1)
