"""Talent on screen. Ani learns; Hana works for HR of Ani's agency; Citra for HR of another one."""

import re
import uuid
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from unittest.mock import patch
from urllib.parse import urlencode

from django.core.management import call_command
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cms.core import rulebook
from cms.core.models import AccessEntry, AuditEntry, RuleSetting
from cms.directory.models import JobTitle, OrgUnit, Position
from lms.competencies.models import Competency
from lms.progress import services as progress
from lms.records.api import credit_jp
from talent.profiles.models import Evidence
from talent.profiles.services import take_claims
from tests.makers import make_agency, make_enrolment, make_person, make_release
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

    def search(self, words):
        """As typed into the search box: by POST, so that no name or number is in an address (S03)."""
        return self.client.post(reverse("profiles:people"), {"q": words}, follow=True)


class PeopleTests(TalentTestCase):
    def test_hr_sees_her_agency_with_masked_numbers(self):
        earn(self.ani)
        page = self.as_(self.hana).get("people")
        self.assertContains(page, "Ani Lestari")
        self.assertNotContains(page, "Citra Dewi")
        self.assertNotContains(page, self.ani.numbers.get().value)
        self.assertContains(page, "1990**************")
        self.assertEqual({row.name: row.jp for row in page.context["rows"]}["Ani Lestari"], 4)

    def test_citra_sees_her_own_agency_only(self):
        page = self.as_(self.citra).get("people")
        self.assertEqual(page.context["rows"], [self.citra])

    def test_a_learner_finds_no_list(self):
        for name in ("people", "xlsx"):
            with self.subTest(page=name):
                self.assertEqual(self.as_(self.ani).get(name).status_code, 404)

    def test_search_finds_words_of_the_name_and_the_whole_number(self):
        number = self.ani.numbers.get().value
        cases = [
            ("lestari", {self.ani}), ("lestari ani", {self.ani}), (number, {self.ani}),
            (f"{number[:8]} {number[8:]}", {self.ani}), ("tidak ada", set()), (number[:10], set()),
            ("%%%", set()), ("_ni", set()), ("((a+)+)$", set()), ("a" * 10_000, set()),
        ]  # fmt: skip
        self.as_(self.hana)
        for words, expected in cases:
            with self.subTest(words=words[:20]):
                self.assertEqual(set(self.search(words).context["rows"]), expected)
        self.assertEqual(set(self.search("").context["rows"]), {self.ani, self.hana})

    def test_s03_what_was_searched_is_in_no_address(self):
        number = self.ani.numbers.get().value
        page = self.as_(self.hana).search(number)
        self.assertEqual(page.redirect_chain, [(reverse("profiles:people"), 302)])
        links = re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())
        self.assertEqual([link for link in links if number in link or "q=" in link], [])

    def test_filters_narrow_down(self):
        earn(self.ani, 20)
        other = {"unit": str(uuid.uuid4())}
        cases = [
            ({"unit": str(self.ani.unit.uuid)}, {self.ani}), ({"band": "reached"}, {self.ani}),
            ({"band": "below"}, set()), ({"band": "none"}, {self.hana}), (other, {self.ani, self.hana}),
            ({"band": "x", "page": "-3"}, {self.ani, self.hana}), ({"family": "fungsional"}, {self.ani}),
            ({"family": "jpt"}, set()), ({"employment": "pppk"}, set()), ({"gap": "unknown"}, {self.ani}),
            ({"gap": "short"}, set()), ({"gap": "met"}, set()),
        ]  # fmt: skip
        self.as_(self.hana)
        for query, expected in cases:
            with self.subTest(query=query):
                self.assertEqual(set(self.get("people", **query).context["rows"]), expected)

    def test_a_unit_is_searched_with_the_units_below_it(self):
        top = OrgUnit.everything.create(agency=self.ani.agency, code="sekda", name="Sekretariat")
        OrgUnit.everything.filter(pk=self.ani.unit_id).update(parent=top)
        self.as_(self.hana)
        self.assertEqual(self.get("people", unit=str(top.uuid)).context["rows"], [self.ani])

    def test_gaps_in_the_list_are_those_of_the_page(self):
        evidence(self.ani, level=2)
        evidence(self.ani, code="M.1", level=4)
        self.as_(self.hana)
        row = self.get("people", gap="short").context["rows"][0]
        profile = self.get("person", self.ani.uuid).context["profile"]
        self.assertEqual((row.short, row.unknown), (profile.short, profile.unknown))
        self.assertEqual((row.short, row.unknown), (1, 7))

    def test_the_order_is_chosen(self):
        earn(self.ani, 4)
        self.as_(self.hana)
        self.assertEqual(
            [p.name for p in self.get("people", sort="jp").context["rows"]], ["Hana Wijaya", "Ani Lestari"]
        )
        self.assertEqual(
            [p.name for p in self.get("people", sort="-jp").context["rows"]], ["Ani Lestari", "Hana Wijaya"]
        )
        page = self.get("people", sort="person__user__password")
        self.assertEqual([p.name for p in page.context["rows"]], ["Ani Lestari", "Hana Wijaya"])

    def test_counts_above_are_of_all_that_was_found(self):
        earn(self.ani, 20)
        counts = self.as_(self.hana).get("people").context["counts"]
        self.assertEqual((counts.people, counts.reached, counts.below, counts.none), (2, 1, 0, 1))

    def test_lists_compare_with_the_target_of_the_rulebook(self):
        self.addCleanup(rulebook.forget)
        day = date(timezone.localdate().year, 1, 1)
        for value, agency in ((24, None), (18, self.ani.agency_id)):
            rulebook.set_rule(key="jp_target", value=Decimal(value), valid_from=day, by=None, agency_id=agency)
        earn(self.ani, 19)
        for own, reached in ((True, 1), (False, 0)):
            if not own:
                RuleSetting.everything.exclude(agency_id=None).delete()
            rulebook.forget()
            with self.subTest(own=own):
                page = self.as_(self.hana).get("people")
                self.assertEqual((page.context["counts"].reached, page.context["counts"].below), (reached, 1 - reached))
                self.assertContains(page, "19 of 18 JP" if own else "19 of 24 JP")
                self.assertEqual(len(self.get("people", band="reached").context["rows"]), reached)

    def test_statements_do_not_grow_with_people(self):
        self.as_(self.hana).get("people")  # roles of the session are known
        for more in (0, 9):
            for n in range(more):
                earn(place(make_person(f"Budi {n}", agency=self.ani.agency)))
            # units of the filter, counts, people with number, JP and gaps
            with self.subTest(more=more), assert_sql(3):
                self.get("people")

    def test_fifty_on_a_page(self):
        for n in range(49):
            make_person(f"Budi {n:02d}", agency=self.ani.agency)
        self.as_(self.hana)
        self.assertEqual(len(self.get("people").context["rows"]), 50)
        self.assertEqual(len(self.get("people", page="2").context["rows"]), 1)


class SpreadsheetTests(TalentTestCase):
    PURPOSE = "Rencana pelatihan 2027"

    def rows(self, **query):
        query = f"?{urlencode(query)}" if query else ""
        response = self.client.post(reverse("profiles:xlsx") + query, {"purpose": self.PURPOSE})
        self.assertEqual(response.status_code, 200)
        book = load_workbook(BytesIO(response.content))
        self.manifest = [row[1] for row in book.worksheets[1].iter_rows(values_only=True)]
        return list(book.worksheets[0].iter_rows(values_only=True))[1:]

    def test_i14_scoped_filtered_and_written_down_with_its_purpose(self):
        earn(self.ani)
        self.as_(self.hana)
        self.assertEqual({row[0] for row in self.rows()}, {"Ani Lestari", "Hana Wijaya"})
        self.search("ani")
        self.assertEqual([(row[0], row[4]) for row in self.rows()], [("Ani Lestari", 4)])
        entry = AuditEntry.everything.filter(verb="export").latest("pk")
        self.assertEqual((entry.actor_id, entry.agency_id), (self.hana.user.pk, self.ani.agency_id))
        self.assertEqual(entry.detail, {"what": "people", "rows": 1, "filters": ["q"], "purpose": self.PURPOSE})
        self.assertEqual((self.manifest[0], self.manifest[3], self.manifest[5]), ("Hana Wijaya", self.PURPOSE, "1"))

    def test_i14_without_a_purpose_nothing_leaves(self):
        self.as_(self.hana)
        self.assertContains(self.get("xlsx"), 'name="purpose"')
        for purpose in ("", "        ", "singkat"):
            page = self.client.post(reverse("profiles:xlsx"), {"purpose": purpose})
            self.assertEqual((page.status_code, page["Content-Type"][:9]), (400, "text/html"))
        self.assertFalse(AuditEntry.everything.filter(verb="export").exists())

    def test_s04_too_many_people_are_not_exported_at_once(self):
        self.as_(self.hana)
        with patch("talent.profiles.views.MOST_EXPORTED", 1):
            page = self.client.post(reverse("profiles:xlsx"), {"purpose": self.PURPOSE})
        self.assertEqual((page.status_code, page["Content-Type"][:9]), (400, "text/html"))

    def test_z01_citra_exports_nobody_of_another_agency(self):
        self.assertEqual([row[0] for row in self.as_(self.citra).rows()], ["Citra Dewi"])

    def test_s03_numbers_leave_masked(self):
        numbers = [row[1] for row in self.as_(self.hana).rows()]
        self.assertEqual(set(numbers), {"1990**************"})

    def test_u08_no_cell_is_a_formula(self):
        for start in "=+-@":
            make_person(f"{start}SUM(A1)", agency=self.ani.agency)
        names = [row[0] for row in self.as_(self.hana).rows() if "SUM" in row[0]]
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
            # person with ground, numbers, look, JP ledger, evidence, certificates, competencies, standards, offers,
            # claims, assignments
            with self.subTest(more=more), assert_sql(11):
                self.get("person", self.ani.uuid)


class CardTests(TalentTestCase):
    """The card is whole for a rich life and for an empty one, and the same for HR and for the person."""

    def figures(self, page):
        profile = page.context["profile"]
        return (
            profile.jp_total, profile.jp_years, profile.short, profile.unknown, profile.met,
            [(s.competency.code, s.required, s.held, s.state) for s in profile.ranked],
            [(p.row.pk, p.state) for p in profile.proofs], [a.pk for a in profile.assignments],
        )  # fmt: skip

    def enrich(self):
        today = timezone.localdate()
        evidence(self.ani, code="M.1", level=4)
        evidence(self.ani, code="M.2", level=1)
        evidence(self.ani, code="M.3", level=3, valid_until=today + timedelta(days=30))
        evidence(self.ani, code="M.4", level=5, valid_until=today)
        wrong = evidence(self.ani, code="M.6", level=5)
        evidence(self.ani, code="M.6", level=3, supersedes=wrong)
        earn(self.ani, 12)

    def test_hr_and_the_person_read_the_same_figures(self):
        self.enrich()
        year = timezone.localdate().year
        hers = self.figures(self.as_(self.ani).get("me"))
        theirs = self.figures(self.as_(self.hana).get("person", self.ani.uuid))
        self.assertEqual(hers, theirs)
        self.assertEqual(hers[:5], (12, [(year - 2, 0), (year - 1, 0), (year, 12)], 1, 5, 3))

    def test_states_are_said_in_words(self):
        self.enrich()
        page = self.as_(self.ani).get("me")
        for words in ("1 of 9 competencies is below", "not yet assessed", "4 (proficient), met", "1 (aware), 2 short",
                      "required 3 (intermediate)", "ends soon", "corrected"):  # fmt: skip
            self.assertContains(page, words)
        states = {p.row.competency.code: p.state for p in page.context["profile"].proofs if p.state != "corrected"}
        self.assertEqual(states, {"M.1": "valid", "M.2": "valid", "M.3": "soon", "M.4": "expired", "M.6": "valid"})

    def test_an_empty_life_has_a_whole_page_too(self):
        self.ani.assignments.all().delete()
        page = self.as_(self.ani).get("me")
        for words in ("No competency has been assessed yet", "No JP yet this year.", "No certificate yet.",
                      "No evidence yet.", "No assignment is recorded."):  # fmt: skip
            self.assertContains(page, words)

    def test_the_course_that_closes_a_gap_is_named(self):
        release = make_release(title="Melayani lebih baik")
        evidence(self.ani, code="M.5", level=2)
        page = self.as_(self.ani).get("me")
        self.assertContains(page, reverse("catalogue:course", args=[release.course.slug]))
        row = next(s for s in page.context["profile"].ranked if s.competency.code == "M.5")
        self.assertEqual((row.state, row.offer.title, row.offer.level), ("short", "Melayani lebih baik", 3))

    def test_evidence_leads_to_the_certificate_it_came_from(self):
        place = make_enrolment(learner=self.ani)
        for unit in place.run.release.units:
            progress.finish_unit(enrolment=place, unit_key=unit["key"])
        take_claims()
        certificate = place.record.certificates.get()
        mine = self.as_(self.ani).get("me")
        self.assertContains(mine, reverse("records:certificate", args=[certificate.uuid]), count=2)
        theirs = self.as_(self.hana).get("person", self.ani.uuid)
        self.assertContains(theirs, reverse("records:verdict", args=[certificate.code]), count=2)
        self.assertEqual(theirs.context["profile"].proofs[0].certificate, certificate)


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
            # count, looks, viewers, agencies, subjects
            with self.subTest(looks=more), assert_sql(5):
                self.get("access_log")

    def test_home_counts_the_gaps(self):
        evidence(self.ani)
        self.client.force_login(self.ani.user)
        page = self.client.get(reverse("player:home"))
        part = next(p for p in page.context["sections"] if p["template"] == "profiles/_home_gaps.html")
        self.assertEqual(([s.competency.code for s in part["short"]], part["unknown"]), (["M.5"], 8))

    def test_home_names_competencies_nobody_has_assessed(self):
        self.client.force_login(self.ani.user)
        page = self.client.get(reverse("player:home"))
        part = next(p for p in page.context["sections"] if p["template"] == "profiles/_home_gaps.html")
        self.assertEqual((part["unknown"], len(part["shown"])), (9, 3))
        self.assertContains(page, "not yet assessed, 3 required", count=3)
        self.assertContains(page, '<rect class="u"', count=9)

    def test_home_leads_to_the_two_courses_that_close_a_gap(self):
        evidence(self.ani)
        release = make_release(title="Melayani dengan hati")
        page = self.client_of_home()
        self.assertContains(page, f'href="{reverse("catalogue:course", args=[release.course.slug])}"', count=1)
        self.assertContains(page, "1 JP · proves level 3", count=1)

    def client_of_home(self):
        self.client.force_login(self.ani.user)
        return self.client.get(reverse("player:home"))

    def test_the_menu_leads_to_what_one_may_open(self):
        self.assertNotContains(self.as_(self.ani).get("me"), f'href="{reverse("profiles:people")}"')
        self.assertContains(self.as_(self.hana).get("me"), f'href="{reverse("profiles:people")}"')
