"""I14: every look at another's record, every export, every change leaves exactly its rows."""

from django.urls import reverse

from cms.core.models import AccessEntry, AuditEntry
from tests.gate import snapshots
from tests.gate.people import Browsers, WorldCase, ask
from tests.gate.routes import BY_NAME, ROUTES

# What is written when somebody only looks: (verbs of the audit, what the person reads in her access log).
LOOKS = {
    "profiles:person": ([], ["talent profile"]),
    "profiles:person superior": ([], ["team profile"]),
    "records:ledger_of": ([], ["JP ledger"]),
    "records:ledger_of_year": ([], ["JP ledger"]),
    "records:correct_jp": ([], ["JP ledger"]),
    "records:verify_claim": ([], ["JP claim"]),
    "records:enter": ([], []),
    "records:desk_certificate": ([], ["certificate"]),
    "assessment:answers": ([], ["exam_answers"]),
    "assessment:examine": (["read_exam_scores"], []),
    "enrolment:xlsx": (["export"], []),
    "enrolment:csv": (["export"], []),
}
# Her own reading, answers and settings, a job she waits for, and drafts, whose revisions name their author themselves.
OWN_WORK = {
    "directory:set_language", "player:reach", "player:check", "assessment:take", "assessment:save",
    "assessment:review", "records:run", "catalogue:desk_import", "catalogue:import_preview",
    "catalogue:outline_module", "catalogue:outline_unit", "catalogue:question_new", "catalogue:question",
}  # fmt: skip


class TraceCase(WorldCase):
    def rows_of(self, act):
        audits, looks = AuditEntry.everything.count(), AccessEntry.everything.count()
        act()
        return (
            [entry.verb for entry in AuditEntry.everything.order_by("pk")[audits:]],
            [entry.what for entry in AccessEntry.everything.order_by("pk")[looks:]],
        )


class WalkTests(TraceCase):
    maxDiff = None

    def test_I14_a_page_leaves_what_the_table_says_and_nothing_else(self):
        self.assertEqual({name.split()[0] for name in LOOKS} - set(BY_NAME), set())
        for route in ROUTES:
            if not route.reads or route.outsider == "door":
                continue
            for role in route.opens:
                if role == "anonymous":
                    continue
                with self.subTest(route=route.name, role=role), snapshots.undone():
                    client = Browsers(self.home, self.world.national)[role]
                    left = self.rows_of(lambda c=client, r=route: ask(c, r, r.url(self.home), "GET"))
                    by_role = LOOKS.get(f"{route.name} {role}", LOOKS.get(route.name, ([], [])))
                    self.assertEqual(left, by_role)

    def test_I14_whatever_changes_a_row_of_the_house_is_written_down(self):
        known = snapshots.known_keys()
        before = snapshots.facts(known)
        for route in ROUTES:
            if not route.changes or route.outsider == "door":
                continue
            with self.subTest(route=route.name), snapshots.undone():
                client = Browsers(self.home, self.world.national)[route.sender]
                audits, _looks = self.rows_of(lambda c=client, r=route: ask(c, r, r.url(self.home), "POST", self.home))
                changed = set(snapshots.differences(before, snapshots.facts(known))) - {"core.AuditEntry"}
                if changed:
                    self.assertEqual(bool(audits), route.name not in OWN_WORK, changed)


class TraceTests(TraceCase):
    def did(self, role, name, method="GET"):
        route = BY_NAME[name]
        answer = ask(self.home_browsers[role], route, route.url(self.home), method, self.home)
        self.assertLess(answer.status_code, 400)

    def test_I14_every_look_at_anothers_record(self):
        for role in ("hr_analyst", "hr_head", "superior"):
            with self.subTest(role=role):
                audits, looks = self.rows_of(lambda role=role: self.did(role, "profiles:person"))
                self.assertEqual((audits, len(looks)), ([], 1))
                entry = AccessEntry.everything.latest("pk")
                self.assertEqual(
                    (entry.subject_id, entry.subject_agency_id), (self.home.person.pk, self.home.employer.pk)
                )
                self.assertEqual(entry.viewer_id, self.home.who[role].user.pk)
                self.assertTrue(entry.request_id)
        # And Ani reads them.
        self.assertContains(self.home_browsers["owner"].get(reverse("profiles:access_log")), "Hr_Head")

    def test_I14_one_s_own_record_leaves_none(self):
        self.assertEqual(self.rows_of(lambda: self.did("owner", "profiles:me")), ([], []))

    def test_I14_a_refused_look_leaves_none(self):
        route = BY_NAME["profiles:person"]

        def refused():
            self.assertEqual(self.away_browsers["hr_head"].get(route.url(self.home)).status_code, 404)

        self.assertEqual(self.rows_of(refused), ([], []))

    def test_I14_exports_and_changes_of_rights(self):
        changes = (
            ("hr_head", "profiles:xlsx", "POST", ["export"]), ("organiser", "enrolment:xlsx", "GET", ["export"]),
            ("organiser", "enrolment:csv", "GET", ["export"]),
            ("hr_head", "directory:give_role", "POST", ["grant"]),
            ("hr_head", "directory:withdraw_role", "POST", ["revoke"]),
            ("hr_analyst", "directory:give_code", "POST", ["give_code"]),
            ("hr_head", "directory:approve_code", "POST", ["approve_code"]),
            ("hr_analyst", "directory:deactivate", "POST", ["deactivate"]),
        )  # fmt: skip
        for role, name, method, expected in changes:
            with self.subTest(route=name):
                audits, _looks = self.rows_of(lambda r=role, n=name, m=method: self.did(r, n, m))
                self.assertEqual(audits, expected)
                entry = AuditEntry.everything.latest("pk")
                self.assertEqual(entry.actor_id, self.home.who[role].user.pk)
                self.assertIn(entry.agency_id, (self.home.employer.pk, self.home.owner.pk))
