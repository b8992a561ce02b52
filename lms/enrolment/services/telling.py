"""What people are told about their places, in the site's first language: the reader is not the one who acts."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.core.models import OutboxMessage
from cms.directory.models import Notice
from lms.enrolment import queries
from lms.enrolment.models import CourseRun, Enrolment
from lms.enrolment.rules import today_in

HOME = "/beranda/"  # a path, not a route: the notice is kept, and its reader's language is not ours
STARTS, ENDS = "class_starts", "run_ends"
ENDS_IN = timedelta(days=7)


def words_for(enrolment: Enrolment, run: CourseRun, *, freed: bool = False) -> dict:
    """The notice about a place, in the site's first language: its reader is not the one who acts."""
    active = enrolment.state == Enrolment.State.ACTIVE
    with override(settings.LANGUAGE_CODE):
        if freed:
            text = _("A seat has become free: you now have a place on %(run)s.")
        elif active:
            text = _("You have been given a place on %(run)s.")
        else:
            text = _("You are on the waiting list of %(run)s.")
        text = text % {"run": run.name}
    kind = "place_given" if active else "place_awaited"
    return {"kind": kind, "key": str(enrolment.uuid), "text": text[:300], "url": HOME}


def tell(told: list[tuple[int, dict]]) -> None:
    """``notify`` for a whole list of (person, words) in two statements; the sweep sends the mails."""
    if not told:
        return
    Notice.everything.bulk_create((Notice(person_id=person, **word) for person, word in told), ignore_conflicts=True)
    OutboxMessage.everything.bulk_create(
        (
            OutboxMessage(
                kind="notice_mail",
                key=f"{person}:{word['kind']}:{word['key']}",
                payload={"person": person, "kind": word["kind"], "key": word["key"]},
            )
            for person, word in told
        ),
        ignore_conflicts=True,
    )


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
    fresh = list(places.select_related("release").only("learner", "release__title"))
    tell([(row.learner_id, _words_of_run(row, run, kind)) for row in fresh])
    return len(fresh)


def _words_of_run(place: Enrolment, run: CourseRun, kind: str) -> dict:
    with override(settings.LANGUAGE_CODE):
        if kind == STARTS:
            text = _("%(course)s, %(run)s, begins tomorrow, %(day)s.")
            day = run.starts_on
        else:
            text = _("%(course)s, %(run)s, ends on %(day)s, 23.59. See what is still missing.")
            day = run.ends_on
        text = text % {"course": place.release.title, "run": run.name, "day": date_format(day, "j F Y")}
    return {"kind": kind, "key": str(run.uuid), "text": text[:300], "url": HOME}
