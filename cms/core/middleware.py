"""What every request passes: an id, clean input, and privacy unless a view says it is public."""

import re
import uuid
from dataclasses import asdict

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpResponseNotAllowed, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.utils.cache import patch_cache_control

from cms.core import trace
from cms.core.limits import TooMany
from cms.core.text import UnfitText, refuse_unfit

MEGABYTE = 1024 * 1024
ROUND_THE_FILE = MEGABYTE  # the form's other fields
METHODS = {"GET", "HEAD", "POST"}
ADMIN = "/tata-kelola/"
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
# No list of ours is sorted or filtered by the name of a column; such a name can only be somebody trying (R04).
LOOKUP = re.compile(r"__|^_|^order(_by|ing)$")


class Policy(CSPMiddleware):
    """The content policy is the same on every page, so it is written once; a page with its own gets its own.

    Who may open a window onto ours is a question of pages; data in JSON carries no answer to it (B03).
    """

    OWN = {"_csp_config", "_csp_update", "_csp_replace", "_csp_exempt"}
    usual = ""

    def process_response(self, request, response):
        if type(response) is not JsonResponse:
            response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if settings.DEBUG or getattr(request, "_csp_nonce", None) or not self.OWN.isdisjoint(vars(response)):
            return super().process_response(request, response)
        if HEADER not in response:
            self.usual = self.usual or build_policy(**asdict(self.get_policy_parts(request, response)))
            response[HEADER] = self.usual
        return response


def request_id(get_response):
    """One id a request: in the log, on the error page and in the audit row."""

    def middleware(request):
        request.id = str(uuid.uuid4())
        token = trace.request_id.set(request.id)
        try:
            response = get_response(request)
        finally:
            trace.request_id.reset(token)
        response["X-Request-Id"] = request.id
        return response

    return middleware


def clean_input(get_response):
    """Refuse NUL and half surrogates in any query or form (R07), lookups (R04), odd methods (N08); name limits."""

    def middleware(request):
        if request.method not in METHODS and not request.path_info.startswith(ADMIN):
            return HttpResponseNotAllowed(sorted(METHODS))
        if _is_upload(request) and _announced(request) > _most_bytes(request.path_info):
            # Before a byte of it is read (U12).
            return _too_big(request, _most_bytes(request.path_info) - ROUND_THE_FILE)
        try:
            for field in _typed(request):
                refuse_unfit(field)
            if _is_upload(request) and _is_cut(request):
                return render(request, "400.html", {"cut": True}, status=400)
        except (UnfitText, TooManyFieldsSent, UnreadablePostError):
            return render(request, "400.html", status=400)
        except RequestDataTooBig:
            return _too_big(request, 5 * MEGABYTE)
        return get_response(request)

    def process_exception(request, exception):
        if isinstance(exception, UnfitText):
            return render(request, "400.html", status=400)
        if isinstance(exception, TooMany):
            return _too_many(request, exception.retry_after)
        return None

    middleware.process_exception = process_exception
    return middleware


def _too_big(request, most: int):
    return render(request, "413.html", {"most": f"{most // MEGABYTE} MB"}, status=413)


def _is_upload(request) -> bool:
    return request.method == "POST" and request.content_type == "multipart/form-data"


def _most_bytes(path: str) -> int:
    """The largest upload an address takes, with room for the form around the file."""
    found = (most for start, most in settings.BESTARI_UPLOAD_MOST.items() if path.startswith(start))
    return next(found, settings.BESTARI_UPLOAD_MOST_ELSEWHERE) + ROUND_THE_FILE


def _is_cut(request) -> bool:
    """Whether fewer bytes came than were announced (U11): a file cut in the middle can look whole."""
    request.POST  # noqa: B018  reads the body; what is read twice is kept by Django
    announced = _announced(request)
    return getattr(getattr(request, "_stream", None), "_pos", announced) < announced


def _announced(request) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else 0


def _typed(request):
    yield request.path_info
    yield from request.COOKIES.values()  # a quoted one may spell out any byte
    for name, values in request.GET.lists():
        if LOOKUP.search(name) and not request.path_info.startswith(ADMIN):
            raise UnfitText
        yield name
        yield from values
    if request.method == "POST" and request.content_type in FORM_TYPES:
        for name, values in request.POST.lists():
            yield name
            yield from values
        for name, files in request.FILES.lists():
            yield name
            yield from (file.name for file in files)


def _too_many(request, seconds: int):
    response = render(request, "429.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def wrong_method(get_response):
    """Words for whoever comes by a link to an address that only takes what a form sends: Django's 405 is empty."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 405 or response.content or not request.accepts("text/html"):
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware


def private_by_default(get_response):
    """A page made for somebody is never stored (I13); a public view sets its own Cache-Control."""

    def middleware(request):
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
