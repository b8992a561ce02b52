"""Who people are: regions, agencies, persons with dated numbers and assignments, accounts, grants, reach."""

from cms.directory.models.accounts import DoorCode, Grant, OpenSession, Reach, User
from cms.directory.models.notices import Notice
from cms.directory.models.people import Assignment, ErasureEntry, Identity, Person, PersonNumber
from cms.directory.models.places import Agency, JobTitle, OrgUnit, Position, Region
from cms.directory.models.requests import DataRequest
from cms.directory.models.unsent import UnsentForm

__all__ = [
    "Agency", "Assignment", "DataRequest", "DoorCode", "ErasureEntry", "Grant", "Identity", "JobTitle", "Notice",
    "OpenSession", "OrgUnit", "Person", "PersonNumber", "Position", "Reach", "Region", "UnsentForm",
    "User",
]  # fmt: skip
