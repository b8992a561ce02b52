"""The HR list as a sheet: text stays text (U08)."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook

from cms.directory.rules import mask_number

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def neutral(text) -> str:
    """A cell no spreadsheet takes for a formula."""
    text = str(text)
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


def people_xlsx(people, totals: dict) -> bytes:
    """Name, masked number, unit, position, JP of the year; one row a person."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("People"))
    sheet.append([_("Name"), _("Number"), _("Unit"), _("Position"), "JP"])
    for person in people:
        number = next((n.value for n in person.numbers.all() if n.valid_to is None), "")
        cells = [person.name, mask_number(number) if number else "", person.unit or "", person.position or ""]
        sheet.append([*map(neutral, cells), float(totals.get(person.pk, 0))])
    out = BytesIO()
    book.save(out)
    return out.getvalue()
