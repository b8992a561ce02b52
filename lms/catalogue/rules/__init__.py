"""Pure rules of the catalogue: reading a folder of text files, estimating minutes, lint."""

from lms.catalogue.rules.folder import CourseDraft, UnitDraft, body_blocks, read_folder, read_front_matter
from lms.catalogue.rules.lint import JP_MINUTES, Finding, estimated_minutes, lint, words_in
from lms.catalogue.rules.questions import question_body, question_fault

__all__ = [
    "JP_MINUTES", "CourseDraft", "Finding", "UnitDraft", "body_blocks", "estimated_minutes", "lint", "question_body",
    "question_fault", "read_folder", "read_front_matter", "words_in",
]  # fmt: skip
