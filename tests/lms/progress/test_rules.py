"""The rule engine: one pure function that sidebar, home, settle and 'why not' ask (L26)."""

from decimal import Decimal
from types import SimpleNamespace

from django.test import SimpleTestCase

from lms.progress import rules

UNITS = [{"key": key, "title": key.upper(), "required": key != "c"} for key in "abcd"]
ORDERED = {"sequential": True, "exam": True, "pass_score": 70}


class EngineTests(SimpleTestCase):
    def test_L26_everything_missing_is_named_with_what_it_leads_to(self):
        found = rules.unmet(units=UNITS, rules=ORDERED, done={"a"}, score=None)
        self.assertEqual([one.target for one in found], ["b", "d", "exam"])
        self.assertEqual(found[0].words, "Unit “B” is not finished.")

    def test_L26_a_score_below_the_line_is_named_and_on_the_line_is_enough(self):
        below = rules.unmet(units=UNITS, rules=ORDERED, done=set("abd"), score=Decimal("69.99"))
        self.assertEqual([one.target for one in below], ["exam"])
        self.assertEqual(rules.unmet(units=UNITS, rules=ORDERED, done=set("abd"), score=Decimal("70.00")), [])

    def test_L20_what_comes_after_the_first_unfinished_unit_is_locked(self):
        self.assertEqual(rules.locked_keys(units=UNITS, rules=ORDERED, done=set()), {"b", "c", "d"})
        self.assertEqual(rules.locked_keys(units=UNITS, rules=ORDERED, done={"a"}), {"c", "d"})
        self.assertEqual(rules.locked_keys(units=UNITS, rules={}, done=set()), frozenset())

    def test_L66_a_unit_once_done_stays_open(self):
        self.assertEqual(rules.locked_keys(units=UNITS, rules=ORDERED, done={"d"}), {"b", "c"})
        self.assertIsNone(rules.lock_reason(units=UNITS, rules=ORDERED, done={"d"}, key="d"))

    def test_L20_the_reason_names_the_unit_to_finish_first(self):
        reason = rules.lock_reason(units=UNITS, rules=ORDERED, done={"a"}, key="d")
        self.assertEqual((reason.words, reason.target), ("Finish “B” first.", "b"))

    def test_an_optional_unit_locks_nothing(self):
        self.assertIsNone(rules.lock_reason(units=UNITS, rules=ORDERED, done={"a", "b"}, key="d"))

    def test_L26_a_unit_lacks_its_unanswered_checks(self):
        checks = [SimpleNamespace(pk=7), SimpleNamespace(pk=9)]
        found = rules.unmet_in_unit(checks=checks, answered={7})
        self.assertEqual([(one.words, one.target) for one in found], [("Check 2 is not answered yet.", "soal-9")])
