"""The table of ``README.md``: rows of robustness section 4, the screen where each is met, the tests that prove it.

``python -m tests.badinput.table`` writes it anew from the names of all tests (``test_Z01_...``, ``test_u03_...``) and
keeps what was added by hand. ``test_table.py`` reads it.
"""

import re
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
README = Path(__file__).with_name("README.md")
ROW = re.compile(r"^\| ([A-Z]\d\d) \|(.*)\|\s*$", re.M)
NAMED = re.compile(r"`([\w/]+\.py)` (test_\w+)")
TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.M)
IDS = re.compile(r"(?:^|_)([AZURDECNSP]\d\d)(?=_|$)", re.I)
HEAD = """# Bad input and abuse

Rows of our robustness requirements, where they are met, and the test that shows the answer. Add a row whenever a bug is
found. The id stands in the name of the test; `python -m tests.badinput.table` then writes this table anew, and
`test_table.py` fails when a row is missing or a named test does not exist. Walks through every address and every form
are in `tests/gate/`: a new address without a row in `gate/routes/` fails there.

| row | where | test |
|---|---|---|
"""
SCREENS = {
    "A01": "sign-in", "A02": "sign-in, code of HR", "A03": "sign-in, change of password, roles", "A04": "code of HR",
    "A05": "every address", "A06": "every address, exam", "A07": "second step", "A08": "second step", "A09": "password",
    "Z01": "every address with an id", "Z02": "every list, search, export", "Z03": "Wagtail's editor and library",
    "Z04": "every form that names a row", "Z05": "every form", "Z06": "run, talent profile", "Z07": "national counts",
    "Z08": "exam paper and result", "Z09": "roles", "Z10": "no such address", "Z11": "files of units and drafts",
    "Z12": "jobs, commands, outbox", "Z13": "every address with an id", "U03": "library of pictures",
    "U04": "library of pictures", "U05": "library", "U06": "library, downloads", "U08": "spreadsheets",
    "U10": "new person", "U11": "library, course folder", "U12": "every upload", "R01": "every screen, course folder",
    "R02": "course folder, units", "R03": "every screen, mail, certificate", "R04": "every list",
    "R05": "every search", "R06": "every field, every search", "R07": "every address and form",
    "R08": "every line of text, mail", "D01": "every form, course folder, exam",
    "D02": "every form, course folder, exam",
    "D03": "course folder, outline", "D04": "runs, people, moves", "D05": "runs, exam", "D06": "exam of a course",
    "D07": "new person, e-mail", "D08": "units, seats, outline", "D09": "people", "E01": "exam", "E02": "exam cover",
    "E03": "exam", "E04": "exam", "E05": "exam", "E06": "exam", "E07": "exam", "E08": "exam cover", "E09": "exam",
    "E10": "exam", "C01": "enrolment", "C02": "every form", "C03": "certificate", "C04": "author's desk, exam",
    "C05": "check of a certificate", "C06": "signed PDF", "C07": "every form", "C08": "certificates in a batch",
    "N01": "sign-in", "N02": "every address", "N03": "every form", "N04": "every address", "N05": "links of authors",
    "N06": "every signed-in page", "N07": "every form, autosave", "N08": "every address",
    "S03": "lists, logs, addresses",
    "S04": "export of people", "S05": "notices by mail",
}  # fmt: skip
# What exists today (issue 2). A10, U01, U02, U07, U09, U13 to U15, P and S01, S02 come with what they are about.
REQUIRED = [
    *(f"A{n:02}" for n in range(1, 10)), *(f"Z{n:02}" for n in range(1, 14)), *(f"U{n:02}" for n in range(3, 7)),
    *(f"R{n:02}" for n in range(1, 9)), *(f"D{n:02}" for n in range(1, 10)), *(f"E{n:02}" for n in range(1, 11)),
    *(f"C{n:02}" for n in range(1, 9)), *(f"N{n:02}" for n in range(1, 9)), "S03",
]  # fmt: skip


def known_tests() -> dict[str, set[str]]:
    """Names of the tests in each file, as the table names files."""
    return {
        str(path.relative_to(TESTS)): set(TEST.findall(path.read_text(encoding="utf-8")))
        for path in sorted(TESTS.rglob("test_*.py"))
    }


def rows_of(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """``(row, [(file, test)])`` as the table stands."""
    return [(row, NAMED.findall(rest)) for row, rest in ROW.findall(text)]


def named_after_rows() -> dict[str, set]:
    found = defaultdict(set)
    for file, names in known_tests().items():
        for name in names:
            for row in IDS.findall(name.removeprefix("test_")):
                found[row.upper()].add((file, name))
    return found


def table() -> str:
    found, there = named_after_rows(), known_tests()
    for row, tests in rows_of(README.read_text(encoding="utf-8")):
        found[row] |= {(file, name) for file, name in tests if name in there.get(file, ())}
    order = {letter: n for n, letter in enumerate("AZURDECNPS")}
    rows = sorted(set(found) | set(REQUIRED), key=lambda row: (order.get(row[0], 99), row))
    return HEAD + "".join(f"| {row} | {SCREENS.get(row, '')} | {_cell(found[row])} |\n" for row in rows)


def _cell(tests) -> str:
    return "; ".join(f"`{file}` {name}" for file, name in sorted(tests)) or "not yet"


if __name__ == "__main__":
    README.write_text(table(), encoding="utf-8")
