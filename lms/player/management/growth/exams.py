"""Grown exam attempts: a paper from a seed, answers, responses and grades that agree with each other."""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from lms.assessment.models import Attempt, AttemptResponse, GradeEntry
from lms.player.management.growth.bulk import catch_up, load, next_pk, uuid4
from lms.player.management.growth.courses import PASS, GrownCourse, Paper
from lms.player.management.growth.places import STATE, Place

MINUTES = timedelta(minutes=45)
FAILED_FIRST = 0.2


@dataclass(frozen=True)
class Sitting:
    """One attempt of one place: which paper, and how many slots were wrong."""

    pk: int
    place: Place
    number: int
    paper: Paper
    wrong: frozenset
    at: datetime

    @property
    def score(self) -> Decimal:
        slots = len(self.paper.slots)
        return (Decimal(100 * (slots - len(self.wrong))) / slots).quantize(Decimal("0.01"))


def sittings(course: GrownCourse, places: list[Place], dice: random.Random) -> list[Sitting]:
    """Attempts of everybody who sat the exam; writes the best score on the place."""
    out, pk = [], next_pk(Attempt)
    for place in places if course.has_exam else ():
        if place.state == STATE.CANCELLED or place.done < len(course.unit_keys):
            continue
        passes = place.state == STATE.COMPLETED
        tries = [False] if not passes or dice.random() < FAILED_FIRST else []
        for number, good in enumerate([*tries, *([True] if passes else [])], 1):
            out.append(_sitting(pk + len(out), place, number, course, good, dice))
            place.score = max(place.score or 0, out[-1].score)
    return out


def _sitting(pk: int, place: Place, number: int, course: GrownCourse, good: bool, dice: random.Random) -> Sitting:
    paper = dice.choice(course.papers)
    slots = len(paper.slots)
    most_wrong = slots * (100 - PASS) // 100
    wrong = dice.randint(0, most_wrong) if good else dice.randint(most_wrong + 1, slots)
    return Sitting(pk, place, number, paper, frozenset(dice.sample(range(slots), wrong)), place.active_at)


def load_sittings(course: GrownCourse, rows: list[Sitting], dice: random.Random) -> None:
    load(
        Attempt, "id uuid enrolment release number seed layout answers save_seq state started_at deadline_at "
        "submitted_at score passed cell_scores",
        ((s.pk, uuid4(dice), s.place.pk, course.release, s.number, s.paper.seed, s.paper.layout, _answers(s), 12,
          Attempt.State.SUBMITTED, s.at - MINUTES / 2, s.at + MINUTES / 2, s.at, s.score, s.score >= PASS, _cells(s))
         for s in rows),
    )  # fmt: skip
    load(
        GradeEntry, "enrolment item attempt score reason at",
        ((s.place.pk, "exam", s.pk, s.score, "auto", s.at) for s in rows),
    )  # fmt: skip
    load(AttemptResponse, "attempt version answer fraction", (row for s in rows for row in _responses(s)))
    catch_up(Attempt)


def _given(sitting: Sitting):
    for n, (version, _competency, right, wrong) in enumerate(sitting.paper.slots):
        yield n, version, wrong if n in sitting.wrong else right


def _answers(sitting: Sitting) -> dict:
    return {str(n + 1): answer for n, _version, answer in _given(sitting)}


def _responses(sitting: Sitting):
    for n, version, answer in _given(sitting):
        yield sitting.pk, version, json.dumps(answer), Decimal(0 if n in sitting.wrong else 1)


def _cells(sitting: Sitting) -> dict:
    of = len(sitting.paper.slots)
    code = sitting.paper.slots[0][1]
    return {code: {"right": str(of - len(sitting.wrong)), "of": of, "score": str(sitting.score)}}
