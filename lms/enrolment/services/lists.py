"""A pasted list of numbers: what would become of each line, and places for all who fit, set-wise."""

import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cms.core import bulk
from cms.core.audit import audit
from cms.core.events import announce_all
from cms.core.patience import patient
from cms.directory.models import User
from lms import events
from lms.enrolment import queries
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentEvent
from lms.enrolment.rules import Line, read_lines
from lms.enrolment.services.places import locked, refuse_closed, units_required, verb_of
from lms.enrolment.services.telling import tell, words_of_state

STATES = {Line.OK: Enrolment.State.ACTIVE.value, Line.FULL: Enrolment.State.WAITING.value}


def check_many(run: CourseRun, text: str, *, excused: bool = False) -> list[Line]:
    """What would become of each pasted line; writes nothing. Raises ``EnrolmentRefused`` above 1,000 lines."""
    lines = read_lines(text)
    queries.find_people(lines)
    queries.judge_lines(run, lines, excused=excused)
    queries.explain_lines(run, lines)
    return lines


@dataclass(frozen=True)
class Outcome:
    """What a paste did: places given, places awaited, lines left out with their reasons."""

    seated: int
    waiting: int
    lines: list[Line]

    @property
    def left_out(self) -> int:
        return len(self.lines) - self.seated - self.waiting


@patient
def enrol_many(*, run: CourseRun, numbers: list[str] | str, by: User | None, excuse: str = "") -> Outcome:
    """Places for everybody behind ``numbers``, set-wise; the same list again changes nothing.

    ``excuse``: why people who lack a required course get a place all the same; without it they are left out.
    """
    lines = read_lines(numbers if isinstance(numbers, str) else "\n".join(numbers))
    # Read before the lock: others queue behind it.
    release = run.release
    units = units_required(release)
    queries.find_people(lines)
    with transaction.atomic():
        run = locked(run)
        run.release = release  # frozen: nothing to read again
        refuse_closed(run)
        places = _places_for(lines, queries.judge_lines(run, lines, excused=bool(excuse)))
        if places:
            excused = {line.person.pk: excuse[:200] for line in lines if line.takes_part and line.lacks}
            _keep(run, places, units=units, by=by, excused=excused)
    seated = sum(state == Enrolment.State.ACTIVE for *_rest, state in places)
    return Outcome(seated=seated, waiting=len(places) - seated, lines=lines)


def _places_for(lines: list[Line], cycles: dict[int, int]) -> list[tuple]:
    """(uuid, learner, agency, cycle, state) of each line that takes part."""
    return [
        (uuid.uuid4(), line.person.pk, line.person.agency_id, cycles.get(line.person.pk, 0) + 1, STATES[line.state])
        for line in lines
        if line.takes_part
    ]


def _keep(run: CourseRun, places: list[tuple], *, units: int, by: User | None, excused: dict[int, str]) -> None:
    """Write ``places`` with all that belongs to them, each table in one statement."""
    keys = _seat(run, places, units)
    rows = [
        (keys[learner], verb_of(state), excused.get(learner, "list"))
        for _uuid, learner, _agency, _cycle, state in places
    ]
    bulk.insert(EnrolmentEvent, "enrolment verb reason", rows, same={"actor_id": getattr(by, "pk", None)})
    audit(by, "enrol_many", run, detail=_detail(places, excused))
    for state in STATES.values():
        told = [(learner, str(one)) for one, learner, _agency, _cycle, own in places if own == state]
        tell(told, are_new=True, **words_of_state(state, run))
    announce_all(
        events.enrolled,
        [
            events.Enrolled(enrolment_id=keys[learner], learner_id=learner)
            for _uuid, learner, _agency, _cycle, state in places
            if state == Enrolment.State.ACTIVE
        ],
    )


def _detail(places: list[tuple], excused: dict[int, str]) -> dict:
    detail = {"places": [str(one) for one, *_rest in places]}
    if excused:
        detail["excused"] = [str(one) for one, learner, *_rest in places if learner in excused]
        detail["reason"] = next(iter(excused.values()))
    return detail


def _seat(run: CourseRun, places: list[tuple], units: int) -> dict[int, int]:
    """The rows themselves; returns {learner: key of her place}."""
    same = {"run": run.pk, "course": run.course_id, "release": run.release_id, "units_total": units}
    try:
        with transaction.atomic():
            rows = bulk.insert(
                Enrolment, "uuid learner agency_then cycle state", places, same=same, returning=("learner", "id")
            )
    except IntegrityError as fault:  # one of them enrolled on another run of this course just now
        raise EnrolmentRefused(_("Somebody has just taken a place on another run. Check the list again.")) from fault
    return dict(rows)
