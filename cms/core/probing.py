"""Who tries one id after the other is stopped and written down (Z13). An id is never treated as a secret."""

import logging
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.shortcuts import render

from cms.core import limits
from cms.core.audit import audit

log = logging.getLogger(__name__)
MISSES, WINDOW = 60, timedelta(minutes=10)


def probing(get_response):
    """Count the misses of a signed-in account on addresses of objects; above the limit all of these are closed to it.

    A hit costs no statement: the wall is remembered by this process, and another one learns of it at its own next miss.
    """

    def middleware(request):
        response = get_response(request)
        if response.status_code == 404 and _asks_for_an_object(request):
            return _count(request, response)
        return response

    def process_view(request, view, args, kwargs):
        if _asks_for_an_object(request) and (until := cache.get(_wall(request))):
            return _refuse(request, max(1, int(until - time.time())))
        return None

    middleware.process_view = process_view
    return middleware


def _asks_for_an_object(request) -> bool:
    match = request.resolver_match
    if match is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    # Public pages must not touch the session (I13); their words (a code, a slug) are no keys.
    if getattr(match.func, "is_public", False) or not any(
        isinstance(v, uuid.UUID | int) for v in match.kwargs.values()
    ):
        return False
    return request.user.is_authenticated


def _wall(request) -> str:
    return f"probing:{request.user.pk}"


def _count(request, response):
    try:
        limits.hit(_wall(request), most=MISSES, within=WINDOW)
    except limits.TooMany as fault:
        if cache.add(_wall(request), time.time() + fault.retry_after, fault.retry_after):
            agency = getattr(request.user.person, "agency_id", None)
            audit(request.user, "probing", request.user, agency_id=agency, detail={"misses": MISSES})
            log.warning("ids are being tried one after the other", extra={"user_id": str(request.user.uuid)})
        return _refuse(request, fault.retry_after)
    return response


def _refuse(request, seconds: int):
    response = render(request, "429.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response
