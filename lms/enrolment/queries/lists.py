"""What is known of a pasted list of numbers: whose they are, and what would become of each."""

from django.utils import timezone

from cms.directory.models import PersonNumber
from lms.enrolment.models import CourseRun, Enrolment
from lms.enrolment.queries.runs import WAITING, lacking, seats_of
from lms.enrolment.rules import MAY_TAKE_PART, Known, Line, why_unknown, words_of


def find_people(lines: list[Line]) -> None:
    """Write into each line whose number it is. One statement."""
    rows = PersonNumber.everything.on(timezone.localdate()).filter(
        value__among={line.number for line in lines}, person__merged_into=None
    )
    columns = ("value", "person", "person__agency", "person__name", "person__legal_status")
    people = {value: Known(*known) for value, *known in rows.values_list(*columns)}
    for line in lines:
        line.person = people.get(line.number)


def judge_lines(run: CourseRun, lines: list[Line], *, excused: bool = False) -> dict[int, int]:
    """Write into each line what would become of it; returns the cycles so far by person. Two statements, and one
    when the course requires others. ``excused``: whoever lacks one gets a place all the same.
    """
    keys = {line.person.pk for line in lines if line.person}
    cycles, already = _standings(run, keys)
    lacks = lacking(run.release, keys)
    seats = seats_of(run)
    # Nobody overtakes the waiting list, even when a seat is free for a moment.
    free = len(lines) if run.seats is None else 0 if seats["waiting"] else max(0, run.seats - seats["taken"])
    seen = set()
    for line in lines:
        key = line.person.pk if line.person else line.number
        line.state = Line.DUPLICATE if key in seen else _judge(run, line.person, already)
        seen.add(key)
        line.lacks = lacks.get(key, "") if line.state == Line.OK else ""
        if line.lacks and not excused:
            line.state = Line.LACKS
        if line.state == Line.OK and free == 0:
            line.state = Line.FULL
        free -= line.state == Line.OK
    return cycles


def explain_lines(run: CourseRun, lines: list[Line]) -> None:
    """Say of each judged line what its state means, and whose number it is."""
    for line in lines:
        line.message = why_unknown(line.number) if line.state == Line.UNKNOWN else words_of(line.state, line.lacks)
        # A name is shown only inside the run's own agency (Z02).
        if line.person and line.person.agency_id == run.agency_id:
            line.name = line.person.name


def _judge(run: CourseRun, person: Known | None, already: set[int]) -> str:
    if person is None:
        return Line.UNKNOWN
    if person.agency_id != run.agency_id and not run.open_to_all:
        return Line.OTHER_AGENCY
    if person.pk in already:
        return Line.ALREADY
    return Line.OK if person.legal_status in MAY_TAKE_PART else Line.STATUS


def _standings(run: CourseRun, people: set[int]) -> tuple[dict[int, int], set[int]]:
    """Cycles so far by person, and who has an open place on the course or has completed this very run."""
    cycles, already = {}, set()
    rows = Enrolment.everything.filter(course=run.course_id, learner__among=people)
    for learner, cycle, state, on_run in rows.values_list("learner", "cycle", "state", "run"):
        cycles[learner] = max(cycle, cycles.get(learner, 0))
        completed_here = state == Enrolment.State.COMPLETED and on_run == run.pk
        if completed_here or state in (Enrolment.State.ACTIVE, WAITING):
            already.add(learner)
    return cycles, already
