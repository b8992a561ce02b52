"""C07 and I19: a database or cache that does not answer. Real locks on files of their own, real dead ports."""

import threading

import pytest
from django.core.cache import caches
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.test import RequestFactory, SimpleTestCase, override_settings

from cms.core import busy, patience
from cms.core.caches import FallbackCache, _rests

DEAD = "redis://127.0.0.1:1/0"
TYPED = {"text": "Tanggal pada tabel keliru. " * 4, "password": "rahasia", "kode": "ABCD", "send_once": "k1"}


def locked() -> OperationalError:
    return OperationalError("database is locked")


def with_state(state: str | None) -> OperationalError:
    cause = Exception()
    cause.sqlstate = state
    fault = OperationalError("from PostgreSQL")
    fault.__cause__ = cause
    return fault


class WordsTests(SimpleTestCase):
    def test_C07_what_is_busy_and_what_is_a_fault_of_ours(self):
        moments = [locked(), OperationalError("database or disk is full"), InterfaceError("connection already closed")]
        moments += [with_state(state) for state in ("55P03", "57014", "40P01", "53100", "57P01", "08006", None)]
        ours = [OperationalError("no such table: x"), with_state("42P01"), ProgrammingError("x"), ValueError("x"), None]
        self.assertEqual([busy.is_busy(fault) for fault in moments], [True] * len(moments))
        self.assertEqual([busy.answer(RequestFactory().get("/"), fault) for fault in ours], [None] * len(ours))

    def test_C07_the_page_keeps_what_was_typed_but_no_secret(self):
        answer = busy.answer(RequestFactory().post("/daftar/x/?a=1", TYPED), locked())
        page = answer.content.decode()
        self.assertEqual((answer.status_code, answer["Retry-After"]), (503, "10"))
        self.assertIn('action="/daftar/x/?a=1"', page)
        self.assertIn('name="send_once" value="k1"', page)
        self.assertIn(f'name="text" value="{TYPED["text"]}"', page)
        self.assertEqual([word for word in ("rahasia", "ABCD", "locked") if word in page], [])

    def test_C07_a_program_gets_a_problem_document(self):
        request = RequestFactory().post("/x/", b"{}", content_type="application/json")
        answer = busy.answer(request, locked())
        self.assertEqual((answer.status_code, answer["Content-Type"]), (503, "application/problem+json"))

    def test_C07_a_page_that_was_only_read_offers_itself_again(self):
        self.assertIn('href="/beranda/"', busy.answer(RequestFactory().get("/beranda/"), locked()).content.decode())


class PatienceTests(SimpleTestCase):
    databases = {"default"}

    def test_C07_it_waits_for_a_lock_and_then_does_it(self):
        tries = []

        @patience.patient
        def use_case(*, name):
            tries.append(name)
            if len(tries) < 3:
                raise locked()
            return "done"

        self.assertEqual((use_case(name="a"), tries), ("done", ["a"] * 3))

    def test_C07_whoever_is_sent_away_for_a_deadlock_does_it_again(self):
        tries = []

        @patience.patient
        def use_case():
            tries.append(1)
            if len(tries) < 2:
                raise with_state("40P01")
            return "done"

        self.assertEqual((use_case(), len(tries)), ("done", 2))

    def test_C07_after_its_time_it_says_so(self):
        until = patience.WAITS
        patience.WAITS = 0.05
        self.addCleanup(setattr, patience, "WAITS", until)

        @patience.patient
        def use_case():
            raise locked()

        with self.assertRaises(OperationalError):
            use_case()

    def test_another_fault_is_not_repeated(self):
        tries = []

        @patience.patient
        def use_case():
            tries.append(1)
            raise OperationalError("no such table: x")

        with self.assertRaises(OperationalError):
            use_case()
        self.assertEqual(len(tries), 1)


@pytest.mark.sqlite
def test_C07_sqlite_waits_while_somebody_writes_and_gives_up_with_a_lock(tmp_path):
    import sqlite3

    path = tmp_path / "kerja.sqlite3"
    first = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    first.execute("CREATE TABLE t (x)")
    first.execute("BEGIN IMMEDIATE")
    second = sqlite3.connect(path, isolation_level=None, timeout=20)
    threading.Timer(0.5, first.execute, ["COMMIT"]).start()
    second.execute("BEGIN IMMEDIATE")  # waits, as our connections do
    third = sqlite3.connect(path, isolation_level=None, timeout=0.1)
    with pytest.raises(sqlite3.OperationalError) as refusal:
        third.execute("BEGIN IMMEDIATE")
    assert patience.is_lock(OperationalError(str(refusal.value)))


CACHE = {"default": {"BACKEND": "cms.core.caches.FallbackCache", "LOCATION": DEAD}}


@override_settings(CACHES=CACHE)
class DeadCacheTests(SimpleTestCase):
    def setUp(self):
        _rests.clear()
        self.cache = caches["default"]
        self.assertIsInstance(self.cache, FallbackCache)
        self.cache.clear()

    def test_I19_every_operation_works_on_the_process_s_own_memory(self):
        cache = self.cache
        self.assertEqual((cache.get("a"), cache.get("a", 5)), (None, 5))
        cache.set("a", 1)
        self.assertEqual((cache.get("a"), cache.add("a", 9), cache.add("b", 2)), (1, False, True))
        self.assertEqual((cache.incr("a"), cache.incr("new"), cache.get("new")), (2, 1, 1))
        cache.set_many({"c": 3, "d": 4})
        self.assertEqual(cache.get_many(["c", "d", "x"]), {"c": 3, "d": 4})
        self.assertEqual((cache.delete("c"), cache.has_key("c"), cache.touch("d", 9)), (True, False, True))
        cache.delete_many(["d"])
        self.assertEqual(cache.get_or_set("e", lambda: 7), 7)

    def test_I19_a_dead_cache_is_asked_once_and_then_left_alone(self):
        _rests.clear()
        with self.assertLogs("cms.core.caches") as told:
            for n in range(2000):
                self.cache.get(f"k{n}")
        self.assertEqual(len(told.records), 1)
