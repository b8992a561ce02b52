"""Rules by date and agency: the agency's own before the national one, and yesterday's value stays yesterday's."""

from datetime import date, timedelta
from decimal import Decimal

from django.test import TestCase

from cms.core import rulebook
from cms.core.models import AuditEntry, RuleSetting
from tests import makers


class RulebookTests(TestCase):
    def setUp(self):
        rulebook.forget()
        self.addCleanup(rulebook.forget)
        self.agency = makers.make_agency()
        self.by = makers.make_person(user=True).user

    def set(self, value, day, agency=None):
        with self.captureOnCommitCallbacks(execute=True):
            return rulebook.set_rule(
                key="jp_target", value=Decimal(value), valid_from=day, by=self.by, agency_id=agency and agency.pk
            )

    def test_without_rows_the_default_holds_with_its_doubt(self):
        found = rulebook.in_force("jp_minutes", self.agency.pk)
        self.assertEqual((found.value, found.is_own), (Decimal(45), False))
        self.assertIn("not verified", found.doubt)

    def test_a_rule_holds_from_its_day_on_and_not_before(self):
        self.set("24", date(2027, 1, 1))
        self.assertEqual(rulebook.rule("jp_target", on=date(2026, 12, 31)), 20)
        self.assertEqual(rulebook.rule("jp_target", on=date(2027, 1, 1)), 24)

    def test_an_agency_overrides_the_nation_and_no_other_agency_feels_it(self):
        self.set("24", date(2026, 1, 1))
        self.set("40", date(2026, 1, 1), self.agency)
        other = makers.make_agency("Kabupaten Badung")
        on = date(2026, 6, 1)
        self.assertEqual(rulebook.rule("jp_target", self.agency.pk, on=on), 40)
        self.assertEqual(rulebook.rule("jp_target", other.pk, on=on), 24)

    def test_a_version_set_between_two_ends_where_the_next_begins(self):
        self.set("24", date(2026, 1, 1))
        self.set("30", date(2028, 1, 1))
        self.set("26", date(2027, 1, 1))
        spans = RuleSetting.everything.order_by("valid_from").values_list("value", "valid_from", "valid_to")
        self.assertEqual(
            list(spans),
            [
                ("24", date(2026, 1, 1), date(2027, 1, 1)),
                ("26", date(2027, 1, 1), date(2028, 1, 1)),
                ("30", date(2028, 1, 1), None),
            ],
        )
        self.assertEqual(AuditEntry.everything.filter(verb="set_rule").count(), 3)

    def test_d02_a_value_outside_the_bounds_is_refused_with_the_bounds(self):
        for wrong in ("0", "-1", "501"):
            with self.subTest(wrong), self.assertRaisesMessage(rulebook.RuleRefused, "between 1 and 500"):
                self.set(wrong, date(2026, 1, 1) + timedelta(days=1))
        self.assertEqual(RuleSetting.everything.count(), 0)
