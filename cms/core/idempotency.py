"""The same POST twice is one act (C02): a double click, a retry after a lost answer, a form sent again by the browser.

A program sends ``Idempotency-Key``, a form the hidden field of ``{% send_once %}``. The same key with the same content
gets the same answer; with other content 422; while the first still runs 409. Rows are in the database, so it holds
for every process, and after a restart.
"""

import base64
import hashlib
import json
from datetime import timedelta

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.core import sweeps
from cms.core.models import RepeatGuard

FIELD = "send_once"
KEPT = timedelta(days=1)
RUNS_AT_MOST = timedelta(minutes=1)  # longer than any request: the process that held it is dead
MOST_BYTES = 256 * 1024
MOST_KEY = 100
HEADERS = ("Content-Type", "Location", "Content-Disposition")


def send_once(get_response):
    """Stands last at the door: who is refused before (token, second factor) has not asked anything yet."""

    def middleware(request):
        response = get_response(request)
        if guard := getattr(request, "_guard", None):
            _keep(guard, _secret(request), response)
        return response

    def process_view(request, view, args, kwargs):
        key = _key_of(request)
        if not key or not request.user.is_authenticated:
            return None
        if len(key) > MOST_KEY:
            return _refuse(request, 400, _("The idempotency key is longer than 100 characters."))
        return _once(request, key)

    middleware.process_view = process_view
    return middleware


def _key_of(request) -> str:
    if request.method != "POST":
        return ""
    return request.headers.get("Idempotency-Key", "") or request.POST.get(FIELD, "")


def _once(request, key: str):
    """None when the view shall run, else the answer to a repetition."""
    row, is_ours = _take(request, key)
    if is_ours:
        request._guard = row
        return None
    if row.body_digest != _body_digest(request):
        return _refuse(request, 422, _("This form was sent before with other content. Open it again to send more."))
    if row.answer is not None:
        return _same_answer(request, row)
    return _refuse(request, 409, _("The same request is still being carried out. Wait a moment."), retry_after=2)


def _take(request, key: str) -> tuple[RepeatGuard, bool]:
    """The row of this key, and whether it is ours to carry out."""
    fresh = RepeatGuard(
        owner_id=request.user.pk, key_digest=_digest(key.encode()), body_digest=_body_digest(request)
    )  # fmt: skip
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
        return fresh, True
    except IntegrityError:
        pass
    row = RepeatGuard.everything.filter(owner_id=fresh.owner_id, key_digest=fresh.key_digest).first()
    if row is None:  # the first try failed this very moment
        return _take(request, key)
    now = timezone.now()
    # Its process died in the middle: one of those who ask takes over.
    left = RepeatGuard.everything.filter(pk=row.pk, answer=None, begun_at__lt=now - RUNS_AT_MOST)
    return row, row.body_digest == fresh.body_digest and bool(left.update(begun_at=now))


def _digest(*parts: bytes) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def _body_digest(request) -> str:
    """What the request asks: address and content, without the token that differs on every page."""
    where = request.get_full_path().encode()
    if not request.content_type.startswith(("application/x-www-form-urlencoded", "multipart/")):
        return _digest(where, request.body)
    ignored = ("csrfmiddlewaretoken", FIELD)
    fields = sorted((name, values) for name, values in request.POST.lists() if name not in ignored)
    sent = [(name, file) for name, files in sorted(request.FILES.lists()) for file in files]
    files = [(name, file.name, file.size, _of_file(file)) for name, file in sent]
    return _digest(where, json.dumps([fields, files]).encode())


def _of_file(file) -> str:
    total = hashlib.sha256()
    for chunk in file.chunks():
        total.update(chunk)
    file.seek(0)
    return total.hexdigest()


def lock(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"{settings.SECRET_KEY}:{key}".encode()).digest()))


def _secret(request) -> str:
    """What opens the kept answer: the key, in the session that asked; a change of rights makes another (A03)."""
    return f"{_key_of(request)}:{request.session.session_key}"


def _keep(row: RepeatGuard, secret: str, response) -> None:
    # A refusal changed nothing: the same form may be mended and sent again.
    if response.status_code >= 400 or response.streaming or len(response.content) > MOST_BYTES:
        _forget(row)
        return
    headers = {name: response[name] for name in HEADERS if response.has_header(name)}
    whole = json.dumps([response.status_code, headers, base64.b64encode(response.content).decode()]).encode()
    RepeatGuard.everything.filter(pk=row.pk).update(answer=lock(secret).encrypt(whole))


def _forget(row: RepeatGuard) -> None:
    RepeatGuard.everything.filter(pk=row.pk).delete()


def _same_answer(request, row: RepeatGuard) -> HttpResponse:
    try:
        kept = lock(_secret(request)).decrypt(bytes(row.answer))
    except InvalidToken:  # she signed in anew, or her rights have changed since (I15)
        return _refuse(
            request, 409, _("This was carried out before, in another sign-in. Open the page to see the result.")
        )
    status, headers, content = json.loads(kept)
    response = HttpResponse(base64.b64decode(content), status=status, headers=headers)
    response["Idempotency-Replayed"] = "true"
    return response


def _refuse(request, status: int, words: str, *, retry_after: int | None = None):
    if request.content_type == "application/json" or not request.accepts("text/html"):
        body = {"type": "about:blank", "title": str(status), "status": status, "detail": words}
        response = JsonResponse(body, status=status, content_type="application/problem+json")
    else:
        response = render(request, "repeated.html", {"words": words}, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def forget_old() -> int:
    return RepeatGuard.everything.filter(begun_at__lt=timezone.now() - KEPT).delete()[0]


sweeps.register("repeat_guards", forget_old)
