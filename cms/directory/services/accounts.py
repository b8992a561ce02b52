"""Accounts: codes that open them, sessions, closing (I15). What opens a door is kept only as a digest."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cms.core.audit import audit
from cms.core.prepared import PreparedUpdate
from cms.core.rulebook import rule
from cms.directory.exceptions import AccountRefused, CodeRefused
from cms.directory.models import Assignment, DoorCode, OpenSession, Person, User
from cms.directory.rules import sign_in_key
from cms.directory.services.notices import notify
from cms.directory.services.reaches import settle_superiors

_signed_in = PreparedUpdate(lambda pk, now: (User.everything.filter(pk=pk), {"last_login": now}))


def signed_in(*, user: User) -> None:
    user.last_login = timezone.now()
    _signed_in(pk=user.pk, now=user.last_login)


@transaction.atomic
def deactivate(*, user: User, by: User | None, reason: str) -> None:
    """Close the account: it ends on the next request, on every path (I15). Records stay."""
    User.everything.filter(pk=user.pk).update(is_active=False)
    end_sessions(user=user)
    _end_codes(user.person_id)
    audit(by, "deactivate", user, agency_id=_agency_of(user), detail={"reason": reason})


@transaction.atomic
def reopen(*, user: User, by: User, reason: str) -> None:
    """Open a closed account again. She comes in with a new code: the old password may be known to others."""
    User.everything.filter(pk=user.pk).update(is_active=True, must_set_password=True)
    audit(by, "reopen", user, agency_id=_agency_of(user), detail={"reason": reason})


def _agency_of(user: User) -> int | None:
    return user.person.agency_id if user.person else None


@transaction.atomic
def set_email(*, user: User, email: str, by: User) -> None:
    """The address she may sign in with and gets mail at; one account an address, whatever its spelling (D07)."""
    try:
        with transaction.atomic():
            User.everything.filter(pk=user.pk).update(email=sign_in_key(email) if email else None)
    except IntegrityError as fault:
        raise AccountRefused(_("This address is already registered.")) from fault
    audit(by, "set_email", user, agency_id=_agency_of(user), detail={"has_address": bool(email)})
    if user.person_id:
        moment = timezone.now().isoformat()
        words = gettext_noop("The e-mail address of your account was changed by your HR unit.")
        notify(person_id=user.person_id, kind="email", key=moment, text=words, url="/akun/")


def set_language(*, user: User, language: str) -> None:
    """Of the mail she gets."""
    User.everything.filter(pk=user.pk).update(language=language)


def end_sessions(*, user: User, but: str = "") -> int:
    """End the user's sessions on the server, all or all but the present one."""
    return OpenSession.objects.filter(account_id=user.pk).exclude(session_key=but).delete()[0]


def end_session(*, user: User, name: str) -> int:
    """End one session, named by `session_name`."""
    keys = [s.session_key for s in sessions_of(user) if session_name(s.session_key) == name]
    return OpenSession.objects.filter(session_key__in=keys).delete()[0]


def forget_expired_sessions() -> int:
    """Rows of sessions that ended by themselves; asked before deleting, so that an idle sweep takes no lock."""
    over = OpenSession.objects.filter(expire_date__lt=timezone.now())
    return over.delete()[0] if over.exists() else 0


def session_name(key: str) -> str:
    """What a page may show in place of the key, which opens the door."""
    return hashlib.sha256(key.encode()).hexdigest()[:20]


def sessions_of(user: User) -> list[OpenSession]:
    """Open sessions of the user, newest first."""
    rows = OpenSession.objects.filter(account_id=user.pk, expire_date__gt=timezone.now())
    return list(rows.order_by("-expire_date"))


def _end_codes(person_id: int | None, *, but: tuple = ()) -> None:
    """Codes that were handed over and not used open nothing any more (A04)."""
    waiting = DoorCode.everything.filter(person=person_id, used_at=None).exclude(kind__in=but)
    waiting.update(used_at=timezone.now())


def _digest(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").strip().upper().encode()).hexdigest()


def code_ends(*, person: Person, kind: str) -> datetime:
    """Until when a code works that is given now, by the rules of the person's agency."""
    if kind == DoorCode.Kind.RECOVER:
        return timezone.now() + timedelta(minutes=int(rule("recovery_code_minutes", person.agency_id)))
    return timezone.now() + timedelta(hours=int(rule("activation_code_hours", person.agency_id)))


@transaction.atomic
def give_code(*, person: Person, kind: str, by: User) -> str:
    """A one-time code HR hands over on paper or by phone; an older open one of the same kind dies."""
    DoorCode.everything.filter(person=person, kind=kind, used_at=None).update(used_at=timezone.now())
    raw = "".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _i in range(12))
    row = DoorCode.everything.create(
        person=person, kind=kind, digest=_digest(raw), given_by=by, expires_at=code_ends(person=person, kind=kind)
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
    # A superior who has just got her account sees her people from now on.
    seats = Assignment.everything.filter(person=row.person).values_list("position", flat=True)
    settle_superiors(positions=[seat for seat in seats if seat])
    if row.kind == DoorCode.Kind.SECOND_FACTOR:
        Authenticator.objects.filter(user=user).delete()
    end_sessions(user=user)
    # Who lost phone and password has two codes; the other one still waits for the second officer.
    _end_codes(row.person_id, but=(DoorCode.Kind.SECOND_FACTOR,))
    audit(user, "use_code", row, agency_id=row.person.agency_id, detail={"kind": row.kind})
    return user


def password_changed(*, user: User, present_session: str) -> None:
    """After a change by the owner: other sessions end, and she is told (A03)."""
    User.everything.filter(pk=user.pk).update(must_set_password=False)
    end_sessions(user=user, but=present_session)
    _end_codes(user.person_id)
    audit(user, "change_password", user, agency_id=_agency_of(user))
    if user.person_id:
        moment = timezone.now().isoformat()
        notify(person_id=user.person_id, kind="password", key=moment, text=gettext_noop("Your password was changed."))
