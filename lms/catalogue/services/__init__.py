"""Writes of the catalogue: a folder of text files into drafts, drafts into review, review into a Release."""

from lms.catalogue.services.drafts import desk_of
from lms.catalogue.services.imports import import_course, stage_import, unstage_import
from lms.catalogue.services.outline import (
    add_unit,
    arrange,
    delete_question,
    save_exam,
    save_question,
    start_course,
    take_corrected_key,
)  # fmt: skip
from lms.catalogue.services.releases import next_version, release
from lms.catalogue.services.reviews import approve, report_fault, send_back, settle_fault, submit, withdraw

__all__ = [
    "add_unit", "approve", "arrange", "delete_question", "desk_of", "import_course", "next_version", "release",
    "report_fault", "save_exam", "save_question", "send_back", "settle_fault", "stage_import", "start_course", "submit",
    "take_corrected_key", "unstage_import", "withdraw",
]  # fmt: skip
