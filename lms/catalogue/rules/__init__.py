"""Pure rules of the catalogue: reading a folder of text files, estimating minutes, lint."""

from lms.catalogue.rules.folder import CourseDraft, UnitDraft, body_blocks, read_folder, read_front_matter
from lms.catalogue.rules.lint import JP_MINUTES, Finding, Known, estimated_minutes, lint, words_in
from lms.catalogue.rules.outline import (
    add_module,
    change_module,
    drop_module,
    drop_unit,
    place_unit,
    step_module,
    step_unit,
)
from lms.catalogue.rules.questions import question_body, question_digest, question_fault, question_name

__all__ = [
    "JP_MINUTES", "CourseDraft", "Finding", "Known", "UnitDraft", "add_module", "body_blocks", "change_module",
    "drop_module", "drop_unit", "estimated_minutes", "lint", "place_unit", "question_body", "question_digest",
    "question_fault", "question_name", "read_folder", "read_front_matter", "step_module", "step_unit", "words_in",
]  # fmt: skip
