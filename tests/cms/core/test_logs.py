"""S03 in the log: no NIP and no e-mail of a person, whoever wrote the line."""

import json
import logging
import sys

from django.test import SimpleTestCase

from cms.core.logs import JsonFormatter, without_people


class LogTests(SimpleTestCase):
    def line(self, text, exc_info=None) -> dict:
        record = logging.LogRecord("x", logging.ERROR, "", 1, text, (), exc_info)
        return json.loads(JsonFormatter().format(record))

    def test_s03_numbers_and_addresses_are_masked(self):
        line = self.line("no user 198003172015031901 (ani.lestari@sleman.go.id)")
        self.assertEqual(line["text"], "no user 1980**** (***@sleman.go.id)")

    def test_s03_in_a_traceback_too(self):
        try:
            raise ValueError("198003172015031901")
        except ValueError:
            line = self.line("failed", sys.exc_info())
        self.assertNotIn("198003172015031901", line["trace"])
        self.assertIn("1980****", line["trace"])

    def test_other_numbers_stay(self):
        for text in ("order 1234567890123456789012", "id 42", "318003172015031901"):
            self.assertEqual(without_people(text), text)
