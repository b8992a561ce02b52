"""W04: names, roles and states as a screen reader hears them, kept in the repository for key pages.

A change is seen in the diff of `trees/`; BESTARI_TREES=write writes them anew. What a clock or a fresh world changes
(numbers, months, days, greetings, made-up passwords) is masked; pages that tell of this week are left to other tests.
"""

import os
import re
from pathlib import Path

import pytest

from tests.e2e.conftest import visits
from tests.e2e.site import Site
from tests.e2e.test_keyboard import open_screen

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parent / "trees"
PAGES = {
    "public-home": ("", "/"),
    "catalogue": ("", "/kursus/"),
    "course": ("", "/kursus/operator-sp4n-lapor/"),
    "verify": ("", "/periksa/"),
    "sign-in": ("", "/akun/masuk/"),
    "use-code": ("", "/akun/kode/"),
    "help": ("", "/bantuan/"),
    "unit": ("learner_midway", "resume"),
    "exam-cover": ("learner_ready", "exam"),
    "achievements": ("learner", "/capaian/"),
    "my-profile": ("learner", "/saya/"),
    "access-log": ("learner", "/saya/akses/"),
    "notices": ("learner", "/akun/kabar/"),
    "account": ("learner", "/akun/"),
    "sessions": ("learner", "/akun/sesi/"),
    "accessibility": ("", "/aksesibilitas/"),
    "desk": ("facilitator", "/meja/"),
    "desk-import": ("facilitator", "/meja/impor/"),
    "talent": ("hr_analyst", "/talenta/"),
    "people": ("hr_analyst", "/akun/pegawai/"),
}
MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember Jan Feb Mar Apr Jun Jul "
    "Agu Agt Ags Sep Okt Nov Des"
).split()
DAYS = "Senin Selasa Rabu Kamis Jumat Sabtu Minggu Sen Sel Rab Kam Jum Sab Min".split()
MASKS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), "UUID"),
    (re.compile(r"\b(?:" + "|".join(MONTHS) + r")\b"), "BULAN"),
    (re.compile(r"\b(?:" + "|".join(DAYS) + r")\b"), "HARI"),
    (re.compile(r"Selamat (?:pagi|siang|sore|malam)"), "Selamat WAKTU"),
    (re.compile(r"\d+(?:[.,]\d+)*"), "#"),
)


def masked(tree: str) -> str:
    for pattern, word in MASKS:
        tree = pattern.sub(word, tree)
    return tree.strip() + "\n"


@pytest.fixture(scope="module")
def visit(tmp_path_factory, browser):
    """A world of its own, that no other test has acted in."""
    running = Site(tmp_path_factory.mktemp("untouched"))
    yield visits(running.start(), browser)
    running.stop()


@pytest.mark.parametrize("name", PAGES)
def test_W04_the_tree_is_the_one_in_the_repository(name, visit):
    role, target = PAGES[name]
    with visit(role) as page:
        open_screen(page, target)
        tree = masked(page.locator("body").aria_snapshot())
    kept = FOLDER / f"{name}.yaml"
    if os.environ.get("BESTARI_TREES") == "write":
        FOLDER.mkdir(exist_ok=True)
        kept.write_text(tree, encoding="utf-8")
    assert tree == kept.read_text(encoding="utf-8")
