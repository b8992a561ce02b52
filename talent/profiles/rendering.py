"""The HR list as a sheet: text stays text (U08), and a second sheet says who took it, when and what for."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook

from cms.core.privacy import class_of
from cms.directory.models import Person
from cms.directory.rules import mask_number

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Manifest:
    by: str
    agency: str
    at: datetime
    purpose: str
    filters: list[str]
    rows: int


def neutral(text) -> str:
    """A cell no spreadsheet takes for a formula."""
    text = str(text)
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def people_xlsx(people, manifest: Manifest) -> bytes:
    """Name, masked number, unit, position, JP of the year, gaps; one row a person. Numbers stay masked (S03)."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("People"))
    sheet.append(
        [_("Name"), _("Number"), _("Unit"), _("Position"), "JP", _("Below the standard"), _("Not yet assessed")]
    )
    for person in people:
        number = mask_number(person.number) if person.number else ""
        cells = [person.name, number, person.unit or "", person.position or ""]
        sheet.append([*map(neutral, cells), float(person.jp), person.short, person.unknown])
    _write_manifest(book.create_sheet(_("About this list")), manifest)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


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
        sheet.append([neutral(cell) for cell in line])
