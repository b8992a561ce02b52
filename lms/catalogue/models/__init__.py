"""Course identity, drafting desks and the frozen Release that learners get."""

from lms.catalogue.models.desks import Course, CoursePage, DeskFolder, DraftingDesk, UnitPage
from lms.catalogue.models.imports import ImportDraft, ImportedFile
from lms.catalogue.models.releases import (
    ContentBlob,
    QuestionVersion,
    Release,
    ReleaseFile,
    ReleaseQuestion,
    ReleaseUnit,
)
from lms.catalogue.models.reviews import CourseReviewTask, Review, UnitReport

__all__ = [
    "ContentBlob", "Course", "CoursePage", "CourseReviewTask", "DeskFolder", "DraftingDesk", "ImportDraft",
    "ImportedFile", "QuestionVersion", "Release", "ReleaseFile", "ReleaseQuestion", "ReleaseUnit", "Review",
    "UnitPage", "UnitReport",
]  # fmt: skip
