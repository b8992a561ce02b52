"""The dictionary of PermenPANRB 38/2017 as release 1, and every later wording as one more release."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from cms.core.audit import audit
from cms.core.text import tidy
from lms.competencies import queries
from lms.competencies.exceptions import FrameworkRefused
from lms.competencies.models import Competency, Framework, FrameworkRelease, LevelText
from lms.competencies.rules import table_faults

DATA = Path(__file__).parent / "data"


def _rows(name: str) -> list[dict]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def load_dictionary() -> tuple[int, int]:
    """Load 9 competencies and 45 level texts once; a second call writes nothing. Returns the two counts."""
    framework, _made = Framework.everything.get_or_create(
        key="38-2017", defaults={"name": "Kamus Kompetensi ASN", "legal_basis": "PermenPANRB 38/2017"}
    )
    release = framework.releases.filter(number=1).first()
    if release is None:
        about = {row["kode"]: row for row in _rows("kompetensi.csv")}
        rows = [{**row, **about[row["kode"]]} for row in _rows("kamus_kompetensi.csv")]
        release = _write(framework, rows, number=1, published_on=date(2017, 12, 21))
    return Competency.everything.count(), release.levels.count()


@transaction.atomic
def import_release(*, framework: Framework, rows: list[dict], published_on: date, by=None) -> FrameworkRelease:
    """One more release from a table; earlier ones keep their words (L76). The same table again writes nothing.

    Columns: kode, nama, level, deskripsi, indikator_perilaku (several parted by " | "); for a new competency also
    jenis and definisi. Anything wrong raises ``FrameworkRefused`` with all faults, and nothing is written (I07).
    """
    framework = Framework.everything.select_for_update().get(pk=framework.pk)
    known = set(Competency.everything.values_list("code", flat=True))
    if faults := table_faults(rows, known):
        raise FrameworkRefused(faults)
    latest = framework.releases.order_by("-number").first()
    if latest is not None and _words_of(latest) == _words_in(rows):
        return latest
    number = (framework.releases.aggregate(last=Max("number"))["last"] or 0) + 1
    release = _write(framework, rows, number=number, published_on=published_on)
    audit(by, "import_framework", release, detail={"number": number, "rows": len(rows)})
    return release


def _write(framework: Framework, rows: list[dict], *, number: int, published_on: date) -> FrameworkRelease:
    release = FrameworkRelease.everything.create(framework=framework, number=number, published_on=published_on)
    known = {c.code: c for c in Competency.everything.all()}
    for row in rows:
        if row["kode"] not in known:
            known[row["kode"]] = Competency.everything.create(
                code=row["kode"], kind=row["jenis"], name=tidy(row["nama"]), name_en=row.get("name_en") or "",
                definition=tidy(row["definisi"]),
            )  # fmt: skip
    LevelText.everything.bulk_create(
        LevelText(
            release=release, competency=known[row["kode"]], level=int(row["level"]),
            statement=tidy(row["deskripsi"]), indicators=_indicators(row),
        )
        for row in rows
    )  # fmt: skip
    transaction.on_commit(queries.forget)
    return release


def _indicators(row: dict) -> list[str]:
    return [tidy(part).strip() for part in row["indikator_perilaku"].split("|") if part.strip()]


def _words_in(rows: list[dict]) -> set:
    return {(r["kode"], int(r["level"]), tidy(r["deskripsi"]), tuple(_indicators(r))) for r in rows}


def _words_of(release: FrameworkRelease) -> set:
    rows = release.levels.values_list("competency__code", "level", "statement", "indicators")
    return {(code, level, statement, tuple(indicators)) for code, level, statement, indicators in rows}
