"""Who may do what with certificates."""

from cms.directory.models import Agency
from cms.directory.permissions import holds
from cms.directory.queries import agencies_where
from lms.enrolment.models import CourseRun
from lms.records.models import ISSUERS, Certificate


def may_see_desk(user) -> bool:
    return user.is_authenticated and holds(user, *ISSUERS, "facilitator")


def may_decide(user, agency_id: int) -> bool:
    """Replace, or be the second person of a withdrawal: publishers and HR heads of the issuing agency."""
    return agencies_where(user, *ISSUERS).filter(agency=agency_id).exists()


def may_propose(user, certificate: Certificate) -> bool:
    """Propose a withdrawal: those who decide, and the facilitator of the class (robustness 5)."""
    if may_decide(user, certificate.agency_id):
        return True
    return CourseRun.everything.facilitated_by(user).filter(enrolments__record=certificate.record_id).exists()


def may_see_signatories(user) -> bool:
    return holds(user, *ISSUERS)


def agencies_decided(user):
    """Agencies for whose certificates ``user`` answers."""
    return Agency.everything.filter(pk__in=agencies_where(user, *ISSUERS)).order_by("name")
