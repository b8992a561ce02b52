"""A form that met the closed door waits until its account has signed in again (E07, W08; decision 0051).

The row can be opened only with the key in a cookie of that browser, and only by the account that was the last to sign
in there. That account typed it: each sign-in makes the form tokens of the one before worthless. Nothing is ever sent
by itself.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from cms.core import limits
from cms.core.busy import kept_fields
from cms.core.idempotency import FIELD, lock
from cms.core.middleware import FORM_TYPES
from cms.directory.models import UnsentForm

COOKIE, KEPT, MOST_BYTES = "unsent", timedelta(minutes=30), 64 * 1024
MOST_FROM_AN_ADDRESS, WITHIN = 300, timedelta(minutes=10)  # a whole agency sends from one


@dataclass(frozen=True)
class Unsent:
    path: str  # where it was sent
    page: str  # where it stood
    fields: list  # [(name, value)]
    had_files: bool


def keep(request, page: str) -> str:
    """The key of what was kept, or nothing: too large, from elsewhere, or sent by a script that keeps it itself."""
    if not _comes_from_our_page(request) or request.path.startswith(reverse("directory:unsent")):
        return ""
    # The press that sends it is counted by its row; with the key of the first press it would be taken twice.
    fields = [(name, value) for name, value in kept_fields(request) if name != FIELD]
    content = json.dumps([request.get_full_path(), page, fields, bool(request.FILES)]).encode()
    if not fields or len(content) > MOST_BYTES or _too_many(request):
        return ""
    key = secrets.token_urlsafe(24)
    UnsentForm.everything.create(key_digest=_digest(key), content=lock(key).encrypt(content))
    return key


def _comes_from_our_page(request) -> bool:
    """The form's token was checked before; this also closes views that ask for none."""
    if request.content_type not in FORM_TYPES or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()


def _too_many(request) -> bool:
    """Whoever has no account can fill the table too, so there is a limit; above it the door is as before."""
    try:
        limits.hit(f"unsent:{_digest(get_ip(request) or '')[:32]}", most=MOST_FROM_AN_ADDRESS, within=WITHIN)
    except limits.TooMany:
        return True
    return False


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def remember(response, key: str) -> None:
    response.set_cookie(
        COOKIE, key, max_age=KEPT, path=reverse("directory:account"), httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def claim(request, user, *, was_last: bool) -> None:
    """At sign-in: the form is hers if she was the last to sign in on this browser, else it is gone."""
    if COOKIE not in request.COOKIES:
        return
    if was_last:
        _rows(request).filter(account_id=None).update(account_id=user.pk)
    _rows(request).exclude(account_id=user.pk).delete()


def _rows(request):
    key = request.COOKIES.get(COOKIE, "")
    return UnsentForm.everything.filter(key_digest=_digest(key), kept_at__gt=timezone.now() - KEPT)


def _row(request) -> UnsentForm | None:
    return _rows(request).filter(account_id=request.user.pk).first()


def waiting(request) -> Unsent | None:
    """What this account left unsent on this browser."""
    row = _row(request)
    return _opened(request, row) if row else None


def _opened(request, row: UnsentForm) -> Unsent:
    return Unsent(*json.loads(lock(request.COOKIES[COOKIE]).decrypt(bytes(row.content))))


def take(request) -> Unsent | None:
    """The same, and it waits no longer: of two presses one gets it."""
    row = _row(request)
    return _opened(request, row) if row and UnsentForm.everything.filter(pk=row.pk).delete()[0] else None


def forget_old() -> int:
    old = UnsentForm.everything.filter(kept_at__lt=timezone.now() - KEPT)
    return old.delete()[0] if old.exists() else 0
