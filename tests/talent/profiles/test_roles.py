"""Auditor, ministry and technical admin (robustness 5: p, n, -), and the trail they leave."""

from datetime import timedelta

from django.test import SimpleTestCase
from django.urls import reverse
from django.utils import timezone

from cms.core.models import AccessEntry, AuditEntry
from cms.directory import services
from cms.directory.models import Person, Reach
from talent.profiles.queries import national_counts
from talent.profiles.rules import suppressed, total_of_shown
from tests.makers import make_agency, make_person
from tests.sql import assert_sql
from tests.talent.profiles.test_views import TalentTestCase, earn, evidence

PURPOSE = "Pemeriksaan, surat tugas 12/2026"


class RoleCase(TalentTestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        elsewhere = make_agency("Badan Pengawas")
        cls.auditor = make_person("Aulia Auditor", agency=elsewhere, roles=["auditor"])
        cls.ministry = make_person("Mira Kementerian", agency=elsewhere, roles=["ministry"])
        cls.technical = make_person("Toni Teknis", agency=elsewhere, roles=["technical"])
        cls.head = make_person("Hesti Kepala", agency=cls.ani.agency, roles=["hr_head"])


class AuditorTests(RoleCase):
    def ask(self, purpose=PURPOSE, number=None):
        number = number or self.ani.numbers.get().value
        return self.as_(self.auditor).client.post(reverse("profiles:ask"), {"number": number, "purpose": purpose})

    def test_without_a_purpose_nothing_opens(self):
        address = reverse("profiles:person", args=[self.ani.uuid])
        self.assertEqual(self.as_(self.auditor).client.get(address).status_code, 404)
        for purpose in ("", "     ", "singkat"):
            self.assertEqual(self.ask(purpose).status_code, 400)
        self.assertEqual(self.client.get(address).status_code, 404)

    def test_i14_with_a_purpose_it_opens_and_the_person_reads_why(self):
        evidence(self.ani)
        self.assertRedirects(self.ask(), reverse("profiles:person", args=[self.ani.uuid]))
        self.assertEqual(AuditEntry.everything.get(verb="ask_to_see").detail["purpose"], PURPOSE)
        look = AccessEntry.everything.get()
        self.assertEqual((look.subject_id, look.what, look.purpose), (self.ani.pk, "audited profile", PURPOSE))
        log = self.as_(self.ani).get("access_log")
        self.assertContains(log, PURPOSE)
        self.assertContains(log, "Aulia Auditor")

    def test_it_is_over_after_seven_days(self):
        self.ask()
        row = Reach.everything.get()
        self.assertEqual(row.valid_to - row.valid_from, timedelta(days=7))
        Reach.everything.update(valid_from=timezone.localdate() - timedelta(days=7), valid_to=timezone.localdate())
        self.assertEqual(self.client.get(reverse("profiles:person", args=[self.ani.uuid])).status_code, 404)

    def test_one_request_opens_one_person_and_exports_nothing(self):
        self.ask()
        self.assertEqual(self.client.get(reverse("profiles:person", args=[self.hana.uuid])).status_code, 404)
        for name in ("people", "xlsx", "team", "national"):
            self.assertEqual(self.get(name).status_code, 404)

    def test_an_unknown_number_and_oneself_are_refused(self):
        self.assertEqual(self.ask(number="199001012015031999").status_code, 400)
        self.assertEqual(self.ask(number=self.auditor.numbers.get().value).status_code, 400)
        self.assertEqual(Reach.everything.count(), 0)

    def test_others_cannot_ask(self):
        for person in (self.ani, self.hana, self.citra, self.ministry, self.technical):
            self.assertEqual(self.as_(person).get("ask").status_code, 404)

    def test_the_auditor_reads_all_acts_and_changes_nothing(self):
        services.deactivate(user=self.ani.user, by=self.hana.user, reason="Pensiun")
        page = self.as_(self.auditor).client.get(reverse("directory:acts"))
        self.assertContains(page, "Pensiun")
        self.assertEqual(self.client.post(reverse("directory:acts")).status_code, 405)


class TrailTests(RoleCase):
    def acts(self, person, **query):
        page = self.as_(person).client.get(reverse("directory:acts"), query)
        return [(row["act"].who, row["act"].verb) for row in page.context["rows"]]

    def test_the_head_reads_her_agency_but_not_her_own_acts(self):
        services.deactivate(user=self.ani.user, by=self.hana.user, reason="Pensiun")
        services.reopen(user=self.ani.user, by=self.head.user, reason="Kembali")
        services.grant(
            user=self.citra.user, role="author", agency=self.citra.agency, by=None, reason="bukan urusan Sleman"
        )
        seen = self.acts(self.head)
        self.assertIn(("Hana Wijaya", "deactivate"), seen)
        self.assertNotIn(("Hesti Kepala", "reopen"), seen)
        page = self.client.get(reverse("directory:acts"))
        self.assertNotContains(page, "bukan urusan Sleman")

    def test_a_kind_is_told_in_words(self):
        services.ask_about_data(by=self.ani.user, kind="correct", words="Nama saya salah tulis.")
        page = self.as_(self.head).client.get(reverse("directory:acts"))
        self.assertContains(page, "kind: Correct what is written about me")

    def test_citra_and_learners_find_no_trail(self):
        for person in (self.citra, self.ani, self.hana, self.ministry, self.technical):
            for name in ("acts", "looks"):
                self.assertEqual(self.as_(person).client.get(reverse(f"directory:{name}")).status_code, 404)

    def test_looks_of_the_agency_but_ones_own(self):
        self.as_(self.hana).get("person", self.ani.uuid)
        self.as_(self.head).get("person", self.ani.uuid)
        page = self.client.get(reverse("directory:looks"))
        self.assertEqual(
            [(look.viewer, look.subject) for look in page.context["looks"]], [("Hana Wijaya", "Ani Lestari")]
        )

    def test_pages_by_key_and_filter_by_verb(self):
        for n in range(52):
            services.deactivate(user=self.ani.user, by=self.hana.user, reason=f"Alasan {n}")
        first = self.as_(self.head).client.get(reverse("directory:acts"), {"verb": "deactivate"})
        self.assertEqual(len(first.context["rows"]), 50)
        rest = self.client.get(reverse("directory:acts"), {"verb": "deactivate", "before": first.context["before"]})
        self.assertEqual(len(rest.context["rows"]), 2)
        for odd in ("-1", "x", "9" * 40, "١٢"):
            self.assertEqual(self.client.get(reverse("directory:acts"), {"before": odd}).status_code, 200)

    def test_statements_do_not_grow_with_lines(self):
        for more in (1, 5):
            for _n in range(more):
                services.deactivate(user=self.ani.user, by=self.hana.user, reason="x")
            self.as_(self.head).client.get(reverse("directory:acts"))
            with self.subTest(more=more), assert_sql(3):  # entries, actors, users they were about
                self.client.get(reverse("directory:acts"))


class MinistryTests(RoleCase):
    def test_counts_without_names_groups_under_five_hidden(self):
        for n in range(6):
            earn(make_person(f"Pegawai {n}", agency=self.citra.agency), 20)
        page = self.as_(self.ministry).get("national")
        shown = {row.name: row.cells for row in page.context["rows"]}
        self.assertEqual(shown[self.citra.agency.name], [7, None, None, None])
        self.assertEqual(shown[self.ani.agency.name], [None, None, None, None])
        self.assertNotContains(page, "Ani Lestari")
        self.assertNotContains(page, "Pegawai 1")

    def test_one_statement_whatever_the_number_of_people(self):
        for more in (1, 4):
            for n in range(more):
                make_person(f"Pegawai {n}", agency=make_agency())
            with self.subTest(more=more), assert_sql(1):
                national_counts()

    def test_the_ministry_reaches_no_name(self):
        self.as_(self.ministry)
        for name in ("people", "xlsx", "team", "ask"):
            self.assertEqual(self.get(name).status_code, 404)
        self.assertEqual(self.get("person", self.ani.uuid).status_code, 404)
        self.assertEqual(set(Person.objects.visible_to(self.ministry.user)), {self.ministry})

    def test_others_find_no_counts(self):
        for person in (self.ani, self.hana, self.citra, self.auditor, self.technical):
            self.assertEqual(self.as_(person).get("national").status_code, 404)


class TechnicalTests(RoleCase):
    def test_a_technical_admin_has_no_personal_screens(self):
        self.as_(self.technical)
        for name in ("people", "xlsx", "team", "ask", "national"):
            self.assertEqual(self.get(name).status_code, 404)
        for name in ("people", "units", "acts", "looks", "waiting_codes"):
            self.assertEqual(self.client.get(reverse(f"directory:{name}")).status_code, 404)
        self.assertEqual(self.get("person", self.ani.uuid).status_code, 404)


class SuppressionTests(SimpleTestCase):
    """Z07: nothing shown is under five, and no difference of two shown figures is 1 to 4."""

    def test_z07_small_groups_and_small_differences_are_hidden(self):
        cases = [
            ([3, 1, 0, 1], [None] * 4), ([40, 38, 20, 38], [40, None, 20, None]), ([40, 35, 35, 35], [40, 35, 35, 35]),
            ([10, 5, 0, 5], [10, 5, None, 5]), ([5, 5, 5, 5], [5, 5, 5, 5]), ([9, 5, 5, 5], [9, None, None, None]),
        ]  # fmt: skip
        for figures, expected in cases:
            with self.subTest(figures=figures):
                self.assertEqual(suppressed(figures), expected)

    def test_z07_no_pair_of_shown_figures_tells_of_one_to_four_people(self):
        for people in range(24):
            for some in range(people + 1):
                for reached in range(some + 1):
                    shown = [cell for cell in suppressed([people, some, reached, some]) if cell is not None]
                    self.assertEqual([cell for cell in shown if cell < 5], [])
                    apart = {abs(a - b) for a in shown for b in shown}
                    self.assertEqual(apart & {1, 2, 3, 4}, set())

    def test_totals_add_only_what_is_shown(self):
        self.assertEqual(total_of_shown([[10, None], [7, 6]]), [17, 6])
