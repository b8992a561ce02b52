"""I15: what a person may do is read anew on every request, with the account itself and no statement more."""

from datetime import timedelta

import time_machine
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from cms.directory import services
from cms.directory.models import Grant, User
from cms.directory.queries import roles_of, with_door_facts
from tests import makers
from tests.sql import assert_sql


class RolesTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.budi = makers.make_person("Budi", roles=["organiser", "facilitator"]).user

    def loaded(self):
        return with_door_facts(User.everything.all(), timezone.localdate()).get(pk=self.budi.pk)

    def runs(self) -> int:
        return self.client.get(reverse("enrolment:runs")).status_code

    def test_roles_come_with_the_account(self):
        user = self.loaded()
        with assert_sql(0):
            self.assertEqual(roles_of(user), {"organiser", "facilitator"})

    def test_an_account_without_roles_has_none(self):
        ani = makers.make_person(user=True).user
        self.assertEqual(roles_of(with_door_facts(User.everything.all(), timezone.localdate()).get(pk=ani.pk)), set())

    def test_I15_a_revoked_grant_bites_on_the_next_request(self):
        self.client.force_login(self.budi)
        self.assertEqual(self.runs(), 200)
        for row in Grant.everything.filter(user=self.budi):
            services.revoke(grant=row, by=None, reason="test")
        self.assertEqual(self.runs(), 404)

    def test_I15_a_grant_ends_at_midnight_without_anybody_touching_it(self):
        # Through the model, because a test without a date would also pass with a list kept on the account.
        Grant.everything.filter(user=self.budi).update(valid_to=timezone.localdate() + timedelta(days=1))
        self.assertEqual(roles_of(self.loaded()), {"organiser", "facilitator"})
        with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
            self.assertEqual(roles_of(self.loaded()), set())

    def test_I15_a_closed_account_bites_on_the_next_request(self):
        self.client.force_login(self.budi)
        services.deactivate(user=self.budi, by=None, reason="test")
        self.assertEqual(self.runs(), 302)
