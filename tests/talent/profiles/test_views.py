"""Talent on screen. Ani learns; Hana works for HR of Ani's agency; Citra for HR of another one."""

import uuid
from datetime import timedelta
from io import BytesIO

from django.core.management import call_command
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cms.core.models import AccessEntry, AuditEntry
from cms.directory.models import JobTitle, OrgUnit, Position
from lms.competencies.models import Competency
from lms.records.api import credit_jp
from talent.profiles.models import Evidence
from tests.makers import make_agency, make_person
from tests.sql import assert_sql


def evidence(person, code="M.5", level=2, **fields):
    today = timezone.localdate()
    defaults = {
        "agency_then": person.agency, "competency": Competency.everything.get(code=code), "level": level,
        "source": "claim", "source_uuid": uuid.uuid4(), "title": "Melayani warga", "observed_on": today,
        "valid_until": today + timedelta(days=900),
    }  # fmt: skip
    return Evidence.everything.create(person=person, **{**defaults, **fields})


def earn(person, jp=4):
    return credit_jp(
        person=person,
        jp=jp,
        source="course",
        source_uuid=uuid.uuid4(),
        title="Melayani warga",
        earned_on=timezone.localdate(),
    )


def place(person, tier="MU", unit_name="Dinas Kominfo"):
    """Give the person a unit and a position of a tier."""
    code = str(uuid.uuid4())
    title = JobTitle.everything.create(code=code, name="Pranata Humas", family="fungsional", tier=tier)
    unit = OrgUnit.everything.create(agency=person.agency, code=code[:40], name=unit_name)
    person.unit = unit
    person.position = Position.everything.create(agency=person.agency, unit=unit, job_title=title, name="Pranata Humas")
    person.save()
    return person


class TalentTestCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        call_command("load_standards", verbosity=0)
        cls.ani = place(make_person("Ani Lestari", user=True))
        cls.hana = make_person("Hana Wijaya", agency=cls.ani.agency, roles=["hr_analyst"])
        cls.citra = make_person("Citra Dewi", agency=make_agency("Pemerintah Kota Batu"), roles=["hr_analyst"])

    def as_(self, person):
        self.client.force_login(person.user)
        session = self.client.session
        session["second_factor"] = True
        session.save()
        return self

    def get(self, name, *args, **query):
        return self.client.get(reverse(f"profiles:{name}", args=args), query)


class PeopleTests(TalentTestCase):
    def test_hr_sees_her_agency_with_masked_numbers(self):
        earn(self.ani)
        page = self.as_(self.hana).get("people")
        self.assertContains(page, "Ani Lestari")
        self.assertNotContains(page, "Citra Dewi")
        self.assertNotContains(page, self.ani.numbers.get().value)
        self.assertContains(page, "1990**************")
        self.assertEqual({row["person"].name: row["jp"] for row in page.context["rows"]}["Ani Lestari"], 4)

    def test_citra_sees_her_own_agency_only(self):
        page = self.as_(self.citra).get("people")
        self.assertEqual([row["person"] for row in page.context["rows"]], [self.citra])

    def test_a_learner_finds_no_list(self):
        for name in ("people", "xlsx"):
            with self.subTest(page=name):
                self.assertEqual(self.as_(self.ani).get(name).status_code, 404)

    def test_filters_narrow_down(self):
        earn(self.ani, 20)
        number = self.ani.numbers.get().value
        other = {"unit": str(uuid.uuid4())}
        cases = [
            ({"q": "lestari"}, {self.ani}), ({"q": number}, {self.ani}),
            ({"q": f"{number[:8]} {number[8:]}"}, {self.ani}), ({"unit": str(self.ani.unit.uuid)}, {self.ani}),
            ({"band": "reached"}, {self.ani}), ({"band": "below"}, set()),
            ({"band": "none"}, {self.hana}), ({"q": "tidak ada"}, set()), (other, {self.ani, self.hana}),
            ({"q": number[:10]}, set()), ({"band": "x", "page": "-3"}, {self.ani, self.hana}),
        ]  # fmt: skip
        self.as_(self.hana)
        for query, expected in cases:
            with self.subTest(query=query):
                page = self.get("people", **query)
                self.assertEqual({row["person"] for row in page.context["rows"]}, expected)

    def test_statements_do_not_grow_with_people(self):
        self.as_(self.hana).get("people")  # roles of the session are known
        for more in (0, 2):
            for n in range(more):
                earn(place(make_person(f"Budi {n}", agency=self.ani.agency)))
            # grants, units, count, people, numbers, JP, unread notices
            with self.subTest(more=more), assert_sql(7):
                self.get("people")

    def test_fifty_on_a_page(self):
        for n in range(49):
            make_person(f"Budi {n:02d}", agency=self.ani.agency)
        self.as_(self.hana)
        self.assertEqual(len(self.get("people").context["rows"]), 50)
        self.assertEqual(len(self.get("people", page="2").context["rows"]), 1)


class SpreadsheetTests(TalentTestCase):
    def rows(self, **query):
        response = self.get("xlsx", **query)
        self.assertEqual(response.status_code, 200)
        return list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))[1:]

    def test_scoped_filtered_and_written_down(self):
        earn(self.ani)
        self.as_(self.hana)
        self.assertEqual({row[0] for row in self.rows()}, {"Ani Lestari", "Hana Wijaya"})
        self.assertEqual([(row[0], row[4]) for row in self.rows(q="ani")], [("Ani Lestari", 4)])
        entry = AuditEntry.everything.filter(verb="export").latest("pk")
        self.assertEqual((entry.actor_id, entry.agency_id), (self.hana.user.pk, self.ani.agency_id))
        self.assertEqual(entry.detail, {"what": "people", "rows": 1, "filters": ["q"]})

    def test_citra_exports_nobody_of_another_agency(self):
        self.assertEqual([row[0] for row in self.as_(self.citra).rows()], ["Citra Dewi"])

    def test_no_cell_is_a_formula(self):
        for start in "=+-@":
            make_person(f"{start}SUM(A1)", agency=self.ani.agency)
        names = [row[0] for row in self.as_(self.hana).rows(q="SUM")]
        self.assertEqual(sorted(names), sorted(f"'{start}SUM(A1)" for start in "=+-@"))


class PersonTests(TalentTestCase):
    def test_hr_sees_the_profile_and_the_look_is_written_and_shown(self):
        earn(self.ani)
        evidence(self.ani)
        page = self.as_(self.hana).get("person", self.ani.uuid)
        self.assertContains(page, "Ani Lestari")
        self.assertContains(page, "Pranata Humas")
        self.assertNotContains(page, self.ani.numbers.get().value)
        entry = AccessEntry.everything.get()
        self.assertEqual(
            (entry.viewer_id, entry.subject_id, entry.what), (self.hana.user.pk, self.ani.pk, "talent profile")
        )
        log = self.as_(self.ani).get("access_log")
        self.assertContains(log, "Hana Wijaya")
        self.assertContains(log, self.hana.agency.name)

    def test_citra_gets_the_same_answer_as_for_nobody(self):
        self.as_(self.citra)
        real, missing = self.get("person", self.ani.uuid), self.get("person", uuid.uuid4())
        self.assertEqual((real.status_code, missing.status_code), (404, 404))
        # The frame may hold a token or the address of the request; what is said is the same.
        self.assertEqual([t.name for t in real.templates], [t.name for t in missing.templates])
        self.assertFalse(AccessEntry.everything.exists())

    def test_a_learner_does_not_open_the_page_of_hr(self):
        self.assertEqual(self.as_(self.ani).get("person", self.ani.uuid).status_code, 404)

    def test_no_second_factor_no_profile(self):
        self.client.force_login(self.hana.user)
        self.assertEqual(self.get("person", self.ani.uuid).status_code, 302)
        self.assertFalse(AccessEntry.everything.exists())

    def test_statements_do_not_grow_with_evidence(self):
        self.as_(self.hana).get("person", self.ani.uuid)
        for more in (1, 3):
            for _n in range(more):
                evidence(self.ani)
                earn(self.ani)
            # grants, person, numbers, look, JP, evidence, certificates, standards, competencies, unread notices
            with self.subTest(more=more), assert_sql(10):
                self.get("person", self.ani.uuid)


class OwnTests(TalentTestCase):
    def test_my_profile_shows_my_number_and_leaves_no_trace(self):
        evidence(self.ani)
        page = self.as_(self.ani).get("me")
        self.assertContains(page, self.ani.numbers.get().value)
        self.assertEqual(page.context["profile"].short, 1)
        self.assertEqual(page.context["profile"].unknown, 8)
        self.assertFalse(AccessEntry.everything.exists())

    def test_a_profile_without_position_has_no_standard(self):
        page = self.as_(self.citra).get("me")
        self.assertEqual(page.status_code, 200)
        self.assertFalse(page.context["profile"].has_standard)

    def test_citra_does_not_see_who_looked_at_ani(self):
        self.as_(self.hana).get("person", self.ani.uuid)
        self.assertEqual(self.as_(self.citra).get("access_log").context["looks"], [])
        self.assertEqual(len(self.as_(self.ani).get("access_log").context["looks"]), 1)

    def test_statements_of_the_log_do_not_grow_with_looks(self):
        for more in (1, 3):
            for _n in range(more):
                self.as_(self.hana).get("person", self.ani.uuid)
            self.as_(self.ani).get("me")
            # grants, count, looks, viewers, agencies, unread notices
            with self.subTest(looks=more), assert_sql(6):
                self.get("access_log")

    def test_home_counts_the_gaps(self):
        evidence(self.ani)
        self.client.force_login(self.ani.user)
        page = self.client.get(reverse("player:home"))
        part = next(p for p in page.context["sections"] if p["template"] == "profiles/_home_gaps.html")
        self.assertEqual(([s.competency.code for s in part["short"]], part["unknown"]), (["M.5"], 8))

    def test_the_menu_leads_to_what_one_may_open(self):
        self.assertNotContains(self.as_(self.ani).get("me"), f'href="{reverse("profiles:people")}"')
        self.assertContains(self.as_(self.hana).get("me"), f'href="{reverse("profiles:people")}"')
