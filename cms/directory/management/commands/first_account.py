from django.core.management.base import BaseCommand, CommandError

from cms.core.arguments import line
from cms.directory import services
from cms.directory.exceptions import PersonRefused
from cms.directory.queries import agency_called
from cms.directory.rules import NumberFault, parse_number


class Command(BaseCommand):
    help = "Enter the first HR head of an agency that has nobody yet who could; prints a password for one sign-in."

    def add_arguments(self, parser):
        parser.add_argument("number", type=line(60), help="her NIP, or NI PPPK with --kind nipppk")
        parser.add_argument("name", type=line(200))
        parser.add_argument("--kind", choices=["nip", "nipppk"], default="nip")
        parser.add_argument("--agency", type=line(60), required=True, help="its name or code, as in the reference data")
        parser.add_argument(
            "--reason", type=line(200), required=True, help="for example the number of the decree; kept in the audit"
        )

    def handle(self, *, number, name, kind, agency, reason, **options):
        where = agency_called(agency)
        if where is None:
            raise CommandError("No one agency has this name or code.")
        try:
            parsed = parse_number(number, kind)
            password = services.open_first_account(parsed=parsed, name=name, agency=where, reason=reason)
        except (NumberFault, PersonRefused) as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(f"hr_head in {where} from now on. Password for the first sign-in: {password}")
