"""Writes about people and rights. Each verb: transaction, rule, row, audit."""

import hashlib
import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core import outbox
from cms.core.audit import audit
from cms.core.text import tidy
from cms.directory.exceptions import CodeRefused, GrantRefused
from cms.directory.models import (
    Agency,
    Assignment,
    DoorCode,
    Grant,
    Identity,
    Notice,
    OpenSession,
    Person,
    PersonNumber,
    Position,
    Reach,
    User,
)  # fmt: skip

CODE_LIVES = timedelta(days=3)
RANK = {
    Grant.Role.FACILITATOR: 1, Grant.Role.AUTHOR: 1, Grant.Role.ORGANISER: 2, Grant.Role.PUBLISHER: 2,
    Grant.Role.HR_ANALYST: 2, Grant.Role.HR_HEAD: 3, Grant.Role.AUDITOR: 3, Grant.Role.MINISTRY: 4,
    Grant.Role.TECHNICAL: 4,
}  # fmt: skip


@transaction.atomic
def add_person(
    *, name: str, number: str, kind: str, agency: Agency, position: Position | None = None, since=None, **fields
):
    """A person with her first number and the assignment she has held ``since`` (a date; today without one)."""
    unit = position.unit if position else fields.pop("unit", None)
    person = Person.everything.create(name=tidy(name), agency=agency, unit=unit, position=position, **fields)
    PersonNumber.everything.create(person=person, kind=kind, value=number)
    Assignment.everything.create(
        person=person, agency=agency, unit=unit, position=position, valid_from=since or timezone.localdate()
    )
    return person


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


def grant(
    *, user: User, role: str, agency: Agency, by: User | None, reason: str, unit=None, valid_from=None, valid_to=None
):
    """Give ``role``; the giver's own rank, agency and person are checked (Z09). ``by=None`` is the system."""
    if by is not None:
        # Outside the transaction: the refusal raises, and its audit row must stay.
        _refuse_unfit_giver(by, user, role, agency)
    with transaction.atomic():
        row, made = Grant.everything.get_or_create(
            user=user,
            role=role,
            agency=agency,
            unit=unit,
            revoked_at=None,
            defaults={
                "given_by": by,
                "reason": reason,
                "valid_from": valid_from or timezone.localdate(),
                "valid_to": valid_to,
            },
        )
        if made:
            audit(by, "grant", row, detail={"role": role, "user": user.pk, "reason": reason})
            project_groups(user)
    return row


def _refuse_unfit_giver(by: User, user: User, role: str, agency: Agency) -> None:
    own = Grant.everything.live().filter(user=by, agency=agency).values_list("role", flat=True)
    highest = max((RANK[r] for r in own if r == Grant.Role.HR_HEAD or RANK[r] == 4), default=0)
    if by.pk == user.pk or RANK[role] >= highest:
        audit(by, "grant_refused", user, agency_id=agency.pk, detail={"role": role})
        raise GrantRefused(_("You may give only roles below your own, in your own agency, and not to yourself."))


@transaction.atomic
def revoke(*, grant: Grant, by: User | None, reason: str) -> None:
    """End a grant now; it takes effect on the next request (I15)."""
    Grant.everything.filter(pk=grant.pk, revoked_at=None).update(revoked_at=timezone.now())
    audit(by, "revoke", grant, detail={"role": grant.role, "user": grant.user_id, "reason": reason})
    project_groups(grant.user)


def withdraw(*, grant: Grant, by: User, reason: str) -> None:
    """End a grant by hand, under the same rule as giving it."""
    _refuse_unfit_giver(by, grant.user, grant.role, grant.agency)
    revoke(grant=grant, by=by, reason=reason)


def desk_group(agency: Agency, role: str) -> Group:
    """The Wagtail group that mirrors ``role`` in ``agency`` (design 3.8)."""
    return Group.objects.get_or_create(name=f"{role}:{agency.code}")[0]


def project_groups(user: User) -> None:
    """Write Wagtail's group membership to be exactly what the live grants say."""
    live = Grant.everything.live().filter(user=user, role__in=Grant.DESK).select_related("agency")
    wanted = {desk_group(row.agency, row.role).pk for row in live}
    current = set(user.groups.values_list("pk", flat=True))
    if wanted != current:
        user.groups.set(wanted)


@transaction.atomic
def reach(*, user: User, what: str, object_uuid, basis: str, valid_to=None) -> Reach:
    return Reach.everything.get_or_create(
        user=user, what=what, object_uuid=object_uuid, basis=basis, valid_to=None, defaults={"valid_to": valid_to}
    )[0]


@transaction.atomic
def deactivate(*, user: User, by: User | None, reason: str) -> None:
    """Close the account: it ends on the next request, on every path (I15). Records stay."""
    User.everything.filter(pk=user.pk).update(is_active=False)
    end_sessions(user=user)
    audit(by, "deactivate", user, detail={"reason": reason})


def end_sessions(*, user: User, but: str = "") -> int:
    """End the user's sessions on the server, all or all but the present one."""
    return OpenSession.objects.filter(account_id=user.pk).exclude(session_key=but).delete()[0]


def end_session(*, user: User, name: str) -> int:
    """End one session, named by `session_name`."""
    keys = [s.session_key for s in sessions_of(user) if session_name(s.session_key) == name]
    return OpenSession.objects.filter(session_key__in=keys).delete()[0]


def session_name(key: str) -> str:
    """What a page may show in place of the key, which opens the door."""
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def sessions_of(user: User) -> list[OpenSession]:
    """Open sessions of the user, newest first."""
    rows = OpenSession.objects.filter(account_id=user.pk, expire_date__gt=timezone.now())
    return list(rows.order_by("-expire_date"))


@transaction.atomic
def transfer(*, person: Person, agency: Agency, by: User | None, position: Position | None = None, on=None) -> None:
    """Move a person to another agency (mutasi). Her records follow her; rights in the old agency end."""
    day = on or timezone.localdate()
    # An assignment of this very day was a slip: it would end before it starts.
    person.assignments.filter(kind="D", valid_to=None, valid_from=day).delete()
    person.assignments.filter(kind="D", valid_to=None).update(valid_to=day)
    Assignment.everything.create(
        person=person, agency=agency, unit=position.unit if position else None, position=position, valid_from=day
    )
    old = person.agency_id
    person.agency, person.position, person.unit = agency, position, position.unit if position else None
    person.save(update_fields=["agency", "position", "unit"])
    if user := User.everything.filter(person=person).first():
        for row in Grant.everything.live().filter(user=user, agency=old):
            revoke(grant=row, by=by, reason="transfer")
    audit(by, "transfer", person, detail={"from": old, "to": agency.pk})


def _digest(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").strip().upper().encode()).hexdigest()


@transaction.atomic
def give_code(*, person: Person, kind: str, by: User) -> str:
    """A one-time code HR hands over on paper or by phone; an older open one of the same kind dies."""
    DoorCode.everything.filter(person=person, kind=kind, used_at=None).update(used_at=timezone.now())
    raw = "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _i in range(12))
    row = DoorCode.everything.create(
        person=person, kind=kind, digest=_digest(raw), given_by=by, expires_at=timezone.now() + CODE_LIVES
    )
    audit(by, "give_code", row, agency_id=person.agency_id, detail={"kind": kind})
    return "-".join(raw[i : i + 4] for i in (0, 4, 8))


@transaction.atomic
def approve_code(*, code: DoorCode, by: User) -> None:
    """The second person for a lost second factor."""
    if code.given_by_id == by.pk:
        raise CodeRefused(_("Another HR officer must approve this code."))
    DoorCode.everything.filter(pk=code.pk).update(approved_by=by)
    audit(by, "approve_code", code, agency_id=code.person.agency_id)


@transaction.atomic
def use_code(*, number: str, code: str, password: str) -> User:
    """Open or recover an account with a number and a code. Wrong number and wrong code answer alike (A02)."""
    row = (
        DoorCode.everything.select_for_update(of=("self",))
        .filter(digest=_digest(code), used_at=None, expires_at__gt=timezone.now())
        .filter(person__numbers__value=number, person__numbers__valid_to=None)
        .select_related("person")
        .first()
    )
    lacking_second = row is not None and row.kind == DoorCode.Kind.SECOND_FACTOR and row.approved_by_id is None
    if row is None or lacking_second:
        raise CodeRefused(
            _("The number or the code is not right, or the code has expired. Ask your HR unit for a new one.")
        )
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    user = User.everything.filter(person=row.person).first() or User(username=str(row.person.uuid), person=row.person)
    # Only now is it known whose name the password must not hold; a refusal leaves the code unused.
    validate_password(password, user)
    user.set_password(password)
    user.must_set_password = False
    user.save()
    if row.kind == DoorCode.Kind.SECOND_FACTOR:
        Authenticator.objects.filter(user=user).delete()
    end_sessions(user=user)
    audit(user, "use_code", row, agency_id=row.person.agency_id, detail={"kind": row.kind})
    return user


def password_changed(*, user: User, present_session: str) -> None:
    """After a change by the owner: other sessions end, and she is told (A03)."""
    User.everything.filter(pk=user.pk).update(must_set_password=False)
    end_sessions(user=user, but=present_session)
    audit(user, "change_password", user, agency_id=user.person.agency_id if user.person else None)
    if user.person_id:
        moment = timezone.now().isoformat()
        notify(person_id=user.person_id, kind="password", key=moment, text=_("Your password was changed."))


def read_notices(*, person_id: int) -> int:
    """Mark all notices of the person as read."""
    return Notice.everything.filter(person=person_id, read_at=None).update(read_at=timezone.now())


def notify(*, person_id: int, kind: str, key: str, text: str, url: str = "", also=()) -> None:
    """Tell a person once: a notice in the app now, a mail through the outbox.

    ``also``: further ``(kind, key, payload)`` for the outbox, in the same statement.
    """
    Notice.everything.bulk_create(
        [Notice(person_id=person_id, kind=kind, key=key, text=text, url=url)], ignore_conflicts=True
    )
    mail = ("notice_mail", f"{person_id}:{kind}:{key}", {"person": person_id, "kind": kind, "key": key})
    outbox.put_all([*also, mail])


def send_notice_mail(payload: dict) -> None:
    """Mail one notice. People without an address, or with a closed account, have the notice in the app (S05)."""
    from django.conf import settings
    from django.core.mail import send_mail

    notice = Notice.everything.filter(person=payload["person"], kind=payload["kind"], key=payload["key"]).first()
    user = User.everything.filter(person=payload["person"], is_active=True).exclude(email=None).first()
    if notice and user:
        # No name or number of a person in a subject (S03).
        send_mail(
            _("News from Bestari"), f"{notice.text}\n\n{settings.WAGTAILADMIN_BASE_URL}{notice.url}", None, [user.email]
        )
