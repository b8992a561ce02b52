"""What stands at the door on every request: a live account, a second factor where the role needs one."""

from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.directory import services
from cms.directory.backends import account_in
from cms.directory.permissions import needs_second_factor
from cms.directory.queries import roles_of

# Addresses by name, so that a new page below /akun/ is closed until somebody opens it here.
OPEN = {
    "healthz", "account_login", "account_logout", "account_inactive", "account_reauthenticate", "admin_door_login",
    "admin_door_logout", "account_reset_password", "mfa_activate_totp", "mfa_authenticate", "mfa_reauthenticate",
}  # fmt: skip
# Who has just set up the second step reads its recovery codes, which are shown then, before a password of her own.
BEFORE_A_PASSWORD = {"account_change_password", "mfa_view_recovery_codes", "mfa_download_recovery_codes"}
# Where Wagtail's groups decide: the admin, and the files of its libraries.
BY_GROUPS = ("/tata-kelola/", "/dokumen/", "/berkas/")


def doors(get_response):
    """A role that needs a second factor, in a session without one: only the set-up page opens (A07).

    Where groups decide, the membership is written anew, so a grant that ended yesterday opens nothing today.
    """

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        # Public pages must not touch the session (I13): no cookie, no look.
        if getattr(view, "is_public", False) or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if not request.user.is_authenticated:
            return None
        # The account itself, not the wrap that reads it when asked: a page looks at it a hundred times.
        request.user = account_in(request)
        _renew_key_after_change_of_roles(request)
        if request.resolver_match.url_name in OPEN:
            return None
        if needs_second_factor(request.user) and not request.session.get("second_factor"):
            return _refuse(request, _second_factor_page(request))
        if request.user.must_set_password and request.resolver_match.url_name not in BEFORE_A_PASSWORD:
            return _refuse(request, reverse("account_change_password"))
        if request.path_info.startswith(BY_GROUPS):
            services.project_groups(request.user)
        return None

    middleware.process_view = process_view
    return middleware


def _renew_key_after_change_of_roles(request) -> None:
    """A cookie taken before a grant or its end is dead after it (A03)."""
    now, seen = ",".join(sorted(roles_of(request.user))), request.session.get("roles")
    if seen == now:
        return
    if seen is not None:
        request.session.cycle_key()
    request.session["roles"] = now


def _second_factor_page(request) -> str:
    has = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists()
    page = reverse("mfa_reauthenticate" if has else "mfa_activate_totp")
    return f"{page}?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else page


def _refuse(request, page: str):
    if request.accepts("text/html") and "/api/" not in request.path:
        return redirect(page)
    fault = {"type": "about:blank", "title": _("Second step needed"), "status": 403, "detail": _("Sign in again.")}
    return JsonResponse(fault, status=403, content_type="application/problem+json")
