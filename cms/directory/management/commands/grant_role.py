from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms.core.arguments import line
from cms.directory import services
from cms.directory.models import Grant
from cms.directory.queries import account_of, agency_called
from cms.directory.rules import sign_in_key


class Command(BaseCommand):
    help = "Give a role nobody on the screens may give: HR head, auditor, ministry, or the first technical admin."

    def add_arguments(self, parser):
        parser.add_argument("number", type=line(254), help="NIP, other number or e-mail of an account that is open")
        parser.add_argument("role", choices=Grant.Role.values)
        parser.add_argument("--agency", type=line(60), required=True, help="its name or code, as in the reference data")
        parser.add_argument(
            "--reason", type=line(200), required=True, help="for example the number of the decree; kept in the audit"
        )
        parser.add_argument("--until", type=date.fromisoformat, help="first day without the role (YYYY-MM-DD)")

    def handle(self, *, number, role, agency, reason, until, **options):
        user = account_of(sign_in_key(number))
        where = agency_called(agency)
        if user is None or not user.is_active:
            raise CommandError("No open account has this number.")
        if where is None:
            raise CommandError("No one agency has this name or code.")
        if until and until <= timezone.localdate():
            raise CommandError("--until must be after today.")
        services.grant(user=user, role=role, agency=where, by=None, reason=reason, valid_to=until)
        # The terminal keeps a history: no name and no number here (S03).
        self.stdout.write(f"{role} in {where} from now on.")
