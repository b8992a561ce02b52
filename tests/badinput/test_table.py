"""``README.md`` beside this file has no gap for what exists, and names only tests there are."""

from django.test import SimpleTestCase

from tests.badinput.table import README, REQUIRED, SCREENS, known_tests, rows_of


class TableTests(SimpleTestCase):
    maxDiff = None

    def setUp(self):
        self.rows = rows_of(README.read_text(encoding="utf-8"))

    def test_no_row_is_missing_or_empty(self):
        shown = {row for row, tests in self.rows if tests}
        self.assertEqual([row for row in REQUIRED if row not in shown], [])

    def test_no_row_stands_twice(self):
        names = [row for row, _tests in self.rows]
        self.assertEqual(sorted(names), sorted(set(names)))

    def test_every_named_test_exists(self):
        there = known_tests()
        gone = [
            f"{file} {name}" for _row, tests in self.rows for file, name in tests if name not in there.get(file, ())
        ]
        self.assertEqual(gone, [])

    def test_every_row_says_where_it_is_met(self):
        self.assertEqual([row for row in REQUIRED if not SCREENS.get(row)], [])
