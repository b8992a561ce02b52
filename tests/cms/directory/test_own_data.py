"""A copy of everything kept about oneself, by the field register (robustness 6.1, 6.3)."""

import json

from django.apps import apps
from django.test import TestCase
from django.urls import reverse

from cms.core.audit import looked_at
from cms.core.models import AuditEntry
from cms.core.privacy import class_of
from cms.directory.models import Person
from cms.directory.rendering import own_data, paths
from talent.profiles.services import take_claims
from tests.cms.directory.door import past_second_step
from tests.gate.makers import make_world


class OwnDataTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.world = make_world()
        cls.ani = cls.world.home.person

    def take(self, person):
        past_second_step(self.client, person.user)
        return self.client.post(reverse("directory:own_data_file"))

    def test_it_holds_what_the_person_did_and_was_given(self):
        take_claims()
        looked_at(self.world.home.who["hr_head"].user, self.ani, "talent profile")
        answer = self.take(self.ani)
        self.assertEqual(answer["Content-Type"], "application/json")
        data = json.loads(answer.content)["data"]
        for table in (
            "directory.person", "directory.personnumber", "enrolment.enrolment", "assessment.attempt",
            "records.completionrecord", "records.certificate", "records.jpentry", "profiles.evidence",
            "core.accessentry",
        ):  # fmt: skip
            self.assertIn(table, data)
        self.assertEqual([row["name"] for row in data["directory.person"]], [self.ani.name])
        self.assertTrue(AuditEntry.everything.filter(verb="take_own_data", actor_id=self.ani.user.pk).exists())

    def test_every_table_that_names_a_person_is_in_it(self):
        named = {
            model for model in apps.get_models() for field in model._meta.local_fields
            if field.related_model is Person and field.name in ("person", "learner")
            and class_of(model, field.name) == "personal"
        }  # fmt: skip
        self.assertGreater(len(named), 8)
        self.assertEqual(named - set(paths()), set())

    def test_z01_not_a_word_of_anybody_else(self):
        for other in (self.world.away.person, self.world.home.who["hr_head"]):
            words = self.take(other).content.decode()
            self.assertNotIn(self.ani.name, words)
            self.assertNotIn(str(self.ani.uuid), words)

    def test_secrets_and_officers_stay_here(self):
        hidden = [
            (model._meta.label_lower, field.name) for model in paths() for field in model._meta.local_fields
            if class_of(model, field.name) == "specific"
        ]  # fmt: skip
        self.assertIn(("directory.user", "password"), hidden)
        data = own_data(self.ani)
        for table, field in hidden:
            self.assertFalse([row for row in data.get(table, ()) if field in row], (table, field))
        officers = {"given_by", "proposed_by", "decided_by", "settled_by", "actor_id", "by_id"}
        self.assertFalse([name for rows in data.values() for row in rows for name in row if name in officers])
