"""Pages for everybody: cacheable, without cookie, the same for all (I13)."""

from functools import wraps

from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from cms.core.keeping import Kept
from cms.core.rows import bare

PUBLIC_SECONDS = 60
_pages = Kept(400)  # some 20 kB each


def public_page(view):
    """Mark ``view`` as public: no session is read, so shared caches may keep it for a minute."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
        response._public = True
        return response

    # The door does not look at the session of such a page.
    wrapped.is_public = True
    return wrapped


def kept_page(request, template: str, context: dict):
    """The page as drawn before for the same address, language and ``context``; drawn now when one of them differs.

    The rows behind it are asked for each time, so what changed shows at once. Messages wait for a page of one's own:
    a page for everybody cannot carry them.
    """
    key = (template, get_language(), request.get_full_path(), bare(context))
    page = _pages.get(key)
    if page is None:
        page = _pages.put(key, render_to_string(template, {**context, "messages": ()}, request).encode())
    return HttpResponse(page)


def stays_public(get_response):
    """The locale and session layers add Vary on their way out; a page that depends only on its path must not vary.

    Of what nobody may store Vary says nothing: without it and the language of its words, a receipt in JSON weighs
    less on a slow line (B03).
    """

    def middleware(request):
        response = get_response(request)
        if getattr(response, "_public", False):
            response.headers.pop("Vary", None)
        elif type(response) is JsonResponse and "no-store" in response.get("Cache-Control", ""):
            response.headers.pop("Vary", None)
            response.headers.pop("Content-Language", None)
        return response

    return middleware
