"""Runs, learning, exams."""

from datetime import timedelta

from django.utils import timezone

from lms.catalogue import queries as frozen
from tests.gate.routes.route import BOTH, OWNER, POST, RUNS, SELF, SIGNED_IN, Route, texts

ANY_ASN = dict.fromkeys(SIGNED_IN, "all")
SITTER = {"colleague": "o"}  # Joko, in the middle of the course
RUN_FIELDS = texts("name", "place") | {
    "starts_on": "DATES", "ends_on": "DATES", "enrol_from": "DATES", "enrol_until": "DATES", "seats": "NUMBERS",
    "time_zone": "CHOICES", "open_to_all": "CHOICES",
}  # fmt: skip

LIST, REASON = {"numbers": "198001012005011901"}, {"reason": "Salah orang"}


def _new_run(side) -> dict:
    day = timezone.localdate()
    return {
        "name": "Angkatan baru", "starts_on": day, "ends_on": day + timedelta(days=9), "enrol_from": day,
        "enrol_until": day + timedelta(days=5), "seats": 30, "place": "Aula", "time_zone": "Asia/Jakarta",
    }  # fmt: skip


def _check(side) -> dict:
    version = frozen.checks_of(side.release.pk, side.unit_key)[0]
    return {"question": version.pk, "answer": version.body["options"][0]["id"]}


ROUTES = [
    # --- Runs
    Route("enrolment:runs", RUNS, query=("page",)),
    Route("enrolment:new", {"organiser": "i"}, ("course",), BOTH, _new_run, fields=RUN_FIELDS),
    Route(
        "enrolment:run",
        RUNS,
        ("run",),
        BOTH,
        {"q": "ani"},
        fields=texts("q") | {"status": "CHOICES"},
        query=("status", "page"),
        needs=False,
    ),
    Route("enrolment:add", {"organiser": "i"}, ("run",), BOTH, LIST, fields=texts("numbers")),
    Route("enrolment:again", {"organiser": "i"}, ("run",), BOTH, _new_run, fields=RUN_FIELDS),
    Route("enrolment:change", {"organiser": "i"}, ("run",), BOTH, _new_run, fields=RUN_FIELDS),
    Route(
        "enrolment:facilitators", {"organiser": "i"}, ("run",), BOTH, fields={"facilitators": "CHOICES"}, needs=False
    ),
    Route("enrolment:close", {"organiser": "i"}, ("run",), POST, needs=False),
    Route("enrolment:reopen", {"organiser": "i"}, ("run",), POST, needs=False),
    Route("enrolment:xlsx", RUNS, ("run",)),
    Route("enrolment:csv", RUNS, ("run",)),
    Route("enrolment:enrol", ANY_ASN, ("run",), BOTH, actor="superior", outsider="same"),
    Route(
        "enrolment:leave",
        SITTER | {"organiser": "i"},
        ("open_place",),
        BOTH,
        {"reason": "Salah orang"},
        fields=texts("reason"),
    ),
    # --- Learning
    Route("player:home", SELF),
    Route("player:resume", OWNER, ("place",)),
    Route("player:unit", OWNER, ("place", "unit_key")),
    Route("player:reach", OWNER, ("place", "unit_key"), POST, {"part": "1"}),
    Route("player:save_data", SELF, (), POST, {"lean": "1"}),
    Route("player:look", RUNS, ("run",)),
    Route("player:look_unit", RUNS, ("run", "unit_key")),
    Route("player:check", OWNER, ("place", "unit_key"), POST, _check),
    Route("player:finish", OWNER, ("place", "unit_key"), POST),
    Route("player:report", OWNER, ("place", "unit_key"), POST, {"text": "Keliru"}, fields=texts("text")),
    Route("player:done", OWNER, ("place",)),
    # --- Exam
    Route("assessment:cover", SITTER, ("open_place",), BOTH),
    Route("assessment:take", SITTER, ("open_attempt",), BOTH, {"seq": "9", "s1": ""}, fields={"seq": "COUNTS"}),
    Route("assessment:save", SITTER, ("open_attempt",), POST, {"seq": 9, "answers": {}}, json=True),
    Route("assessment:review", SITTER, ("open_attempt",), BOTH),
    Route("assessment:result", OWNER, ("attempt",)),
    Route("assessment:time_left", OWNER, ("attempt",)),
    # --- Examining a run
    Route("assessment:examine", RUNS, ("run",), BOTH, {"q": "ani"}, fields=texts("q"), needs=False),
    Route(
        "assessment:more",
        RUNS,
        ("place",),
        BOTH,
        {"minutes": "15", "attempts": "1", "reason": "Listrik padam tadi"},
        fields=texts("reason") | {"minutes": "NUMBERS", "attempts": "NUMBERS"},
    ),
    Route("assessment:questions", {"facilitator": "c"}, ("run",)),
    Route(
        "assessment:question",
        {"facilitator": "c"},
        ("run", "question"),
        BOTH,
        {"right": "b", "reason": "Kunci keliru ditulis", "apply": "1"},
        fields=texts("reason") | {"right": "CHOICES"},
    ),
    Route(
        "assessment:answers",
        {"facilitator": "c"},
        ("attempt",),
        BOTH,
        {"grade": "80", "reason": "Jawaban lisan diterima"},
        fields=texts("reason") | {"grade": "NUMBERS"},
    ),
]
