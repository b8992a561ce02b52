"""A wrong key is mended by the next version of its question; every paper it marked is counted again, upward only."""

from django.db import transaction
from django.utils.translation import gettext as _

from cms.core.audit import audit
from cms.directory.models import User
from lms.assessment import queries, rules
from lms.assessment.exceptions import ExamineRefused
from lms.assessment.models import GradeEntry, KeyCorrection
from lms.assessment.services.examining import recount, tell_new_grade
from lms.catalogue.models import Course, QuestionVersion
from lms.catalogue.services import next_version
from lms.enrolment.models import Enrolment
from lms.progress import services as progress


@transaction.atomic
def correct_key(*, newest: QuestionVersion, key: dict, by: User, reason: str) -> KeyCorrection:
    """Put ``key`` in the place of the key of ``newest`` and regrade; papers still open are marked by it later."""
    # The course is the lock: two corrections of one question must follow each other.
    Course.everything.select_for_update().get(pk=newest.course_id)
    if refusal := rules.why_no_reason(reason):
        raise ExamineRefused(refusal)
    if key == newest.key:
        raise ExamineRefused(_("This is the key that holds already."))
    if KeyCorrection.everything.filter(wrong=newest).exists():
        raise ExamineRefused(_("Somebody else has just corrected this question. Look at it again."))
    changes = queries.changes_by(newest, key)
    row = KeyCorrection.everything.create(
        course_id=newest.course_id, wrong=newest, right=next_version(newest, key), reason=reason.strip()[:300],
        by_id=by.pk,
    )  # fmt: skip
    for change in changes:
        _regrade(change, row, by)
    audit(
        by, "correct_key", row, agency_id=newest.course.agency_id,
        detail={"question": newest.question_key, "attempts": len(changes), "reason": row.reason},
    )  # fmt: skip
    return row


def _regrade(change: queries.Change, correction: KeyCorrection, by: User) -> None:
    attempt = change.attempt
    enrolment = Enrolment.everything.select_for_update().get(pk=attempt.enrolment_id)
    entry = GradeEntry.everything.create(
        enrolment=enrolment, item="exam", attempt=attempt, score=change.new, reason="regrade", correction=correction,
        note=correction.reason, supersedes=queries.current_entry(attempt), actor_id=by.pk,
    )  # fmt: skip
    tell_new_grade(attempt, entry)
    recount(enrolment, passed=change.passes, cells=change.cells)
    if change.passes and enrolment.state == Enrolment.State.COMPLETED:
        progress.claim_more(enrolment=enrolment, cells=change.cells)
