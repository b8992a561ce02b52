"""Talent's door: how far people are with their courses."""

from lms.enrolment.queries import learning_counts

__all__ = ["learning_counts"]
