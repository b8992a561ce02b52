"""Writes of the catalogue: a folder of text files into drafts, drafts into review, review into a Release."""

from lms.catalogue.services.drafts import desk_of, import_course
from lms.catalogue.services.releases import next_version, release
from lms.catalogue.services.reviews import approve, report_fault, send_back, submit, writers_of

__all__ = [
    "approve",
    "desk_of",
    "import_course",
    "next_version",
    "release",
    "report_fault",
    "send_back",
    "submit",
    "writers_of",
]
