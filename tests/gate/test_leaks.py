"""Citra's people of another agency ask for everything of home, in every role, and find nothing (I09, Z01, Z02)."""

import re
from html import unescape

from django.urls import reverse

from tests.gate.makers import DIGITS, MARK, MISSING
from tests.gate.people import WorldCase, ask
from tests.gate.routes import PRIVATE_KEYS, ROLES, ROUTES

REQUEST_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
AWAY_ROLES = ("owner", "facilitator", "author", "publisher", "organiser", "superior", "hr_analyst", "hr_head")
REFUSED = (403, 404)


def of_home(body: bytes) -> list[str]:
    """Words and numbers of home in an answer."""
    text = unescape(body.decode(errors="replace")).casefold()
    return [word for word in (MARK, DIGITS) if word in text]


def without_id(response) -> tuple:
    return response.status_code, REQUEST_ID.sub(b"", response.content)


def methods_of(route):
    return route.methods.split()


class OutsiderTests(WorldCase):
    def test_Z01_an_object_of_another_agency_is_as_missing_as_one_that_never_was(self):
        private = [route for route in ROUTES if set(route.keys) & PRIVATE_KEYS and route.outsider == "404"]
        self.assertGreater(len(private), 25)
        for route in private:
            theirs = route.url(self.home)
            missing = route.url(self.home, **{route.keys[0]: MISSING})
            for method in methods_of(route):
                for role in AWAY_ROLES:
                    with self.subTest(route=route.name, method=method, role=role):
                        client = self.away_browsers[role]
                        answer = ask(client, route, theirs, method, self.home)
                        self.assertEqual(answer.status_code, 404)
                        self.assertEqual(without_id(answer), without_id(ask(client, route, missing, method, self.home)))
                        self.assertEqual(of_home(answer.content), [])

    def test_Z02_no_word_number_or_count_of_home_on_any_screen_of_badung(self):
        for route in ROUTES:
            if not route.reads or route.is_public or route.outsider != "404":
                continue
            for role in AWAY_ROLES:
                with self.subTest(route=route.name, role=role):
                    answer = ask(self.away_browsers[role], route, route.url(self.away), "GET")
                    self.assertEqual(of_home(answer.content), [])


class RightsTests(WorldCase):
    """The table itself: who is named gets in, who is not meets the same wall as for a missing object."""

    maxDiff = None

    def test_every_role_meets_what_the_table_says(self):
        for route in ROUTES:
            if not route.reads or route.outsider == "door":
                continue
            for role in ROLES:
                with self.subTest(route=route.name, role=role):
                    answer = ask(self.home_browsers[role], route, route.url(self.home), "GET")
                    self._check(route, role, answer)

    def test_whoever_is_not_named_changes_nothing(self):
        for route in ROUTES:
            if not route.changes or route.outsider != "404":
                continue
            for role in ROLES:
                if role in route.opens:
                    continue
                with self.subTest(route=route.name, role=role):
                    self._check(route, role, self.ask(role, route))

    def ask(self, role, route):
        return ask(self.home_browsers[role], route, route.url(self.home), "POST", self.home)

    def _check(self, route, role, answer):
        to_the_door = answer.status_code == 302 and answer.url.startswith(reverse("account_login"))
        if role in route.opens:
            self.assertFalse(to_the_door)
            self.assertIn(answer.status_code, (200, 302))
        elif role == "anonymous":
            self.assertTrue(to_the_door or answer.status_code in (401, 404), answer.status_code)
        else:
            self.assertIn(answer.status_code, REFUSED)
