"""Pages for everybody: cacheable, without cookie, the same for all (I13)."""

from functools import wraps

PUBLIC_SECONDS = 60


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


def stays_public(get_response):
    """The locale and session layers add Vary on their way out; a page that depends only on its path must not vary."""

    def middleware(request):
        response = get_response(request)
        if getattr(response, "_public", False) and response.has_header("Vary"):
            del response["Vary"]
        return response

    return middleware
