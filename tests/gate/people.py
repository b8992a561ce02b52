"""Browsers of everybody in the world: one signed-in client a person, with the second step passed."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client, TestCase

from cms.core.models import RateHit
from cms.directory.backends import SessionStore
from cms.directory.queries import roles_of
from tests.gate.makers import make_world


def client_of(person, *, second_factor=True, **more) -> Client:
    """A browser in which ``person`` has passed both steps, or the first alone."""
    client, user = Client(**more), person.user
    session = SessionStore()
    session.update(
        {
            SESSION_KEY: str(user.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: user.get_session_auth_hash(),
            "second_factor": second_factor,
            "roles": ",".join(sorted(roles_of(type(user).everything.get(pk=user.pk)))),
        }
    )
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


class Browsers:
    """Clients by role of one side and of the national people; "anonymous" is nobody."""

    def __init__(self, side, national):
        self._people = {**side.who, **national}
        self._clients = {"anonymous": Client()}

    def __getitem__(self, role) -> Client:
        if role not in self._clients:
            self._clients[role] = client_of(self._people[role])
        return self._clients[role]


class WorldCase(TestCase):
    """A test that walks the world: ``home``, ``away`` and a browser for everybody on both sides."""

    @classmethod
    def setUpTestData(cls):
        cls.world = make_world()
        cls.home, cls.away = cls.world.home, cls.world.away

    def setUp(self):
        self.home_browsers = Browsers(self.home, self.world.national)
        self.away_browsers = Browsers(self.away, self.world.national)


def ask(client, route, url, method, side=None, **more):
    """One request; counters are cleared first, so that a walk through everything is not taken for an attack."""
    RateHit.everything.all().delete()
    if method == "GET":
        return client.get(url, **more)
    if route.json:
        more["content_type"] = "application/json"
    return client.post(url, route.body(side) | more.pop("extra", {}), **more)
