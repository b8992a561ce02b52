"""What the audit tells of an act: words a reader understands."""

from django.test import SimpleTestCase
from django.utils.translation import override

from cms.core.verbs import told


@override("id")
class Told(SimpleTestCase):
    def test_a_day_is_written_as_people_write_it(self):
        self.assertEqual(told({"on": "2026-11-30"}), [("mulai", "30 November 2026")])

    def test_what_only_looks_like_a_day_stays_as_it_was_written(self):
        self.assertEqual(told({"title": "2026-02-31"})[0][1], "2026-02-31")
        self.assertEqual(told({"number": "20261130"})[0][1], "20261130")

    def test_a_move_does_not_tell_the_row_of_the_agency_it_left(self):
        self.assertEqual(told({"from": 295, "to": 7, "on": "2026-01-02"}), [("mulai", "2 Januari 2026")])
        self.assertEqual(told({"from": "60.00"})[0][1], "60.00")
