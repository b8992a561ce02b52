"""What the release before writes while the database changes under it: plain SQL with the columns that it knew."""

import threading
import time

import psycopg

from tests import earlier

PATIENCE = "-c lock_timeout=2000 -c statement_timeout=15000"  # as the web server connects (cms/settings/env.py)


class Writer(threading.Thread):
    """One connection that does the same use case again and again, each time in a transaction of its own."""

    def __init__(self, url: str, name: str, statements: list[str]):
        super().__init__(name=name, daemon=True)
        self.url, self.statements = url, statements
        self.over = threading.Event()
        self.rounds, self.longest = 0, 0.0
        self.faults: list[str] = []

    def run(self) -> None:
        with psycopg.connect(self.url, options=PATIENCE, autocommit=True) as line:
            while not self.over.is_set():
                self.write(line)
                self.over.wait(0.02)

    def write(self, line) -> None:
        began = time.monotonic()
        try:
            with line.transaction():
                for statement in self.statements:
                    line.execute(statement)
        except psycopg.Error as fault:
            self.faults.append(f"{self.name}, round {self.rounds}: {fault}")
        self.rounds += 1
        self.longest = max(self.longest, time.monotonic() - began)

    def end(self) -> None:
        self.over.set()
        self.join()


def everybody(url: str) -> list[Writer]:
    """Savers, learners and an organiser. Each use case touches its tables in the order of the services."""
    place = "(SELECT min(id) FROM enrolment_enrolment)"
    again = "(SELECT max(cycle) + 1 FROM enrolment_enrolment)"
    uuid = "gen_random_uuid()"
    cases = {
        "autosave": [
            "UPDATE assessment_attempt SET save_seq = save_seq + 1, answers = jsonb_build_object('1', save_seq) "
            "WHERE id = (SELECT min(id) FROM assessment_attempt) AND state = 'open'"
        ],
        "enrol": [
            _one_more("enrolment.Enrolment", uuid=uuid, cycle=again, state="'cancelled'"),
            _one_more("enrolment.EnrolmentEvent", enrolment_id="(SELECT max(id) FROM enrolment_enrolment)"),
        ],
        "finish a unit": [
            f"SELECT id FROM enrolment_enrolment WHERE id = {place} FOR UPDATE",
            _one_more("progress.UnitProgress", unit_key=uuid, enrolment_id=place),
            f"UPDATE enrolment_enrolment SET last_activity = now() WHERE id = {place}",
            "UPDATE assessment_attempt SET late_answers = '{}' WHERE id = (SELECT max(id) FROM assessment_attempt)",
        ],
        "grade": [_one_more("assessment.GradeEntry", reason="'override'", attempt_id="NULL")],
        "person": ["UPDATE directory_person SET name = name WHERE id = (SELECT min(id) FROM directory_person)"],
        "read": ["SELECT count(*) FROM records_certificate c JOIN records_completionrecord r ON r.id = c.record_id"],
    }
    return [Writer(url, name, statements) for name, statements in cases.items()]


def _one_more(label: str, **instead: str) -> str:
    """An INSERT of a row like the first one, with every column that the earlier release knew."""
    then = earlier.models(earlier.UNDER_LOAD)[label]._meta
    columns = [field.column for field in then.local_concrete_fields if not field.primary_key]
    values = ", ".join(instead.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{then.db_table}" ({names}) SELECT {values} FROM "{then.db_table}" ORDER BY id LIMIT 1'
