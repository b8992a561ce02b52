"""Erasing a person (design 3.5, S02): words about her go, what the law keeps stays under a key that says nothing."""

import uuid

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core import hooks, outbox
from cms.core.audit import audit
from cms.directory.exceptions import EraseRefused
from cms.directory.models import (
    DataRequest,
    DoorCode,
    ErasureEntry,
    Grant,
    Identity,
    Notice,
    Person,
    PersonNumber,
    User,
)
from cms.directory.queries import whole_agencies_where
from cms.directory.services.accounts import deactivate

NOBODY = "-"


@transaction.atomic
def erase(*, person: Person, by: User, approved_by: User, what: str = "request") -> ErasureEntry:
    """Blank every word about ``person``; two HR heads of her agency answer for it. Twice is the same as once.

    Statutory records stay (``kept`` lists them), pointing to identities without name and number.
    """
    _refuse_unfit(person, by, approved_by)
    person = Person.everything.select_for_update(of=("self",)).select_related("agency").get(pk=person.pk)
    entry = ErasureEntry.everything.create(
        person_uuid=person.uuid, what=what[:60], kept=hooks.kept_of(person), by_id=by.pk, approved_by_id=approved_by.pk
    )
    _blank(person, by)
    audit(by, "erase", entry, agency_id=person.agency_id, detail={"approved_by": approved_by.pk, "what": what[:60]})
    return entry


def _refuse_unfit(person: Person, by: User, approved_by: User) -> None:
    if by.pk == approved_by.pk:
        raise EraseRefused(_("Two different people must answer for an erasure."))
    if person.pk in (by.person_id, approved_by.person_id):
        raise EraseRefused(_("Nobody decides about her own data alone; ask two colleagues."))
    for user in (by, approved_by):
        if not whole_agencies_where(user, Grant.Role.HR_HEAD).filter(agency=person.agency_id).exists():
            raise EraseRefused(_("Only HR heads of the person's agency may erase."))


def _blank(person: Person, by: User | None) -> None:
    now = timezone.now()
    for row in Identity.everything.filter(person=person, erased_at=None):
        # Its own digest, so that the same words never lead back to this row.
        Identity.everything.filter(pk=row.pk).update(
            name="", number="", post="", erased_at=now, digest=f"erased:{uuid.uuid4().hex}"
        )
    for number in PersonNumber.everything.filter(person=person):
        # The number is free of her; nobody else ever gets the row.
        PersonNumber.everything.filter(pk=number.pk).update(
            value=f"erased:{uuid.uuid4().hex[:24]}", valid_to=number.valid_to or now.date()
        )
    Person.everything.filter(pk=person.pk).update(name=NOBODY, birth_date=None, grade="", position=None, unit=None)
    Notice.everything.filter(person=person).delete()
    DataRequest.everything.filter(person=person).update(words=NOBODY, answer="")
    DoorCode.everything.filter(person=person, used_at=None).update(used_at=now)
    if user := User.everything.filter(person=person).first():
        deactivate(user=user, by=by, reason="erased")
        Authenticator.objects.filter(user=user).delete()
        user.set_unusable_password()
        User.everything.filter(pk=user.pk).update(
            email=None, username=f"erased:{user.uuid}", first_name="", last_name="", password=user.password
        )
    outbox.put("forget_person", str(person.uuid), {"person": person.pk})


def replay_erasures() -> int:
    """After a restore: erased people stay erased (I17). Returns how many had come back."""
    again = Person.everything.filter(uuid__in=ErasureEntry.everything.values("person_uuid")).exclude(name=NOBODY)
    people = list(again)
    for person in people:
        with transaction.atomic():
            _blank(person, None)
            audit(None, "erase_again", person)
    return len(people)
