"""How one row is measured: one by one for statements and processor time, then as a crowd for rate and p95."""

import asyncio
import gzip
import os
import statistics
import time
from dataclasses import dataclass, field

import bench_site
from bench_http import Answer, Ask, Line, p95
from bench_rows import OFTEN, ONCE, Row

SETTLE = 0.004  # seconds until the server's threads are asleep again and their counters exact
BATCH = 10  # requests between two readings of the counters
CROWD_LINES = 8
ALONE_SECONDS = 20.0
WARM_LINES = 8
CROWD_SECONDS = float(os.environ.get("BENCH_CROWD_SECONDS") or 4)


class Failed(SystemExit):
    """A page did not answer as it should: a figure for it would be a lie."""


@dataclass
class Taken:
    cpu: list[float] = field(default_factory=list)
    sql: list[int] = field(default_factory=list)
    body: bytes = b""


class Bench:
    def __init__(self, port: int, meter: bench_site.Meter):
        self.port, self.meter = port, meter

    async def row(self, row: Row) -> dict:
        """The figures of one row."""
        items = self._items(row)
        if not row.once:
            await self._warm(row, items)
        taken, used = await self._one_by_one(row, items)
        figures = {
            "sql": round(statistics.median(taken.sql)),
            "cpu_ms": round(statistics.median(taken.cpu), 2),
            "bytes": len(gzip.compress(taken.body, 6)),
        }
        walls, seconds = await self._crowd(row, items[used:] if row.once else items)
        if walls:
            figures |= {"per_s": round(row.worth * len(walls) / seconds, 1), "p95_ms": p95(walls)}
        return figures

    def _items(self, row: Row) -> list[list]:
        if row.whole or row.once and max(map(len, row.chains)) > 1:
            return row.chains
        return [[step] for chain in row.chains for step in chain]

    async def _warm(self, row: Row, items: list[list]) -> None:
        """Both processes see every page before it counts."""
        lines = self._lines(row, WARM_LINES)
        for line in lines:
            for steps in items[: row.most or len(items)]:
                await self._walk(row, line, steps)
        await _close(lines)

    def _lines(self, row: Row, count: int) -> list[Line]:
        return [Line(self.port, row.sources[n % len(row.sources)]) for n in range(count)]

    async def _walk(self, row: Row, line: Line, steps: list) -> list[Answer]:
        past: list[Answer] = []
        for step in steps:
            ask = step if isinstance(step, Ask) else step(past)
            answer = await line.fetch(ask)
            if answer.fault:
                raise Failed(f"{row.name}: {ask.method} {ask.path} gave {answer.fault}\n{answer.body[:600]!r}")
            past.append(answer)
        return past

    async def _one_by_one(self, row: Row, items: list[list]) -> tuple[Taken, int]:
        """Figures of one client; also how many items of a pool are used up."""
        taken, used = Taken(), 0
        wanted = min(ONCE, max(1, len(items) // 2)) if row.once else OFTEN
        line, asked = Line(self.port, row.sources[WARM_LINES if row.most and not row.once else 0]), 0
        until = time.perf_counter() + ALONE_SECONDS
        while used < wanted and (used == 0 or time.perf_counter() < until):
            if row.most and asked + BATCH > row.most:  # another address, as rates are limited by it
                await line.close()
                line, asked = Line(self.port, row.sources[WARM_LINES + used // BATCH]), 0
            some = [items[n % len(items)] for n in range(used, min(used + BATCH, wanted))]
            await self._take(row, line, some, taken)
            used, asked = used + len(some), asked + sum(map(len, some))
        await line.close()
        return taken, used

    async def _take(self, row: Row, line: Line, some: list[list], taken: Taken) -> None:
        """One batch, back to back: a request every few milliseconds is a site in use, not one that just woke up."""
        await asyncio.sleep(SETTLE)
        before = self.meter.milliseconds()
        pasts = [await self._walk(row, line, steps) for steps in some]
        await asyncio.sleep(SETTLE)
        spent = self.meter.milliseconds() - before
        asked = len(pasts) if row.whole else sum(map(len, pasts))
        taken.cpu.append(spent / asked)
        counts = [[answer.statements for answer in past] for past in pasts]
        taken.sql += [sum(each) for each in counts] if row.whole else [n for each in counts for n in each]
        taken.body = pasts[-1][-1].body

    async def _crowd(self, row: Row, items: list[list]) -> tuple[list[float], float]:
        """Eight lines at once, until the time or the pool is over: what each item took, and how long all."""
        walls: list[float] = []
        began = time.perf_counter()
        queue = iter(items) if row.once else _again(items)
        count = len(row.sources) if row.most else CROWD_LINES

        async def work(number: int) -> None:
            line, asked = Line(self.port, row.sources[-1 - number % len(row.sources)]), 0
            for steps in queue:
                past = await self._walk(row, line, steps)
                walls.extend([sum(a.ms for a in past)] if row.whole else [a.ms for a in past])
                asked += len(steps)
                if time.perf_counter() - began > CROWD_SECONDS or row.most and asked >= row.most:
                    break
            await line.close()

        if items:
            await _in_groups([work(number) for number in range(count)])
        return walls, time.perf_counter() - began


def _again(items: list):
    while True:
        yield from items


async def _in_groups(works: list) -> None:
    """Never more than eight at once."""
    gate = asyncio.Semaphore(CROWD_LINES)

    async def one(work):
        async with gate:
            await work

    await asyncio.gather(*map(one, works))


async def _close(lines: list[Line]) -> None:
    for line in lines:
        await line.close()
