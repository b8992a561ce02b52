"""Many rows in one statement are the same rows that one at a time would have been, on both engines."""

import uuid

from django.db import IntegrityError, transaction
from django.test import TestCase

from cms.core import bulk
from cms.core.models import OutboxMessage
from cms.directory.models import Notice, PersonNumber
from tests import makers
from tests.sql import assert_sql

ODD = "a\"b\\c,{d} 'e' %s é 漢\n"


class InsertTests(TestCase):
    def messages(self, rows, **options):
        return bulk.insert(OutboxMessage, "key payload tries", rows, same={"kind": "uji"}, **options)

    def test_rows_are_what_create_would_have_written(self):
        payload = {"person": 7, "words": ODD, "list": [1, None, True]}
        self.messages([(ODD, payload, 3)])
        made = OutboxMessage.everything.get(key=ODD)
        one = OutboxMessage.everything.create(kind="uji", key="lain", payload=payload, tries=3)
        one.refresh_from_db()
        for field in ("kind", "payload", "tries", "state", "taken_at", "done_at", "fault"):
            self.assertEqual(getattr(made, field), getattr(one, field), field)
        self.assertIsInstance(made.uuid, uuid.UUID)
        self.assertLess(abs((one.send_after - made.send_after).total_seconds()), 60)
        # A filter finds it as it finds the other: stored in the same form.
        same = OutboxMessage.everything.filter(uuid=made.uuid, tries=3, send_after__lte=one.send_after)
        self.assertEqual(same.get(), made)

    def test_a_thousand_rows_are_one_statement_in_their_order_each_with_its_own_uuid(self):
        with assert_sql(1):
            back = self.messages([(f"k{n:04}", {"n": n}, 0) for n in range(1000)], returning=("key", "id"))
        keys = dict(back)
        self.assertEqual(sorted(keys, key=keys.get), [f"k{n:04}" for n in range(1000)])
        self.assertEqual(OutboxMessage.everything.values("uuid").distinct().count(), 1000)

    def test_no_row_is_no_statement(self):
        with assert_sql(0):
            self.assertEqual(self.messages([], returning=("id",)), [])

    def test_a_row_that_is_there_stays_only_when_asked(self):
        rows = [("a", {"n": 1}, 0), ("b", {"n": 2}, 0)]
        self.messages(rows[:1])
        with self.assertRaises(IntegrityError), transaction.atomic():
            self.messages(rows)
        self.messages(rows, ignore_conflicts=True)
        self.assertEqual(OutboxMessage.everything.filter(kind="uji").count(), 2)

    def test_a_key_of_nobody_is_refused_by_the_database(self):
        with self.assertRaises(IntegrityError), transaction.atomic():
            bulk.insert(Notice, "person key", [(2**40, "k")], same={"kind": "uji", "text": "Uji"})
            transaction.get_connection().check_constraints()


class AmongTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani, cls.budi = makers.make_person("Ani Lestari"), makers.make_person("Budi Santoso")

    def test_text_numbers_keys_and_uuids(self):
        value = self.ani.numbers.get().value
        found = PersonNumber.everything.filter
        self.assertEqual(found(value__among={value, ODD, "", "123"}).get().person, self.ani)
        self.assertEqual(found(person__among=[self.ani.pk, 2**40]).get().person, self.ani)
        self.assertEqual(found(person__uuid__among=[self.budi.uuid]).get().person, self.budi)
        self.assertEqual(found(person__name__among=["Ani Lestari", ODD]).get().person, self.ani)
        self.assertFalse(found(value__among=[]).exists())
        self.assertEqual(found().exclude(person__among=[self.ani.pk]).get().person, self.budi)
