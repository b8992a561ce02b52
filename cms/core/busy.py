"""The answer when the database cannot write now: 503, when to come back, and everything typed still there (C07)."""

import logging
import re

from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cms.core.patience import is_busy
from cms.core.turns import NoTurn

log = logging.getLogger(__name__)
RETRY_AFTER, SOON = 10, 3  # seconds
SECRET = re.compile(r"password|sandi|code|kode|csrf", re.IGNORECASE)
LONG = 60  # from here on a value is shown, so that it can be copied away


def answer(request, fault: BaseException | None):
    """The 503 for ``fault``, or None when it is a fault of ours and not of the moment."""
    if isinstance(fault, NoTurn):
        return _crowded(request)
    if fault is None or not is_busy(fault):
        return None
    log.warning("the database was busy", extra={"fault": type(fault.__cause__ or fault).__name__})
    response = _problem() if _is_for_a_program(request) else _page(request)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def _crowded(request):
    log.warning("every place to check a password was taken")
    response = render(request, "crowded.html", {"again": request.get_full_path()}, status=503)
    response["Retry-After"] = str(SOON)
    response["Cache-Control"] = "no-store"
    return response


def _is_for_a_program(request) -> bool:
    return request.content_type == "application/json" or not request.accepts("text/html")


def _problem():
    words = _("The system is very busy. Nothing was lost; send it again in a moment.")
    body = {"type": "about:blank", "title": "503", "status": 503, "detail": words}
    return JsonResponse(body, status=503, content_type="application/problem+json")


def _page(request):
    typed = kept_fields(request)
    context = {
        "typed": typed,
        "long": [value for _name, value in typed if len(value) > LONG],
        "again": request.get_full_path(),
        "posted": request.method == "POST",
        "files": bool(request.method == "POST" and request.FILES),
    }
    return render(request, "503.html", context, status=503)


def kept_fields(request) -> list[tuple[str, str]]:
    """What was typed, to be sent again by one press of a button; passwords and codes are typed anew."""
    if request.method != "POST":
        return []
    return [
        (name, value) for name, values in request.POST.lists() if not SECRET.search(name) for value in values
    ]  # fmt: skip


def busy_page(get_response):
    """Turn a busy database inside a view into our 503; ``handler500`` does the same for what happens around views."""

    def middleware(request):
        return get_response(request)

    def process_exception(request, exception):
        return answer(request, exception)

    middleware.process_exception = process_exception
    return middleware
