import json

from django.core.management.base import BaseCommand

from lms.player.management import world


class Command(BaseCommand):
    help = "Print the demo sign-ins."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="as a list of objects")
        parser.add_argument(
            "--all",
            action="store_true",
            help="the whole cast: one of every role, and a second one where two must agree",
        )

    def handle(self, **options):
        rows = world.accounts(everyone=options["all"])
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            second = f"  second step: make code WHO={row['name'].split()[0].lower()}" if row["totp_secret"] else ""
            self.stdout.write(f"{row['role']:<24} {row['name']:<20} {row['sign_in']}  {row['password']}{second}")
