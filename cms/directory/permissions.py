"""Who may do what with people."""

from cms.directory.models import Grant, OrgUnit, Person
from cms.directory.models.scope import served, units_below
from cms.directory.queries import roles_of, serves_whole_agency, whole_roles_of

HR = Grant.HR_ROLES

# Whoever could take over one of these accounts by a code would rise above an HR analyst.
ABOVE_ANALYST = {Grant.Role.HR_HEAD, Grant.Role.AUDITOR, Grant.Role.MINISTRY, Grant.Role.TECHNICAL}

_PROGRAMME = {Grant.Role.FACILITATOR, Grant.Role.AUTHOR, Grant.Role.PUBLISHER, Grant.Role.ORGANISER}
# Who may give what (robustness 5). HR heads, auditors and ministry roles are given by the operator, with a command.
GIVES = {
    Grant.Role.HR_HEAD: {*_PROGRAMME, Grant.Role.HR_ANALYST},
    Grant.Role.MINISTRY: _PROGRAMME,
    Grant.Role.TECHNICAL: {Grant.Role.TECHNICAL},
}


def holds(user, *roles: str) -> bool:
    return bool(roles_of(user) & set(roles))


def holds_whole(user, *roles: str) -> bool:
    """Holds one of ``roles`` for an agency as a whole, not just for a unit."""
    return bool(whole_roles_of(user) & set(roles))


def may_review_people(user) -> bool:
    return holds(user, *Grant.HR_ROLES)


def needs_second_factor(user) -> bool:
    return holds(user, *Grant.SECOND_FACTOR)


def may_open_door_of(user, person) -> bool:
    """Hand out codes or close an account: not one's own, and of an HR head only by another HR head.

    Who looks after one unit does not open the door of somebody who works for HR.
    """
    if person.pk == user.person_id:
        return False
    account = getattr(person, "user", None)
    theirs = roles_of(account) if account else set()
    if Person.everything.filter(served(user, Grant.Role.HR_HEAD), pk=person.pk).exists():
        return True
    if not serves_whole_agency(user) and theirs & set(Grant.HR_ROLES):
        return False
    return theirs.isdisjoint(ABOVE_ANALYST)


def may_give(user, role: str, agency, unit=None) -> bool:
    """Whether a grant of today lets ``user`` give or end ``role`` in ``agency``, or below ``unit`` (Z09)."""
    return any(_covers(user, own, agency, unit) for own in _live(user) if role in GIVES.get(own.role, ()))


def _live(user):
    return Grant.everything.live().filter(user=user, role__in=list(GIVES))


def _covers(user, own: Grant, agency, unit) -> bool:
    if own.role == Grant.Role.MINISTRY:
        return True  # programme roles are national
    if own.agency_id != agency.pk:
        return False
    inside = unit is not None and OrgUnit.everything.filter(pk__in=units_below(user, own.role)).filter(pk=unit.pk)
    return own.unit_id is None or (unit is not None and inside.exists())


def gives(user) -> bool:
    return holds(user, *GIVES)


def answers_requests(user) -> bool:
    """Data officers: HR heads of whole agencies."""
    return Grant.Role.HR_HEAD in whole_roles_of(user)


def sets_rules(user) -> bool:
    return holds(user, Grant.Role.TECHNICAL)


def reads_trail(user) -> bool:
    """Read the audit and the access log: HR heads of whole agencies, auditors."""
    return holds(user, Grant.Role.AUDITOR) or Grant.Role.HR_HEAD in whole_roles_of(user)
