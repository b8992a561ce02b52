"""At most so many at once: among threads, among processes, and after a process was killed."""

import multiprocessing
import os
import signal
from contextlib import ExitStack

import pytest
from django.test import SimpleTestCase, override_settings

from cms.core.turns import NoTurn, turn
from tests.makers import PASSWORD


def _hold(home, ready):
    with override_settings(HOME=home), turn("x", places=1, wait=0):
        ready.set()
        signal.pause()


@pytest.fixture
def home(tmp_path):
    with override_settings(HOME=tmp_path):
        yield tmp_path


def test_the_last_place_taken_turns_the_next_away_until_one_is_free(home):
    with ExitStack() as held:
        for _place in range(3):
            held.enter_context(turn("x", places=3, wait=0))
        with pytest.raises(NoTurn), turn("x", places=3, wait=0.05):
            pass
        with turn("y", places=1, wait=0):  # another thing to wait for
            pass
    with turn("x", places=3, wait=0):
        pass


def test_a_killed_process_leaves_its_place(home):
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    other = context.Process(target=_hold, args=(home, ready))
    other.start()
    assert ready.wait(10)
    with pytest.raises(NoTurn), turn("x", places=1, wait=0):
        pass
    os.kill(other.pid, signal.SIGKILL)
    other.join(10)
    with turn("x", places=1, wait=1):
        pass


class HashTests(SimpleTestCase):
    def test_every_hash_waits_for_its_turn(self):
        from cms.directory import backends

        hasher = backends.Argon2idHasher()
        encoded = hasher.encode(PASSWORD, "garam-garam")
        self.assertTrue(hasher.verify(PASSWORD, encoded))
        places = 2 * os.cpu_count()
        with ExitStack() as held, pytest.MonkeyPatch.context() as patch:
            patch.setattr(backends, "WAIT_FOR_A_TURN", 0)
            for _place in range(places):
                held.enter_context(turn("password", places=places, wait=5))
            for work in (lambda: hasher.verify(PASSWORD, encoded), lambda: hasher.encode(PASSWORD, "garam-garam")):
                self.assertRaises(NoTurn, work)
