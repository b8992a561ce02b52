"""Writes of the exam: sitting it, examining (extra time, grades), mending a wrong key."""

from lms.assessment.services.examining import allow_more, override_grade
from lms.assessment.services.regrading import correct_key
from lms.assessment.services.sitting import (
    GRACE,
    Saved,
    close_if_due,
    expire_due,
    is_running,
    save,
    start,
    submit,
    with_all_minutes,
)  # fmt: skip

__all__ = [
    "GRACE", "Saved", "allow_more", "close_if_due", "correct_key", "expire_due", "is_running", "override_grade", "save",
    "start", "submit", "with_all_minutes",
]  # fmt: skip
