"""HR corrects JP on screen: a counter-entry with a reason, told to the person, within the line and the agency (I06)."""

from decimal import Decimal
from uuid import uuid4

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from cms.core.models import AccessEntry, AuditEntry
from cms.directory import services as directory
from cms.directory.models import Notice, OrgUnit
from lms.records import queries
from lms.records.models import JPEntry
from lms.records.services import credit_jp
from tests import makers
from tests.cms.directory.door import past_second_step
from tests.lms.records.test_services import complete

REASON = "Pelatihan tercatat dua kali"


class CorrectingCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = complete(makers.make_enrolment()).learner
        cls.entry = JPEntry.everything.get()
        cls.dwi = makers.make_person("Dwi Hastuti", agency=cls.ani.agency, roles=["hr_analyst"])
        cls.citra = makers.make_person("Citra Maharani", roles=["hr_analyst"])

    def setUp(self):
        self.as_(self.dwi)

    def as_(self, person):
        past_second_step(self.client, person.user)

    def address(self, name="correct_jp", entry=None):
        keys = [self.ani.uuid] if name == "ledger_of" else [self.ani.uuid, (entry or self.entry).uuid]
        return reverse(f"records:{name}", args=keys)

    def send(self, to, reason=REASON, entry=None):
        return self.client.post(self.address(entry=entry), {"to": to, "reason": reason})

    def total(self):
        return queries.jp_of(self.ani.pk, self.entry.year)[0]


class CorrectTests(CorrectingCase):
    def test_I06_a_correction_is_entered_audited_and_told(self):
        response = self.send("0,5")
        self.assertRedirects(response, reverse("records:ledger_of_year", args=[self.ani.uuid, self.entry.year]))
        self.assertEqual(self.total(), Decimal("0.5"))
        self.assertContains(self.client.get(response.url), REASON)
        entry = AuditEntry.everything.get(verb="correct_jp")
        self.assertEqual((entry.actor_id, entry.detail["reason"]), (self.dwi.user.pk, REASON))
        notice = Notice.everything.get(person=self.ani, kind="jp_corrected")
        self.assertIn("from 1 to 0,5", notice.words)
        self.assertIn(REASON, notice.words)
        self.assertEqual(self.as_(self.ani) or self.client.get(notice.url).status_code, 200)

    def test_I06_a_second_correction_cannot_exceed_the_line_nor_fall_below_nothing(self):
        self.send("0")
        for wrong in ("1.1", "99", "-1", "0"):
            with self.subTest(wrong):
                response = self.send(wrong)
                self.assertEqual((response.status_code, [*response.context["form"].errors]), (422, ["to"]))
        self.send("1")
        self.assertEqual((self.total(), JPEntry.everything.count()), (Decimal(1), 3))

    def test_it_needs_a_number_and_a_reason(self):
        for to, reason, field in (
            ("", REASON, "to"),
            ("abc", REASON, "to"),
            ("0.55", REASON, "to"),
            ("0", "", "reason"),
        ):
            with self.subTest(to=to, reason=reason):
                self.assertEqual([*self.send(to, reason).context["form"].errors], [field])
        self.assertEqual(JPEntry.everything.count(), 1)

    def test_a_correction_itself_is_not_corrected_but_its_line_again(self):
        self.send("0")
        self.assertEqual(self.client.get(self.address(entry=JPEntry.everything.latest("pk"))).status_code, 404)


class RightsTests(CorrectingCase):
    def found(self) -> set[int]:
        answers = {self.client.get(self.address(name)).status_code for name in ("ledger_of", "correct_jp")}
        return answers | {self.send("0").status_code}

    def test_Z01_hr_of_another_agency_finds_nothing(self):
        self.as_(self.citra)
        self.assertEqual(self.found(), {404})
        self.assertEqual(self.total(), Decimal(1))

    def test_nobody_corrects_herself_and_no_unit_corrects(self):
        directory.grant(user=self.ani.user, role="hr_analyst", agency=self.ani.agency, by=None, reason="test")
        self.as_(self.ani)
        self.assertEqual(self.found(), {404})
        unit = OrgUnit.everything.create(agency=self.ani.agency, code="u1", name="Dinas")
        type(self.ani).everything.filter(pk=self.ani.pk).update(unit=unit)
        hr = makers.make_person("Hana Wijaya", agency=self.ani.agency, user=True)
        directory.grant(user=hr.user, role="hr_analyst", agency=hr.agency, by=None, reason="test", unit=unit)
        self.as_(hr)
        self.assertEqual(self.found(), {404})

    def test_another_persons_line_is_not_hers(self):
        other = complete(makers.make_enrolment(learner=makers.make_person(agency=self.ani.agency, user=True))).learner
        foreign = JPEntry.everything.get(person=other)
        self.assertEqual(self.client.get(self.address(entry=foreign)).status_code, 404)

    def test_I14_the_look_is_written_down(self):
        self.client.get(self.address("ledger_of"))
        look = AccessEntry.everything.get()
        self.assertEqual((look.subject_id, look.what), (self.ani.pk, "JP ledger"))

    def test_the_talent_card_leads_here_for_hr_of_the_agency(self):
        page = self.client.get(reverse("profiles:person", args=[self.ani.uuid]))
        self.assertContains(page, self.address("ledger_of"))

    def hr(self, agency, unit=None, person=None):
        person = person or makers.make_person(agency=agency, user=True)
        directory.grant(user=person.user, role="hr_analyst", agency=agency, by=None, reason="test", unit=unit)
        return person

    def test_the_talent_card_leads_to_the_ledger_exactly_those_for_whom_it_opens(self):
        unit = OrgUnit.everything.create(agency=self.ani.agency, code="u1", name="Dinas")
        type(self.ani).everything.filter(pk=self.ani.pk).update(unit=unit)
        superior = makers.make_person("Budi Santoso", agency=self.ani.agency, user=True)
        superior_and_hr = makers.make_person("Bayu Prakoso", agency=self.citra.agency, roles=["hr_head"])
        for one in (superior, superior_and_hr):
            directory.reach(user=one.user, what="person", object_uuid=self.ani.uuid, basis="superior")
        cases = {
            "agency": (self.dwi, 200, True),
            "unit": (self.hr(self.ani.agency, unit), 200, False),
            "unit here, agency elsewhere": (self.hr(self.ani.agency, unit, self.citra), 200, False),
            "superior": (superior, 200, False),
            "superior, HR of another agency": (superior_and_hr, 200, False),
            "another agency": (makers.make_person(roles=["hr_head"]), 404, False),
            "herself, HR of the agency": (self.hr(self.ani.agency, None, self.ani), 200, False),
        }
        for name, (person, status, opens) in cases.items():
            with self.subTest(name):
                self.as_(person)
                card = self.client.get(reverse("profiles:person", args=[self.ani.uuid]))
                self.assertEqual(card.status_code, status)
                self.assertEqual(self.address("ledger_of") in card.content.decode(), opens)
                self.assertEqual(self.client.get(self.address("ledger_of")).status_code, 200 if opens else 404)

    def test_each_line_says_what_earned_it(self):
        source = {"source": "external", "source_uuid": uuid4(), "title": "Pelatihan", "earned_on": self.entry.earned_on}
        credit_jp(person=self.ani, jp=Decimal(4), **source)
        page = self.client.get(self.address("ledger_of"))
        self.assertContains(page, "course completed")
        self.assertContains(page, "training outside Bestari")

    def test_both_screens_lead_back_to_the_talent_card(self):
        card = reverse("profiles:person", args=[self.ani.uuid])
        for name in ("ledger_of", "correct_jp"):
            with self.subTest(name):
                self.assertContains(self.client.get(self.address(name)), f'href="{card}"')
        self.assertEqual(self.client.get(card).status_code, 200)

    def test_the_person_reads_the_correction_and_its_reason_wherever_her_jp_stand(self):
        self.send("0,5")
        self.as_(self.ani)
        for name in ("records:ledger", "records:mine", "profiles:me"):
            with self.subTest(name):
                page = self.client.get(reverse(name))
                self.assertContains(page, f"Correction of {self.entry.title}")
                self.assertContains(page, REASON)

    def test_a_year_without_lines_is_not_there(self):
        year = timezone.localdate().year - 5
        self.assertEqual(self.client.get(f"{self.address('ledger_of')}{year}/").status_code, 404)
