"""At most so many at once, over all processes of this machine: each place is a file, locked while somebody is on it.

The system takes the lock back when a process dies, so no place is ever lost.
"""

import fcntl
import os
import time
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

PAUSE = 0.01  # seconds between two looks for a free place


class NoTurn(RuntimeError):
    """Every place was taken for as long as a request may wait."""


@contextmanager
def turn(name: str, *, places: int, wait: float):
    """Stand on one of ``places`` while the block runs; raise ``NoTurn`` when none is free within ``wait`` seconds."""
    until = time.monotonic() + wait
    while (place := _free(name, places)) is None:
        if time.monotonic() >= until:
            raise NoTurn(name)
        time.sleep(PAUSE)
    try:
        yield
    finally:
        os.close(place)  # and with it the lock


def _free(name: str, places: int) -> int | None:
    folder = Path(settings.HOME) / "turns"
    folder.mkdir(exist_ok=True)
    for number in range(places):
        place = os.open(folder / f"{name}-{number}", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return place
        except BlockingIOError:
            os.close(place)
    return None
