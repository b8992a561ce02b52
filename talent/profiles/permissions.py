"""Who sees whose talent profile."""

from cms.directory.models import Grant
from cms.directory.permissions import holds
from cms.directory.queries import leads_people

SEES_PEOPLE = Grant.HR_ROLES


def may_see_people(user) -> bool:
    return holds(user, *SEES_PEOPLE)


def has_profile(user) -> bool:
    return user.person_id is not None


def leads(user) -> bool:
    return leads_people(user)


def sees_counts(user) -> bool:
    return holds(user, Grant.Role.MINISTRY)


def audits(user) -> bool:
    return holds(user, Grant.Role.AUDITOR)
