"""People: entered, corrected, moved. Where somebody serves decides who sees her, so superiors follow at once."""

import hashlib

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core.audit import audit
from cms.core.privacy import changes
from cms.core.text import tidy
from cms.directory.exceptions import PersonRefused
from cms.directory.models import (
    Agency,
    Assignment,
    DoorCode,
    Grant,
    Identity,
    OrgUnit,
    Person,
    PersonNumber,
    Position,
    User,
)  # fmt: skip
from cms.directory.services.reaches import settle_superiors
from cms.directory.services.rights import revoke


@transaction.atomic
def add_person(
    *, name: str, number: str, kind: str, agency: Agency, position: Position | None = None, since=None,
    by: User | None = None, **fields,
):  # fmt: skip
    """A person with her first number and the assignment she has held ``since`` (a date; today without one)."""
    unit = fields.pop("unit", None)
    unit = position.unit if position else unit
    person = Person.everything.create(name=tidy(name), agency=agency, unit=unit, position=position, **fields)
    try:
        with transaction.atomic():
            PersonNumber.everything.create(person=person, kind=kind, value=number)
    except IntegrityError as fault:
        # Whose it is stays unsaid: it may be somebody of another agency (D07).
        raise PersonRefused(_("This number is already registered.")) from fault
    Assignment.everything.create(
        person=person, agency=agency, unit=unit, position=position, valid_from=since or timezone.localdate()
    )
    if position:
        settle_superiors(people=[person.pk])
    if by is not None:
        audit(by, "add_person", person)
    return person


@transaction.atomic
def change_person(*, person: Person, by: User, **fields) -> Person:
    """Mend what is written about a person. The audit names the fields, and never a personal value."""
    row = Person.everything.select_for_update(of=("self",)).get(pk=person.pk)
    before = {name: getattr(row, name) for name in fields}
    for name, value in fields.items():
        setattr(row, name, value)
    found = changes(Person, before, fields)
    if found:
        row.save(update_fields=list(fields))
        audit(by, "change_person", row, detail={"changes": found})
    return row


def identity_of(person: Person, *, number: str | None = None) -> Identity:
    """The words that describe ``person`` now, as the one row sealed tables may point to (design 3.5).

    One statement when the caller read the open ``number`` already.
    """
    if number is None:
        number = person.numbers.filter(valid_to=None).order_by("kind").values_list("value", flat=True).first() or ""
    words = (person.name, number, person.position.name if person.position else "", person.agency.name)
    row = Identity(
        person=person,
        digest=hashlib.sha256("\x1f".join(words).encode()).hexdigest(),
        **dict(zip(("name", "number", "post", "agency_name"), words, strict=True)),
    )
    # The row of the same words, if there is one, comes back with its key and is left as it is.
    return Identity.everything.bulk_create(
        [row], update_conflicts=True, unique_fields=["person", "digest"], update_fields=["digest"]
    )[0]


@transaction.atomic
def transfer(
    *, person: Person, agency: Agency, by: User | None, position: Position | None = None, on=None,
    unit: OrgUnit | None = None,
) -> None:  # fmt: skip
    """Move a person (mutasi), inside her agency or to another. Her records follow her; old rights end at once."""
    day = on or timezone.localdate()
    unit = position.unit if position else unit
    _refuse_unfit_move(person, agency, position, unit, day)
    # An assignment of this very day was a slip: it would end before it starts.
    person.assignments.filter(kind="D", valid_to=None, valid_from=day).delete()
    person.assignments.filter(kind="D", valid_to=None).update(valid_to=day)
    Assignment.everything.create(person=person, agency=agency, unit=unit, position=position, valid_from=day)
    old, left = person.agency_id, person.position_id
    person.agency, person.position, person.unit = agency, position, unit
    person.save(update_fields=["agency", "position", "unit"])
    if old != agency.pk:
        _leave(person, old, by)
    seats = [seat for seat in (left, person.position_id) if seat]
    settle_superiors(people=[person.pk], positions=seats)
    audit(by, "transfer", person, detail={"from": old, "to": agency.pk, "on": day.isoformat()})


def _refuse_unfit_move(person: Person, agency: Agency, position, unit, day) -> None:
    if (unit and unit.agency_id != agency.pk) or (position and position.agency_id != agency.pk):
        raise PersonRefused(_("The unit belongs to another agency."))
    present = person.assignments.filter(kind="D", valid_to=None).first()
    if present and day < present.valid_from:
        words = _("The present assignment began on %(day)s; the move cannot be earlier.")
        raise PersonRefused(words % {"day": present.valid_from.strftime("%d-%m-%Y")})
    if day > timezone.localdate():
        raise PersonRefused(_("Enter a move on the day it takes effect, or afterwards."))


def _leave(person: Person, agency_id: int, by: User | None) -> None:
    """Rights given by the old agency end; codes it made open nothing any more."""
    if user := User.everything.filter(person=person).first():
        for row in Grant.everything.live().filter(user=user, agency=agency_id):
            revoke(grant=row, by=by, reason="transfer")
    DoorCode.everything.filter(person=person, used_at=None).update(used_at=timezone.now())
