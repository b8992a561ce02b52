"""Evidence of a passed cell carries its score, release and day, and the page says so (L77)."""

from decimal import Decimal

from django.test import TestCase
from django.urls import reverse

from lms.records.models import CompetencyClaim
from talent.profiles.models import Evidence
from talent.profiles.services import take_claims
from tests.cms.directory.door import past_second_step
from tests.gate.makers import make_world


class EvidenceTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.home = make_world().home
        take_claims()

    def test_L77_evidence_has_what_its_claim_had(self):
        claim = CompetencyClaim.everything.get(person=self.home.person)
        row = Evidence.everything.get(person=self.home.person)
        self.assertEqual((row.level, row.score, row.observed_on), (claim.level, Decimal(100), claim.claimed_on))
        self.assertEqual(row.release_number, claim.record.release.number)

    def test_L77_hr_reads_score_and_release_on_the_page(self):
        past_second_step(self.client, self.home.who["hr_analyst"].user)
        page = self.client.get(reverse("profiles:person", args=[self.home.person.uuid]))
        self.assertContains(page, "score 100")
        self.assertContains(page, "release 1")

    def test_evidence_without_an_exam_has_no_score(self):
        row = Evidence.everything.get(person=self.home.person)
        Evidence.everything.create(
            person=self.home.person, agency_then=row.agency_then, competency=row.competency, level=2,
            source="assessment", source_uuid=row.uuid, title="Pusat penilaian", observed_on=row.observed_on,
        )  # fmt: skip
        past_second_step(self.client, self.home.person.user)
        page = self.client.get(reverse("profiles:me")).content.decode()
        self.assertEqual(page.count("score 100"), 1)
