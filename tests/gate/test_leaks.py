"""Citra's people of another agency ask for everything of home, in every role, and find nothing (I09, Z01, Z02)."""

import re
from html import unescape
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from cms.directory import services as directory
from lms.catalogue import services as catalogue
from lms.enrolment import services as enrolment
from lms.records import services as records
from tests import makers
from tests.gate import snapshots
from tests.gate.makers import DIGITS, MARK, MISSING
from tests.gate.people import Browsers, WorldCase, ask
from tests.gate.routes import PRIVATE_KEYS, ROLES, ROUTES, value_of

REQUEST_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
AWAY_ROLES = ("owner", "facilitator", "author", "publisher", "organiser", "superior", "hr_analyst", "hr_head")
REFUSED = (403, 404)
PEOPLE_OF_AWAY = ("author", "publisher", "organiser", "facilitator", "superior", "hr_analyst", "hr_head")
TOKEN = re.compile(rb'name="(?:csrfmiddlewaretoken|send_once|page_key)"[^>]*')
CLOCK = re.compile(rb"\b\d\d\.\d\d(?:\.\d\d)?\b")
# A spreadsheet holds the second it was written; the walk itself leaves traces in the audit.
OF_THE_MOMENT = {"enrolment:xlsx", "directory:acts", "directory:looks"}


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

    def test_Z01_a_key_of_my_own_opens_nothing_of_theirs_behind_it(self):
        """My course with their review, my person with their entry: the address as a whole is checked."""
        mixed = []
        for route in ROUTES:
            first, *rest = [(key, value_of(self.home, key), value_of(self.away, key)) for key in route.keys] or [None]
            foreign = {key: theirs for key, theirs, mine in rest if theirs != mine}
            if foreign:
                mixed.append((route, route.url(self.away, **foreign), route.url(self.home, **{first[0]: first[2]})))
        self.assertGreater(len(mixed), 11)
        for route, with_theirs, same in mixed:
            self.assertEqual(with_theirs, same)
            known = snapshots.known_keys()
            before = snapshots.facts(known)
            for method in methods_of(route):
                with self.subTest(route=route.name, method=method), snapshots.undone():
                    client = Browsers(self.away, self.world.national)[route.sender]  # its session is undone, too
                    answer = ask(client, route, with_theirs, method, self.home)
                    self.assertEqual(answer.status_code, 404)
                    self.assertEqual(of_home(answer.content), [])
                    self.assertEqual(set(snapshots.differences(before, snapshots.facts(known))), set())

    def test_Z02_no_filter_cursor_or_search_brings_a_row_of_home(self):
        home = self.home
        keys = [home.unit.uuid, home.unit.pk, home.person.uuid, home.employer.uuid, 2**31]
        words = ["Ani Lestari", "Melayani warga", "%"]
        for route in ROUTES:
            if route.outsider != "404" or route.is_public or not (route.query or "q" in route.fields):
                continue
            client, url = self.away_browsers[route.sender], route.url(self.away)
            for name in route.query:
                for value in [*keys, *words]:
                    with self.subTest(route=route.name, name=name, value=value):
                        answer = ask(client, route, f"{url}?{urlencode({name: value})}", "GET")
                        self.assertEqual(of_home(answer.content), [])
            for word in words if "q" in route.fields else ():
                with self.subTest(route=route.name, word=word):
                    client.post(url, {"q": word})
                    self.assertEqual(of_home(client.get(url).content), [])

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

    def test_whoever_is_named_may_send_it(self):
        """Taken, or refused for what stands in it (another may have to be the second person): never for the role."""
        for route in ROUTES:
            if not route.changes or route.outsider == "door":
                continue
            for role in route.opens:
                with self.subTest(route=route.name, role=role), snapshots.undone():
                    client = Browsers(self.home, self.world.national)[role]
                    answer = ask(client, route, route.url(self.home), "POST", self.home)
                    self.assertNotIn(answer.status_code, (401, *REFUSED))

    def test_Z02_what_happens_at_home_changes_no_count_on_any_screen_of_badung(self):
        """Byte by byte: a sum, a badge or the number of pages tells of others as much as a name does."""
        routes = [r for r in ROUTES if r.reads and not r.is_public and r.outsider == "404"]
        before = {(r.name, role): self._seen(r, role) for r in routes for role in PEOPLE_OF_AWAY}
        self._busy_day_at_home()
        for route in routes:
            for role in PEOPLE_OF_AWAY:
                with self.subTest(route=route.name, role=role):
                    self.assertTrue(self._seen(route, role) == before[route.name, role], "the page is another")

    def _seen(self, route, role):
        answer = ask(self.away_browsers[role], route, route.url(self.away), "GET")
        if route.name in OF_THE_MOMENT:
            return answer.status_code
        return answer.status_code, CLOCK.sub(b"", TOKEN.sub(b"", REQUEST_ID.sub(b"", answer.content)))

    def _busy_day_at_home(self):
        home = self.home
        for n in range(7):
            person = makers.make_person(f"Warga {n}", agency=home.employer, unit=home.unit, roles=["organiser"])
            place = enrolment.enrol(run=home.run, learner=person, by=None)
            records.record_completion(enrolment=place, release=home.release, at=timezone.now())
            directory.give_code(person=person, kind="factor", by=home.who["hr_analyst"].user)
            directory.ask_about_data(by=person.user, kind="erase", words="Hapus data saya.")
            catalogue.report_fault(release=home.release, unit_key=home.unit_key, person=person, text=f"Keliru {n}")
        catalogue.import_course(
            files=makers.course_files(title="Kursus lain lagi"), agency=home.owner, by=home.who["author"].user
        )

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
