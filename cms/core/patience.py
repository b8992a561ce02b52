"""What to do when the database is busy: wait a little, then say so. Never a 500, never a half-done write (C07).

PostgreSQL gives up a lock after 2 seconds, so that no queue of requests piles up behind one slow writer. A use case
may stand in that queue again for as long as a person would wait. SQLite waits by itself, for 20 seconds.
"""

import functools
import random
import time

from django.db import InterfaceError, OperationalError, transaction

# PostgreSQL: lock_timeout has passed; two wait for each other and this one was sent away.
LOCK_STATES = {"55P03", "40P01"}
# Serialization, statement cancelled; too few resources, disk full, shutting down, connection lost.
BUSY_STATES = {"40001", "57014", *LOCK_STATES}
BUSY_CLASSES = ("53", "57P", "08")
SQLITE_BUSY = ("locked", "busy", "disk is full", "disk I/O error", "unable to open")
WAITS = 15  # seconds a person's request stands in the queue before it is told to come back


def is_lock(fault: Exception) -> bool:
    """Whether somebody else holds what this statement wanted."""
    return getattr(fault.__cause__, "sqlstate", None) in LOCK_STATES or "is locked" in str(fault)


def is_busy(fault: BaseException) -> bool:
    """Whether the database could not answer now, as opposed to: the statement was wrong."""
    if isinstance(fault, InterfaceError):  # the connection was closed under our feet
        return True
    if not isinstance(fault, OperationalError):
        return False
    if hasattr(fault.__cause__, "sqlstate"):
        state = fault.__cause__.sqlstate
        return state is None or state in BUSY_STATES or state.startswith(BUSY_CLASSES)
    return any(word in str(fault) for word in SQLITE_BUSY)


def patient(use_case):
    """Do ``use_case`` again if it only waited for a lock in vain; it must leave nothing behind when it raises.

    Inside another transaction it runs once: the whole transaction must be done again, by whoever opened it.
    """

    @functools.wraps(use_case)
    def wrapped(**arguments):
        until = time.monotonic() + WAITS
        tried = 0
        while True:
            try:
                return use_case(**arguments)
            except OperationalError as fault:
                if not is_lock(fault) or transaction.get_connection().in_atomic_block or time.monotonic() > until:
                    raise
            # Apart from each other, or the same ones meet again.
            time.sleep(random.uniform(0, min(1, 0.02 * 2**tried)))
            tried += 1

    return wrapped
