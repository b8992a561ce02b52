"""Writes of an exam: start, save, submit. The server's clock decides, and the database settles every race."""

import logging
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import DecimalField, F, Q, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cms.core.patience import patient
from cms.core.prepared import PreparedUpdate
from cms.directory.services import notify
from lms.assessment import queries, rules
from lms.assessment.exceptions import AnswerRefused, StartRefused, SubmitRefused
from lms.assessment.models import Attempt, AttemptResponse, GradeEntry
from lms.enrolment.models import Enrolment
from lms.progress import services as progress

log = logging.getLogger(__name__)
# A save sent in the last second may still be on its way over a slow line.
GRACE = timedelta(seconds=10)
SWEEP = 200
OPEN = Attempt.State.OPEN
MOST_TRIES = 5


@patient
def start(*, enrolment: Enrolment, by) -> Attempt:
    """The open attempt of ``enrolment``, begun now if there is none; or raise ``StartRefused``.

    One INSERT for a place that came from ``queries.exam_places``; any other place is read first.
    """
    place = enrolment if hasattr(enrolment, "last_number") else queries.exam_places().get(pk=enrolment.pk)
    if place.open_uuid:
        return queries.loaded(Attempt.everything).get(uuid=place.open_uuid)
    exam = queries.exam_of(place.release.uuid)
    if exam is None or not exam.pool:
        raise StartRefused(_("This course has no exam."))
    used = place.last_number or 0
    refusal = rules.why_not_start(
        active=place.state == Enrolment.State.ACTIVE,
        units_left=place.has_units_left,
        used=used,
        allowed=queries.allowed_attempts(place, exam),
    )
    if refusal:
        raise StartRefused(refusal)
    return _begin(place, exam, used + 1)


def _begin(place: Enrolment, exam: queries.Exam, number: int) -> Attempt:
    now, seed, seen = timezone.now(), secrets.token_hex(16), queries.seen_before(place)
    attempt = Attempt(
        enrolment=place,
        release=place.release,
        number=number,
        seed=seed,
        seen=seen,
        layout=rules.draw(exam.pool.values(), exam.cells, seed, exam.questions, seen),
        started_at=now,
        deadline_at=now + timedelta(minutes=exam.minutes + (place.extra_minutes or 0)),
    )
    try:
        with transaction.atomic():
            attempt.save(force_insert=True)
        return attempt
    except IntegrityError as fault:
        # A parallel start was first (E02, E08). Its attempt is this one.
        first = queries.loaded(Attempt.everything).filter(enrolment=place, state=OPEN).first()
        if first is None:
            raise StartRefused(_("The exam was started elsewhere at the same time. Open this page again.")) from fault
        return first


@dataclass(frozen=True)
class Saved:
    """What became of a save. ``stale``: a later save is already there. ``closed``: the exam is over."""

    outcome: str
    seq: int
    at: datetime
    deadline_at: datetime | None = None
    answers: dict = field(default_factory=dict)


@patient
def save(*, attempt_uuid, learner_id: int, seq: int, answers: dict) -> Saved:
    """Keep ``answers`` (from ``rules.read_drafts``) if ``seq`` is higher than any before. One conditional UPDATE."""
    now = timezone.now()
    if _keep(attempt=attempt_uuid, learner=learner_id, seq=seq, answers=answers, since=now - GRACE):
        return Saved("saved", seq, now)
    return _not_saved(_of_learner(attempt_uuid, learner_id).get(), seq, answers, now)


def _of_learner(attempt_uuid, learner_id: int):
    places = Enrolment.everything.filter(learner=learner_id).exclude(state=Enrolment.State.CANCELLED)
    return Attempt.everything.filter(uuid=attempt_uuid, enrolment__in=places)


@PreparedUpdate
def _keep(attempt, learner, seq, answers, since):
    # All conditions stand on the attempt's own columns: PostgreSQL checks them again after waiting for a lock,
    # but not those of a join. A join here would let an older save replace a newer one.
    rows = _of_learner(attempt, learner).filter(state=OPEN, save_seq__lt=seq, deadline_at__gte=since)
    return rows, {"answers": answers, "save_seq": seq}


def _not_saved(attempt: Attempt, seq: int, answers: dict, now: datetime) -> Saved:
    if is_running(attempt, now):
        # The same save again, because its receipt was lost on the way, is good news.
        same = attempt.save_seq == seq and attempt.answers == answers
        return Saved("saved" if same else "stale", attempt.save_seq, now, attempt.deadline_at, attempt.answers)
    _keep_aside(attempt, seq, answers, now)
    return Saved("closed", attempt.save_seq, now, attempt.deadline_at, attempt.answers)


def _keep_aside(attempt: Attempt, seq: int, answers: dict, now: datetime) -> None:
    """Not counted, but not thrown away either (E04). Of two that come at once the later one stays (I02)."""
    is_later = Q(late_answers={}) | Q(late_answers__seq__lt=seq)
    rows = Attempt.everything.filter(is_later, pk=attempt.pk, save_seq__lt=seq)
    rows.update(late_answers={"seq": seq, "at": now.isoformat(), "answers": answers})


def is_running(attempt: Attempt, now: datetime | None = None) -> bool:
    return attempt.state == OPEN and (now or timezone.now()) <= attempt.deadline_at + GRACE


def with_all_minutes(*, attempt: Attempt) -> Attempt:
    """``attempt``, while it runs, with every minute its place was given; it comes from ``queries.own_attempt``.

    Minutes may be given in the very moment of a start: the start has not read them, and the giver has not seen the
    start. Whoever looks next, the reader of the paper or the giver after committing, mends it. Twice is as once.
    """
    extra = getattr(attempt, "extra_minutes", None)
    if not extra or not is_running(attempt):
        return attempt
    due = attempt.started_at + timedelta(minutes=queries.exam_of(attempt.release.uuid).minutes + extra)
    if attempt.deadline_at < due:
        Attempt.everything.filter(pk=attempt.pk, state=OPEN, deadline_at__lt=due).update(deadline_at=due)
        attempt.deadline_at = due
    return attempt


def submit(*, attempt: Attempt, by) -> Attempt:
    """Close ``attempt`` and mark it from its stored answers. The second, third, parallel submit changes nothing."""
    for _try in range(MOST_TRIES):
        if attempt.state != OPEN:
            return attempt
        if _close(attempt=attempt, by=by):
            return attempt
        # A save or another submit came between reading and closing.
        attempt = queries.attempt_again(attempt.pk)
    raise SubmitRefused(_("Your answers are still being saved. Try again in a moment."))


@patient
@transaction.atomic
def _close(*, attempt: Attempt, by) -> bool:
    now = timezone.now()
    exam = queries.exam_for(attempt)
    responses = _marked(attempt, exam)
    fractions = [response.fraction for response in responses]
    outcome = {
        "state": Attempt.State.SUBMITTED if is_running(attempt, now) else Attempt.State.EXPIRED,
        "submitted_at": now,
        "score": rules.score(fractions),
        "passed": rules.has_passed(fractions, exam.pass_score),
        "cell_scores": rules.cell_scores((exam.pool[r.version_id].competency, r.fraction) for r in responses),
    }
    # Only if the answers are still those that were marked: the score always belongs to the stored answers (I04).
    if not _shut(attempt=attempt.pk, seq=attempt.save_seq, **outcome):
        return False
    for name, value in outcome.items():
        setattr(attempt, name, value)
    AttemptResponse.everything.bulk_create(responses)
    GradeEntry.everything.create(
        enrolment_id=attempt.enrolment_id,
        item="exam",
        attempt=attempt,
        score=attempt.score,
        reason="auto",
        actor_id=getattr(by, "pk", None),
        at=now,
    )
    _count(attempt, now)
    return True


@PreparedUpdate
def _shut(attempt, seq, **outcome):
    return Attempt.everything.filter(pk=attempt, state=OPEN, save_seq=seq), outcome


def _marked(attempt: Attempt, exam: queries.Exam) -> list[AttemptResponse]:
    responses = []
    for number, place in enumerate(attempt.layout, 1):
        question = exam.pool[place["version"]]
        try:
            answer = rules.read_answer(question.kind, attempt.answers.get(str(number)), place["options"])
        except AnswerRefused:  # the clock closed an exam with an unreadable draft in it
            answer = None
        fraction = rules.mark(question.kind, question.key, answer)
        responses.append(AttemptResponse(attempt=attempt, version_id=question.pk, answer=answer, fraction=fraction))
    return responses


def _count(attempt: Attempt, now: datetime) -> None:
    """Write the best score on the place, and finish the course if this was what lacked."""
    enrolment = attempt.enrolment
    _lift(place=enrolment.pk, score=attempt.score, now=now)
    enrolment.score = max(enrolment.score or 0, attempt.score)
    if attempt.passed:  # a failed exam cannot finish a course
        progress.settle(enrolment=enrolment, cells=attempt.cell_scores)


@PreparedUpdate
def _lift(place, score, now):
    best = Greatest(Coalesce(F("score"), Value(0), output_field=DecimalField()), Value(score))
    return Enrolment.everything.filter(pk=place), {"score": best, "last_activity": now}


def close_if_due(*, attempt: Attempt) -> Attempt:
    """Submit an attempt whose time is over; the sweep may not have come by yet."""
    return with_all_minutes(attempt=attempt) if is_running(attempt) else submit(attempt=attempt, by=None)


def expire_due() -> int:
    """Submit what the clock has closed, up to 200 attempts; returns how many."""
    due = Attempt.everything.filter(state=OPEN, deadline_at__lt=timezone.now() - GRACE).order_by("deadline_at")
    done = 0
    for attempt in list(queries.loaded(due)[:SWEEP]):
        try:
            with transaction.atomic():
                _tell_result(submit(attempt=attempt, by=None))
            done += 1
        except Exception:  # noqa: BLE001  one attempt that cannot be closed must not keep the others open
            log.exception("exam attempt could not be closed")
    return done


def _tell_result(attempt: Attempt) -> None:
    """Who was not there when the clock closed the exam reads of its result in a notice."""
    notify(
        person_id=attempt.enrolment.learner_id, kind="exam_result", key=str(attempt.uuid),
        text=gettext_noop("Time was over, so your exam was submitted as saved. The result is ready."),
        url=f"/ujian/kerja/{attempt.uuid}/hasil/",
    )  # fmt: skip
