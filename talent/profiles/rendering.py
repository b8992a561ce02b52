"""The HR list as a sheet: text stays text (U08), and a second sheet says who took it, when and what for."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from openpyxl import Workbook

from cms.core.privacy import class_of, exportable
from cms.core.sheets import as_bytes, neutral
from cms.directory.models import Person, PersonNumber
from cms.directory.rules import mask_number


@dataclass(frozen=True)
class Manifest:
    by: str
    agency: str
    at: datetime
    purpose: str
    filters: list[str]
    rows: int


# Heading, the field it shows, and how. A field the register calls specific leaves in no sheet (robustness 6.1).
COLUMNS = (
    (_("Name"), Person, "name", lambda person: person.name),
    (_("Number"), PersonNumber, "value", lambda person: mask_number(person.number) if person.number else ""),
    (_("Unit"), Person, "unit", lambda person: person.unit or ""),
    (_("Position"), Person, "position", lambda person: person.position or ""),
)


def people_xlsx(people, manifest: Manifest) -> bytes:
    """Name, masked number, unit, position, JP of the year, gaps; one row a person. Numbers stay masked (S03)."""
    columns = [column for column in COLUMNS if exportable(column[1], [column[2]])]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(_("People")))
    sheet.append([*(str(c[0]) for c in columns), "JP", str(_("Below the standard")), str(_("Not yet assessed"))])
    for person in people:
        cells = [neutral(str(shown(person))) for _heading, _model, _field, shown in columns]
        sheet.append([*cells, float(person.jp), person.short, person.unknown])
    _write_manifest(book.create_sheet(str(_("About this list"))), manifest)
    return as_bytes(book)


def _write_manifest(sheet, manifest: Manifest) -> None:
    """The watermark: a copy that turns up elsewhere says where it came from."""
    lines = (
        (_("Taken by"), manifest.by),
        (_("Agency"), manifest.agency),
        (_("When"), manifest.at.strftime("%Y-%m-%d %H:%M %z")),
        (_("Purpose"), manifest.purpose),
        (_("Filters"), ", ".join(manifest.filters) or _("none")),
        (_("Rows"), str(manifest.rows)),
        (_("Class of the data"), class_of(Person, "name")),
        (_("Keep"), _("Personal data: delete this file when the purpose is served.")),
    )
    for line in lines:
        sheet.append([neutral(str(cell)) for cell in line])
