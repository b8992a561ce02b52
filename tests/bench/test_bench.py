"""A tiny run of `make bench`: every row comes out, in the shape design 8 names."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TINY = {
    "BENCH_PEOPLE": "240", "BENCH_COURSES": "3", "BENCH_ENROLMENTS": "300", "BENCH_AGENCIES": "3", "BENCH_COHORT": "30",
    "BENCH_SIGN_INS": "6", "BENCH_CERTIFICATES": "3", "BENCH_LINES": "5", "BENCH_TAKERS": "6", "BENCH_HURRY": "1",
    "BENCH_START_WITHIN": "1", "BENCH_REPORT": "20", "BENCH_CROWD_SECONDS": "0", "BENCH_OFTEN": "6", "BENCH_ONCE": "3",
}  # fmt: skip


def bench(folder: Path, *rows: str) -> dict:
    """The figures of a run in ``folder``, with an environment of its own."""
    result = folder / "bench.json"
    ours = {"BENCH_FOLDER": str(folder / "base"), "BENCH_RESULT": str(result), **TINY}
    dropped = ("DATABASE_URL", "TEST_DATABASE_URL", "DJANGO_SETTINGS_MODULE", "BESTARI_HOME")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "bench.py", *rows], env={**kept, **ours}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(row in done.stdout for row in rows)
    return json.loads(result.read_text())


@pytest.mark.sqlite
def test_Q03_exam_on_sqlite_loses_nothing(tmp_path):
    row = bench(tmp_path, "exam_300_sqlite")["exam_300_sqlite"]
    assert (row["errors"], row["lost"], row["broken"]) == (0, 0, 0)
    assert (row["people"], row["saves"]) == (6, 72)
    assert {"p95_ms", "start_p95_ms"} <= row.keys()


@pytest.mark.postgresql
def test_Q01_Q02_every_row_comes_out_on_postgresql(open_folder):
    rows = bench(open_folder)
    pages = {
        "public_home", "catalogue", "search", "course_page", "learner_home", "unit_view", "unit_done", "quiz_start",
        "autosave", "submit", "submit_passed", "quiz_whole", "sign_in", "verify", "participants", "enrol_bulk",
        "report_csv",
    }  # fmt: skip
    assert rows.keys() == pages | {"certificates_1000", "exam_300", "exam_300_sqlite"}
    assert {name for name in pages if not {"sql", "cpu_ms", "bytes"} <= rows[name].keys()} == set()
    assert rows["certificates_1000"]["made"] == 3
    for exam in ("exam_300", "exam_300_sqlite"):
        assert (rows[exam]["errors"], rows[exam]["lost"], rows[exam]["broken"]) == (0, 0, 0)


@pytest.fixture
def open_folder():
    """A folder the database's own user can enter; pytest's are closed to others."""
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="bestari-bench-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_an_unknown_row_is_refused():
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "bench.py", "unit_vew"], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "No such row: unit_vew" in done.stderr
