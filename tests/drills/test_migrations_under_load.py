"""I18: people work on while the database changes, and what the release before writes fits; I11: every seal is back."""

import pytest

from tests.drills import machines, writers

BUSY = 'LOCK TABLE "assessment_attempt" IN ROW EXCLUSIVE MODE'


@pytest.mark.postgresql
def test_I18_nobody_waits_two_seconds_and_nobody_is_refused_while_the_database_changes(house):
    house.tell("work_of_the_release_before", "UNDER_LOAD")
    crowd = writers.everybody(house.env["DATABASE_URL"])
    for writer in crowd:
        writer.start()
    try:
        with machines.line_to(house) as line, line.transaction():
            line.execute(BUSY)  # somebody whose transaction takes long
            migrate = house.begin_manage("migrate", "migrate", "--no-input")
            machines.until(lambda: "asks again" in migrate.said, what=migrate.said)
            one_round_more(crowd)  # the migration waits, nobody behind it does
            assert migrate.process.poll() is None, migrate.said
        assert migrate.process.wait(machines.PATIENCE) == 0, migrate.said
        one_round_more(crowd)
    finally:
        for writer in crowd:
            writer.end()
    # PostgreSQL itself is the judge: whoever waits 2 s for a lock is refused. Wall time tells about the machine, too.
    assert [fault for writer in crowd for fault in writer.faults] == []
    longest = {writer.name: round(writer.longest, 3) for writer in crowd}
    house.assert_invariants_hold()
    print(f"\n{sum(writer.rounds for writer in crowd)} writes; the longest took, in seconds: {longest}")  # noqa: T201


def one_round_more(crowd) -> None:
    seen = {writer: writer.rounds for writer in crowd}
    machines.until(lambda: all(writer.rounds > seen[writer] + 1 for writer in crowd), what=str(seen))


def test_I11_I18_after_going_back_and_forth_every_seal_is_there_and_every_row(house):
    before = house.tell("work_of_the_release_before", "SCHEMA")
    done = house.manage("migrate", "--no-input")
    assert done.returncode == 0, done.stdout + done.stderr
    assert house.tell("counts_of_rows") == before
    house.assert_invariants_hold()
