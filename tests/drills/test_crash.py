"""I01: no acknowledged answer is lost, whatever is killed. Real servers, kill -9, and PostgreSQL cut off in mid-write.

The suite does a few rounds; ``make drill`` does twenty under fifty savers (BESTARI_DRILL_ROUNDS, BESTARI_DRILL_SAVERS).
"""

import os
import time

from tests.drills import machines
from tests.drills.savers import Saver, lost

ROUNDS = int(os.environ.get("BESTARI_DRILL_ROUNDS", "2"))
SAVERS = int(os.environ.get("BESTARI_DRILL_SAVERS", "10"))
ROUND = float(os.environ.get("BESTARI_DRILL_SECONDS", "3"))  # saving between two blows


def blows(house, web, worker, cut) -> list:
    """What happens to the house, one after the other."""

    def everything():
        for process in (web, worker):
            process.kill()
        for process in (web, worker):
            process.start()
        house.wait_for_web(web)

    strikes = [everything, web.kill_children]
    if cut:
        strikes.append(cut)
    return [strikes[n % len(strikes)] for n in range(max(ROUNDS, len(strikes)))]


def test_I01_every_receipt_is_on_disk_after_kill_9(crash_house):
    house, cut = crash_house
    takers = house.tell("exam_takers", SAVERS)
    worker, web = house.worker("fast"), house.web()
    savers = [Saver(house, taker) for taker in takers]
    for saver in savers:
        saver.start()
    for strike in blows(house, web, worker, cut):
        time.sleep(ROUND)
        strike()
    machines.until(house.answers, what=web.said)
    time.sleep(ROUND)
    for saver in savers:
        saver.over.set()
    for saver in savers:
        saver.join()
    kept = house.tell("answers")
    assert [gone for saver in savers for gone in lost(saver, kept[saver.taker["attempt"]])] == []
    assert [odd for saver in savers for odd in saver.odd] == []
    acknowledged = sum(saver.acknowledged for saver in savers)
    assert acknowledged > SAVERS, "too few receipts to prove anything"
    assert sum(saver.lost_lines for saver in savers) > 0, "nothing was cut off: the blows fell beside the savers"
    house.assert_invariants_hold()
    print(f"\n{acknowledged} receipts of {SAVERS} savers, none lost in {max(ROUNDS, 2)} blows.")  # noqa: T201


def test_I01_each_connection_writes_safely(crash_house):
    house, cut = crash_house
    found = house.tell("settings_of_connection")
    if cut is None:
        assert found == {
            "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1, "mmap_size": 0,
            "busy_timeout": 20_000,
        }  # fmt: skip
    else:
        assert found == {
            "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "statement_timeout": "15s",
            "lock_timeout": "2s", "idle_in_transaction_session_timeout": "30s",
        }  # fmt: skip
