"""Moves in an outline (L10): any order of twenty units in at most twenty moves."""

import random

from django.test import SimpleTestCase

from lms.catalogue import rules
from lms.catalogue.exceptions import OutlineRefused


def outline(*modules) -> list[dict]:
    rows = enumerate(modules, 1)
    return [{"key": f"m{n}", "title": f"M{n}", "jp": "1", "outcome": "", "units": list(u)} for n, u in rows]


def units(modules) -> list[list[str]]:
    return [module["units"] for module in modules]


class MoveTests(SimpleTestCase):
    def test_L10_twenty_units_in_any_order_take_at_most_twenty_moves(self):
        names = [f"u{n}" for n in range(20)]
        for seed in range(20):
            with self.subTest(seed=seed):
                wanted = random.Random(seed).sample(names, 20)
                now, moves = outline(names), 0
                for place, name in enumerate(wanted):
                    if units(now)[0][place] != name:
                        now = rules.place_unit(now, name, "m1", wanted[place - 1] if place else "")
                        moves += 1
                self.assertEqual(units(now), [wanted])
                self.assertLessEqual(moves, 20)

    def test_a_step_past_the_edge_enters_the_next_module(self):
        self.assertEqual(units(rules.step_unit(outline("ab", "cd"), "b", 1)), [["a"], ["b", "c", "d"]])
        self.assertEqual(units(rules.step_unit(outline("ab", "cd"), "c", -1)), [["a", "b", "c"], ["d"]])
        self.assertEqual(units(rules.step_unit(outline("ab", "cd"), "a", -1)), [["a", "b"], ["c", "d"]])

    def test_a_module_with_units_is_not_removed(self):
        with self.assertRaises(OutlineRefused):
            rules.drop_module(outline("ab"), "m1")
        self.assertEqual(rules.drop_module(outline(""), "m1"), [])

    def test_a_place_that_is_gone_is_refused(self):
        for unit, module, after in (("a", "m9", ""), ("a", "m1", "z")):
            with self.assertRaises(OutlineRefused):
                rules.place_unit(outline("ab"), unit, module, after)
