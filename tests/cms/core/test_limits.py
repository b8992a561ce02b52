"""Attempts are counted in the database: one statement each, together over all processes, a window at a time (A01)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import TestCase, TransactionTestCase

from cms.core import limits
from cms.core.models import RateHit
from tests.sql import assert_sql

MINUTE = timedelta(minutes=1)


class LimitTests(TestCase):
    def test_each_attempt_is_one_statement_and_the_one_too_many_says_how_long_to_wait(self):
        with time_machine.travel("2026-11-20T03:00:00Z", tick=False):
            for _attempt in range(3):
                with assert_sql(1):
                    limits.hit("a", most=3, within=MINUTE)
            with pytest.raises(limits.TooMany) as refused:
                limits.hit("a", most=3, within=MINUTE)
            limits.hit("b", most=3, within=MINUTE)
        assert refused.value.retry_after == 60

    def test_a_window_that_is_over_begins_anew_and_one_that_runs_is_not_made_longer(self):
        with time_machine.travel("2026-11-20T03:00:00Z", tick=False) as clock:
            limits.hit("a", most=2, within=MINUTE)
            clock.shift(40)
            limits.hit("a", most=2, within=MINUTE)
            with pytest.raises(limits.TooMany) as refused:
                limits.hit("a", most=2, within=MINUTE)
            assert refused.value.retry_after == 20
            clock.shift(20)
            limits.hit("a", most=2, within=MINUTE)
        assert RateHit.everything.get(key="a").count == 1


class ParallelTests(TransactionTestCase):
    def _fixture_teardown(self):
        RateHit.everything.filter(key="a").delete()  # not flush(): sealed tables refuse it

    def test_ten_attempts_at_the_same_instant_are_ten(self):
        def attempt(_number):
            try:
                limits.hit("a", most=4, within=MINUTE)
                return True
            except limits.TooMany:
                return False
            finally:
                connection.close()

        with ThreadPoolExecutor(10) as pool:
            passed = list(pool.map(attempt, range(10)))
        assert (sum(passed), RateHit.everything.get(key="a").count) == (4, 10)
