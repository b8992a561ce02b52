"""Rules by date and agency: the agency's own before the national one, and yesterday's value stays yesterday's."""

import contextlib
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connections
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from cms.core import rulebook, sealed
from cms.core.models import AuditEntry, RuleSetting
from tests import makers


class RulebookCase(TestCase):
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


class RulebookTests(RulebookCase):
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


class FollowForAllTests(RulebookCase):
    """An agency gives its own value back; ``day(n)`` is ``n`` days from today."""

    @staticmethod
    def day(n):
        return timezone.localdate() + timedelta(days=n)

    def give_back(self, n, agency=None):
        with self.captureOnCommitCallbacks(execute=True):
            rulebook.follow_rule_for_all(
                key="jp_target",
                agency_id=(agency or self.agency).pk,
                valid_from=self.day(n),
                by=self.by,
                reason="Surat",
            )

    def own(self, *days):
        return [int(rulebook.rule("jp_target", self.agency.pk, on=self.day(n))) for n in days]

    def spans(self):
        rows = RuleSetting.everything.filter(agency_id=self.agency.pk).order_by("valid_from")
        today = timezone.localdate()
        return [
            (int(row.value), (row.valid_from - today).days, row.valid_to and (row.valid_to - today).days)
            for row in rows
        ]

    def test_from_its_day_on_the_value_for_all_counts_also_when_it_changes_later(self):
        self.set("40", self.day(-9), self.agency)
        self.give_back(5)
        self.set("24", self.day(7))
        self.assertEqual(self.own(-9, 4, 5, 6, 7), [40, 40, 20, 20, 24])
        self.assertEqual(self.spans(), [(40, -9, 5)])
        entry = AuditEntry.everything.get(verb="follow_rule_for_all")
        self.assertEqual((entry.actor_id, entry.agency_id), (self.by.pk, self.agency.pk))
        self.assertEqual(entry.detail, {"key": "jp_target", "from": str(self.day(5)), "reason": "Surat"})

    def test_what_is_planned_from_that_day_on_falls_away_and_the_audit_names_it(self):
        self.set("40", self.day(-9), self.agency)
        for value, day in (("41", 3), ("42", 5), ("43", 9)):
            self.set(value, self.day(day), self.agency)
        self.give_back(5)
        self.assertEqual(self.spans(), [(40, -9, 3), (41, 3, 5)])
        self.assertEqual(self.own(2, 3, 4, 5, 9, 99), [40, 41, 41, 20, 20, 20])
        detail = AuditEntry.everything.get(verb="follow_rule_for_all").detail
        self.assertEqual(detail["dropped"], f"42 ({self.day(5)}), 43 ({self.day(9)})")

    def test_a_planned_value_alone_is_cancelled(self):
        self.set("40", self.day(5), self.agency)
        self.give_back(1)
        self.assertEqual((self.spans(), self.own(0, 5, 99)), ([], [20, 20, 20]))

    def test_a_planned_value_that_begins_before_ends_that_day(self):
        self.set("40", self.day(5), self.agency)
        self.give_back(8)
        self.assertEqual((self.spans(), self.own(4, 5, 7, 8)), ([(40, 5, 8)], [20, 40, 40, 20]))

    def test_twice_later_or_with_nothing_to_give_it_is_refused_in_words_and_earlier_it_counts(self):
        words = "From that day on this agency follows the rule for all already."
        with self.assertRaisesMessage(rulebook.RuleRefused, words):
            self.give_back(5)
        self.set("40", self.day(-9), self.agency)
        self.give_back(5)
        for again in (5, 6):
            with self.subTest(again), self.assertRaisesMessage(rulebook.RuleRefused, words):
                self.give_back(again)
        self.give_back(4)
        self.assertEqual(self.spans(), [(40, -9, 4)])
        self.assertEqual(AuditEntry.everything.filter(verb="follow_rule_for_all").count(), 2)

    def test_days_that_have_begun_stay(self):
        self.set("40", self.day(-9), self.agency)
        for late in (0, -1):
            with self.subTest(late), self.assertRaisesMessage(rulebook.RuleRefused, "Choose a day after today"):
                self.give_back(late)
        self.assertEqual(self.spans(), [(40, -9, None)])

    def test_no_other_agency_and_not_the_nation_feels_it(self):
        other = makers.make_agency("Kabupaten Badung")
        for agency in (None, other, self.agency):
            self.set("40" if agency else "24", self.day(-9), agency)
        self.give_back(5)
        self.assertEqual(rulebook.rule("jp_target", other.pk, on=self.day(9)), 40)
        self.assertEqual((rulebook.rule("jp_target", on=self.day(9)), self.own(9)), (24, [24]))

    def test_a_value_set_before_the_day_of_return_lasts_until_it_and_one_from_it_on_takes_it_back(self):
        self.set("40", self.day(-9), self.agency)
        self.give_back(9)
        self.set("41", self.day(5), self.agency)
        self.assertEqual((self.spans(), self.own(4, 5, 8, 9)), ([(40, -9, 5), (41, 5, 9)], [40, 41, 41, 20]))
        self.set("42", self.day(9), self.agency)
        self.assertEqual((self.spans()[-1], self.own(8, 9, 99)), ((42, 9, None), [41, 42, 42]))

    def test_a_value_set_after_it_leaves_the_days_between_to_the_rule_for_all(self):
        self.set("40", self.day(-9), self.agency)
        self.give_back(5)
        self.set("41", self.day(9), self.agency)
        self.assertEqual((self.spans(), self.own(4, 5, 8, 9)), ([(40, -9, 5), (41, 9, None)], [40, 20, 20, 41]))
        ends = [one.then_for_all for one in rulebook.versions("jp_target") if one.agency_id]
        self.assertEqual(ends, [False, True])

    def test_in_any_order_no_two_versions_overlap_and_each_act_counts_from_its_day_on(self):
        dice = random.Random(17)
        for _round in range(15):
            RuleSetting.everything.all().delete()
            rulebook.forget()
            for _act in range(8):
                day, before = dice.randint(1, 12), self.own(*range(16))
                if dice.random() < 0.35:
                    with contextlib.suppress(rulebook.RuleRefused):
                        self.give_back(day)
                    self.assertEqual(self.own(*range(day, 16)), [20] * (16 - day))
                else:
                    self.set(str(dice.randint(21, 99)), self.day(day), self.agency)
                    self.assertNotEqual(self.own(day), [20])
                self.assertEqual(self.own(*range(day)), before[:day])
                spans = self.spans()
                for (_value, begin, end), (_next, after, _end) in pairwise(spans):
                    self.assertTrue(end is not None and begin < end <= after, spans)


@pytest.mark.postgresql
class RuleRaceTests(TransactionTestCase):
    """Two technical admins at once: as if one had come after the other."""

    def _fixture_teardown(self):
        RuleSetting.everything.all().delete()
        rulebook.forget()
        with sealed.lifted(reason="test teardown"):
            rows = AuditEntry.everything.filter(verb__in=("set_rule", "follow_rule_for_all"))
            rows._raw_delete(rows.db)

    def test_values_and_returns_at_once_leave_a_chain_without_overlap(self):
        day = FollowForAllTests.day
        rulebook.set_rule(key="jp_target", value=Decimal(40), valid_from=day(-9), by=None, agency_id=7)
        start = Barrier(8)

        def act(n):
            start.wait(timeout=30)
            try:
                if n % 2:
                    with contextlib.suppress(rulebook.RuleRefused):
                        rulebook.follow_rule_for_all(
                            key="jp_target", agency_id=7, valid_from=day(9 - n), by=None, reason="Surat"
                        )
                else:
                    rulebook.set_rule(
                        key="jp_target", value=Decimal(41 + n), valid_from=day(1 + n), by=None, agency_id=7
                    )
            finally:
                connections.close_all()

        for _round in range(5):
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(act, range(8)))
            rows = RuleSetting.everything.filter(agency_id=7).order_by("valid_from")
            for one, after in pairwise(rows):
                self.assertTrue(one.valid_to and one.valid_from < one.valid_to <= after.valid_from, list(rows.values()))
