from datetime import date

from django.core.management.base import BaseCommand, CommandError

from cms.directory import services
from cms.directory.models import Agency, Grant
from cms.directory.queries import account_of
from cms.directory.rules import sign_in_key


class Command(BaseCommand):
    help = "Give a role nobody on the screens may give: HR head, auditor, ministry, or the first technical admin."

    def add_arguments(self, parser):
        parser.add_argument("number", help="NIP, other number or e-mail of an account that is open")
        parser.add_argument("role", choices=Grant.Role.values)
        parser.add_argument("--agency", required=True, help="code of the agency, as in the reference data")
        parser.add_argument("--reason", required=True, help="for example the number of the decree; kept in the audit")
        parser.add_argument("--until", type=date.fromisoformat, help="first day without the role (YYYY-MM-DD)")

    def handle(self, *, number, role, agency, reason, until, **options):
        user = account_of(sign_in_key(number))
        where = Agency.everything.on().filter(code=agency).first()
        if user is None or where is None:
            raise CommandError("No open account has this number." if user is None else "No agency has this code.")
        services.grant(user=user, role=role, agency=where, by=None, reason=reason, valid_to=until)
        # The terminal keeps a history: no name and no number here (S03).
        self.stdout.write(f"{role} in {where} from now on.")
