"""Who may do what with runs and places."""

from cms.directory.models import Grant
from cms.directory.permissions import holds
from cms.directory.queries import whole_agencies_where
from lms.enrolment.models import CourseRun, Enrolment

SEES_RUNS = (Grant.Role.ORGANISER, Grant.Role.FACILITATOR)


def may_see_runs(user) -> bool:
    return user.is_authenticated and holds(user, *SEES_RUNS)


def may_organise_in(user, agency_id: int) -> bool:
    """Open runs and give places: organisers of that very agency; facilitators only look."""
    return whole_agencies_where(user, Grant.Role.ORGANISER).filter(agency=agency_id).exists()


def may_change(user, run: CourseRun) -> bool:
    return may_organise_in(user, run.agency_id)


def may_cancel(user, enrolment: Enrolment) -> bool:
    """The learner herself or an organiser of the run; HR of her agency sees the place but does not end it."""
    return enrolment.learner_id == user.person_id or may_organise_in(user, enrolment.run.agency_id)
