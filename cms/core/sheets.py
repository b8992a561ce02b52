"""Spreadsheets for people: the type of the file, cells that stay text (U08), the book as bytes."""

from io import BytesIO

from openpyxl import Workbook

from cms.core.kinds import TYPES

XLSX = TYPES["xlsx"]
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def neutral(value):
    """A cell no spreadsheet takes for a formula, whatever a person is called; numbers and days stay what they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_bytes(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
