"""Reads for the exam screens. What a release freezes is read once per process: it never changes."""

from dataclasses import dataclass, field
from functools import lru_cache

from django.db.models import Exists, OuterRef, Subquery

from lms.assessment import rules
from lms.assessment.exceptions import AnswerRefused
from lms.assessment.models import Attempt, AttemptResponse
from lms.catalogue.models import Release, ReleaseQuestion, ReleaseUnit
from lms.enrolment.models import Enrolment
from lms.progress.models import UnitProgress

HEAVY = ("release__outline", "release__facts", "release__covered", "release__exam", "release__rules")


@dataclass(frozen=True)
class Question:
    """A frozen question of the pool. ``key`` must not leave the server while the exam is open (Z08)."""

    pk: int
    kind: str
    competency: str
    difficulty: str
    body: dict
    key: dict
    unit_key: object

    @property
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
    unit_of: dict = field(default_factory=dict)  # competency -> key of the unit that teaches it


@lru_cache(maxsize=256)
def exam_of(release_uuid) -> Exam | None:
    """The exam of a release, None when it has none. Two statements the first time, none after."""
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
        unit_of={row.version.competency: str(row.unit_key) for row in reversed(rows) if row.unit_key},
    )


def _question(row: ReleaseQuestion) -> Question:
    version = row.version
    return Question(
        version.pk, version.kind, version.competency, version.difficulty, version.body, version.key, row.unit_key
    )


def exam_places(enrolments=None):
    """Places with what decides about a start: last_number, open_uuid, has_units_left. One statement."""
    attempts = Attempt.everything.filter(enrolment=OuterRef("pk"))
    done = UnitProgress.everything.filter(enrolment=OuterRef(OuterRef("pk")), unit_key=OuterRef("unit_key"))
    undone = ReleaseUnit.everything.filter(release=OuterRef("release"), required=True).filter(~Exists(done))
    rows = Enrolment.everything.all() if enrolments is None else enrolments
    return (
        rows.select_related("release")
        .defer(*HEAVY)
        .annotate(
            last_number=Subquery(attempts.order_by("-number").values("number")[:1]),
            open_uuid=Subquery(attempts.filter(state=Attempt.State.OPEN).values("uuid")[:1]),
            has_units_left=Exists(undone),
        )
    )


def own_places(user):
    """The person's own places; an organiser sees the enrolment elsewhere but never sits its exam."""
    return exam_places(Enrolment.objects.visible_to(user).filter(learner=user.person_id))


def own_attempts(user):
    return loaded(Attempt.objects.visible_to(user))


def loaded(attempts):
    return attempts.select_related("enrolment", "release").defer(*HEAVY)


def attempts_on(enrolment) -> list[Attempt]:
    """Attempts of a place, oldest first."""
    return list(
        Attempt.everything.filter(enrolment=enrolment)
        .only("uuid", "number", "state", "score", "passed", "submitted_at", "enrolment")
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


def corrected(attempt: Attempt) -> list[Corrected]:
    """The marked paper. Only for an attempt that is over: it holds the key."""
    if attempt.state == Attempt.State.OPEN:
        raise ValueError("the key of an open exam stays closed")
    exam = exam_of(attempt.release.uuid)
    marks = dict(AttemptResponse.everything.filter(attempt=attempt).values_list("version", "fraction"))
    return [
        _corrected(slot, exam, exam.pool[place["version"]], marks.get(place["version"], 0))
        for slot, place in zip(paper(attempt), attempt.layout, strict=True)
    ]


def _corrected(slot: Slot, exam: Exam, question: Question, fraction) -> Corrected:
    key, texts = question.key, question.options
    chosen = [one for one, _text, is_chosen in slot.options if is_chosen]
    if question.kind == "numeric":
        given, right = [slot.answer] if slot.answer else [], [str(key["answer"]).replace(".", ",")]
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
    )
