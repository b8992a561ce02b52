"""Settings: technical admins read rules by date and add a coming value; what has been counted is never touched."""

from datetime import date, timedelta
from decimal import Decimal

from django.test import TestCase
from django.urls import reverse
from django.utils import timezone

from cms.core import rulebook
from cms.core.models import AuditEntry, RuleSetting
from lms.records.rules.conversion import CONVERSIONS
from tests import makers
from tests.cms.directory.door import past_second_step


class RuleScreenTests(TestCase):
    def setUp(self):
        rulebook.forget()
        self.addCleanup(rulebook.forget)
        self.rudi = makers.make_person("Rudi Teknis", roles=["technical"])
        past_second_step(self.client, self.rudi.user)
        self.tomorrow = timezone.localdate() + timedelta(days=1)

    def typed(self, **other) -> dict:
        return {"value": "24", "valid_from": str(self.tomorrow), "reason": "Perubahan peraturan"} | other

    def send(self, key="jp_target", **other):
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post(reverse("directory:change_rule", args=[key]), self.typed(**other))

    def test_every_rule_is_shown_with_value_basis_and_doubt(self):
        response = self.client.get(reverse("directory:rules"))
        for known in rulebook.RULES.values():
            self.assertContains(response, str(known.doubt))
        self.assertContains(response, "as Bestari came with it", count=len(rulebook.RULES))

    def test_a_new_value_counts_from_its_day_and_leaves_the_past_alone(self):
        self.assertRedirects(self.send(), reverse("directory:rules"))
        self.assertEqual(rulebook.rule("jp_target"), 20)
        self.assertEqual(rulebook.rule("jp_target", on=self.tomorrow), 24)
        entry = AuditEntry.everything.get(verb="set_rule")
        self.assertEqual((entry.actor_id, entry.detail["reason"]), (self.rudi.user.pk, "Perubahan peraturan"))
        self.assertContains(self.client.get(reverse("directory:rules")), "planned")

    def test_one_agency_may_have_its_own_value_and_no_other_feels_it(self):
        sleman, badung = (makers.make_agency(name) for name in ("Kabupaten Sleman", "Kabupaten Badung"))
        self.assertRedirects(self.send(agency=str(sleman.uuid)), reverse("directory:rules"))
        told = [rulebook.rule("jp_target", pk, on=self.tomorrow) for pk in (sleman.pk, badung.pk, None)]
        self.assertEqual(told, [24, 20, 20])
        self.assertEqual(rulebook.rule("jp_target", sleman.pk), 20)
        entry = AuditEntry.everything.get(verb="set_rule")
        self.assertEqual((entry.agency_id, entry.detail["value"]), (sleman.pk, "24"))
        self.assertContains(self.client.get(reverse("directory:rules")), sleman.name)
        self.assertEqual(self.send(agency="6f9619ff-8b86-4d01-b42d-00cf4fc964ff").status_code, 422)
        self.assertEqual(self.send(agency="x").status_code, 422)

    def give_back(self, whose, key="jp_target", **other):
        typed = {"agency": str(whose.uuid), "valid_from": str(self.tomorrow), "reason": "Surat Bupati"} | other
        with self.captureOnCommitCallbacks(execute=True):
            return self.client.post(reverse("directory:follow_rule_for_all", args=[key]), typed)

    def with_own(self, name="Kabupaten Sleman"):
        agency = makers.make_agency(name)
        with self.captureOnCommitCallbacks(execute=True):
            rulebook.set_rule(key="jp_target", value=Decimal(40), valid_from=date(2026, 1, 1), by=None,
                              agency_id=agency.pk)  # fmt: skip
        return agency

    def test_an_agency_gives_its_own_value_back_and_the_list_says_so(self):
        sleman, badung = self.with_own(), self.with_own("Kabupaten Badung")
        page = reverse("directory:follow_rule_for_all", args=["jp_target"])
        self.assertContains(self.client.get(reverse("directory:rules")), page, count=1)
        self.assertContains(self.client.get(page), str(sleman.uuid))
        self.assertRedirects(self.give_back(sleman), reverse("directory:rules"))
        told = [int(rulebook.rule("jp_target", pk, on=self.tomorrow)) for pk in (sleman.pk, badung.pk, None)]
        self.assertEqual(told, [20, 40, 20])
        entry = AuditEntry.everything.get(verb="follow_rule_for_all")
        self.assertEqual((entry.actor_id, entry.agency_id), (self.rudi.user.pk, sleman.pk))
        self.assertEqual(entry.detail["reason"], "Surat Bupati")
        self.assertContains(self.client.get(reverse("directory:rules")), "then as for all", count=1)
        self.assertNotContains(self.client.get(page), str(sleman.uuid))

    def test_what_cannot_be_given_back_is_refused_in_words(self):
        sleman, badung = self.with_own(), makers.make_agency("Kabupaten Badung")
        own, coming = "This agency has no value of its own", "Choose a day after today"
        for agency, field, value, words in (
            (badung, "agency", str(badung.uuid), own), (sleman, "agency", "x", ""), (sleman, "agency", "", ""),
            (sleman, "valid_from", str(timezone.localdate()), coming), (sleman, "valid_from", "2020-01-01", coming),
            (sleman, "valid_from", "31/31", ""), (sleman, "valid_from", "9999-01-01", ""), (sleman, "reason", "", ""),
        ):  # fmt: skip
            with self.subTest(field=field, value=value):
                response = self.give_back(agency, **{field: value})
                self.assertEqual((response.status_code, [*response.context["form"].errors]), (422, [field]))
                self.assertIn(words, response.context["form"].errors[field][0])
        self.assertEqual(AuditEntry.everything.filter(verb="follow_rule_for_all").count(), 0)
        far = str(self.tomorrow + timedelta(days=9))
        self.assertEqual(self.give_back(sleman, valid_from=far).status_code, 302)
        again = self.give_back(sleman, valid_from=far)
        self.assertEqual(again.status_code, 422)
        self.assertContains(again, "From that day on this agency follows the rule for all already.", status_code=422)

    def test_where_nobody_has_an_own_value_the_page_says_so_and_a_national_rule_has_none(self):
        page = self.client.get(reverse("directory:follow_rule_for_all", args=["jp_target"]))
        self.assertContains(page, "No agency has a value of its own")
        self.assertNotContains(page, "<select")
        for key in ("jp_minutes", "tidak-ada"):
            self.assertEqual(self.client.get(f"/akun/pengaturan/{key}/untuk-semua/").status_code, 404)

    def test_the_list_shows_at_once_what_another_process_wrote(self):
        self.client.get(reverse("directory:rules"))
        agency = makers.make_agency("Kabupaten Sleman")
        RuleSetting.everything.create(key="jp_target", agency_id=agency.pk, value="40", valid_from=date(2026, 1, 1))
        self.assertContains(self.client.get(reverse("directory:rules")), "Kabupaten Sleman")

    def test_a_national_rule_says_why_and_takes_no_agency(self):
        why = str(rulebook.RULES["jp_minutes"].national)
        page = self.client.get(reverse("directory:change_rule", args=["jp_minutes"]))
        self.assertContains(page, why)
        self.assertNotContains(page, 'name="agency"')
        agency = makers.make_agency()
        self.send("jp_minutes", value="50", agency=str(agency.uuid))  # a field too many is ignored (Z05)
        self.assertEqual(RuleSetting.everything.get().agency_id, None)
        with self.assertRaisesMessage(rulebook.RuleRefused, why):
            rulebook.change_rule(
                key="jp_minutes", value=Decimal(50), valid_from=self.tomorrow, by=self.rudi.user, reason="uji",
                agency_id=agency.pk,
            )  # fmt: skip

    def test_every_national_only_rule_is_read_without_an_agency_where_it_decides(self):
        national = {key for key, known in rulebook.RULES.items() if known.national}
        self.assertEqual(national - set(CONVERSIONS), {"jp_minutes"})  # conversions: lms/records/test_conversion.py

    def test_D02_D04_what_cannot_be_is_refused_in_words(self):
        bounds, coming = "The value must lie between 1 and 500.", "Choose a day after today"
        for field, value, words in (
            ("value", "0", bounds), ("value", "1000", bounds), ("value", "24,5", ""), ("value", "", ""),
            ("valid_from", str(timezone.localdate()), coming), ("valid_from", "2020-01-01", coming),
            ("valid_from", "31/31", ""), ("valid_from", "9999-01-01", ""), ("reason", "", ""),
        ):  # fmt: skip
            with self.subTest(field=field, value=value):
                response = self.send(**{field: value})
                self.assertEqual((response.status_code, [*response.context["form"].errors]), (422, [field]))
                self.assertIn(words, response.context["form"].errors[field][0])
        self.assertEqual(RuleSetting.everything.count(), 0)

    def test_basis_and_doubt_stay_when_nothing_else_is_said(self):
        rulebook.set_rule(
            key="jp_target",
            value=Decimal(22),
            valid_from=date(2026, 1, 1),
            by=None,
            legal_basis="Perka 1",
            doubt="Ragu.",
        )
        rulebook.forget()
        self.send()
        row = RuleSetting.everything.get(valid_from=self.tomorrow)
        self.assertEqual((row.legal_basis, row.doubt), ("Perka 1", "Ragu."))

    def test_nobody_else_finds_it(self):
        for role in ("hr_head", "ministry", "auditor", "author"):
            past_second_step(self.client, makers.make_person(roles=[role]).user)
            for address in (
                reverse("directory:rules"), reverse("directory:change_rule", args=["jp_target"]),
                reverse("directory:follow_rule_for_all", args=["jp_target"]),
            ):  # fmt: skip
                with self.subTest(role):
                    self.assertEqual(self.client.get(address).status_code, 404)
        self.assertEqual(self.client.get("/akun/pengaturan/tidak-ada/").status_code, 404)
