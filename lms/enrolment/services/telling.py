"""What people are told about their places: the code's words, as the reader's language is not that of who acts."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_noop

from cms.core import bulk
from cms.core.models import OutboxMessage
from cms.directory.models import Notice
from lms.enrolment import queries
from lms.enrolment.models import CourseRun, Enrolment
from lms.enrolment.rules import today_in

HOME = "/beranda/"  # a path, not a route: the notice is kept, and its reader's language is not ours
STARTS, ENDS = "class_starts", "run_ends"
ENDS_IN = timedelta(days=7)


def words_for(enrolment: Enrolment, run: CourseRun, *, freed: bool = False) -> dict:
    """The notice about a place."""
    return {"key": str(enrolment.uuid), **words_of_state(enrolment.state, run, freed=freed)}


def words_of_state(state: str, run: CourseRun, *, freed: bool = False) -> dict:
    """What everybody with a place in ``state`` is told."""
    if freed:
        kind, text = "place_given", gettext_noop("A seat has become free: you now have a place on %(run)s.")
    elif state == Enrolment.State.ACTIVE:
        kind, text = "place_given", gettext_noop("You have been given a place on %(run)s.")
    else:
        kind, text = "place_awaited", gettext_noop("You are on the waiting list of %(run)s.")
    return {"kind": kind, "text": text, "params": {"run": run.name}, "url": HOME}


def tell(told: list[tuple[int, str]], *, kind: str, text: str, params: dict, url: str, are_new: bool = False) -> None:
    """``notify`` for a whole list of (person, key) in two statements; the sweep sends the mails.

    ``are_new``: the keys were made a moment ago, so nobody has been told; looking for it costs a fifth.
    """
    same, again = {"kind": kind, "text": text, "params": params, "url": url}, not are_new
    bulk.insert(Notice, "person key", told, same=same, ignore_conflicts=again)
    mails = [(f"{person}:{kind}:{key}", {"person": person, "kind": kind, "key": key}) for person, key in told]
    bulk.insert(OutboxMessage, "key payload", mails, same={"kind": "notice_mail"}, ignore_conflicts=again)


def tell_of_runs() -> int:
    """Tell each learner once that her class starts tomorrow, or that her run ends within a week. For the sweep."""
    today = timezone.localdate()
    near = (today - timedelta(days=1), today + ENDS_IN + timedelta(days=1))
    runs = CourseRun.everything.filter(state__in=queries.LIVE)
    told = 0
    for run in runs.filter(starts_on__range=near) | runs.filter(ends_on__range=near):
        here = today_in(run.timezone)
        if run.starts_on == here + timedelta(days=1):
            told += _tell_all(run, STARTS)
        if here <= run.ends_on <= here + ENDS_IN and run.starts_on <= here:
            told += _tell_all(run, ENDS)
    return told


def _tell_all(run: CourseRun, kind: str) -> int:
    said = Notice.everything.filter(person=OuterRef("learner"), kind=kind, key=str(run.uuid))
    places = Enrolment.everything.filter(~Exists(said), run=run, state=Enrolment.State.ACTIVE)
    by_title: dict[str, list] = {}
    for learner, title in places.values_list("learner", "release__title"):
        by_title.setdefault(title, []).append((learner, str(run.uuid)))
    for title, told in by_title.items():
        tell(told, **_words_of_run(title, run, kind))
    return sum(map(len, by_title.values()))


def _words_of_run(title: str, run: CourseRun, kind: str) -> dict:
    if kind == STARTS:
        text, day = gettext_noop("%(course)s, %(run)s, begins tomorrow, %(day)s."), run.starts_on
    else:
        text = gettext_noop("%(course)s, %(run)s, ends on %(day)s, 23.59. See what is still missing.")
        day = run.ends_on
    params = {"course": title, "run": run.name, "day": day.isoformat()}
    return {"kind": kind, "text": text, "params": params, "url": HOME}
