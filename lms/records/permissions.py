"""Who may do what with certificates."""

from cms.directory.models import Agency, Grant, Person
from cms.directory.permissions import holds_whole
from cms.directory.queries import whole_agencies_where
from lms.enrolment.models import CourseRun
from lms.records.models import ISSUERS, Certificate


def may_see_desk(user) -> bool:
    return user.is_authenticated and holds_whole(user, *ISSUERS, "facilitator")


def may_decide(user, agency_id: int) -> bool:
    """Replace, or be the second person of a withdrawal: publishers and HR heads of the issuing agency."""
    return whole_agencies_where(user, *ISSUERS).filter(agency=agency_id).exists()


def may_propose(user, certificate: Certificate) -> bool:
    """Propose a withdrawal: those who decide, and the facilitator of the class (robustness 5)."""
    if may_decide(user, certificate.agency_id):
        return True
    return CourseRun.everything.facilitated_by(user).filter(enrolments__record=certificate.record_id).exists()


def correctable_by(user):
    """People whose JP ``user`` may correct: of the agencies she serves for HR as a whole, never her own (I06)."""
    hr = Grant.everything.live().filter(user=user, role__in=Grant.HR_ROLES, unit=None)
    return Person.everything.filter(agency__in=hr.values("agency"), merged_into=None).exclude(pk=user.person_id)


def may_see_signatories(user) -> bool:
    return holds_whole(user, *ISSUERS)


def agencies_decided(user):
    """Agencies for whose certificates ``user`` answers."""
    return Agency.everything.filter(pk__in=whole_agencies_where(user, *ISSUERS)).order_by("name")


def verifies_claims(user) -> bool:
    """Verify JP of learning outside Bestari: HR of a whole agency, as for corrections."""
    return user.is_authenticated and holds_whole(user, *Grant.HR_ROLES)
