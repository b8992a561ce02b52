"""What people are told: in the app at once, by mail through the outbox, in their language and their agency's time."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.core import outbox
from cms.directory.models import Notice, Person, User


def notify(
    *, person_id: int, kind: str, key: str, text: str, url: str = "", params: dict | None = None, also=()
) -> None:
    """Tell a person once: a notice in the app now, a mail through the outbox.

    ``text`` is best the code's own words (``gettext_noop``) with named places filled from ``params``, so that each
    reader gets her language. ``also``: further ``(kind, key, payload)`` for the outbox, in the same statement.
    """
    Notice.everything.bulk_create(
        [Notice(person_id=person_id, kind=kind, key=key, text=text, url=url, params=params or {})],
        ignore_conflicts=True,
    )
    mail = ("notice_mail", f"{person_id}:{kind}:{key}", {"person": person_id, "kind": kind, "key": key})
    outbox.put_all([*also, mail])


def read_notices(*, person_id: int, uuid=None) -> int:
    """Mark one notice of the person as read, or all."""
    rows = Notice.everything.filter(person=person_id, read_at=None)
    return (rows.filter(uuid=uuid) if uuid else rows).update(read_at=timezone.now())


def send_notice_mail(payload: dict) -> None:
    """Mail one notice. People without an address, or with a closed account, have the notice in the app (S05)."""
    notice = Notice.everything.filter(person=payload["person"], kind=payload["kind"], key=payload["key"]).first()
    user = (
        User.everything.filter(person=payload["person"], is_active=True, person__legal_status__in=Person.IN_SERVICE)
        .exclude(email=None)
        .select_related("person__agency")
        .first()
    )
    # Who has read it in the app needs no mail.
    if notice and user and notice.read_at is None:
        with (
            translation.override(user.language or settings.LANGUAGE_CODE),
            timezone.override(ZoneInfo(user.person.agency.timezone)),
        ):
            send_mail(_("News from Bestari"), _mail_text(notice), None, [user.email])


def _mail_text(notice: Notice) -> str:
    """No name or number of a person, here and in the subject (S03): a mail is read by many machines."""
    moment = timezone.localtime(notice.created_at)
    when = f"{date_format(moment, 'j F Y, H.i')} {zone_name(moment)}"
    link = f"{settings.WAGTAILADMIN_BASE_URL}{notice.url}" if notice.url else settings.WAGTAILADMIN_BASE_URL
    return f"{notice.words}\n\n{when}\n{link}\n"


def zone_name(moment) -> str:
    """WIB, WITA or WIT, as people say it."""
    return {7: "WIB", 8: "WITA", 9: "WIT"}.get(int(moment.utcoffset().total_seconds() // 3600), "")
