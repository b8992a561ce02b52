"""How the door recognises a person: any open number or the e-mail, Argon2id, one account, limited attempts."""

import hashlib
import os
import secrets
from datetime import timedelta

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from cms.core import limits
from cms.core.turns import NoTurn, turn
from cms.directory.forms import MOST_PASSWORD
from cms.directory.models import OpenSession, User
from cms.directory.queries import (
    account_at_the_door,
    account_in_session,
    account_of,
    factors_of,
    open_session,
    roles_of,
)
from cms.directory.rules import sign_in_key
from cms.directory.services import unsent

BACKEND = "cms.directory.backends.NumberOrEmailBackend"
WRONG_PASSWORDS = 10
WAIT_FOR_A_TURN = 2  # seconds
ACCOUNT_WAIT, ADDRESS_WAIT = timedelta(minutes=5), timedelta(minutes=1)
# A browser that once passed the door keeps its own count, so that strangers cannot lock its owner out (A01).
KNOWN_BROWSER, KNOWN_FOR = "known_browser", timedelta(days=180)
ASKED_AGAIN_AFTER = timedelta(minutes=5)
NO_MATCH = _("The number or e-mail and the password do not match. Check both, or ask your HR unit for a code.")


class Argon2idHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, t=2, p=1: 24 ms of CPU against 196 ms of Django's own figures (robustness 2)."""

    memory_cost, time_cost, parallelism = 19 * 1024, 2, 1

    def encode(self, password, salt):
        with _turn():
            return super().encode(password, salt)

    def verify(self, password, encoded):
        with _turn():
            return super().verify(password, encoded)


def _turn():
    """Twice as many at once as there are cores: a crowd at the door must leave room for those who sit an exam."""
    return turn("password", places=2 * (os.cpu_count() or 1), wait=WAIT_FOR_A_TURN)


class NumberOrEmailBackend(AuthenticationBackend):
    """Sign-in by any open number or e-mail; loads user, person and agency in one statement (design 3.1)."""

    def get_user(self, user_id):
        user = account_at_the_door.one(pk=int(user_id), today=timezone.localdate())
        return user if user is not None and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user):
        """Demo accounts open no door where the demo is not allowed (design 3.9)."""
        return super().user_can_authenticate(user) and (settings.BESTARI_DEMO or not user.is_demo)

    def authenticate(self, request, **credentials):
        typed, password = credentials.get("username") or credentials.get("email"), credentials.get("password")
        if not typed or password is None or len(password) > MOST_PASSWORD:
            return None
        user = _account_called(request, sign_in_key(typed))
        if user is None:
            # The same work as for a known account, so that time tells nothing (A02).
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None


def _account_called(request, key: str) -> User | None:
    """Read once a request: whose attempt it is and whose password it is are one question."""
    asked = getattr(request, "_account_called", None)
    if asked is None or asked[0] != key:
        asked = (key, account_of(key))
        if request is not None:
            request._account_called = asked
    return asked[1]


class AccountMiddleware(AuthenticationMiddleware):
    """``request.user`` from the account that came with the session; whatever is odd about it is asked of Django."""

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: account_in(request))


def account_in(request) -> User | AnonymousUser:
    """The account of a request, read once."""
    if not hasattr(request, "_account"):
        request._account = _account_in(request.session) or get_user(request)
    return request._account


def _account_in(session) -> User | None:
    """The account of a session in order: its own, of a live account, made since its password was last changed."""
    key, mark, account = session.get(SESSION_KEY), session.get(HASH_SESSION_KEY, ""), session.account
    if account is None or key != str(account.pk) or session.get(BACKEND_SESSION_KEY) != BACKEND:
        return None
    if not NumberOrEmailBackend().user_can_authenticate(account):
        return None
    return account if constant_time_compare(mark, account.get_session_auth_hash()) else None


class DoorAdapter(DefaultAccountAdapter):
    """People are entered by HR, so nobody signs up; links always use the configured address (A05)."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # One text for every reason: it must not tell which numbers have an account (A02).
        "username_password_mismatch": NO_MATCH,
        "email_password_mismatch": NO_MATCH,
        "incorrect_password": _("That is not your password."),
        "enter_current_password": _("That is not your present password."),
    }

    def is_open_for_signup(self, request):
        return False

    def is_ajax(self, request):
        """The door speaks HTML only; no second form of answer to keep equal."""
        return False

    def is_safe_url(self, url):
        """Only a path of this site, without control characters (N01)."""
        return bool(url) and url.isprintable() and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def pre_authenticate(self, request, **credentials):
        """Count before looking, so that ten attempts at the same instant are ten as well."""
        self.counted = self._counters(request, credentials)
        for key, wait in self.counted:
            limits.hit(key, most=WRONG_PASSWORDS, within=wait)

    def authenticate(self, request, **credentials):
        try:
            return super().authenticate(request, **credentials)
        except NoTurn:  # nobody looked at the password
            self._rollback_login_failed_rl_usage()
            raise

    def _rollback_login_failed_rl_usage(self):
        """The password was right: only wrong ones count."""
        limits.take_back(*[key for key, _wait in self.counted])

    def _counters(self, request, credentials):
        typed = sign_in_key(credentials.get("username") or credentials.get("email") or "")
        user = _account_called(request, typed)
        account = str(user.uuid) if user else short_digest(typed)
        browser = _known_browser(request)
        if user and browser.startswith(f"{user.uuid}."):
            return [(f"door:browser:{short_digest(browser)}", ACCOUNT_WAIT)]
        address = short_digest(get_ip(request))
        return [(f"door:account:{account}", ACCOUNT_WAIT), (f"door:address:{address}", ADDRESS_WAIT)]

    def post_login(self, request, user, **kwargs):
        response = super().post_login(request, user, **kwargs)
        request.session["signed_in_at"] = timezone.now().isoformat()
        request.session["browser"] = browser_name(self.get_http_user_agent(request))
        request.session["roles"] = ",".join(sorted(roles_of(user)))
        unsent.claim(request, user, was_last=_known_browser(request).startswith(f"{user.uuid}."))
        remember_browser(response, user)
        return response

    def is_reauthentication_required(self, *, app, **kwargs):
        """Who signed in a moment ago is not asked for the same password again (W03)."""
        records = get_authentication_records(self.request, self.request.user)
        oldest = timezone.now().timestamp() - ASKED_AGAIN_AFTER.total_seconds()
        return not any(record["at"] > oldest for record in records)


def remember_browser(response, user) -> None:
    """The mark of ``user``, for the door of every language: the browser is the same."""
    mark = f"{user.uuid}.{secrets.token_urlsafe(9)}"
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            response.set_signed_cookie(
                _mark_name(language),
                mark,
                max_age=KNOWN_FOR,
                # Only the door reads it; elsewhere it would weigh on every save of an exam (B03). So it stands below
                # each door, and each has its own name: an answer sets a cookie of one name once.
                path=reverse("directory:account"),
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )


def _mark_name(language: str) -> str:
    return KNOWN_BROWSER if language == settings.LANGUAGE_CODE else f"{KNOWN_BROWSER}_{language}"


def _known_browser(request) -> str:
    """The mark of the last account that signed in on this browser."""
    name = _mark_name(translation.get_language())
    return request.get_signed_cookie(name, default="", max_age=KNOWN_FOR)


class FactorAdapter(DefaultMFAAdapter):
    """Asked at every sign-in whether a second step follows."""

    def is_mfa_enabled(self, user, types=None):
        kinds = {factor.type for factor in factors_of(user=user.pk)} if user.pk else set()
        return bool(kinds) if types is None else not kinds.isdisjoint(types)


def short_digest(text: str) -> str:
    """For keys of counters: no number and no address of a person is kept in them."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def browser_name(agent: str) -> str:
    """Browser and system in two words, for the list of sessions; nothing that identifies a person."""
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"))
    systems += (("Mac OS", "macOS"), ("Linux", "Linux"))
    found = [next((name for mark, name in names if mark in agent), "") for names in (browsers, systems)]
    return ", ".join(filter(None, found))


class SessionStore(DatabaseSessions):
    """Sessions in the database, each with the key of its account."""

    is_new = False
    account: User | None = None  # whose it is, as read with it

    @classmethod
    def get_model_class(cls):
        return OpenSession

    def _get_session_from_db(self):
        now = timezone.now()
        self.account = account_in_session.one(key=self.session_key, now=now, today=timezone.localdate(now))
        row = self.account or open_session.one(key=self.session_key, now=now)
        if row is None:
            self._session_key = None
        return row

    def cycle_key(self):
        """A new key; its row is written once, at the end of the request, with all that a sign-in puts into it."""
        data, old = self._session, self.session_key
        self._session_key, self._session_cache = secrets.token_hex(16), data
        self.is_new = self.modified = True
        if old:
            self.delete(old)

    def save(self, must_create=False):
        if self.is_new:
            # A key made a moment ago meets no other row: one statement needs no transaction around it.
            self.create_model_instance(self._get_session(no_load=True)).save(force_insert=True)
            self.is_new = False
        else:
            super().save(must_create=must_create)

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.account_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        return row
