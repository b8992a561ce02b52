"""What every screen of a signed-in person needs: the person, and the frame around the page."""

from functools import wraps

from allauth.core.internal.ratelimit import get_ip
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from cms.core.hooks import menu_of
from cms.directory.permissions import holds
from cms.directory.queries import unread_notices


def person_required(view):
    """Sign-in needed; ``request.person`` is the civil servant. An account without one gets a page, not a 500."""

    @wraps(view)
    @login_required
    def wrapped(request, *args, **kwargs):
        request.person = request.user.person
        if request.person is None:
            return render(request, "directory/no_person.html", status=403)
        # Times are read where the person works: WIB, WITA or WIT.
        with timezone.override(request.person.agency.timezone):
            return view(request, *args, **kwargs)

    return wrapped


def role_required(*roles: str):
    """Sign-in and one of ``roles`` needed. To others the address does not exist."""

    def decorate(view):
        @wraps(view)
        @person_required
        def wrapped(request, *args, **kwargs):
            if not holds(request.user, *roles):
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
