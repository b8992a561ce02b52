"""I10: side effects after commit, at least once, and twice is harmless."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from unittest import mock

import pytest
from celery.exceptions import OperationalError as BrokerFault
from django.db import connections, transaction
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from cms.core import outbox
from cms.core.invariants import INVARIANTS
from cms.core.models import OutboxMessage

State = OutboxMessage.State


class OutboxTests(TestCase):
    def setUp(self):
        self.seen = []
        handlers = {"good": self.seen.append, "poison": self.poison}
        for kind, function in handlers.items():
            outbox.HANDLERS[kind] = function
            self.addCleanup(outbox.HANDLERS.pop, kind)

    def poison(self, payload):
        raise ValueError("ini rusak")

    def put(self, kind="good", key="1", **payload):
        outbox.put(kind, key, payload)
        return OutboxMessage.everything.get(kind=kind, key=key)

    def test_I10_the_same_effect_asked_for_twice_is_carried_out_once(self):
        self.put(n=1)
        self.put(n=2)
        self.assertEqual((outbox.deliver_all(), outbox.deliver_all()), (1, 0))
        self.assertEqual(self.seen, [{"n": 1}])

    def test_I10_a_poisoned_message_does_not_stop_the_others(self):
        bad = self.put("poison", "1")
        self.put("good", "2")
        self.put("unknown kind", "3")
        self.put("good", "4")
        with self.assertLogs("cms.core.outbox", "ERROR"):
            self.assertEqual(outbox.deliver_all(), 2)
        bad.refresh_from_db()
        self.assertEqual((bad.state, bad.tries, bad.fault), (State.WAITING, 1, "ValueError"))
        self.assertGreater(bad.send_after, timezone.now())

    def test_I10_a_message_that_fails_for_ever_is_given_up_and_named(self):
        self.put("poison", "1")
        with self.assertLogs("cms.core.outbox", "ERROR"):
            for _n in range(outbox.MOST_TRIES):
                OutboxMessage.everything.update(send_after=timezone.now())
                outbox.deliver_all()
        self.assertEqual(OutboxMessage.everything.get().state, State.FAILED)
        self.assertEqual(INVARIANTS["I10"][1](), ["poison 1: ValueError"])

    def test_I10_a_message_taken_by_a_worker_that_died_comes_again(self):
        row = self.put()
        OutboxMessage.everything.update(state=State.TAKEN, taken_at=timezone.now(), tries=1)
        self.assertEqual(outbox.deliver_all(), 0)
        OutboxMessage.everything.update(taken_at=timezone.now() - outbox.STUCK_AFTER - timedelta(seconds=1))
        self.assertEqual(outbox.deliver_all(), 1)
        row.refresh_from_db()
        self.assertEqual((row.state, row.tries), (State.DONE, 2))

    def test_I10_a_message_that_kills_every_worker_is_given_up(self):
        self.put()
        long_ago = timezone.now() - outbox.STUCK_AFTER - timedelta(seconds=1)
        OutboxMessage.everything.update(state=State.TAKEN, taken_at=long_ago, tries=outbox.MOST_TRIES)
        with self.assertLogs("cms.core.outbox", "ERROR"):
            self.assertEqual(outbox.deliver_all(), 0)
        self.assertEqual(self.seen, [])
        self.assertEqual(INVARIANTS["I10"][1](), ["good 1: worker lost"])

    def test_I10_what_was_taken_together_with_a_killer_is_not_given_up_with_it(self):
        for n in range(3):
            self.put(key=str(n))
        long_ago = timezone.now() - outbox.STUCK_AFTER - timedelta(seconds=1)
        OutboxMessage.everything.update(state=State.TAKEN, taken_at=long_ago, tries=1)
        tries = lambda: set(OutboxMessage.everything.exclude(state=State.DONE).values_list("tries", flat=True))  # noqa: E731
        others = []
        outbox.HANDLERS["good"] = lambda payload: others.append(tries())
        self.assertEqual(outbox.deliver_all(), 3)
        self.assertEqual(others, [{1, 2}, {1, 2}, {2}])  # each was tried alone

    def test_what_can_be_done_together_is_done_in_one_call(self):
        together = []
        self.together("good", together.append)
        for n in range(outbox.BATCH + 2):
            self.put(key=f"{n:02}", n=n)
        self.put("unknown kind", "x")
        with self.assertLogs("cms.core.outbox", "ERROR"):
            self.assertEqual(outbox.deliver_all(), outbox.BATCH + 2)
        self.assertEqual([[one["n"] for one in some] for some in together], [list(range(outbox.BATCH)), [20, 21]])
        self.assertEqual(self.seen, [])
        self.assertEqual(OutboxMessage.everything.filter(state=State.DONE, tries=1).count(), outbox.BATCH + 2)

    def test_one_bad_message_among_those_done_together_is_found(self):
        self.together("poison", self.poison)
        self.put("poison", "1")
        self.put("poison", "2")
        outbox.HANDLERS["poison"] = lambda payload: self.poison(payload) if payload else self.seen.append(payload)
        OutboxMessage.everything.filter(key="1").update(payload={"bad": True})
        with self.assertLogs("cms.core.outbox", "WARNING"):
            self.assertEqual(outbox.deliver_all(), 1)
        self.assertEqual(OutboxMessage.everything.get(key="1").fault, "ValueError")
        self.assertEqual(OutboxMessage.everything.get(key="2").state, State.DONE)

    def together(self, kind, function):
        outbox.TOGETHER[kind] = function
        self.addCleanup(outbox.TOGETHER.pop, kind)

    def test_a_slow_worker_hands_back_what_it_has_not_begun(self):
        for n in range(3):
            self.put(key=str(n))
        with mock.patch.object(outbox, "HOLD", -1.0):
            self.assertEqual(outbox.deliver_all(limit=3), 0)
        self.assertEqual(set(OutboxMessage.everything.values_list("state", "tries")), {(State.WAITING, 0)})

    def test_a_second_worker_gets_what_stands_behind(self):
        for n in range(6):
            self.put(key=str(n), n=n)
        helped = []

        def handle(payload):
            self.seen.append(payload["n"])
            if not helped:
                helped.append(True)
                helped.append(outbox.deliver_all())

        outbox.HANDLERS["good"] = handle
        with mock.patch.object(outbox, "BATCH", 2):
            self.assertEqual(outbox.deliver_all(), 2)
        self.assertEqual((self.seen, helped), ([0, 2, 3, 4, 5, 1], [True, 4]))

    def test_one_hint_a_transaction_however_many_messages(self):
        with self.captureOnCommitCallbacks() as hints:
            for n in range(50):
                self.put(key=str(n))
        self.assertEqual(len(hints), 1)

    def test_a_hint_that_was_rolled_back_is_asked_for_again(self):
        class Undo(Exception):
            pass

        with self.captureOnCommitCallbacks() as hints:
            try:
                with transaction.atomic():
                    self.put(key="a")
                    raise Undo
            except Undo:
                pass
            self.put(key="b")
        self.assertEqual(len(hints), 1)


class DeadBrokerTests(TestCase):
    class Task:
        asked = 0

        def apply_async(self, *arguments, **options):
            type(self).asked += 1
            raise BrokerFault

    def setUp(self):
        outbox._rests_until = 0.0
        self.addCleanup(setattr, outbox, "_rests_until", 0.0)

    def test_I19_a_dead_broker_is_asked_once_and_then_left_alone(self):
        task = self.Task()
        with self.assertLogs("cms.core.outbox", "WARNING") as told:
            for _n in range(100):
                outbox.send_hint(task)
        self.assertEqual((task.asked, len(told.records)), (1, 1))


class OpenTransactionTests(TransactionTestCase):
    """A handler must not hold the database while it waits for others."""

    def _fixture_teardown(self):
        OutboxMessage.everything.filter(kind="watch").delete()

    def test_I10_a_handler_runs_outside_any_transaction(self):
        seen = []
        outbox.HANDLERS["watch"] = lambda payload: seen.append(transaction.get_connection().in_atomic_block)
        self.addCleanup(outbox.HANDLERS.pop, "watch")
        outbox.put("watch", "1", {})
        outbox.deliver_all()
        self.assertEqual(seen, [False])

    @pytest.mark.postgresql  # SQLite has one writer, and in the suite no file to wait for
    def test_I10_workers_at_the_same_moment_share_the_messages(self):
        seen, start = Counter(), Barrier(3)
        outbox.HANDLERS["watch"] = lambda payload: seen.update([payload["n"]])
        self.addCleanup(outbox.HANDLERS.pop, "watch")
        outbox.put_all([("watch", f"{n}", {"n": n}) for n in range(60)])

        def work(_n):
            start.wait(timeout=30)
            try:
                return outbox.deliver_all()
            finally:
                connections.close_all()

        with mock.patch.object(outbox, "BATCH", 5), ThreadPoolExecutor(3) as pool:
            done = list(pool.map(work, range(3)))
        self.assertEqual((sum(done), set(seen.values()), len(seen)), (60, {1}, 60))
