"""The dictionary of PermenPANRB 38/2017 as release 1."""

import csv
from datetime import date
from pathlib import Path

from django.db import transaction

from lms.competencies.models import Competency, Framework, FrameworkRelease, LevelText

DATA = Path(__file__).parent / "data"
LEVEL_WORDS = {1: "paham", 2: "dasar", 3: "menengah", 4: "mumpuni", 5: "ahli"}


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
        release = FrameworkRelease.everything.create(framework=framework, number=1, published_on=date(2017, 12, 21))
        Competency.everything.bulk_create(
            [
                Competency(
                    code=row["kode"], kind=row["jenis"], name=row["nama"], name_en=row["name_en"],
                    definition=row["definisi"],
                )
                for row in _rows("kompetensi.csv")
            ]
        )  # fmt: skip
        known = {c.code: c for c in Competency.everything.all()}
        LevelText.everything.bulk_create(
            LevelText(
                release=release, competency=known[row["kode"]], level=int(row["level"]), statement=row["deskripsi"],
                indicators=[i.strip() for i in row["indikator_perilaku"].split("|")],
            )
            for row in _rows("kamus_kompetensi.csv")
        )  # fmt: skip
    return Competency.everything.count(), release.levels.count()
