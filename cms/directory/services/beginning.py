"""The first HR head of an agency: whoever enters people and gives roles must be entered herself by somebody."""

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from cms.core.audit import audit
from cms.directory.exceptions import PersonRefused
from cms.directory.models import Agency, Grant, Person, User
from cms.directory.rules import NIP, ParsedNumber
from cms.directory.services.people import add_person
from cms.directory.services.rights import grant


@transaction.atomic
def open_first_account(*, parsed: ParsedNumber, name: str, agency: Agency, reason: str) -> str:
    """Enter a person with an account that leads HR of ``agency``; returns the password of her first sign-in.

    Only where nobody of the agency could do it on a screen, or raise ``PersonRefused``.
    """
    agency = Agency.everything.select_for_update().get(pk=agency.pk)
    if Grant.everything.live().filter(agency=agency, role=Grant.Role.HR_HEAD, unit=None).exists():
        raise PersonRefused(_("This agency has an HR head, who enters people on the page “People and accounts”."))
    employment = Person.Employment.PNS if parsed.kind == NIP else Person.Employment.PPPK
    person = add_person(
        name=name, number=parsed.value, kind=parsed.kind, agency=agency, employment=employment,
        birth_date=parsed.birth_date,
    )  # fmt: skip
    password = "-".join(secrets.token_hex(3) for _n in range(4))
    user = User(username=str(person.uuid), person=person, must_set_password=True)
    user.set_password(password)
    user.save()
    audit(None, "open_first_account", user, agency_id=agency.pk, detail={"reason": reason})
    grant(user=user, role=Grant.Role.HR_HEAD, agency=agency, by=None, reason=reason)
    return password
