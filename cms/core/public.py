"""Pages for everybody: cacheable, without cookie, the same for all (I13)."""

from functools import wraps

PUBLIC_SECONDS = 60


def public_page(view):
    """Mark ``view`` as public: no session is read, so shared caches may keep it for a minute."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
        # Language lives in the path, so no header may vary it.
        if response.has_header("Vary"):
            del response["Vary"]
        response._public = True
        return response

    # The door does not look at the session of such a page.
    wrapped.is_public = True
    return wrapped
