"""Pure rules of the catalogue: reading a folder of text files, estimating minutes, lint."""

from lms.catalogue.rules.blueprint import DIFFICULTIES, Cell, cells_of, difficulty_word
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
from lms.catalogue.rules.questions import (
    as_written,
    holds_old_key,
    question_body,
    question_digest,
    question_fault,
    question_name,
    teaching_unit,
    with_key,
)  # fmt: skip

__all__ = [
    "DIFFICULTIES", "JP_MINUTES", "Cell", "CourseDraft", "Finding", "Known", "UnitDraft", "add_module",
    "as_written", "body_blocks", "cells_of", "change_module", "difficulty_word", "drop_module", "drop_unit",
    "estimated_minutes", "holds_old_key", "lint", "place_unit", "question_body", "question_digest",
    "question_fault", "question_name", "read_folder", "read_front_matter", "step_module", "step_unit",
    "teaching_unit", "with_key", "words_in",
]  # fmt: skip
