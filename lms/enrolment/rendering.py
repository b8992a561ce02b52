"""The run's list as a spreadsheet."""

from io import BytesIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from lms.enrolment.models import CourseRun, Enrolment
from lms.enrolment.rules import neutral_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def participants_xlsx(run: CourseRun, people: list[Enrolment]) -> bytes:
    """Everybody on ``run``, a row each; numbers are text, so that a spreadsheet does not round them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Participants"))
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGHIJ", (32, 22, 32, 32, 20, 10, 10, 10, 20, 20), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(
        [
            _("Name"), _("NIP or number"), _("Agency"), _("Unit"), _("State"), _("Done"), _("Units"), _("Score"),
            _("Last active"), _("Completed"),
        ]
    )  # fmt: skip
    for place in people:
        sheet.append([neutral_cell(cell) for cell in _cells(run, place)])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(run: CourseRun, place: Enrolment) -> list:
    learner = place.learner
    return [
        learner.name,
        place.number or "",
        learner.agency.name,
        learner.unit.name if learner.unit else "",
        str(place.get_state_display()),
        place.units_done,
        place.units_total,
        place.score,
        _local(place.last_activity),
        _local(place.completed_at),
    ]


def _local(moment):
    # A spreadsheet knows no time zones.
    return timezone.localtime(moment).replace(tzinfo=None, microsecond=0) if moment else None
