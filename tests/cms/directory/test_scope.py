"""Whose people a grant or a seat opens (robustness 5: d, u, i; Z01, Z06, Z09, I15).

Pemerintah Kabupaten Sleman has Dinas Kominfo with Bidang Layanan below it, and Dinas Sosial beside it. Ani serves in
Bidang Layanan under Budi, Sosro in Dinas Sosial; Citra works for another agency.
"""

from datetime import timedelta
from io import StringIO

from django.core.management import CommandError, call_command
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from cms.core.models import AuditEntry
from cms.directory import services
from cms.directory.exceptions import EraseRefused, GrantRefused
from cms.directory.models import Grant, JobTitle, OrgUnit, Person, Position, Reach
from tests.cms.directory.door import number_of, past_second_step
from tests.makers import make_agency, make_person


def make_unit(agency, name, parent=None):
    return OrgUnit.everything.create(agency=agency, code=name, name=name, parent=parent)


def make_seat(unit, name="Pranata Humas", reports_to=None):
    title, _made = JobTitle.everything.get_or_create(
        code="test:title", defaults={"name": "Pranata Humas", "family": "fungsional", "tier": "MU"}
    )
    return Position.everything.create(agency=unit.agency, unit=unit, job_title=title, name=name, reports_to=reports_to)


class Tree(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.agency = make_agency()
        cls.kominfo = make_unit(cls.agency, "Dinas Kominfo")
        cls.bidang = make_unit(cls.agency, "Bidang Layanan", cls.kominfo)
        cls.sosial = make_unit(cls.agency, "Dinas Sosial")
        cls.budi_seat = make_seat(cls.bidang, "Kepala Bidang")
        cls.ani_seat = make_seat(cls.bidang, reports_to=cls.budi_seat)
        cls.budi = make_person("Budi Santoso", agency=cls.agency, position=cls.budi_seat, user=True)
        cls.ani = make_person("Ani Lestari", agency=cls.agency, position=cls.ani_seat, user=True)
        cls.sosro = make_person("Sosro Joyo", agency=cls.agency, unit=cls.sosial, user=True)
        cls.loose = make_person("Lula Lepas", agency=cls.agency, user=True)
        cls.citra = make_person("Citra Dewi", user=True)
        cls.head = make_person("Hesti Kepala", agency=cls.agency, roles=["hr_head"])
        cls.unit_hr = make_person("Umar Unit", agency=cls.agency, unit=cls.kominfo, user=True)
        services.grant(
            user=cls.unit_hr.user, role="hr_analyst", agency=cls.agency, unit=cls.kominfo, by=None, reason="test"
        )

    def client_of(self, person):
        past_second_step(self.client, person.user)
        return self.client

    def seen_by(self, person):
        return set(Person.objects.visible_to(person.user).values_list("name", flat=True))


class UnitScopeTests(Tree):
    def test_hr_of_a_unit_sees_its_subtree_and_nobody_else(self):
        self.assertEqual(self.seen_by(self.unit_hr), {"Umar Unit", "Budi Santoso", "Ani Lestari"})

    def test_hr_head_sees_the_agency_and_nobody_beyond(self):
        everybody = set(Person.everything.filter(agency=self.agency).values_list("name", flat=True))
        self.assertEqual(self.seen_by(self.head), everybody)

    def test_a_new_unit_below_is_covered_at_once_and_a_moved_one_no_more(self):
        seksi = make_unit(self.agency, "Seksi Aduan", self.bidang)
        Person.everything.filter(pk=self.loose.pk).update(unit=seksi)
        self.assertIn("Lula Lepas", self.seen_by(self.unit_hr))
        services.change_unit(unit=seksi, name="Seksi Aduan", parent=self.sosial, by=self.head.user)
        self.assertNotIn("Lula Lepas", self.seen_by(self.unit_hr))

    def test_a_loop_in_the_tree_ends_the_walk(self):
        OrgUnit.everything.filter(pk=self.kominfo.pk).update(parent=self.bidang)
        self.assertEqual(self.seen_by(self.unit_hr), {"Umar Unit", "Budi Santoso", "Ani Lestari"})

    def test_lists_doors_codes_and_export_keep_to_the_subtree(self):
        client = self.client_of(self.unit_hr)
        for name in ("directory:people", "profiles:people"):
            page = client.get(reverse(name))
            self.assertContains(page, "Ani Lestari")
            self.assertNotContains(page, "Sosro Joyo")
            self.assertNotContains(page, "Lula Lepas")
        for name in ("directory:person_door", "profiles:person"):
            self.assertEqual(client.get(reverse(name, args=[self.sosro.uuid])).status_code, 404)
            self.assertEqual(client.get(reverse(name, args=[self.ani.uuid])).status_code, 200)
        for name, body in (("give_code", {"kind": "recover"}), ("deactivate", {"reason": "x"}), ("move_person", {})):
            answer = client.post(reverse(f"directory:{name}", args=[self.sosro.uuid]), body)
            self.assertEqual(answer.status_code, 404)
        page = client.get(reverse("directory:units"))
        self.assertEqual([row.unit.name for row in page.context["rows"]], ["Dinas Kominfo", "Bidang Layanan"])
        self.assertEqual(client.get(reverse("directory:unit", args=[self.sosial.uuid])).status_code, 404)

    def test_z04_a_person_is_not_entered_into_a_unit_outside(self):
        body = {
            "employment": "pns", "number": "199001012015031955", "name": "Baru", "agency": self.agency.uuid,
            "since": "2020-01-01",
        }  # fmt: skip
        for unit, status in ((self.sosial, 400), (None, 400), (self.bidang, 302)):
            data = body | ({"org_unit": unit.uuid} if unit else {})
            self.assertEqual(
                self.client_of(self.unit_hr).post(reverse("directory:add_person"), data).status_code, status
            )
        self.assertEqual(Person.everything.get(name="Baru").unit, self.bidang)

    def test_hr_of_a_unit_does_not_open_the_door_of_hr(self):
        other = make_person("Andi Analis", agency=self.agency, unit=self.bidang, roles=["hr_analyst"])
        answer = self.client_of(self.unit_hr).post(
            reverse("directory:deactivate", args=[other.uuid]), {"reason": "Uji"}
        )
        self.assertEqual(answer.status_code, 404)

    def test_i15_a_grant_that_ended_shows_nobody(self):
        Grant.everything.filter(user=self.unit_hr.user).update(valid_to=timezone.localdate() + timedelta(days=1))
        self.assertIn("Ani Lestari", self.seen_by(self.unit_hr))
        day = timezone.localdate()
        Grant.everything.filter(user=self.unit_hr.user).update(valid_from=day - timedelta(days=2), valid_to=day)
        self.assertEqual(self.seen_by(self.unit_hr), {"Umar Unit"})

    def test_unit_hr_reads_no_trail_of_the_agency(self):
        services.grant(
            user=self.sosro.user, role="hr_head", agency=self.agency, unit=self.sosial, by=None, reason="test"
        )
        for name in ("acts", "looks"):
            self.assertEqual(self.client_of(self.sosro).get(reverse(f"directory:{name}")).status_code, 404)


class GiverTests(Tree):
    """Z09: nobody gives above the own role, to herself, or outside the own subtree."""

    def setUp(self):
        self.unit_head = make_person("Uli Kepala", agency=self.agency, unit=self.kominfo, user=True)
        services.grant(
            user=self.unit_head.user, role="hr_head", agency=self.agency, unit=self.kominfo, by=None, reason="test"
        )

    def give(self, by, to, role="organiser", agency=None, unit=None):
        return services.grant(
            user=to.user, role=role, agency=agency or self.agency, unit=unit, by=by.user, reason="SK 1"
        )

    def refused(self, *args, **kwargs):
        with self.assertRaises(GrantRefused):
            self.give(*args, **kwargs)

    def test_z09_a_head_of_a_unit_gives_below_it_only(self):
        self.assertEqual(self.give(self.unit_head, self.ani, "hr_analyst", unit=self.bidang).unit, self.bidang)
        self.refused(self.unit_head, self.ani, "hr_analyst", unit=self.sosial)
        self.refused(self.unit_head, self.ani, "hr_analyst")
        self.refused(self.unit_head, self.ani, "organiser", agency=self.citra.agency)
        self.assertEqual(AuditEntry.everything.filter(verb="grant_refused").count(), 3)

    def test_z09_what_acts_in_a_whole_agency_is_not_given_for_a_unit(self):
        """Else the head of one unit would make publishers of the whole agency."""
        for by in (self.unit_head, self.head):
            for role in ("author", "publisher", "organiser", "facilitator"):
                with self.subTest(by=by.name, role=role):
                    self.refused(by, self.ani, role, unit=self.bidang)
        self.assertEqual(Grant.everything.filter(user=self.ani.user).count(), 0)
        self.assertEqual(AuditEntry.everything.filter(verb="grant_refused").count(), 8)

    def test_z09_the_head_of_a_unit_answers_for_no_certificate_and_no_erasure_of_the_agency(self):
        client = self.client_of(self.unit_head)
        for name in ("records:desk", "records:signatories", "directory:data_requests"):
            with self.subTest(name=name):
                self.assertEqual(client.get(reverse(name)).status_code, 404)
        second = make_person("Kedua", agency=self.agency, roles=["hr_head"])
        with self.assertRaises(EraseRefused):
            services.erase(person=self.sosro, by=self.unit_head.user, approved_by=second.user)

    def test_a_role_is_given_again_after_its_last_day_and_with_another_one(self):
        today = timezone.localdate()
        row = self.give(self.head, self.ani)
        Grant.everything.filter(pk=row.pk).update(valid_from=today - timedelta(days=9), valid_to=today)
        again = self.give(self.head, self.ani)
        self.assertTrue(Grant.everything.live().filter(pk=again.pk).exists())
        self.assertEqual(self.give(self.head, self.ani).pk, again.pk)  # the same once more changes nothing
        longer = services.grant(
            user=self.ani.user, role="organiser", agency=self.agency, by=self.head.user, reason="SK 2",
            valid_to=today + timedelta(days=9),
        )  # fmt: skip
        self.assertEqual(list(Grant.everything.live().filter(user=self.ani.user)), [longer])

    def test_z09_never_to_oneself_nor_the_own_role_or_above(self):
        self.refused(self.head, self.head, "author")
        for role in ("hr_head", "auditor", "ministry", "technical"):
            self.refused(self.head, self.ani, role)

    def test_each_giver_gives_the_roles_of_the_table(self):
        ministry = make_person("Mira Kementerian", roles=["ministry"])
        technical = make_person("Toni Teknis", roles=["technical"])
        gives = {
            self.head: {"facilitator", "author", "publisher", "organiser", "hr_analyst"},
            ministry: {"facilitator", "author", "publisher", "organiser"},
            technical: {"technical"},
            self.citra: set(),
        }
        for giver, roles in gives.items():
            given = set()
            for role in Grant.Role.values:
                try:
                    self.give(giver, self.ani, role, agency=giver.agency)
                    given.add(role)
                except GrantRefused:
                    continue
            with self.subTest(giver=giver.name):
                self.assertEqual(given, roles)

    def test_programme_roles_are_national_and_the_page_shows_only_what_she_gave(self):
        ministry = make_person("Mira Kementerian", roles=["ministry"])
        data = {
            "number": number_of(self.ani), "role": "facilitator", "agency": self.agency.uuid, "reason": "Program",
        }  # fmt: skip
        answer = self.client_of(ministry).post(reverse("directory:give_role"), data)
        self.assertEqual(answer.status_code, 302)
        page = self.client.get(reverse("directory:grants"))
        self.assertEqual([g.user for g in page.context["page"]], [self.ani.user])


class SuperiorTests(Tree):
    """The seat Ani's seat reports to is Budi's: he sees her from then until one of them moves."""

    def reach(self, person=None, of=None):
        rows = Reach.everything.on().filter(user=(person or self.budi).user, basis="superior")
        return set(rows.values_list("object_uuid", flat=True)) == (
            {(of or self.ani).uuid} if of is not False else set()
        )

    def test_the_seats_make_the_superior(self):
        self.assertTrue(self.reach())
        self.assertEqual(self.seen_by(self.budi), {"Budi Santoso", "Ani Lestari"})
        self.assertEqual(self.seen_by(self.ani), {"Ani Lestari"})

    def test_he_sees_team_and_profile_but_no_list_no_export_no_number(self):
        client = self.client_of(self.budi)
        page = client.get(reverse("profiles:team"))
        self.assertEqual([m.person.name for m in page.context["members"]], ["Ani Lestari"])
        profile = client.get(reverse("profiles:person", args=[self.ani.uuid]))
        self.assertEqual(profile.context["seen_as"], "superior")
        self.assertNotContains(profile, number_of(self.ani)[:8])
        for name in ("profiles:people", "profiles:xlsx", "directory:people"):
            self.assertEqual(client.get(reverse(name)).status_code, 404)
        self.assertEqual(client.get(reverse("directory:person_door", args=[self.ani.uuid])).status_code, 404)

    def test_i14_his_look_is_written_and_she_reads_it(self):
        self.client_of(self.budi).get(reverse("profiles:person", args=[self.ani.uuid]))
        log = self.client_of(self.ani).get(reverse("profiles:access_log"))
        self.assertEqual([(look.viewer, look.purpose) for look in log.context["looks"]], [("Budi Santoso", "")])

    def test_z06_i15_after_her_move_he_gets_404_on_the_next_request(self):
        client = self.client_of(self.budi)
        address = reverse("profiles:person", args=[self.ani.uuid])
        self.assertEqual(client.get(address).status_code, 200)
        services.transfer(person=self.ani, agency=self.agency, unit=self.sosial, by=self.head.user)
        self.assertEqual(client.get(address).status_code, 404)
        self.assertEqual(client.get(reverse("profiles:team")).status_code, 404)

    def test_z06_after_his_move_to_another_agency_too(self):
        services.transfer(person=self.budi, agency=self.citra.agency, by=self.head.user)
        self.assertEqual(self.seen_by(self.budi), {"Budi Santoso"})

    def test_back_on_the_same_day_he_sees_her_again(self):
        services.transfer(person=self.ani, agency=self.agency, unit=self.sosial, by=self.head.user)
        services.transfer(person=self.ani, agency=self.agency, position=self.ani_seat, by=self.head.user)
        self.assertTrue(self.reach())
        self.assertEqual(Reach.everything.filter(user=self.budi.user).count(), 1)

    def test_his_successor_sees_her_and_he_does_not(self):
        services.transfer(person=self.budi, agency=self.agency, unit=self.sosial, by=self.head.user)
        joko = make_person("Joko Baru", agency=self.agency, user=True)
        services.transfer(person=joko, agency=self.agency, position=self.budi_seat, by=self.head.user)
        self.assertTrue(self.reach(of=False))
        self.assertTrue(self.reach(joko))

    def test_another_seat_above_changes_the_superior(self):
        other = make_seat(self.kominfo, "Kepala Dinas")
        eko = make_person("Eko Kepala", agency=self.agency, position=other, user=True)
        services.change_position(position=self.ani_seat, name="Pranata Humas", reports_to=other, by=self.head.user)
        self.assertTrue(self.reach(eko))
        self.assertTrue(self.reach(of=False))

    def test_an_account_opened_later_sees_the_team(self):
        seat = make_seat(self.sosial, "Kepala Dinas Sosial")
        late = make_person("Lia Baru", agency=self.agency, position=seat)
        below = make_person("Bona Bawahan", agency=self.agency, position=make_seat(self.sosial, reports_to=seat))
        code = services.give_code(person=late, kind="activate", by=self.head.user)
        user = services.use_code(number=number_of(late), code=code, password="jalan-panjang-berliku")
        self.assertEqual(
            set(Reach.everything.on().filter(user=user).values_list("object_uuid", flat=True)), {below.uuid}
        )

    def test_citra_leads_nobody_here(self):
        client = self.client_of(self.citra)
        self.assertEqual(client.get(reverse("profiles:team")).status_code, 404)
        self.assertEqual(client.get(reverse("profiles:person", args=[self.ani.uuid])).status_code, 404)

    def test_acting_superiors_see_until_their_last_day(self):
        plt = make_person("Pelaksana Tugas", agency=self.agency, user=True)
        until = timezone.localdate() + timedelta(days=3)
        plt.assignments.create(
            agency=self.agency, unit=self.bidang, position=self.budi_seat, kind="PLT",
            valid_from=timezone.localdate(), valid_to=until,
        )  # fmt: skip
        services.settle_superiors(positions=[self.budi_seat.pk])
        row = Reach.everything.get(user=plt.user, basis="superior")
        self.assertEqual((row.object_uuid, row.valid_to), (self.ani.uuid, until))
        self.assertFalse(Reach.everything.on(until).filter(pk=row.pk).exists())


class TransferTests(Tree):
    def test_old_assignment_ends_where_the_new_one_begins(self):
        day = timezone.localdate()
        self.ani.assignments.update(valid_from=day - timedelta(days=400))
        services.transfer(
            person=self.ani, agency=self.agency, unit=self.sosial, by=self.head.user, on=day - timedelta(days=10)
        )
        rows = list(self.ani.assignments.order_by("valid_from").values_list("valid_from", "valid_to"))
        self.assertEqual(
            rows, [(day - timedelta(days=400), day - timedelta(days=10)), (day - timedelta(days=10), None)]
        )

    def test_d04_no_move_before_the_present_assignment_nor_after_today(self):
        address = reverse("directory:move_person", args=[self.ani.uuid])
        today = timezone.localdate()
        for day in (today - timedelta(days=1), today + timedelta(days=1), "1900-01-01", "9999-12-31", "2026-04-31"):
            body = {"agency": self.agency.uuid, "org_unit": self.sosial.uuid, "on": day}
            self.assertEqual(self.client_of(self.head).post(address, body).status_code, 400)
        self.assertEqual(self.ani.assignments.count(), 1)

    def test_codes_of_the_old_agency_die_with_the_move(self):
        code = services.give_code(person=self.ani, kind="recover", by=self.head.user)
        services.transfer(person=self.ani, agency=self.citra.agency, by=self.head.user)
        with self.assertRaisesMessage(Exception, "not right"):
            services.use_code(number=number_of(self.ani), code=code, password="jalan-panjang-berliku")

    def test_the_new_agency_sees_her_and_the_old_one_does_not(self):
        make_user_of = make_person("Hana Lain", agency=self.citra.agency, roles=["hr_analyst"])
        services.transfer(person=self.ani, agency=self.citra.agency, by=self.head.user)
        self.assertIn("Ani Lestari", self.seen_by(make_user_of))
        self.assertNotIn("Ani Lestari", self.seen_by(self.head))


class OperatorTests(Tree):
    def give(self, number, role="hr_head", agency=None):
        call_command(
            "grant_role", number, role, "--agency", agency or self.agency.code, "--reason", "SK 1", stdout=StringIO()
        )

    def test_the_operator_gives_what_no_screen_gives_and_it_is_written_down(self):
        self.give(number_of(self.ani))
        self.give(number_of(self.ani))
        grant = Grant.everything.get(user=self.ani.user)
        self.assertEqual((grant.role, grant.given_by, grant.reason), ("hr_head", None, "SK 1"))
        self.assertEqual(AuditEntry.everything.filter(verb="grant", object_key=str(grant.uuid)).count(), 1)

    def test_unknown_numbers_and_agencies_are_named(self):
        for number, agency in (("199001012015031999", None), (number_of(self.ani), "tidak-ada")):
            with self.assertRaises(CommandError):
                self.give(number, agency=agency)
        self.assertEqual(Grant.everything.filter(user=self.ani.user).count(), 0)
