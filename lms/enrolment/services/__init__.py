"""Writes about runs and places: ``places`` gives and ends a seat, ``lists`` gives many, ``runs`` opens and closes,
``telling`` informs."""

from lms.enrolment.services.lists import Outcome, check_many, enrol_many
from lms.enrolment.services.places import cancel, enrol, refusal_of, units_required
from lms.enrolment.services.runs import change_run, close_run, name_facilitators, open_run, record_export, reopen_run
from lms.enrolment.services.telling import tell_of_runs

__all__ = [
    "Outcome", "cancel", "change_run", "check_many", "close_run", "enrol", "enrol_many", "name_facilitators",
    "open_run", "record_export", "refusal_of", "reopen_run", "tell_of_runs", "units_required",
]  # fmt: skip
