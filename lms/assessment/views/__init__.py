"""Screens of the exam: for whoever sits it, and for whoever examines."""

from lms.assessment.views.examining import answers, examine, more, question, questions
from lms.assessment.views.sitting import cover, result, review, save, take, time_left

__all__ = [
    "answers", "cover", "examine", "more", "question", "questions", "result", "review", "save", "take", "time_left",
]  # fmt: skip
