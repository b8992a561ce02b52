"""What the audit tells of an act: words a reader understands."""

import ast
from pathlib import Path

from django.test import SimpleTestCase
from django.utils.translation import override

from cms.core.verbs import LOOKS, VERBS, told
from lms.enrolment.models import Enrolment
from lms.enrolment.services.places import verb_of
from talent.profiles.views import SEEN_AS

ROOT = Path(__file__).resolve().parents[3]


class ToldTests(SimpleTestCase):
    def setUp(self):
        # Round the class itself it would make a function of it, which nobody collects.
        language = override("id")
        language.__enter__()
        self.addCleanup(language.__exit__, None, None, None)

    def test_a_day_is_written_as_people_write_it(self):
        self.assertEqual(told({"on": "2026-11-30"}), [("from", "30 November 2026")])

    def test_what_only_looks_like_a_day_stays_as_it_was_written(self):
        self.assertEqual(told({"title": "2026-02-31"})[0][1], "2026-02-31")
        self.assertEqual(told({"number": "20261130"})[0][1], "20261130")

    def test_a_move_does_not_tell_the_row_of_the_agency_it_left(self):
        self.assertEqual(told({"from": 295, "to": 7, "on": "2026-01-02"}), [("from", "2 Januari 2026")])
        self.assertEqual(told({"from": "60.00"})[0][1], "60.00")


class EveryVerbTests(SimpleTestCase):
    """L116: nothing the house writes down reaches a reader as the word the code calls it by."""

    def written(self, function: str, place: int) -> set[str]:
        """The literal verbs that calls of ``function`` name, wherever they stand."""
        found = set()
        for room in ("cms", "lms", "talent"):
            for path in (ROOT / room).rglob("*.py"):
                calls = (n for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Call))
                named = (n for n in calls if getattr(n.func, "id", "") == function and len(n.args) > place)
                found |= {n.args[place].value for n in named if isinstance(n.args[place], ast.Constant)}
        return found

    def test_L116_every_act_has_words(self):
        acts = self.written("audit", 1) | {verb_of(state) for state in Enrolment.State.values}
        self.assertGreater(len(acts), 50)
        self.assertEqual(acts - set(VERBS), set())

    def test_L116_every_look_has_words(self):
        self.assertEqual((self.written("looked_at", 2) | set(SEEN_AS.values())) - set(LOOKS), set())
