"""Grown runs and the places on them, in a believable mix of states."""

import random
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import connection

from lms.enrolment.models import CourseRun, Enrolment, EnrolmentEvent
from lms.player.management.growth.bulk import catch_up, execute, load, loaded, moment_between, next_pk, uuid4
from lms.player.management.growth.courses import GrownCourse
from lms.player.management.growth.people import Someone
from lms.progress.models import CheckAnswer, UnitProgress

STATE = Enrolment.State
RUN = CourseRun.State
MIX = {  # shares of completed, cancelled; the rest is active
    RUN.CLOSED: (0.66, 0.10),
    RUN.RUNNING: (0.25, 0.07),
    RUN.OPEN: (0.0, 0.05),
}
WAITING_SHARE = 0.05  # of a full run, on top
PEOPLE_A_RUN = 250
REASONS = ("Tugas lain", "Pindah unit", "Cuti", "Idle")
COLUMNS = (
    "id uuid run course release learner agency_then cycle state created_at units_done units_total score last_unit "
    "last_activity completed_at ended_reason"
)


@dataclass
class Place:
    """One grown place; ``score`` and ``attempts`` are filled by ``exams`` before it is written."""

    pk: int
    key: uuid.UUID
    run: CourseRun
    someone: Someone
    state: str
    created: datetime
    done: int = 0
    active_at: datetime | None = None
    reason: str = ""
    score: Decimal | None = None


def runs(course: GrownCourse, count: int, dice: random.Random, today: date, most: int) -> list[tuple[CourseRun, int]]:
    """The course's runs with how many people each gets: past ones closed, one running, one open."""
    number = max(2, min(8, count // PEOPLE_A_RUN))
    shares = [count // number] * number
    if most > shares[-2]:  # one large running angkatan, to measure its dashboard
        shares = [(count - most) // max(1, number - 1)] * number
        shares[-2] = most
    rows = [_run(course, n, number, share, dice, today) for n, share in enumerate(shares)]
    CourseRun.everything.bulk_create(rows)
    return list(zip(rows, shares, strict=True))


def _run(course: GrownCourse, n: int, number: int, people: int, dice: random.Random, today: date) -> CourseRun:
    back = number - 1 - n
    state = RUN.OPEN if back == 0 else RUN.RUNNING if back == 1 else RUN.CLOSED
    start = today + timedelta(days=7 if back == 0 else -30 - 70 * (back - 1))
    length = 60 if back > 1 else 90
    is_full = back == 0 and course.pk % 5 == 0
    return CourseRun(
        uuid=uuid4(dice), course_id=course.pk, release_id=course.release, agency=course.agency, number=n + 1,
        name=f"Angkatan {n + 1}", starts_on=start, ends_on=start + timedelta(days=length),
        enrol_from=start - timedelta(days=20), enrol_until=start + timedelta(days=length - 5),
        timezone=course.agency.timezone, seats=people if is_full else people + 100, state=state,
    )  # fmt: skip


def places(
    course: GrownCourse, plan: list[tuple[CourseRun, int]], people: list[Someone], dice: random.Random, today: date
) -> list[Place]:
    """Everybody on the runs of one course; nobody has two places on it."""
    waiting = [max(1, int(share * WAITING_SHARE)) if run.seats == share else 0 for run, share in plan]
    wanted = min(len(people), sum(share for _run, share in plan) + sum(waiting))
    chosen = iter(dice.sample(people, wanted))
    out, pk = [], next_pk(Enrolment)
    for (run, share), queue in zip(plan, waiting, strict=True):
        full = run.seats == share
        # Whoever waits asked last: a waiting list is never overtaken (I08), and a full run has nobody cancelled.
        states = [_state(run, full, dice) for _seat in range(share)] + [STATE.WAITING] * queue
        for state in states:
            someone = next(chosen, None)
            if someone is not None:
                out.append(_place(pk + len(out), course, run, someone, state, dice, today))
    return out


def _state(run: CourseRun, full: bool, dice: random.Random) -> str:
    completed, cancelled = MIX[run.state]
    lot = dice.random()
    if lot < completed:
        return STATE.COMPLETED
    return STATE.CANCELLED if lot < completed + cancelled and not full else STATE.ACTIVE


def _place(pk, course: GrownCourse, run: CourseRun, someone: Someone, state: str, dice, today: date) -> Place:
    latest = datetime.combine(min(today, run.ends_on) - timedelta(days=1), time(2), UTC)
    enrolled = min(run.enrol_from + timedelta(days=dice.randint(0, 19)), today - timedelta(days=2))
    created = datetime.combine(enrolled, time(dice.randint(0, 9), dice.randint(0, 59)), UTC)
    place = Place(pk, uuid4(dice), run, someone, state, created)
    total = len(course.unit_keys)
    if state == STATE.COMPLETED:
        place.done = total
    elif state == STATE.CANCELLED:
        place.done, place.reason = dice.randint(0, min(5, total - 1)), dice.choice(REASONS)
    elif state == STATE.ACTIVE and run.state != RUN.OPEN and dice.random() < 0.8:
        # Of a course with an exam some have read everything and not passed yet.
        place.done = dice.randint(1, total if course.has_exam else total - 1)
    if place.done:
        span = max(timedelta(hours=1), latest - created)
        place.active_at = created + span * dice.uniform(0.3, 1.0)
    return place


def load_places(course: GrownCourse, rows: list[Place]) -> None:
    """Write the places, their events, and one progress row for every unit done."""
    if not rows:
        return
    total = len(course.unit_keys)
    load(
        Enrolment, COLUMNS,
        ((p.pk, p.key, p.run.pk, course.pk, course.release, p.someone.pk, p.someone.agency.pk, 1, p.state, p.created,
          p.done, total, p.score, course.unit_keys[p.done - 1] if p.done else None, p.active_at,
          p.active_at if p.state == STATE.COMPLETED else None, p.reason)
         for p in rows),
    )  # fmt: skip
    load(EnrolmentEvent, "enrolment verb reason at", (event for p in rows for event in _events(p)))
    _load_progress(rows[0].pk, rows[-1].pk)
    catch_up(Enrolment)


def _events(place: Place):
    yield place.pk, "wait" if place.state == STATE.WAITING else "enrol", "list", place.created
    if place.state == STATE.CANCELLED:
        yield place.pk, "cancel", place.reason, place.active_at or place.created


def _load_progress(first: int, last: int) -> None:
    """Units done and checks answered follow from the places: two set-wise statements, spread over the time between."""
    at = moment_between("e.created_at", "e.last_activity", "u.ordinal", "e.units_done")
    units = "enrolment_enrolment e JOIN catalogue_releaseunit u ON u.release_id = e.release_id"
    done = "e.id BETWEEN %s AND %s AND u.ordinal <= e.units_done"
    loaded.update((UnitProgress, CheckAnswer))
    execute(
        "INSERT INTO progress_unitprogress (enrolment_id, unit_key, digest_done, done_at) "
        f"SELECT e.id, u.unit_key, u.blob_id, {at} FROM {units} WHERE {done}", first, last,
    )  # fmt: skip
    right = "v.key->'right'->0" if connection.vendor == "postgresql" else "v.key->'$.right[0]'"
    execute(
        "INSERT INTO progress_checkanswer (enrolment_id, version_id, answer, is_right, answered_at) "
        f"SELECT e.id, v.id, {right}, true, {at} FROM {units} "
        "JOIN catalogue_releasequestion q ON q.release_id = u.release_id AND q.unit_key = u.unit_key "
        "AND q.use = 'check' JOIN catalogue_questionversion v ON v.id = q.version_id "
        f"WHERE {done}", first, last,
    )  # fmt: skip
