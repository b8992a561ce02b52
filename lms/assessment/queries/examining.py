"""Reads for whoever examines: the people of a run with their tries, one paper, one question and what a new key does."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Avg, Count, F

from lms.assessment import rules
from lms.assessment.models import Attempt, AttemptResponse, GradeEntry, KeyCorrection, Override
from lms.assessment.queries import papers
from lms.catalogue.models import QuestionVersion
from lms.catalogue.rules import Cell, cells_of
from lms.enrolment.models import CourseRun, Enrolment

SEATED = (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED)


@dataclass
class Sitter:
    """One person on a run with her tries, oldest first."""

    place: Enrolment
    attempts: list = field(default_factory=list)

    @property
    def open(self) -> Attempt | None:
        return next((a for a in self.attempts if a.state == Attempt.State.OPEN), None)

    @property
    def has_late(self) -> bool:
        return any(a.late_answers for a in self.attempts)


def runs_examined(user):
    """Runs whose tries ``user`` may see: times and grades, not answers."""
    return CourseRun.everything.examined_by(user).select_related("course", "release", "agency")


def runs_facilitated(user):
    """Runs whose answers and keys ``user`` may open."""
    return CourseRun.everything.facilitated_by(user).select_related("course", "release", "agency")


def places_examined(user):
    return Enrolment.everything.filter(run__in=runs_examined(user)).select_related("run__release", "learner__agency")


def overrides_of(enrolment: Enrolment):
    return Override.everything.filter(enrolment=enrolment).order_by("-pk")


def exam_sitters(run: CourseRun) -> list[Sitter]:
    """Everybody on the run with tries, grade and what was given beyond the rule: two statements, whatever the count."""
    sitters = {place.pk: Sitter(place) for place in people_of_run(run)}
    for attempt in _tries(run):
        if attempt.enrolment_id in sitters:
            sitters[attempt.enrolment_id].attempts.append(attempt)
    # Who sits now comes first, then who has tried; inside each, by name.
    return sorted(sitters.values(), key=lambda s: (s.open is None, not s.has_late, not s.attempts))


def _tries(run: CourseRun):
    return (
        Attempt.everything.filter(enrolment__run=run)
        .only("uuid", "number", "state", "score", "deadline_at", "submitted_at", "late_answers", "enrolment_id")
        .annotate(grade=papers.Subquery(papers.grades_now().values("score")[:1]))
        .order_by("number")
    )


def people_of_run(run: CourseRun):
    return (
        Enrolment.everything.filter(run=run, state__in=SEATED)
        .select_related("learner__agency")
        .annotate(extra_minutes=papers.given("extra_minutes"), extra_attempts=papers.given("extra_attempts"))
        .order_by("learner__name", "pk")
    )


def attempts_to_examine(user):
    """Attempts with answers that ``user`` may open: those of her own classes (robustness 5)."""
    rows = papers.loaded(Attempt.everything.examined_by(user))
    return rows.select_related("enrolment__learner__agency", "enrolment__run__course", "release")


def current_entry(attempt: Attempt) -> GradeEntry | None:
    return GradeEntry.everything.filter(attempt=attempt, superseded_by=None).first()


def history_of(attempt: Attempt):
    return GradeEntry.everything.filter(attempt=attempt).order_by("pk")


def pool_of(run: CourseRun) -> list[dict]:
    """The exam's questions with how they were answered on this run, the hardest first. Two statements when warm."""
    exam = papers.exam_of(run.release.uuid, papers.last_correction(run.course_id))
    if exam is None:
        return []
    answered = AttemptResponse.everything.filter(attempt__enrolment__run=run).values("version")
    figures = {row["version"]: row for row in answered.annotate(count=Count("pk"), share=Avg("fraction"))}
    rows = [
        {
            "question": question,
            "count": figures.get(pk, {}).get("count", 0),
            "percent": round(100 * figures[pk]["share"]) if pk in figures else None,
        }
        for pk, question in exam.pool.items()
    ]
    return sorted(rows, key=lambda row: (row["percent"] is None, row["percent"] or 0))


def cells_of_run(run: CourseRun) -> list[Cell]:
    """The blueprint of the run's exam with what its pool holds; no statement when warm."""
    exam = papers.exam_of(run.release.uuid)
    if exam is None:
        return []
    pool = Counter((question.competency, question.difficulty) for question in exam.pool.values())
    return cells_of(exam.cells, pool, again=exam.attempts != 1)


def question_in(run: CourseRun, key: str) -> papers.Question | None:
    """A question of the run's exam with the key that holds now."""
    exam = papers.exam_of(run.release.uuid, papers.last_correction(run.course_id))
    return next((q for q in exam.pool.values() if q.question_key == key), None) if exam else None


def newest_version(version: int) -> QuestionVersion:
    after = dict(KeyCorrection.everything.filter(course__question_versions=version).values_list("wrong", "right"))
    return QuestionVersion.everything.select_related("course").get(pk=papers.newest_of(version, after))


def same_question(newest: QuestionVersion) -> set[int]:
    """Versions in released pools that are marked by the key of ``newest``."""
    after = dict(KeyCorrection.everything.filter(course=newest.course_id).values_list("wrong", "right"))
    versions = QuestionVersion.everything.filter(course=newest.course_id, question_key=newest.question_key)
    return {pk for pk in versions.values_list("pk", flat=True) if papers.newest_of(pk, after) == newest.pk}


@dataclass(frozen=True)
class Change:
    """What a corrected key does to one attempt."""

    attempt: Attempt
    old: Decimal
    new: Decimal
    cells: dict
    passes: bool

    @property
    def passes_now(self) -> bool:
        return self.passes and self.attempt.enrolment.state == Enrolment.State.ACTIVE


def changes_by(newest: QuestionVersion, key: dict) -> list[Change]:
    """The attempts whose score rises under ``key``: the dry run and, inside the transaction, the act itself."""
    versions = same_question(newest)
    marked = AttemptResponse.everything.filter(version__in=versions).values("attempt")
    attempts = papers.loaded(Attempt.everything.filter(pk__in=marked)).select_related(
        "enrolment__learner__agency", "enrolment__run", "release"
    )
    responses = defaultdict(list)
    for response in AttemptResponse.everything.filter(attempt__in=marked):
        responses[response.attempt_id].append(response)
    changes = [_change(attempt, responses[attempt.pk], versions, key) for attempt in attempts.order_by("pk")]
    return [change for change in changes if change.new > change.old]


def _change(attempt: Attempt, responses: list, versions: set[int], key: dict) -> Change:
    exam = papers.exam_for(attempt)
    pool = {pk: replace(q, key=key) if pk in versions else q for pk, q in exam.pool.items()}
    marks = papers.marks_now(responses, replace(exam, pool=pool))
    return Change(
        attempt=attempt,
        old=attempt.grade if attempt.grade is not None else attempt.score,
        new=rules.score(list(marks.values())),
        cells=rules.cell_scores((pool[pk].competency, fraction) for pk, fraction in marks.items()),
        passes=rules.has_passed(list(marks.values()), exam.pass_score),
    )


def answered_count(newest: QuestionVersion) -> int:
    return AttemptResponse.everything.filter(version__in=same_question(newest)).aggregate(n=Count(F("pk")))["n"]
