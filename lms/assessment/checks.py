"""Invariants of exams for ``check_invariants`` (robustness I02 to I04)."""

from datetime import timedelta

from django.db.models import Count, DecimalField, F, Max, OuterRef, Q, Subquery, Sum

from cms.core.invariants import invariant
from lms.assessment import queries, rules
from lms.assessment.models import Attempt, AttemptResponse, GradeEntry, Override
from lms.enrolment.models import Enrolment

SHOWN = 20


def _named(attempts, sentence: str) -> list[str]:
    return [f"attempt {uuid}: {sentence}" for uuid in attempts.values_list("uuid", flat=True)[:SHOWN]]


@invariant("I02", "an answer is stored only with the number of its save")
def no_answer_without_a_save() -> list[str]:
    return _named(Attempt.everything.filter(save_seq=0).exclude(answers={}), "answers without a save")


@invariant("I03", "one open attempt per place; from the server's start it lasts what exam and overrides give")
def one_open_attempt() -> list[str]:
    doubled = (
        Attempt.everything.filter(state=Attempt.State.OPEN)
        .values("enrolment").annotate(n=Count("pk")).filter(n__gt=1).values_list("enrolment", flat=True)
    )  # fmt: skip
    return [f"enrolment {pk}: several open attempts" for pk in doubled[:SHOWN]] + _with_wrong_time()


def _with_wrong_time() -> list[str]:
    """Every attempt lasts the exam's minutes and at most what was given beyond; none ends before it began."""
    given = Override.everything.filter(enrolment=OuterRef("enrolment")).order_by().values("enrolment")
    rows = Attempt.everything.annotate(given=Subquery(given.annotate(sum=Sum("extra_minutes")).values("sum")))
    wrong = []
    for uuid, release, start, end, extra in rows.values_list(
        "uuid", "release__uuid", "started_at", "deadline_at", "given"
    ).iterator():
        least = timedelta(minutes=queries.exam_of(release).minutes)
        if not least <= end - start <= least + timedelta(minutes=extra or 0):
            wrong.append(f"attempt {uuid}: its time is not what was given")
    return wrong[:SHOWN]


@invariant("I04", "a submitted attempt has its score, grade and responses; the place has the best grade that stands")
def submitted_is_final() -> list[str]:
    over = ~Q(state=Attempt.State.OPEN)
    automatic = GradeEntry.everything.filter(attempt=OuterRef("pk"), reason="auto").values("score")[:1]
    graded = Attempt.everything.annotate(grade=Subquery(automatic, output_field=DecimalField()))
    answered = AttemptResponse.everything.filter(attempt__state=Attempt.State.OPEN).values("attempt")
    best = (
        GradeEntry.everything.filter(enrolment=OuterRef("pk"), superseded_by=None)
        .order_by().values("enrolment").annotate(best=Max("score")).values("best")
    )  # fmt: skip
    places = Enrolment.everything.annotate(best=Subquery(best, output_field=DecimalField())).exclude(best=None)
    astray = GradeEntry.everything.exclude(supersedes=None).exclude(supersedes__attempt=F("attempt"))
    lowered = GradeEntry.everything.filter(reason="regrade", score__lt=F("supersedes__score"))
    wrong = places.filter(Q(score=None) | ~Q(score=F("best"))).values_list("uuid", flat=True)
    return [
        *_named(
            graded.filter(over).filter(Q(score=None) | Q(grade=None) | ~Q(score=F("grade"))), "score and grade differ"
        ),
        *_named(Attempt.everything.filter(over, responses=None), "no responses"),
        *_named(Attempt.everything.filter(pk__in=answered), "marked while open"),
        *_with_wrong_marks(over),
        *[f"enrolment {uuid}: its score is not its best grade" for uuid in wrong[:SHOWN]],
        *[f"grade {pk}: supersedes one of another attempt" for pk in astray.values_list("pk", flat=True)[:SHOWN]],
        *[f"grade {pk}: a regrade took points away" for pk in lowered.values_list("pk", flat=True)[:SHOWN]],
    ]


def _with_wrong_marks(over) -> list[str]:
    """The score is computed again from the stored responses: as many as the paper has questions, and their mean."""
    sums = Attempt.everything.filter(over).annotate(sum=Sum("responses__fraction"), count=Count("responses"))
    wrong = []
    for uuid, layout, score, total, count in sums.values_list("uuid", "layout", "score", "sum", "count").iterator():
        if count and (count != len(layout) or score != rules.score([total / count] * count)):
            wrong.append(f"attempt {uuid}: its score is not that of its responses")
    return wrong[:SHOWN]
