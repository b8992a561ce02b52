"""Loads regions, agencies and job titles from the files in ``directory/data``. The files win over the database.

Set-wise and idempotent: rows are compared in memory, and only what differs is written.
"""

import csv
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from django.db import models, transaction

from cms.directory.models import Agency, JobTitle, Region

DATA = Path(__file__).resolve().parents[1] / "data"

# The start of what has no known start: no civil servant served an Indonesian agency before it.
UNKNOWN_START = date(1945, 8, 17)
JAKARTA = "Asia/Jakarta"
KIND_OF_LEVEL = {
    Region.Level.PROVINCE: Agency.Kind.PROVINCE,
    Region.Level.REGENCY: Agency.Kind.REGENCY,
    Region.Level.CITY: Agency.Kind.CITY,
}
# Structural titles (UU 20/2023 art. 13) with their retirement age; the functional ones come from the file.
STRUCTURAL_TITLES = (
    ("jpt-utama", "JPT Utama", JobTitle.Family.JPT, "utama", 60),
    ("jpt-madya", "JPT Madya", JobTitle.Family.JPT, "madya", 60),
    ("jpt-pratama", "JPT Pratama", JobTitle.Family.JPT, "pratama", 60),
    ("administrator", "Administrator", JobTitle.Family.ADMINISTRATOR, "administrator", 58),
    ("pengawas", "Pengawas", JobTitle.Family.SUPERVISOR, "pengawas", 58),
    ("pelaksana", "Pelaksana", JobTitle.Family.EXECUTOR, "pelaksana", 58),
)
NO_LEVEL = "XX"  # SIASN's mark for a functional position without level

Row = dict[str, object]


class ReferenceBroken(Exception):
    """A file contradicts itself or another file; nothing is loaded."""


@dataclass(frozen=True)
class Loaded:
    """What one load found and wrote."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    linked: int = 0  # parents and successors set or moved

    @property
    def written(self) -> int:
        return self.created + self.changed + self.linked


@transaction.atomic
def load_all() -> dict[str, Loaded]:
    """Bring the three tables in line with the files; all or nothing."""
    return {"regions": load_regions(), "agencies": load_agencies(), "job titles": load_job_titles()}


def load_regions() -> Loaded:
    rows = region_rows()
    loaded = write(Region, rows)
    return replace(loaded, linked=link(Region, "parent", {row["code"]: parent_code(row["code"]) for row in rows}))


def load_agencies() -> Loaded:
    rows = agency_rows()
    region_ids = dict(Region.everything.values_list("code", "pk"))
    successors = {row["code"]: row.pop("successor") for row in rows}
    for row in rows:
        region = row.pop("region")
        row["region_id"] = region_ids[region] if region else None
    loaded = write(Agency, rows)
    return replace(loaded, linked=link(Agency, "successor", successors))


def load_job_titles() -> Loaded:
    return write(JobTitle, job_title_rows())


# --- What the files say ---


def region_rows() -> list[Row]:
    return [
        {
            "code": line["code"],
            "name": line["name"],
            "short_name": line["short_name"],
            "level": line["level"],
            "timezone": line["timezone"],
            "is_autonomous": line["is_autonomous"] == "1",
            "population": whole_number(line["population"]),
        }
        for line in read("regions.csv")
    ]


def parent_code(code: str) -> str:
    """34.04 lies in 34; a province lies in nothing."""
    return code.partition(".")[0] if "." in code else ""


def agency_rows() -> list[Row]:
    """SIASN's agencies, then what agency_successors.csv adds to them or says otherwise."""
    regions = {row["code"]: row for row in region_rows()}
    rows = {f"siasn:{line['bkn_id']}": siasn_row(line, regions) for line in distinct_siasn_lines()}
    for line in read("agency_successors.csv"):
        if (line["relation"] == "new") == (line["code"] in rows):
            raise ReferenceBroken(f"agency_successors.csv: {line['relation']} does not fit {line['code']}")
        row = rows.setdefault(line["code"], new_row(line, regions))
        row.update(told_by(line))
    for line in read("instansi_pusat_2024.csv"):
        add_names_of_2024(line, rows)
    unknown = {row["successor"] for row in rows.values()} - rows.keys() - {""}
    if unknown:
        raise ReferenceBroken(f"agency_successors.csv: successors without a row: {sorted(unknown)}")
    return list(rows.values())


def distinct_siasn_lines() -> list[dict[str, str]]:
    """One line an id: SIASN repeats one agency under its old name, same id and quick code; the later line counts."""
    lines: dict[str, dict[str, str]] = {}
    for line in read("instansi_siasn.csv"):
        twin = lines.get(line["bkn_id"])
        if twin and twin["kode_cepat"] != line["kode_cepat"]:
            raise ReferenceBroken(f"instansi_siasn.csv: {line['bkn_id']} names two agencies")
        lines[line["bkn_id"]] = line
    return list(lines.values())


def siasn_row(line: dict[str, str], regions: dict[str, Row]) -> Row:
    row = plain_row(f"siasn:{line['bkn_id']}", line["nama"], regions.get(line["region_code"]))
    return row | {"bkn_id": line["bkn_id"], "quick_code": line["kode_cepat"]}


def new_row(line: dict[str, str], regions: dict[str, Row]) -> Row:
    return plain_row(line["code"], line["name"], regions.get(line["region_code"]))


def plain_row(code: str, name: str, region: Row | None) -> Row:
    return {
        "code": code,
        # SIASN abbreviates regional names its own way ("Kab.", "Kep."): Kemendagri's spelling is the official one.
        "name": f"Pemerintah {'Provinsi ' if is_province(region) else ''}{region['name']}" if region else name,
        "short_name": short_regional_name(region) if region else "",
        "kind": KIND_OF_LEVEL[region["level"]] if region else Agency.Kind.CENTRAL,
        "region": region["code"] if region else "",
        "bkn_id": None,
        "quick_code": "",
        "klpd_code": "",
        "valid_from": UNKNOWN_START,
        "valid_to": None,
        "successor": "",
        "timezone": region["timezone"] if region else JAKARTA,
    }


def is_province(region: Row | None) -> bool:
    return bool(region) and region["level"] == Region.Level.PROVINCE


def short_regional_name(region: Row) -> str:
    prefix = {"provinsi": "Pemprov", "kabupaten": "Pemkab", "kota": "Pemkot"}[region["level"]]
    return f"{prefix} {region['short_name']}"


def told_by(line: dict[str, str]) -> Row:
    """The fields a line of agency_successors.csv decides; an empty cell decides nothing."""
    told: Row = {field: line[field] for field in ("name", "short_name", "timezone") if line[field]}
    told |= {field: date.fromisoformat(line[field]) for field in ("valid_from", "valid_to") if line[field]}
    # A split agency has several successors, the main one first; the row can point to one.
    if line["successors"]:
        told["successor"] = line["successors"].split()[0]
    return told


def add_names_of_2024(line: dict[str, str], rows: dict[str, Row]) -> None:
    """Abbreviation and KLPD code of the 2024 list; the name is the key, as half of the list has no code."""
    matches = [row for row in rows.values() if row["name"] == line["nama"] and row["valid_to"] is None]
    if len(matches) != 1:
        raise ReferenceBroken(f"agency_successors.csv: {len(matches)} open rows for {line['nama']}")
    matches[0].update(short_name=line["singkatan"], klpd_code=line["klpd_code"])


def job_title_rows() -> list[Row]:
    structural = [
        dict(zip(("code", "name", "family", "tier", "retirement_age"), title, strict=True))
        for title in STRUCTURAL_TITLES
    ]
    return structural + [functional_row(line) for line in read("jabatan_fungsional.csv")]


def functional_row(line: dict[str, str]) -> Row:
    return {
        "code": f"jf:{line['bkn_id']}",
        "name": line["nama"],
        "family": JobTitle.Family.FUNCTIONAL,
        "tier": "" if line["jenjang"] == NO_LEVEL else line["jenjang"],
        # SIASN writes 0 where it does not know.
        "retirement_age": whole_number(line["usia_bup"]) or None,
    }


def read(file_name: str) -> list[dict[str, str]]:
    with (DATA / file_name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def whole_number(text: str) -> int | None:
    return int(text) if text else None


# --- Writing ---


def write(model: type[models.Model], rows: list[Row]) -> Loaded:
    """Create and change so that ``model`` holds ``rows`` (told apart by code); rows of others stay as they are."""
    doubles = [code for code, count in Counter(row["code"] for row in rows).items() if count > 1]
    if doubles:
        raise ReferenceBroken(f"{model.__name__}: codes given twice: {doubles}")
    fields = [field for field in rows[0] if field != "code"]
    stored = {held["code"]: held for held in model.everything.values("pk", "code", *fields)}
    new = [model(**row) for row in rows if row["code"] not in stored]
    changed = [
        model(pk=stored[row["code"]]["pk"], **row)
        for row in rows
        if row["code"] in stored and any(stored[row["code"]][field] != row[field] for field in fields)
    ]
    model.everything.bulk_create(new, batch_size=500)
    if changed:
        model.everything.bulk_update(changed, fields, batch_size=200)
    return Loaded(created=len(new), changed=len(changed), unchanged=len(rows) - len(new) - len(changed))


def link(model: type[models.Model], field: str, target_of: dict[str, str]) -> int:
    """Point ``field`` of each row to the row with the given code; after `write`, when all rows have keys."""
    stored = {code: (pk, target) for code, pk, target in model.everything.values_list("code", "pk", f"{field}_id")}
    wanted = {code: stored[target][0] if target else None for code, target in target_of.items()}
    changed = [model(pk=stored[code][0], **{f"{field}_id": pk}) for code, pk in wanted.items() if stored[code][1] != pk]
    if changed:
        model.everything.bulk_update(changed, [field], batch_size=500)
    return len(changed)
