"""Measures every screen of the demo world in this process, prints a table and writes var/bench.json.

sql: statements of the screen (session, user and transaction not counted); cpu_ms: median, database included on
SQLite; p95_ms: wall time, advisory on a shared machine; bytes: compressed HTML.
"""

import gzip
import json
import math
import statistics
import time
from pathlib import Path

import prepare  # first: it sets the path and the settings
import screens
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.sql import counted

ROUNDS = 30
RESULT = prepare.ROOT / "var" / "bench.json"


def measured(screen: screens.Screen, client) -> dict:
    client.get(screen.path)  # templates, caches
    with CaptureQueriesContext(connection) as captured:
        response = client.get(screen.path)
    statements = len(counted(captured))  # at once: the next request empties the log
    cpu, wall = [], []
    for _ in range(ROUNDS):
        began, cpu_began = time.perf_counter(), time.process_time()
        client.get(screen.path)
        cpu.append((time.process_time() - cpu_began) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return {
        "sql": statements,
        "cpu_ms": round(statistics.median(cpu), 2),
        "per_s": round(1000 / statistics.mean(wall), 1),
        "p95_ms": round(sorted(wall)[math.ceil(0.95 * ROUNDS) - 1], 2),
        "bytes": len(gzip.compress(response.content, 6)),
    }


def table(rows: dict[str, dict]) -> str:
    width = max(map(len, rows), default=4)
    lines = [f"{'screen':<{width}}  {'sql':>4} {'cpu ms':>8} {'per s':>8} {'p95 ms':>8} {'bytes':>8}"]
    for name, row in rows.items():
        figures = f"{row['sql']:>4} {row['cpu_ms']:>8} {row['per_s']:>8} {row['p95_ms']:>8} {row['bytes']:>8}"
        lines.append(f"{name:<{width}}  {figures}")
    return "\n".join(lines)


def main(result: Path = RESULT) -> None:
    prepare.main()
    accounts = {user.get_username(): user for user in screens.demo_accounts()}
    clients: dict[str, object] = {}
    rows = {}
    for screen in screens.walk():
        client = clients.setdefault(screen.who, screens.client_of(accounts.get(screen.who)))
        rows[screen.name] = measured(screen, client)
    print(table(rows))
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(f"\nWritten to {result.relative_to(prepare.ROOT)}.")


if __name__ == "__main__":
    main()
