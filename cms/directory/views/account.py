"""One's own account: opening it with a code, sessions, notices, language."""

from datetime import timedelta

from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from cms.core import limits
from cms.directory import services
from cms.directory.api import person_required, signed_in, work_context
from cms.directory.backends import remember_browser, short_digest
from cms.directory.exceptions import DirectoryRefused
from cms.directory.forms import UseCodeForm
from cms.directory.models import Grant, Notice, User
from cms.directory.permissions import answers_requests, gives, holds, reads_trail
from cms.directory.rules import sign_in_key

PAGE = 50


@never_cache
@sensitive_post_parameters("code", "password1", "password2")
def use_code(request):
    """Open or recover an account with a code from HR. GET consumes nothing (A04)."""
    form = UseCodeForm(request.POST or None)
    if request.method == "POST":
        crowd = _count_codes(request)
        if form.is_valid() and (user := _used(form)):
            messages.success(request, _("Your password is set. Sign in with it now."))
            response = redirect("account_login")
            # Who showed the code must get in, however many strangers try her number (A01).
            remember_browser(response, user)
            return response
        if crowd:
            raise crowd
    title = _("Open or recover your account")
    status = 400 if form.errors else 200
    context = {"form": form, "title": title, "button": _("Set the password")}
    return render(request, "directory/use_code.html", context, status=status)


def _count_codes(request) -> limits.TooMany | None:
    """Too many from one address are refused at once; too many at one number only when the code is wrong as well."""
    number = sign_in_key(request.POST.get("number", ""))
    limits.hit(f"door:use:{short_digest(get_ip(request))}", most=20, within=timedelta(minutes=10))
    try:
        limits.hit(f"door:use:{short_digest(number)}", most=10, within=timedelta(minutes=10))
    except limits.TooMany as crowd:
        return crowd
    return None


def _used(form) -> User | None:
    data = form.cleaned_data
    try:
        return services.use_code(number=data["number"], code=data["code"], password=data["password1"])
    except ValidationError as fault:
        form.add_error("password1", fault)
    except DirectoryRefused as refusal:
        form.add_error(None, refusal.message)
    return None


@signed_in
def my_account(request):
    """One's own door: password, second step, sessions, notices; for HR, the desk."""
    context = work_context(request) | {
        "title": _("Account"),
        "has_second_step": is_mfa_enabled(request.user),
        "serves_people": holds(request.user, *Grant.HR_ROLES),
        "gives_roles": gives(request.user),
        "reads_trail": reads_trail(request.user),
        "answers_requests": answers_requests(request.user),
        "languages": settings.LANGUAGES,
        "language": request.user.language or settings.LANGUAGE_CODE,
    }
    return render(request, "directory/account.html", context)


@signed_in
def sessions(request):
    rows = [_session_row(request, session) for session in services.sessions_of(request.user)]
    return render(
        request, "directory/sessions.html", work_context(request) | {"title": _("Open sessions"), "sessions": rows}
    )


def _session_row(request, session) -> dict:
    data = session.get_decoded()
    return {
        "name": services.session_name(session.session_key),
        "present": session.session_key == request.session.session_key,
        "browser": data.get("browser") or _("Unknown browser"),
        "since": parse_datetime(data.get("signed_in_at") or ""),
        "ends": session.expire_date,
    }


@require_POST
@signed_in
def end_session(request):
    """One session by its name, or all but this one."""
    if name := request.POST.get("session"):
        ended = services.end_session(user=request.user, name=name)
    else:
        ended = services.end_sessions(user=request.user, but=request.session.session_key)
    messages.success(request, _("Sessions ended: %(count)s.") % {"count": min(ended, 999)})
    return redirect("directory:sessions")


@person_required
def notices(request):
    """What the person was told, newest first."""
    rows = Notice.objects.visible_to(request.user).order_by("-created_at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "directory/notices.html", work_context(request) | {"title": _("Notices"), "page": page})


@require_POST
@person_required
def open_notice(request, notice_uuid):
    """Mark one as read and go where it leads."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), uuid=notice_uuid)
    services.read_notices(person_id=request.person.pk, uuid=notice.uuid)
    # Only our own code writes the address; a foreign one would still lead nowhere.
    leads = notice.url if notice.url.startswith("/") and not notice.url.startswith("//") else ""
    return redirect(leads or "directory:notices")


@require_POST
@person_required
def read_notices(request):
    services.read_notices(person_id=request.person.pk)
    return redirect("directory:notices")


@require_POST
@signed_in
def set_language(request):
    """The language of one's mail."""
    language = request.POST.get("language")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    services.set_language(user=request.user, language=language)
    messages.success(request, _("Saved. Mail comes in this language."))
    return redirect("directory:account")
