"""Measures the site on a grown base and writes var/bench.json: ``make bench`` [ROWS="unit_view exam_300"].

sql: all statements of a request; cpu_ms: processor time of web server and database together, median a request;
per_s and p95_ms: eight clients at once, advisory on a shared machine; bytes: compressed. docs/how-to/measure.md tells
how to read them. BENCH_PEOPLE, BENCH_COURSES, BENCH_ENROLMENTS, BENCH_AGENCIES and BENCH_TAKERS make it smaller.
"""

import asyncio
import json
import os
import random
import shutil
import sys
import traceback
from pathlib import Path

import bench_site

FOLDER = Path(os.environ.get("BENCH_FOLDER") or bench_site.ROOT / "var" / "bench")
RESULT = Path(os.environ.get("BENCH_RESULT") or bench_site.ROOT / "var" / "bench.json")
SEED = 2026
SMALL = {"people": 1000, "courses": 6, "enrolments": 3000, "agencies": 5}  # of SQLite: the exam is what counts there
PAGES = (
    "public_home", "catalogue", "search", "course_page", "learner_home", "unit_view", "unit_done", "quiz_start",
    "autosave", "submit", "submit_passed", "quiz_whole", "sign_in", "verify", "participants", "report_csv",
    "enrol_bulk",
)  # fmt: skip
JOBS = ("certificates_1000",)
EXAMS = ("exam_300", "exam_300_sqlite")
COLUMNS = ("sql", "cpu_ms", "per_s", "p95_ms", "bytes", "seconds", "errors", "lost", "start_p95_ms")


def number(name: str, default: int) -> int:
    return int(os.environ.get(f"BENCH_{name.upper()}") or default)


def wanted(arguments: list[str]) -> list[str]:
    """The rows to measure: those named, or all of the house (exam_1000 only when asked for)."""
    known = {*PAGES, *JOBS, *EXAMS, "exam_1000", "exam_1000_sqlite"}
    if odd := [name for name in arguments if name not in known]:
        raise bench_site.Refused(f"No such row: {', '.join(odd)}. Rows: {', '.join(sorted(known))}.")
    return arguments or [*PAGES, *JOBS, *EXAMS]


def on_engine(engine: str, names: list[str]) -> dict:
    """Measure ``names`` on one engine in a process of its own: Django is set up once for one database."""
    base = bench_site.Base(FOLDER, engine)
    try:
        os.environ.update(bench_site.environment(base, base.start()))
        return _measure(base, names)
    finally:
        base.stop()


def _measure(base: bench_site.Base, names: list[str]) -> dict:
    import bench_world as world

    from lms.player.management.growth.base import Size

    default = vars(Size()) if base.engine == "postgresql" else {**vars(Size()), **SMALL}
    world.prepare(Size(**{name: number(name, value) for name, value in default.items()}), SEED)
    for folder in ("queue", "control"):  # hints to workers that are not here
        shutil.rmtree(base.home / folder, ignore_errors=True)
        (base.home / folder).mkdir()
    site = bench_site.Site()
    try:
        site.start()
        return {name: _row(name, base, site) for name in names}
    finally:
        site.stop()


def _row(name: str, base: bench_site.Base, site: bench_site.Site) -> dict:
    import bench_measure

    print(f"  {name} ...", end="", flush=True)
    if name.startswith("exam_"):
        figures = _exam(site, number("takers", int(name.split("_")[1])))
    elif name == "certificates_1000":
        import bench_jobs

        figures = bench_jobs.certificates(number("certificates", 1000))
    else:
        meter = bench_site.Meter([site.process.pid, *base.processes()])
        figures = asyncio.run(bench_measure.Bench(site.port, meter).row(_prepared(name)))
    print(f" {figures}", flush=True)
    return figures


_ready: dict = {}


def _prepared(name: str):
    """Rows of one kind are prepared together, the first time one is asked for."""
    import bench_rows as rows
    import bench_world as world

    makers = {
        ("public_home", "catalogue", "search", "course_page"): rows.public,
        ("learner_home", "unit_view", "unit_done"): lambda: rows.learning(random.Random(SEED)),
        ("quiz_start", "autosave", "submit", "submit_passed", "quiz_whole"): lambda: rows.exam(
            world.cohort(number("cohort", 500), with_exam=True, ready=True)
        ),
        ("sign_in",): lambda: [rows.sign_in(number("sign_ins", 160))],
        ("verify",): lambda: [rows.verify()],
        ("participants",): lambda: [rows.participants()],
        ("report_csv",): lambda: [rows.report(number("report", 5000))],
        ("enrol_bulk",): lambda: [rows.enrol_bulk(10, number("lines", 1000))],
    }
    if name not in _ready:
        make = next(make for names, make in makers.items() if name in names)
        _ready.update({row.name: row for row in make()})
    return _ready[name]


def _exam(site: bench_site.Site, takers: int) -> dict:
    import bench_exam
    import bench_world as world

    people = world.cohort(takers, with_exam=True, ready=True)
    within = float(number("start_within", int(bench_exam.START_WITHIN)))
    pause = (0.1, 0.3) if number("hurry", 0) else bench_exam.PAUSE
    tally = asyncio.run(bench_exam.sit(site.port, people, within=within, pause=pause))
    for fault in sorted(set(tally.errors))[:5]:
        print(f"\n    {tally.errors.count(fault)} x {fault}", end="")
    return {**bench_exam.figures(tally), "broken": world.broken_invariants()}


def table(rows: dict[str, dict]) -> str:
    width = max(map(len, rows), default=4)
    lines = [f"{'row':<{width}}" + "".join(f" {column:>12}" for column in COLUMNS)]
    for name, row in rows.items():
        lines.append(f"{name:<{width}}" + "".join(f" {row.get(column, ''):>12}" for column in COLUMNS))
    return "\n".join(lines)


def keep(rows: dict[str, dict]) -> dict:
    """Write the figures; rows not measured this time stay as they were."""
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    old = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    merged = {**old, **rows}
    RESULT.write_text(json.dumps(merged, indent=1) + "\n", encoding="utf-8")
    return merged


def in_own_process(engine: str, names: list[str]) -> None:
    """Fork first: each engine needs a Django of its own."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            keep(on_engine(engine, names))
            code = 0
        except SystemExit as refusal:
            print(f"\n{refusal}", file=sys.stderr, flush=True)
        except Exception:  # the child ends here, so nobody else would print it
            traceback.print_exc()
        finally:
            os._exit(code)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
        raise bench_site.Refused(f"The bench on {engine} stopped; the reason is above.")


def main(arguments: list[str]) -> None:
    names = wanted(arguments)
    lite = [name for name in names if name.endswith("_sqlite")]
    for engine, rows in (("postgresql", [n for n in names if n not in lite]), ("sqlite", lite)):
        if rows:
            print(f"On {engine}:", flush=True)
            in_own_process(engine, rows)
    print(f"\n{table(json.loads(RESULT.read_text(encoding='utf-8')))}\n\nWritten to {RESULT}.")


if __name__ == "__main__":
    main(sys.argv[1:])
