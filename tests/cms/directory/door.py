"""What tests of the door need: a person at the door, the code her app shows, time that passes."""

import time
from datetime import timedelta

from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import TestCase, override_settings
from django.urls import reverse

from cms.core.models import RateHit
from tests.makers import PASSWORD, make_person

NEW = "jalan pagi 😀 ke sawah yang luas"
HOME = "/akun/"


def sign_in(client, login, password=PASSWORD, **more):
    headers = more.pop("headers", {})
    address = more.pop("address", "192.0.2.1")
    data = {"login": login, "password": password, **more}
    return client.post(reverse("account_login"), data, REMOTE_ADDR=address, headers=headers)


def number_of(person) -> str:
    return person.numbers.get().value


def add_totp(user) -> str:
    """Give the user a second factor; returns the secret in her app."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def past_second_step(client, user) -> None:
    """As after a whole sign-in with both steps."""
    client.force_login(user)
    session = client.session
    session["second_factor"] = True
    session.save()


def waited(minutes: int = 10) -> None:
    """As if that time had passed for every limit."""
    for row in RateHit.everything.all():
        RateHit.everything.filter(pk=row.pk).update(resets_at=row.resets_at - timedelta(minutes=minutes))


@override_settings(LOGIN_REDIRECT_URL=HOME)
class DoorCase(TestCase):
    """Ani and Budi, who have an account and no role."""

    @classmethod
    def setUpTestData(cls):
        cls.ani = make_person("Ani Lestari", user=True)
        cls.budi = make_person("Budi Santoso", user=True)
        cls.nip = number_of(cls.ani)

    def assert_signed_in(self, client, yes=True):
        self.assertEqual("_auth_user_id" in client.session, yes)
