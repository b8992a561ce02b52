"""What an activity outside Bestari is worth: by the rule of its day, within the days it took (L71, T60, D03, D04)."""

from datetime import date, timedelta
from decimal import Decimal

from django.test import TestCase
from django.utils import timezone

from cms.core import rulebook
from lms.records.rules import conversion
from lms.records.rules.conversion import CONVERSIONS, KINDS, ClaimUnfit, worth
from tests import makers

MONDAY = date(2026, 11, 2)


def worth_of(key, *, days=1, amount=None, jp=None, starts=MONDAY):
    return worth(
        KINDS[key], starts_on=starts, ends_on=starts + timedelta(days=days - 1), amount=amount,
        jp=None if jp is None else Decimal(jp),
    )  # fmt: skip


class WorthTests(TestCase):
    def test_L71_each_kind_by_its_rule(self):
        for key, given, jp in (
            ("seminar", {"days": 2, "amount": 2}, 8),
            ("workshop", {"days": 3, "amount": 1}, 5),
            ("coaching", {"amount": 2}, 4),
            ("mentoring", {"amount": 1}, 2),
            ("benchmarking", {"days": 4}, 10),
            ("secondment", {"days": 30}, 20),
            ("study", {"amount": 1}, 2),
            ("training", {"days": 4, "jp": "40"}, 40),
            ("elearning", {"jp": "0.5"}, Decimal("0.5")),
        ):
            with self.subTest(key):
                self.assertEqual(worth_of(key, **given)[0], jp)

    def test_every_kind_has_a_rule_or_asks_the_programme(self):
        self.assertEqual({kind.rule_key for kind in KINDS.values()} - {""} - set(CONVERSIONS), set())
        self.assertTrue(all(kind.rate(MONDAY).value > 0 for kind in KINDS.values() if kind.rule_key))
        self.assertTrue(all(len(key) <= 20 for key in KINDS))  # the ledger's column

    def test_T60_an_old_year_keeps_its_old_rule_and_no_agency_converts_by_itself(self):
        today, agency = timezone.localdate(), makers.make_agency()
        new = today + timedelta(days=30)
        rulebook.set_rule(key="jp_seminar", value=Decimal(6), valid_from=new, by=None)
        rulebook.set_rule(key="jp_seminar", value=Decimal(9), valid_from=MONDAY, by=None, agency_id=agency.pk)
        rulebook.forget()
        self.addCleanup(rulebook.forget)
        self.assertEqual(worth_of("seminar", amount=1, starts=today)[0], 4)
        self.assertEqual(worth_of("seminar", amount=1, starts=new)[0], 6)

    def test_D03_what_no_rule_allows_is_refused_with_the_rule_named(self):
        for key, given, field, said in (
            ("training", {"days": 2, "jp": "20.5"}, "jp", "2 days earn at most 20 JP"),
            ("training", {"jp": "0"}, "jp", "at least half"),
            ("training", {"jp": "-3"}, "jp", "at least half"),
            ("training", {}, "jp", "at least half"),
            ("seminar", {"days": 2, "amount": 3}, "amount", "only 2 days"),
            ("seminar", {"amount": 0}, "amount", "at least 1"),
            ("coaching", {"amount": None}, "amount", "at least 1"),
            ("coaching", {"days": 35, "amount": 2}, "ends_on", "each month by itself"),
        ):
            with self.subTest(key, **given), self.assertRaises(ClaimUnfit) as caught:
                worth_of(key, **given)
            self.assertEqual(caught.exception.field, field)
            self.assertIn(said, caught.exception.message)

    def test_L71_only_two_sessions_of_a_kind_in_a_month(self):
        conversion.refuse_sessions(KINDS["coaching"], amount=1, others=[1], on=MONDAY)
        conversion.refuse_sessions(KINDS["seminar"], amount=9, others=[9], on=MONDAY)
        with self.assertRaisesMessage(ClaimUnfit, "At most 2 sessions"):
            conversion.refuse_sessions(KINDS["coaching"], amount=2, others=[1], on=MONDAY)

    def test_D04_days(self):
        today = date(2026, 11, 24)
        for first, last, said in (
            (today, date(2026, 11, 23), "before the first"),
            (today, date(2026, 11, 25), "when the activity is over"),
            (date(2024, 10, 31), date(2024, 10, 31), "for 24 months"),
        ):
            with self.subTest(last), self.assertRaisesMessage(ClaimUnfit, said):
                conversion.refuse_days(first, last, today=today, agency_id=None)
        conversion.refuse_days(date(2024, 11, 1), date(2024, 11, 1), today=today, agency_id=None)
