"""Section 5 of the robustness requirements, cell by cell: who may do what (a dash is a cell too).

``CELLS`` mirrors the table there. Each action names the addresses that do it; whether those addresses really open to
exactly these people is walked in ``test_leaks.py``, from the same ``routes``. Here the two are compared, and the
edges of a scope are tried: the unit's, the class's, the agency's.
"""

from django.test import SimpleTestCase
from django.urls import reverse

from cms.directory import services as directory
from cms.directory.models import Grant
from tests import makers
from tests.gate.people import WorldCase, client_of
from tests.gate.routes import BY_NAME, ROUTES

COLUMNS = (
    "anonymous", "asn", "facilitator", "superior", "hr_unit", "hr_agency", "panel", "mentor", "ministry", "auditor",
    "technical",
)  # fmt: skip
# A column of the table as roles of the walk; a unit's HR is an analyst whose grant names a unit (UnitEdgeTests).
ROLES_OF = {
    "anonymous": {"anonymous"}, "asn": {"owner", "colleague"}, "facilitator": {"facilitator"},
    "superior": {"superior"}, "hr_unit": {"hr_analyst"}, "hr_agency": {"hr_analyst", "hr_head"},
    "ministry": {"ministry"},
    "auditor": {"auditor"}, "technical": {"technical"},
}  # fmt: skip
EVERYBODY = "all " * 11
CELLS = {
    #                                   anon asn fas  ats  unit inst pan men kem aud tek
    "public pages":                    EVERYBODY,
    "own record":                       "-    o   o    o    o    o    o   o   o   o   o",
    "participants and progress":        "-    -   c    -    -    -    -   -   -   -   -",
    "people, status and JP":            "-    -   -    d    u    i    -   -   n   p   -",
    "answers":                          "-    o   c    -    -    -    -   -   -   p   -",
    "grade, override, extra time":      "-    -   c    -    -    -    -   -   -   -   -",
    "course draft":                     "-    -   -    -    -    -    -   -   -   -   -",
    "issue, withdraw certificate":      "-    -   c    -    -    i    -   -   -   -   -",
    "competency evidence":              "-    o   -    d    u    i    s   m   -   p   -",
    "people and units":                 "-    -   -    -    u    i    -   -   -   -   -",
    "export names":                     "-    -   c    -    u    i    -   -   -   -   -",
    "grant roles":                      "-    -   -    -    -    i    -   -   n   -   t",
    "audit and access log":             "-    -   -    -    -    i    -   -   -   all -",
}  # fmt: skip
ADDRESSES = {
    "public pages": ("pages:home", "catalogue:list", "catalogue:course", "records:verify", "records:verdict"),
    "own record": ("profiles:me", "records:mine", "profiles:access_log"),
    "participants and progress": ("enrolment:run",),
    "people, status and JP": ("profiles:team", "profiles:people", "profiles:national", "profiles:ask"),
    "answers": ("assessment:result", "assessment:question", "assessment:questions"),
    "grade, override, extra time": ("assessment:more",),
    "course draft": ("catalogue:desk_course", "catalogue:outline_unit"),
    "issue, withdraw certificate": ("records:propose", "records:desk"),
    "competency evidence": ("profiles:person",),
    "people and units": ("directory:add_person", "directory:add_unit", "directory:move_person"),
    "export names": ("profiles:xlsx", "enrolment:xlsx", "enrolment:csv"),
    "grant roles": ("directory:give_role",),
    "audit and access log": ("directory:acts", "directory:looks"),
}
# Columns and actions of the table that have no screen yet: nothing to open, nothing to refuse.
NOT_BUILT = {
    "panel": "reviews (issue 3)", "mentor": "mentoring (issue 4)",
    "box, scores, placement": "reviews", "move a box": "reviews", "panel notes": "reviews",
    "mentoring notes": "mentoring", "succession lists": "succession", "nominate others": "nomination by a superior",
    "erase, answer a data request": "a command with two names, no screen", "settings, keys, jobs": "the server itself",
}  # fmt: skip
# Where a cell is met in another way than by an address of its own.
ELSEWHERE = {
    ("competency evidence", "auditor"): "profiles:ask opens one record for a week: talent/profiles/test_roles.py",
    ("answers", "auditor"): "assessment.Attempt.visible_to with a reach: lms/assessment",
    ("competency evidence", "asn"): "one's own stands on profiles:me, the row of the own record",
}  # fmt: skip


def cell(action, column) -> str:
    return CELLS[action].split()[COLUMNS.index(column)]


def opened_to(action) -> set[str]:
    return {role for name in ADDRESSES[action] for role in BY_NAME[name].opens}


class MatrixTests(SimpleTestCase):
    maxDiff = None

    def test_every_cell_that_exists_is_what_the_addresses_say(self):
        for action in CELLS:
            for column in COLUMNS:
                if column in NOT_BUILT or (action, column) in ELSEWHERE:
                    continue
                with self.subTest(action=action, column=column):
                    opens = ROLES_OF[column] & opened_to(action)
                    self.assertEqual(bool(opens), cell(action, column) != "-")

    def test_every_action_names_addresses_there_are(self):
        self.assertEqual(set(CELLS), set(ADDRESSES))
        self.assertEqual({name for names in ADDRESSES.values() for name in names} - set(BY_NAME), set())

    def test_what_is_not_built_has_no_address(self):
        words = ("kotak", "talenta/pool", "suksesi", "mentoring", "kalibrasi")
        found = [route.name for route in ROUTES if any(word in route.name for word in words)]
        self.assertEqual(found, [])


class EdgeTests(WorldCase):
    """A scope ends somewhere: one step beyond it there is nothing."""

    def opens(self, browser, name, *args) -> bool:
        status = browser.get(reverse(name, args=args)).status_code
        self.assertIn(status, (200, 404))
        return status == 200

    def test_u_a_unit_s_hr_sees_its_unit_and_those_below_and_nothing_beside(self):
        inside, outside = self.home.who["owner"], self.home.who["colleague"]
        analyst = makers.make_person("Wati Unit", agency=self.home.employer, user=True)
        directory.grant(
            user=analyst.user,
            role=Grant.Role.HR_ANALYST,
            agency=self.home.employer,
            unit=inside.unit,
            by=None,
            reason="uji",
        )
        browser = client_of(analyst)
        for name in ("profiles:person", "directory:person_door"):
            with self.subTest(name=name):
                self.assertTrue(self.opens(browser, name, inside.uuid))
                self.assertFalse(self.opens(browser, name, outside.uuid))
                self.assertFalse(self.opens(browser, name, self.away.who["owner"].uuid))
        page = browser.get(reverse("profiles:people"))
        self.assertContains(page, inside.name)
        self.assertNotContains(page, outside.name)

    def test_d_a_superior_sees_direct_reports_alone(self):
        budi = self.home_browsers["superior"]
        self.assertTrue(self.opens(budi, "profiles:person", self.home.who["owner"].uuid))
        self.assertFalse(self.opens(budi, "profiles:person", self.home.who["colleague"].uuid))
        self.assertFalse(self.opens(self.away_browsers["superior"], "profiles:person", self.home.who["owner"].uuid))

    def test_i_the_issuing_agency_s_hr_sees_no_person_of_the_learner_s_agency(self):
        """PANRB gave the course; Ani is Sleman's."""
        head = client_of(makers.make_person("Kepala PANRB", agency=self.home.owner, roles=["hr_head"]))
        self.assertFalse(self.opens(head, "profiles:person", self.home.who["owner"].uuid))
        self.assertNotContains(head.get(reverse("profiles:people")), self.home.who["owner"].name)

    def test_n_the_ministry_reads_counts_and_no_names(self):
        page = self.world.national["ministry"]
        browser = client_of(page)
        answer = browser.get(reverse("profiles:national"))
        for person in (*self.home.who.values(), *self.away.who.values()):
            self.assertNotContains(answer, person.name)
        self.assertFalse(self.opens(browser, "profiles:person", self.home.who["owner"].uuid))

    def test_p_an_auditor_without_a_purpose_sees_nobody(self):
        auditor = client_of(self.world.national["auditor"])
        for side in (self.home, self.away):
            self.assertFalse(self.opens(auditor, "profiles:person", side.who["owner"].uuid))

    def test_the_technical_admin_sees_no_scores(self):
        technical = client_of(self.world.national["technical"])
        for name, args in (
            ("profiles:people", ()), ("profiles:person", (self.home.person.uuid,)),
            ("enrolment:run", (self.home.run.uuid,)),
            ("assessment:result", (self.home.attempt.uuid,)), ("records:desk", ()),
        ):  # fmt: skip
            with self.subTest(name=name):
                self.assertFalse(self.opens(technical, name, *args))

    def test_nobody_reads_another_learner_s_exam(self):
        """Answers are the learner's and the facilitator's, not the organiser's, HR's or the superior's."""
        url = BY_NAME["assessment:result"].url(self.home)
        for role in ("colleague", "organiser", "hr_head", "superior", "publisher", "author"):
            with self.subTest(role=role):
                self.assertEqual(self.home_browsers[role].get(url).status_code, 404)
