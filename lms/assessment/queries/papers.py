"""Reads for whoever sits an exam. What a release freezes is read once per process: it never changes."""

from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from django.db.models import DecimalField, Exists, OuterRef, Q, Subquery, Sum

from cms.core.prepared import Prepared
from lms.assessment import rules
from lms.assessment.exceptions import AnswerRefused
from lms.assessment.models import Attempt, AttemptResponse, GradeEntry, KeyCorrection, Override
from lms.catalogue.models import QuestionVersion, Release, ReleaseQuestion, ReleaseUnit
from lms.catalogue.rules import as_written
from lms.enrolment.models import Enrolment
from lms.progress.models import UnitProgress

# Of the release only its names: what it freezes is in ``exam_of``, and JSON that nobody reads costs most of a row.
NAMES = ("uuid", "course", "number", "title")
HEAVY = tuple(f"release__{f.name}" for f in Release._meta.concrete_fields if f.name not in {"id", *NAMES})


@dataclass(frozen=True)
class Question:
    """A frozen question of the pool. ``key`` must not leave the server while the exam is open (Z08)."""

    pk: int
    question_key: str
    kind: str
    competency: str
    difficulty: str
    body: dict
    key: dict
    unit_key: object
    # What was drawn of it (``rendering``): lives as long as the question, and says nothing about it.
    drawn: dict = field(default_factory=dict, init=False, compare=False, repr=False)

    @cached_property
    def options(self) -> dict:
        return {option["id"]: option["text"] for option in self.body.get("options", [])}


@dataclass(frozen=True)
class Exam:
    """The exam of one release."""

    title: str
    course: str
    minutes: int
    questions: int
    attempts: int
    pass_score: int
    cells: list
    pool: dict
    units: dict = field(default_factory=dict)  # unit key as text -> title, required ones first asked
    required: list = field(default_factory=list)
    unit_of: dict = field(default_factory=dict)  # competency -> key of the only unit that asks for it


@lru_cache(maxsize=256)
def exam_of(release_uuid, corrections: int = 0) -> Exam | None:
    """The exam of a release, None when it has none. Two statements the first time, none after.

    ``corrections``: the newest key correction that counts. Papers need none; only marking reads keys.
    """
    if corrections:
        exam = exam_of(release_uuid)
        return replace(exam, pool={pk: replace(q, key=k) for pk, q, k in _with_right_keys(exam.pool, corrections)})
    release = Release.everything.get(uuid=release_uuid)
    if not release.exam or not release.rules.get("exam", True):
        return None
    rows = list(ReleaseQuestion.everything.filter(release=release).select_related("version").order_by("pk"))
    pool = {row.version_id: _question(row) for row in rows if row.use == "exam"}
    drawn = sum(int(cell["draw"]) for cell in release.exam.get("cells") or [])
    return Exam(
        title=str(release.exam.get("title") or ""),
        course=release.title,
        minutes=int(release.exam["minutes"]),
        questions=int(release.exam.get("questions") or drawn or len(pool)),
        attempts=int(release.exam.get("attempts") or 0),
        pass_score=release.rules.get("pass_score", 70),
        cells=release.exam.get("cells") or [],
        pool=pool,
        units={str(unit["key"]): unit["title"] for unit in release.units},
        required=[str(unit["key"]) for unit in release.units if unit.get("required", True)],
        unit_of=_only_units(row for row in rows if row.use == "check"),
    )


def _only_units(checks) -> dict[str, str]:
    """What to read again for a question that names no unit: where two units teach a competency, neither is named."""
    units: dict[str, set] = {}
    for row in checks:
        units.setdefault(row.version.competency, set()).add(str(row.unit_key))
    return {competency: keys.pop() for competency, keys in units.items() if len(keys) == 1}


def _with_right_keys(pool: dict, corrections: int):
    """``(version, question, key)`` of the pool, each key followed through its corrections up to ``corrections``."""
    after = dict(KeyCorrection.everything.filter(pk__lte=corrections).values_list("wrong", "right"))
    last = {pk: newest_of(pk, after) for pk in pool}
    keys = dict(QuestionVersion.everything.filter(pk__in=set(last.values())).values_list("pk", "key"))
    return [(pk, pool[pk], keys[last[pk]]) for pk in pool]


def newest_of(pk: int, after: dict) -> int:
    """The version that took the place of ``pk``; ``after``: {wrong: right}."""
    while pk in after:
        pk = after[pk]
    return pk


def last_correction(course_id: int) -> int:
    rows = KeyCorrection.everything.filter(course=course_id).order_by("-pk")
    return rows.values_list("pk", flat=True).first() or 0


def exam_for(attempt: Attempt) -> Exam:
    """The exam as it is marked now: with every corrected key."""
    known = attempt.corrections if hasattr(attempt, "corrections") else last_correction(attempt.release.course_id)
    return exam_of(attempt.release.uuid, known or 0)


def _question(row: ReleaseQuestion) -> Question:
    version = row.version
    return Question(
        version.pk, version.question_key, version.kind, version.competency, version.difficulty, version.body,
        version.key, row.unit_key,
    )  # fmt: skip


def exam_places(enrolments=None):
    """Places with what decides about a start: tries so far and allowed, time, units left, questions seen.

    One statement.
    """
    attempts = Attempt.everything.filter(enrolment=OuterRef("pk"))
    done = UnitProgress.everything.filter(enrolment=OuterRef(OuterRef("pk")), unit_key=OuterRef("unit_key"))
    undone = ReleaseUnit.everything.filter(release=OuterRef("release"), required=True).filter(~Exists(done))
    rows = Enrolment.everything.all() if enrolments is None else enrolments
    last = spent()
    return (
        rows.select_related("release")
        .defer(*HEAVY)
        .annotate(
            last_number=Subquery(last.values("number")[:1]),
            last_seen=Subquery(last.values("seen")[:1]),
            last_layout=Subquery(last.values("layout")[:1]),
            extra_minutes=given("extra_minutes"),
            extra_attempts=given("extra_attempts"),
            open_uuid=Subquery(attempts.filter(state=Attempt.State.OPEN).values("uuid")[:1]),
            has_units_left=Exists(undone),
        )
    )


def spent():
    """The attempts that count for a place of an outer query, the last first.

    Tries do not come back to whoever gives the place up and takes one again on the same run (E08).
    """
    return Attempt.everything.filter(
        Q(enrolment=OuterRef("pk")) | Q(enrolment__state=Enrolment.State.CANCELLED),
        enrolment__learner=OuterRef("learner"), enrolment__run=OuterRef("run"),
    ).order_by("-number")  # fmt: skip


def with_tries(attempts):
    """Attempts with what decides about time and another one: minutes given, tries so far and tries given."""
    last = Attempt.everything.filter(enrolment=OuterRef("enrolment")).order_by("-number")
    return attempts.annotate(
        last_number=Subquery(last.values("number")[:1]),
        extra_attempts=given("extra_attempts", "enrolment"),
        extra_minutes=given("extra_minutes", "enrolment"),
    )


def given(field: str, place: str = "pk") -> Subquery:
    """What overrides give a place in all."""
    rows = Override.everything.filter(enrolment=OuterRef(place)).order_by().values("enrolment")
    return Subquery(rows.annotate(sum=Sum(field)).values("sum"))


def allowed_attempts(place: Enrolment | Attempt, exam: Exam) -> int:
    """How many tries this person has; 0 is without limit. ``place`` knows the tries given (``exam_places``)."""
    return exam.attempts and exam.attempts + (place.extra_attempts or 0)


def seen_before(place: Enrolment) -> list[int]:
    """Versions on earlier papers of this place."""
    return sorted({*(place.last_seen or []), *(slot["version"] for slot in place.last_layout or [])})


def own_place(user, uuid) -> Enrolment | None:
    """The person's own place; an organiser sees the enrolment elsewhere but never sits its exam."""
    return _own_place.one(learner=user.person_id, key=uuid)


def own_attempt(user, uuid) -> Attempt | None:
    """The person's own attempt, with place, tries and the grade that holds now: one statement."""
    return _own_attempt.one(learner=user.person_id, key=uuid)


def open_attempts(enrolment) -> list[Attempt]:
    """What runs on a place, with the minutes given."""
    return list(with_tries(loaded(Attempt.everything.filter(enrolment=enrolment, state=Attempt.State.OPEN))))


def attempt_again(pk: int) -> Attempt:
    """The attempt as it stands now."""
    return _attempt.one(pk=pk)


def loaded(attempts):
    """Attempts with place and release, the newest key correction and the grade that holds now."""
    corrections = KeyCorrection.everything.filter(course=OuterRef("release__course")).order_by("-pk")
    return (
        attempts.select_related("enrolment", "release")
        .defer(*HEAVY)
        .annotate(
            corrections=Subquery(corrections.values("pk")[:1]),
            grade=Subquery(grades_now().values("score")[:1], output_field=DecimalField()),
            grade_reason=Subquery(grades_now().values("reason")[:1]),
        )
    )


def grades_now(attempt="pk"):
    """The entry of an attempt that nothing supersedes."""
    return GradeEntry.everything.filter(attempt=OuterRef(attempt), superseded_by=None)


_own_place = Prepared(lambda learner, key: exam_places(Enrolment.everything.filter(learner=learner, uuid=key)))
_own_attempt = Prepared(
    lambda learner, key: with_tries(loaded(Attempt.everything.filter(enrolment__learner=learner, uuid=key)))
)
_attempt = Prepared(lambda pk: loaded(Attempt.everything.filter(pk=pk)))
_responses = Prepared(lambda attempt: AttemptResponse.everything.filter(attempt=attempt).order_by("pk"))


def attempts_on(enrolment) -> list[Attempt]:
    """Attempts of a place, oldest first."""
    return list(
        Attempt.everything.filter(enrolment=enrolment)
        .only("uuid", "number", "state", "score", "passed", "submitted_at", "enrolment")
        .annotate(grade=Subquery(grades_now().values("score")[:1], output_field=DecimalField()))
        .order_by("number")
    )


def units_left(enrolment, exam: Exam) -> list[tuple[str, str]]:
    """(key, title) of required units that are not done."""
    done = {str(key) for key in UnitProgress.everything.filter(enrolment=enrolment).values_list("unit_key", flat=True)}
    return [(key, exam.units[key]) for key in exam.required if key not in done]


@dataclass(frozen=True)
class Slot:
    """One question as printed on the paper: nothing of the key."""

    number: int
    kind: str
    text: str
    unit: str
    options: list  # [(id, text, chosen)]
    answer: object
    fault: str
    drawn: dict

    @property
    def name(self) -> str:
        return f"s{self.number}"

    @property
    def is_answered(self) -> bool:
        return bool(self.answer) and not self.fault


def paper(attempt: Attempt, answers: dict | None = None) -> list[Slot]:
    """The questions of an attempt in order, filled with ``answers`` (the stored ones unless given)."""
    exam = exam_of(attempt.release.uuid)
    answers = attempt.answers if answers is None else answers
    return [
        _slot(number, exam.pool[place["version"]], place["options"], answers.get(str(number)))
        for number, place in enumerate(attempt.layout, 1)
    ]


def _slot(number: int, question: Question, order: list[str], answer) -> Slot:
    chosen = set(answer) if isinstance(answer, list) else {answer}
    texts = question.options
    try:
        rules.read_answer(question.kind, answer, order)
        fault = ""
    except AnswerRefused as refusal:
        fault = refusal.message
    return Slot(
        number=number,
        kind=question.kind,
        text=question.body["text"],
        unit=question.body.get("unit", ""),
        options=[(one, texts[one], one in chosen) for one in order],
        answer=answer,
        fault=fault,
        drawn=question.drawn,
    )


@dataclass(frozen=True)
class Corrected:
    """One question after the exam: what was answered, whether it was right, why, and where it is taught."""

    slot: Slot
    is_right: bool
    given: list
    right: list
    whys: list
    reason: str
    unit_key: str
    unit_title: str
    competency: str = ""
    was_mended: bool = False  # its key was corrected after this answer was marked
    drawn: dict = field(default_factory=dict)


def corrected(attempt: Attempt) -> list[Corrected]:
    """The marked paper. Only for an attempt that is over: it holds the key."""
    if attempt.state == Attempt.State.OPEN:
        raise ValueError("the key of an open exam stays closed")
    exam = exam_for(attempt)
    responses = _responses(attempt=attempt.pk)
    before = {response.version_id: response.fraction for response in responses}
    now = marks_now(responses, exam)
    return [
        _corrected(slot, exam, exam.pool[pk], now.get(pk, 0), was_mended=now.get(pk, 0) != before.get(pk, 0))
        for slot, pk in zip(paper(attempt), [place["version"] for place in attempt.layout], strict=True)
    ]


def marks_now(responses, exam: Exam) -> dict:
    """Fractions by version under the keys of ``exam``. A corrected key only lifts (design: upward only)."""
    return {
        response.version_id: max(response.fraction, _mark(exam.pool[response.version_id], response.answer))
        for response in responses
    }


def cells_now(attempt: Attempt) -> dict:
    """Scores by competency under the keys that hold now."""
    exam = exam_for(attempt)
    marks = marks_now(AttemptResponse.everything.filter(attempt=attempt), exam)
    return rules.cell_scores((exam.pool[pk].competency, fraction) for pk, fraction in marks.items())


def _mark(question: Question, answer):
    return rules.mark(question.kind, question.key, answer)


def _corrected(slot: Slot, exam: Exam, question: Question, fraction, *, was_mended: bool) -> Corrected:
    key, texts = question.key, question.options
    chosen = [one for one, _text, is_chosen in slot.options if is_chosen]
    if question.kind == "numeric":
        given, right = [slot.answer] if slot.answer else [], [as_written(key["answer"])]
    else:
        given = [texts[one] for one in chosen]
        right = [text for one, text, _chosen in slot.options if one in key["right"]]
    unit_key = str(question.unit_key or exam.unit_of.get(question.competency, ""))
    return Corrected(
        slot=slot,
        is_right=fraction == 1,
        given=given,
        right=right,
        whys=[why for one in chosen if (why := key.get("whys", {}).get(one))],
        reason=key.get("reason", ""),
        unit_key=unit_key,
        unit_title=exam.units.get(unit_key, ""),
        competency=question.competency,
        was_mended=was_mended,
        drawn=question.drawn,
    )
