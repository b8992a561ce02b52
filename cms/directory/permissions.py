"""Who may do what with people."""

from cms.directory.models import Grant
from cms.directory.queries import roles_of

HR = Grant.HR_ROLES

# Whoever could take over one of these accounts by a code would rise above an HR analyst.
ABOVE_ANALYST = {Grant.Role.HR_HEAD, Grant.Role.AUDITOR, Grant.Role.MINISTRY, Grant.Role.TECHNICAL}


def holds(user, *roles: str) -> bool:
    return bool(roles_of(user) & set(roles))


def may_review_people(user) -> bool:
    return holds(user, *Grant.HR_ROLES)


def needs_second_factor(user) -> bool:
    return holds(user, *Grant.SECOND_FACTOR)


def may_open_door_of(user, person) -> bool:
    """Hand out codes or close an account: not one's own, and of an HR head only by another HR head."""
    if person.pk == user.person_id:
        return False
    account = getattr(person, "user", None)
    theirs = roles_of(account) if account else set()
    return holds(user, Grant.Role.HR_HEAD) or theirs.isdisjoint(ABOVE_ANALYST)
