"""Reads about runs and places: ``runs`` and who may enter, ``participants`` of one, ``lists`` of pasted numbers."""

from lms.enrolment.queries.lists import explain_lines, find_people, judge_lines
from lms.enrolment.queries.participants import Participant, participants, run_with_participants, units_done
from lms.enrolment.queries.runs import (
    LIVE,
    SOON,
    WAITING,
    Required,
    course_section,
    facilitators_in,
    history_on,
    lacking,
    leaders_of,
    leaders_section,
    learning_counts,
    listed,
    named_on,
    open_runs,
    required_of,
    run_to_enrol_on,
    seats_are_kept,
    seats_of,
    standing_of,
    with_counts,
)

__all__ = [
    "LIVE", "SOON", "WAITING", "Participant", "Required", "course_section", "explain_lines", "facilitators_in",
    "find_people", "history_on", "judge_lines", "lacking", "leaders_of", "leaders_section", "learning_counts",
    "listed", "named_on", "open_runs", "participants", "required_of", "run_to_enrol_on", "run_with_participants",
    "seats_are_kept", "seats_of", "standing_of", "units_done", "with_counts",
]  # fmt: skip
