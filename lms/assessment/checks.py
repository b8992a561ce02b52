"""Invariants of exams for ``check_invariants`` (robustness I02 to I04)."""

from django.db.models import Count, DecimalField, F, Max, OuterRef, Q, Subquery

from cms.core.invariants import invariant
from lms.assessment.models import Attempt, AttemptResponse, GradeEntry
from lms.enrolment.models import Enrolment

SHOWN = 20


def _named(attempts, sentence: str) -> list[str]:
    return [f"attempt {uuid}: {sentence}" for uuid in attempts.values_list("uuid", flat=True)[:SHOWN]]


@invariant("I02", "an answer is stored only with the number of its save")
def no_answer_without_a_save() -> list[str]:
    return _named(Attempt.everything.filter(save_seq=0).exclude(answers={}), "answers without a save")


@invariant("I03", "one open attempt per place, with a deadline after its start")
def one_open_attempt() -> list[str]:
    doubled = (
        Attempt.everything.filter(state=Attempt.State.OPEN)
        .values("enrolment").annotate(n=Count("pk")).filter(n__gt=1).values_list("enrolment", flat=True)
    )  # fmt: skip
    return [f"enrolment {pk}: several open attempts" for pk in doubled[:SHOWN]] + _named(
        Attempt.everything.filter(deadline_at__lte=F("started_at")), "deadline before start"
    )


@invariant("I04", "a submitted attempt has its score, its grade and its responses, and the place has the best grade")
def submitted_is_final() -> list[str]:
    over = ~Q(state=Attempt.State.OPEN)
    automatic = GradeEntry.everything.filter(attempt=OuterRef("pk"), reason="auto").values("score")[:1]
    graded = Attempt.everything.annotate(grade=Subquery(automatic, output_field=DecimalField()))
    answered = AttemptResponse.everything.filter(attempt__state=Attempt.State.OPEN).values("attempt")
    best = (
        GradeEntry.everything.filter(enrolment=OuterRef("pk"))
        .order_by().values("enrolment").annotate(best=Max("score")).values("best")
    )  # fmt: skip
    places = Enrolment.everything.annotate(best=Subquery(best, output_field=DecimalField())).exclude(best=None)
    wrong = places.filter(Q(score=None) | ~Q(score=F("best"))).values_list("uuid", flat=True)
    return [
        *_named(
            graded.filter(over).filter(Q(score=None) | Q(grade=None) | ~Q(score=F("grade"))), "score and grade differ"
        ),
        *_named(Attempt.everything.filter(over, responses=None), "no responses"),
        *_named(Attempt.everything.filter(pk__in=answered), "marked while open"),
        *[f"enrolment {uuid}: its score is not its best grade" for uuid in wrong[:SHOWN]],
    ]
