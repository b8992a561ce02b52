"""What every screen of a signed-in person needs: the person, and the frame around the page."""

from functools import wraps
from urllib.parse import urlsplit

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from cms.core.hooks import menu_of
from cms.directory.permissions import holds
from cms.directory.queries import unread_notices
from cms.directory.services import unsent


def signed_in(view):
    """Sign-in needed; who is sent to it comes back to a page, not to the address that a form was sent to."""

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            return redirect_to_login(request.get_full_path())
        return _back_with_what_was_typed(request)

    return wrapped


def _back_with_what_was_typed(request):
    page = _page_of_the_form(request)
    key = unsent.keep(request, page)
    if not key:
        return redirect_to_login(page)
    messages.info(request, _("Your sign-in has ended. What you typed is kept for half an hour: sign in to send it."))
    response = redirect_to_login(reverse("directory:unsent"))
    unsent.remember(response, key)
    return response


def _page_of_the_form(request) -> str:
    """Where the form stood: an address that only takes forms would answer the way back with 405."""
    before = urlsplit(request.headers.get("Referer", ""))
    page = f"{before.path}?{before.query}" if before.query else before.path
    # "//host/" is a path in a Referer and another site in a redirect (N01).
    is_ours = before.netloc == request.get_host() and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def person_required(view):
    """Sign-in needed; ``request.person`` is the civil servant. An account without one gets a page, not a 500."""

    @wraps(view)
    @signed_in
    def wrapped(request, *args, **kwargs):
        request.person = request.user.person
        if request.person is None:
            return render(request, "directory/no_person.html", status=403)
        # Times are read where the person works: WIB, WITA or WIT.
        with timezone.override(request.person.agency.timezone):
            return view(request, *args, **kwargs)

    return wrapped


def role_required(*roles: str, held=holds):
    """Sign-in and one of ``roles`` needed, as ``held`` says. To others the address does not exist."""

    def decorate(view):
        @wraps(view)
        @person_required
        def wrapped(request, *args, **kwargs):
            if not held(request.user, *roles):
                raise Http404
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def work_context(request) -> dict:
    """The frame of a work page: menu, who is signed in, unread notices."""
    person = request.user.person
    return {
        "menu": menu_of(request),
        "who": {
            "name": request.user.get_full_name(),
            "agency": str(person.agency) if person else "",
            "initials": person.initials if person else "B",
        },
        "notices": unread_notices(request.user),
    }


def address_of(request) -> str:
    """The address a request came from: behind the configured proxy the one it names, else the connection's (N02)."""
    return get_ip(request) or ""
