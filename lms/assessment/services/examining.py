"""What an examiner gives: more time, more tries, another grade. Each with a reason that is kept (robustness 5)."""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import DecimalField, F, Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cms.core.audit import audit
from cms.directory.models import User
from cms.directory.services import notify
from lms.assessment import queries, rules
from lms.assessment.exceptions import ExamineRefused
from lms.assessment.models import Attempt, GradeEntry, Override
from lms.assessment.services.sitting import GRACE, with_all_minutes
from lms.enrolment.models import Enrolment
from lms.progress import services as progress


@transaction.atomic
def allow_more(*, enrolment: Enrolment, minutes: int = 0, attempts: int = 0, by: User, reason: str) -> Override:
    """More time or tries for one person. An attempt under way gets its minutes at once; one that is over gets none."""
    # The place is the lock: two examiners at once must not pass the limit together.
    Enrolment.everything.select_for_update().get(pk=enrolment.pk)
    before = Override.everything.filter(enrolment=enrolment).aggregate(m=Sum("extra_minutes"), a=Sum("extra_attempts"))
    refusal = rules.why_not_more(
        minutes, attempts, reason, minutes_before=before["m"] or 0, attempts_before=before["a"] or 0
    )
    if refusal:
        raise ExamineRefused(refusal)
    row = Override.everything.create(
        enrolment=enrolment, extra_minutes=minutes, extra_attempts=attempts, reason=reason.strip()[:300], by_id=by.pk
    )
    running = Attempt.everything.filter(
        enrolment=enrolment, state=Attempt.State.OPEN, deadline_at__gte=timezone.now() - GRACE
    )
    if minutes:
        running.update(deadline_at=F("deadline_at") + timedelta(minutes=minutes))
        # A start that was not committed yet could not be seen here.
        transaction.on_commit(lambda: _reach_running(enrolment), robust=True)
    audit(
        by, "exam_override", row, agency_id=enrolment.run.agency_id,
        detail={"place": str(enrolment.uuid), "minutes": minutes, "attempts": attempts, "reason": row.reason},
    )  # fmt: skip
    notify(
        person_id=enrolment.learner_id, kind="exam_override", key=str(row.uuid),
        text=_words(minutes, attempts), params={"minutes": minutes, "attempts": attempts},
        url=f"/ujian/{enrolment.uuid}/",
    )  # fmt: skip
    return row


def _reach_running(enrolment: Enrolment) -> None:
    for attempt in queries.open_attempts(enrolment):
        with_all_minutes(attempt=attempt)


def _words(minutes: int, attempts: int) -> str:
    if minutes and attempts:
        return gettext_noop("You have %(minutes)s more minutes and %(attempts)s more tries for your exam.")
    if minutes:
        return gettext_noop("You have %(minutes)s more minutes for your exam.")
    return gettext_noop("You have %(attempts)s more tries for your exam.")


@transaction.atomic
def override_grade(*, attempt: Attempt, score: Decimal, by: User, reason: str) -> GradeEntry:
    """Another grade for an attempt that is over: a new row that supersedes. A completed course stays completed."""
    enrolment = Enrolment.everything.select_for_update().get(pk=attempt.enrolment_id)
    entry = queries.current_entry(attempt)
    exam = queries.exam_for(attempt)
    if attempt.state == Attempt.State.OPEN or entry is None:
        raise ExamineRefused(_("This exam is still running; its grade can be changed when it is over."))
    if not Decimal(0) <= score <= Decimal(100):
        raise ExamineRefused(_("A score lies between 0 and 100."))
    if refusal := rules.why_no_reason(reason):
        raise ExamineRefused(refusal)
    if enrolment.state == Enrolment.State.COMPLETED and score < exam.pass_score <= entry.score:
        raise ExamineRefused(_("The course is completed by this grade. Withdraw the certificate instead."))
    row = GradeEntry.everything.create(
        enrolment=enrolment, item="exam", attempt=attempt, score=score, reason="override", note=reason.strip()[:300],
        supersedes=entry, actor_id=by.pk,
    )  # fmt: skip
    audit(
        by, "grade_override", row, agency_id=attempt.enrolment.run.agency_id,
        detail={"attempt": str(attempt.uuid), "from": str(entry.score), "to": str(score), "reason": row.note},
    )  # fmt: skip
    tell_new_grade(attempt, row)
    recount(enrolment, passed=score >= exam.pass_score, cells=queries.cells_now(attempt))
    return row


def tell_new_grade(attempt: Attempt, row: GradeEntry) -> None:
    notify(
        person_id=attempt.enrolment.learner_id, kind="grade", key=f"{attempt.uuid}:{row.pk}",
        text=gettext_noop("The grade of your exam was changed to %(score)s."),
        params={"score": f"{row.score:.2f}".replace(".", ",")},
        url=f"/ujian/kerja/{attempt.uuid}/hasil/",
    )  # fmt: skip


def recount(enrolment: Enrolment, *, passed: bool, cells: dict) -> None:
    """The place's score is the best grade not superseded; what lacked to complete may now be there, never the reverse.

    Call it under the place's lock.
    """
    best = GradeEntry.everything.filter(enrolment=enrolment, superseded_by=None).aggregate(
        best=Max("score", output_field=DecimalField())
    )["best"]
    Enrolment.everything.filter(pk=enrolment.pk).update(score=best)
    enrolment.score = best
    if passed:
        progress.settle(enrolment=enrolment, cells=cells)
