import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management.base import BaseCommand, CommandError

from lms.player.management import world

STEP = 30


class Command(BaseCommand):
    help = "The second-step code of a demo account, for example: manage.py code citra"

    def add_arguments(self, parser):
        parser.add_argument("who", help="first name or role")

    def handle(self, who, **options):
        rows = [r for r in world.accounts(everyone=True) if who.lower() in (r["role"], r["name"].split()[0].lower())]
        if not rows or not rows[0]["totp_secret"]:
            raise CommandError(f"No demo account with a second step is called {who!r}.")
        now = time.time()
        left = STEP - int(now) % STEP
        code = format_hotp_value(hotp_value(rows[0]["totp_secret"], int(now) // STEP))
        self.stdout.write(f"{code} ({left} seconds left)")
