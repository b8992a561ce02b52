"""Hundreds of people sit one exam: all start within a minute, save every few seconds, submit; no save may be lost."""

import asyncio
import random
import time
from dataclasses import dataclass, field

import bench_rows as rows
import bench_world as world
from bench_http import Ask, Line, p95

START_WITHIN = 60.0  # seconds
SAVES, PAUSE = 12, (4.0, 8.0)


@dataclass
class Tally:
    """What the crowd saw."""

    starts: list[float] = field(default_factory=list)
    saves: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    kept: dict[str, tuple[int, dict]] = field(default_factory=dict)  # attempt: last acknowledged save
    submitted: set[str] = field(default_factory=set)


async def sit(port: int, people: list[world.Learner], *, within: float = START_WITHIN, pause=PAUSE) -> Tally:
    tally, dice = Tally(), random.Random(7)
    plans = [(one, dice.uniform(0, within), random.Random(n)) for n, one in enumerate(people)]
    await asyncio.gather(*(_taker(port, one, wait, own, pause, tally) for one, wait, own in plans))
    return tally


async def _taker(port: int, one: world.Learner, wait: float, dice: random.Random, pause, tally: Tally) -> None:
    await asyncio.sleep(wait)
    line = Line(port)
    try:
        await _exam(line, one, dice, pause, tally)
    finally:
        await line.close()


async def _exam(line: Line, one: world.Learner, dice: random.Random, pause, tally: Tally) -> None:
    began = time.perf_counter()
    if (started := await _ask(line, rows.start(one), tally)) is None:
        return
    attempt = rows.attempt_of(started)
    if await _ask(line, Ask(started.headers["location"], session=one.session), tally) is None:
        return
    tally.starts.append((time.perf_counter() - began) * 1000)
    answers: dict[str, str] = {}
    for seq in range(1, SAVES + 1):
        await asyncio.sleep(dice.uniform(*pause))
        for _answer in range(2):
            answers[str(dice.randint(1, 20))] = dice.choice("abcd")
        saved = await _ask(line, rows.save(attempt, one.session, seq, answers), tally)
        if saved is not None:
            tally.saves.append(saved.ms)
            tally.kept[attempt] = (seq, dict(answers))
    done = await _ask(line, rows.post(f"/ujian/kerja/{attempt}/periksa/", one.session, {}), tally)
    if done is not None:
        tally.submitted.add(attempt)
        await _ask(line, Ask(f"/ujian/kerja/{attempt}/hasil/", session=one.session), tally)


async def _ask(line: Line, ask: Ask, tally: Tally):
    answer = await line.fetch(ask)
    if answer.fault:
        tally.errors.append(f"{ask.method} {ask.path.split('/')[-2]}: {answer.fault}")
        return None
    return answer


def lost(tally: Tally) -> list[str]:
    """Acknowledged saves and submissions that the database does not have."""
    from lms.assessment.models import Attempt

    stored = {str(row.uuid): row for row in Attempt.everything.filter(uuid__in=list(tally.kept))}
    missing = [key for key, (seq, answers) in tally.kept.items() if not _has(stored.get(key), seq, answers)]
    return missing + [key for key in tally.submitted if key not in stored or stored[key].state == Attempt.State.OPEN]


def _has(row, seq: int, answers: dict) -> bool:
    return row is not None and row.save_seq >= seq and row.answers == answers


def figures(tally: Tally) -> dict:
    """``p95_ms`` is of the saves; ``start_p95_ms`` of a start together with its paper."""
    return {
        "errors": len(tally.errors), "lost": len(lost(tally)), "p95_ms": p95(tally.saves),
        "start_p95_ms": p95(tally.starts), "people": len(tally.kept), "saves": len(tally.saves),
    }  # fmt: skip
