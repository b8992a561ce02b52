"""The HR desk: codes, closing accounts, roles (robustness 5, Z01, Z09, I14, I15)."""

from django.test import Client, TestCase
from django.urls import reverse

from cms.core.models import AuditEntry
from cms.directory import services
from cms.directory.models import DoorCode, Grant, User
from tests.cms.directory.door import number_of, past_second_step, sign_in
from tests.makers import make_agency, make_person


class Desk(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.agency = make_agency()
        cls.head = make_person("Hesti Kepala", agency=cls.agency, roles=["hr_head"])
        cls.analyst = make_person("Andi Analis", agency=cls.agency, roles=["hr_analyst"])
        cls.ani = make_person("Ani Lestari", agency=cls.agency, user=True)
        cls.citra = make_person("Citra Dewi", user=True)

    def client_of(self, person):
        client = Client()
        past_second_step(client, person.user)
        return client


class CodeDeskTests(Desk):
    def give(self, by, person, kind="recover"):
        return self.client_of(by).post(reverse("directory:give_code", args=[person.uuid]), {"kind": kind})

    def test_code_is_shown_once_and_kept_as_digest(self):
        page = self.give(self.analyst, self.ani)
        self.assertIn("no-store", page["Cache-Control"])
        self.assertNotContains(page, DoorCode.everything.get().digest)
        self.assertContains(page, page.context["code"])
        again = self.client_of(self.analyst).get(reverse("directory:person_door", args=[self.ani.uuid]))
        self.assertNotContains(again, page.context["code"])
        self.assertEqual(AuditEntry.everything.filter(verb="give_code", actor_id=self.analyst.user.pk).count(), 1)

    def test_z01_people_of_another_agency_do_not_exist_here(self):
        client = self.client_of(self.analyst)
        here = client.get(reverse("directory:people"))
        self.assertContains(here, "Ani Lestari")
        self.assertNotContains(here, "Citra Dewi")
        found = client.post(reverse("directory:people"), {"q": number_of(self.citra)}, follow=True)
        self.assertNotContains(found, "Citra Dewi")
        for name in ("person_door", "give_code", "deactivate"):
            page = reverse(f"directory:{name}", args=[self.citra.uuid])
            response = client.get(page) if name == "person_door" else client.post(page, {"kind": "recover"})
            self.assertEqual(response.status_code, 404)
        self.assertEqual(DoorCode.everything.count(), 0)

    def test_s03_numbers_in_lists_are_masked(self):
        page = self.client_of(self.analyst).get(reverse("directory:people"))
        self.assertNotContains(page, number_of(self.ani))

    def test_without_a_role_the_desk_does_not_exist(self):
        for person in (self.ani, self.citra):
            for name in ("people", "waiting_codes", "grants"):
                with self.subTest(page=name):
                    self.assertEqual(self.client_of(person).get(reverse(f"directory:{name}")).status_code, 404)
        self.assertEqual(self.client_of(self.analyst).get(reverse("directory:grants")).status_code, 404)

    def test_nobody_makes_a_code_for_herself_nor_an_analyst_for_the_head(self):
        self.give(self.analyst, self.analyst)
        self.give(self.analyst, self.head)
        self.assertEqual(DoorCode.everything.count(), 0)
        self.give(self.head, self.analyst)
        self.assertEqual(DoorCode.everything.count(), 1)

    def test_second_factor_reset_is_approved_by_another_officer(self):
        self.give(self.analyst, self.ani, "factor")
        code = DoorCode.everything.get()
        page = reverse("directory:approve_code", args=[code.uuid])
        self.client_of(self.analyst).post(page)
        self.assertIsNone(DoorCode.everything.get().approved_by)
        self.client_of(self.head).post(page)
        self.assertEqual(DoorCode.everything.get().approved_by, self.head.user)
        self.assertEqual(AuditEntry.everything.filter(verb="approve_code").count(), 1)

    def test_z01_codes_of_another_agency_are_not_seen(self):
        self.give(self.analyst, self.ani, "factor")
        stranger = make_person("Sari Lain", roles=["hr_head"])
        client = self.client_of(stranger)
        self.assertNotContains(client.get(reverse("directory:waiting_codes")), "Ani Lestari")
        page = reverse("directory:approve_code", args=[DoorCode.everything.get().uuid])
        self.assertEqual(client.post(page).status_code, 404)

    def test_i15_closing_ends_the_session_of_the_person(self):
        ani = Client()
        sign_in(ani, number_of(self.ani))
        page = reverse("directory:deactivate", args=[self.ani.uuid])
        self.assertEqual(self.client_of(self.analyst).post(page, {"reason": ""}).status_code, 400)
        self.client_of(self.analyst).post(page, {"reason": "Pensiun"})
        self.assertFalse(User.everything.get(pk=self.ani.user.pk).is_active)
        self.assertEqual(ani.get("/akun/").status_code, 302)
        self.assertEqual(AuditEntry.everything.filter(verb="deactivate").count(), 1)

    def test_an_analyst_cannot_close_the_head_or_herself(self):
        for person in (self.head, self.analyst):
            page = reverse("directory:deactivate", args=[person.uuid])
            self.assertEqual(self.client_of(self.analyst).post(page, {"reason": "Uji"}).status_code, 404)

    def test_list_costs_the_same_for_one_and_for_three(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = self.client_of(self.analyst)
        client.get(reverse("directory:people"))
        costs = []
        for _round in range(2):
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse("directory:people"))
            costs.append(len(captured))
            for name in ("Dedi", "Eko", "Fitri"):
                make_person(name, agency=self.agency, user=True)
        self.assertEqual(costs[0], costs[1])


class RoleTests(Desk):
    def give(self, role, person=None, agency=None, by=None):
        data = {"number": number_of(person or self.ani), "role": role, "reason": "SK 1/2026"}
        data["agency"] = (agency or self.agency).uuid
        return self.client_of(by or self.head).post(reverse("directory:give_role"), data)

    def roles(self, person):
        return set(Grant.everything.live().filter(user=person.user).values_list("role", flat=True))

    def test_head_gives_a_role_below_own_and_it_is_written_down(self):
        self.assertEqual(self.give("facilitator").status_code, 302)
        self.assertEqual(self.roles(self.ani), {"facilitator"})
        self.assertEqual(AuditEntry.everything.filter(verb="grant", actor_id=self.head.user.pk).count(), 1)

    def test_z09_above_own_to_self_or_elsewhere_is_refused_and_audited(self):
        for role in ("hr_head", "ministry", "technical", "auditor"):
            self.assertEqual(self.give(role).status_code, 400)
        self.assertEqual(self.give("author", person=self.head).status_code, 400)
        self.assertEqual(AuditEntry.everything.filter(verb="grant_refused").count(), 5)
        self.assertEqual(self.give("author", person=self.citra).status_code, 400)
        self.assertEqual(self.give("author", agency=self.citra.agency).status_code, 400)
        self.assertEqual((self.roles(self.ani), self.roles(self.head)), (set(), {"hr_head"}))

    def test_analyst_gives_nothing(self):
        self.assertEqual(self.give("author", by=self.analyst).status_code, 404)

    def test_i15_withdrawn_role_is_gone_on_the_next_request(self):
        client = self.client_of(self.analyst)
        self.assertEqual(client.get(reverse("directory:people")).status_code, 200)
        grant = Grant.everything.get(user=self.analyst.user)
        page = reverse("directory:withdraw_role", args=[grant.uuid])
        self.client_of(self.head).post(page, {"reason": "Mutasi"})
        self.assertEqual(client.get(reverse("directory:people")).status_code, 404)
        self.assertEqual(AuditEntry.everything.filter(verb="revoke").count(), 1)

    def test_own_and_equal_roles_are_not_ended_by_hand(self):
        other = make_person("Hana Kepala", agency=self.agency, roles=["hr_head"])
        for person in (self.head, other):
            grant = Grant.everything.get(user=person.user)
            page = reverse("directory:withdraw_role", args=[grant.uuid])
            self.client_of(self.head).post(page, {"reason": "Uji"})
            self.assertEqual(self.roles(person), {"hr_head"})

    def test_z01_grants_of_another_agency(self):
        stranger = make_person("Sari Lain", roles=["hr_head", "author"])
        client = self.client_of(self.head)
        self.assertNotContains(client.get(reverse("directory:grants")), "Sari Lain")
        grant = Grant.everything.get(user=stranger.user, role="author")
        page = reverse("directory:withdraw_role", args=[grant.uuid])
        self.assertEqual(client.post(page, {"reason": "Uji"}).status_code, 404)

    def test_z05_extra_fields_are_ignored(self):
        data = {"number": number_of(self.ani), "role": "author", "reason": "SK", "agency": self.agency.uuid}
        more = {"given_by": self.citra.user.pk, "valid_from": "2000-01-01", "user": self.citra.user.pk}
        self.client_of(self.head).post(reverse("directory:give_role"), data | more)
        grant = Grant.everything.get(user=self.ani.user)
        self.assertEqual((grant.given_by, grant.role), (self.head.user, "author"))
        self.assertEqual(self.roles(self.citra), set())

    def test_end_in_the_past_is_named(self):
        data = {"number": number_of(self.ani), "role": "author", "reason": "SK", "agency": self.agency.uuid}
        for day in ("2000-01-01", "9999-12-31", "31 April", "2026-04-31"):
            page = self.client_of(self.head).post(reverse("directory:give_role"), data | {"valid_to": day})
            self.assertEqual(page.status_code, 400)
            self.assertContains(page, 'id="id_valid_to_error"', status_code=400)

    def test_transfer_ends_roles_in_the_old_agency(self):
        services.transfer(person=self.analyst, agency=self.citra.agency, by=None)
        self.assertEqual(self.roles(self.analyst), set())
