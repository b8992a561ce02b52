"""What a form may and may not change: extra fields, foreign keys, other methods, other people's tokens."""

import uuid

from django.test import Client
from django.urls import reverse

from cms.core.models import AuditEntry
from tests.gate import snapshots
from tests.gate.makers import MARK, MISSING
from tests.gate.people import Browsers, WorldCase, ask
from tests.gate.routes import BY_NAME, ROUTES

# Taken once with the body in the table; what the door does with these has tests of its own.
DOOR = {"account_change_password"}
GOOD = [r for r in ROUTES if r.changes and (r.outsider != "door" or r.name in DOOR)]


def extras_of(world) -> dict:
    """Names people have tried elsewhere, with values that would hurt (Z05)."""
    away = world.away
    return {
        "is_staff": "on", "is_superuser": "on", "is_active": "", "is_demo": "on", "groups": "1",
        "agency_id": away.owner.pk,
        "agency_then": away.owner.pk, "owner": away.who["owner"].pk, "learner": away.who["owner"].pk,
        "person": away.who["owner"].pk, "user": away.who["owner"].user.pk, "by": away.who["owner"].user.pk,
        "created_by": away.who["owner"].user.pk, "given_by": away.who["owner"].user.pk, "actor_id": "1",
        "score": "100", "passed": "on", "jp": "99", "level": "5", "state": "completed", "cycle": "9", "pk": "1",
        "id": "1",
        "uuid": str(uuid.uuid4()), "valid_from": "2000-01-01", "revoked_at": "", "run": away.run.pk,
        "course": away.course.pk, "release": away.release.pk, "units_done": "99", "completed_at": "2020-01-01",
        "deadline_at": "2099-01-01", "save_seq": "0", "submitted_by": away.who["author"].user.pk, "covered": "{}",
        "settled_at": "2020-01-01", "unit": away.unit.pk, "approved_by": away.who["hr_head"].user.pk,
    }  # fmt: skip


class FormTests(WorldCase):
    maxDiff = None

    def test_Z05_extra_fields_change_nothing(self):
        known = snapshots.known_keys()
        self.assertGreater(len(GOOD), 22)
        for route in GOOD:
            with self.subTest(route=route.name):
                plain, status = self._after(route, known)
                asked = set(route.fields) | set(route.body(self.home))
                extra = {name: value for name, value in extras_of(self.world).items() if name not in asked}
                loaded, again = self._after(route, known, extra=extra)
                self.assertLess(status, 400, "the body in the table is not taken")
                self.assertEqual(status, again)
                self.assertEqual(snapshots.differences(plain, loaded), {})

    def _after(self, route, known, **more):
        with snapshots.undone():
            # A browser of its own: what becomes of its session is undone as well.
            client = Browsers(self.home, self.world.national)[route.sender]
            answer = ask(client, route, route.url(self.home), "POST", self.home, **more)
            return snapshots.facts(known), answer.status_code

    def test_Z04_a_key_of_another_agency_is_refused_and_nothing_is_kept(self):
        for name, change in FOREIGN.items():
            route = BY_NAME[name]
            for at, extra in enumerate(change(self.home, self.away)):
                with self.subTest(route=name, at=at):
                    known = snapshots.known_keys()
                    before = snapshots.facts(known)
                    with snapshots.undone():
                        client = Browsers(self.away, self.world.national)[route.sender]
                        answer = ask(client, route, route.url(self.away), "POST", self.away, extra=extra)
                        self.assertIn(answer.status_code, (400, 404, 422))
                        self.assertNotIn(MARK, answer.content.decode().casefold())
                        changed = snapshots.differences(before, snapshots.facts(known))
                        self.assertEqual(set(changed) - {"core.AuditEntry"}, set())

    def test_Z04_every_field_that_names_a_row_is_tried(self):
        """A form that lets people choose rows must stand in ``FOREIGN``, with each field that names one."""
        choosing = {
            r.name for r in GOOD if set(r.body(self.home)) & {"agency", "number", "numbers", "question", "person"}
        }
        self.assertEqual(choosing - set(FOREIGN), set())
        for route in ROUTES:
            rows = {name for name, kind in route.fields.items() if kind == "CHOICES"} - WORDS
            tried = {name for extra in FOREIGN.get(route.name, lambda *_: [])(self.home, self.away) for name in extra}
            with self.subTest(route=route.name):
                self.assertEqual(rows - tried, set())


# Choices that name no row of anybody.
WORDS = {
    "kind", "employment", "email", "role", "files", "proof", "competency", "difficulty", "use", "time_zone",
    "open_to_all", "status", "right",
}  # fmt: skip


def _number(side) -> str:
    return side.who["colleague"].numbers.get().value


def _seat(side):
    return side.who["owner"].position.uuid


FOREIGN = {
    "directory:give_role": lambda home, away: [
        {"agency": home.employer.uuid}, {"number": _number(home)}, {"below": home.unit.uuid},
    ],
    "directory:add_person": lambda home, away: [
        {"agency": home.employer.uuid}, {"org_unit": home.unit.uuid}, {"position": _seat(home)},
        {"number": _number(home)},
    ],
    # A technical admin sets rules for every agency there is: only one that is none is refused.
    "directory:change_rule": lambda home, away: [{"agency": MISSING}],
    "directory:follow_rule_for_all": lambda home, away: [{"agency": MISSING}, {"agency": home.owner.uuid}],
    # To another agency is what a move is for; into its units is for that agency to say.
    "directory:move_person": lambda home, away: [
        {"org_unit": home.unit.uuid}, {"position": _seat(home)},
        {"agency": home.employer.uuid, "org_unit": away.unit.uuid},
    ],
    "directory:add_unit": lambda home, away: [{"agency": home.employer.uuid}, {"parent": home.unit.uuid}],
    "directory:change_unit": lambda home, away: [{"parent": home.unit.uuid}],
    "directory:add_position": lambda home, away: [{"seat-reports_to": _seat(home)}],
    "directory:position": lambda home, away: [{"reports_to": _seat(home)}],
    "catalogue:desk_import": lambda home, away: [{"agency": home.owner.pk}],
    "catalogue:desk_new": lambda home, away: [{"agency": home.owner.pk}],
    "catalogue:question_new": lambda home, away: [{"unit": home.draft_unit.unit_key}],
    "catalogue:question": lambda home, away: [{"unit": home.draft_unit.unit_key}],
    "enrolment:facilitators": lambda home, away: [{"facilitators": home.who["facilitator"].user.uuid}],
    "enrolment:add": lambda home, away: [],  # a run may be open to all: see test_Z04_numbers_of_another_agency
    # An auditor reads in any agency, one person at a time, by a purpose she signs: test_roles.py AuditorTests.
    "profiles:ask": lambda home, away: [{"number": "199001012015031999"}],
    "records:signatories": lambda home, away: [{"agency": home.owner.uuid}],
    "player:check": lambda home, away: [{"question": BY_NAME["player:check"].body(home)["question"]}],
}  # fmt: skip


class PastedNumbersTests(WorldCase):
    def test_Z04_numbers_of_another_agency_show_no_name_and_get_no_place_on_a_closed_run(self):
        type(self.away.run).everything.filter(pk=self.away.run.pk).update(open_to_all=False)
        route, client = BY_NAME["enrolment:add"], self.away_browsers["organiser"]
        before = self.away.run.enrolments.count()
        number = self.home.who["superior"].numbers.get().value
        look = client.post(route.url(self.away), {"numbers": number})
        self.assertNotContains(look, MARK)
        client.post(route.url(self.away), {"numbers": number, "commit": "1"})
        self.assertEqual(self.away.run.enrolments.count(), before)


class MethodTests(WorldCase):
    def test_N08_a_get_on_an_address_that_changes_things_is_405(self):
        for route in ROUTES:
            if route.reads:
                continue
            with self.subTest(route=route.name):
                answer = self.home_browsers[route.sender].get(route.url(self.home))
                self.assertEqual(answer.status_code, 405)
                self.assertIn("POST", answer["Allow"])
                self.assertContains(answer, "only takes what a form sends", status_code=405)

    def test_N08_other_methods_and_disguised_ones(self):
        for route in ROUTES:
            client, url = self.home_browsers["owner"], route.url(self.home)
            with self.subTest(route=route.name):
                for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"):
                    self.assertEqual(client.generic(method, url).status_code, 405)
        disguised = {"_method": "DELETE", "reason": "x"}
        for header in ({}, {"X-HTTP-Method-Override": "DELETE"}):
            answer = self.home_browsers["owner"].get(reverse("player:home"), headers=header)
            self.assertEqual(answer.status_code, 200)
        self.assertEqual(self.home_browsers["owner"].get(reverse("player:home"), disguised).status_code, 400)

    def test_N08_looking_changes_nothing(self):
        """GET of every page by everybody who may: only the trace of looks and exports, and where reading went on."""
        known = snapshots.known_keys()
        for route in ROUTES:
            if not route.reads or route.is_public:
                continue
            with self.subTest(route=route.name), snapshots.undone():
                before = snapshots.facts(known)
                ask(self.home_browsers[route.sender], route, route.url(self.home), "GET")
                changed = set(snapshots.differences(before, snapshots.facts(known)))
                self.assertEqual(changed - {"core.AccessEntry", "core.AuditEntry", "enrolment.Enrolment"}, set())

    def test_N08_nothing_internal_lies_about(self):
        for path in (
            "/.git/config",
            "/.env",
            "/.git/",
            "/media/",
            "/berkas/",
            "/static/",
            "/manage.py",
            "/admin/",
            "/api/",
        ):
            with self.subTest(path=path):
                self.assertEqual(self.client.get(path).status_code, 404)


class TokenTests(WorldCase):
    """N03: a form counts only with this person's own token, from this site."""

    def test_N03_without_a_token_with_anothers_as_text_or_from_elsewhere(self):
        for route in ROUTES:
            if not route.changes:
                continue
            client, url = self._strict(route.sender if route.outsider != "door" else "owner"), route.url(self.home)
            body = {} if route.json else {k: v for k, v in route.body(self.home).items() if k != "files"}
            with self.subTest(route=route.name):
                audits = AuditEntry.everything.count()
                self.assertEqual(client.post(url, body).status_code, 403)
                forged = {**body, "csrfmiddlewaretoken": "x" * 64}
                self.assertEqual(client.post(url, forged).status_code, 403)
                text = client.post(url, b'{"seq": 1}', content_type="text/plain")
                self.assertEqual(text.status_code, 403)
                self.assertEqual(AuditEntry.everything.count(), audits)

    def test_N03_a_foreign_origin_gets_no_grant(self):
        client = self._strict("owner")
        page = client.get(reverse("account_change_password"))
        token = page.context["csrf_token"]
        body = {"csrfmiddlewaretoken": str(token)}
        answer = client.post(reverse("directory:read_notices"), body, headers={"Origin": "https://evil.example"})
        self.assertEqual(answer.status_code, 403)
        self.assertFalse([name for name in answer.headers if name.startswith("Access-Control")])
        self.assertEqual(client.post(reverse("directory:read_notices"), body).status_code, 302)
        asked = client.options(reverse("player:home"), headers={"Origin": "https://evil.example"})
        self.assertFalse([name for name in asked.headers if name.startswith("Access-Control")])

    def test_N03_the_token_of_another_person_is_refused(self):
        mine, theirs = self._strict("owner"), self._strict("colleague")
        token = str(theirs.get(reverse("account_change_password")).context["csrf_token"])
        mine.get(reverse("account_change_password"))
        answer = mine.post(reverse("directory:read_notices"), {"csrfmiddlewaretoken": token})
        self.assertEqual(answer.status_code, 403)

    def _strict(self, role) -> Client:
        """The role's browser, but with the check of tokens that the test client leaves out."""
        client = Client(enforce_csrf_checks=True)
        client.cookies = self.home_browsers[role].cookies.copy()
        return client
