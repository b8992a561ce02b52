"""The author's desk."""

from django.core.files.uploadedfile import SimpleUploadedFile

from lms.catalogue.rules import question_digest
from tests import makers
from tests.gate.routes.route import BOTH, POST, Route, texts

DESK = {"author": "i", "publisher": "i"}
MODULE_FIELDS = texts("title", "outcome") | {"jp": "NUMBERS"}
UNIT = {"title": "Baru", "minutes": "9", "module": "modul-1"}
QUESTION_FIELDS = texts("text", "reason", "answer_unit") | {
    "answer": "NUMBERS", "tolerance": "NUMBERS", "competency": "CHOICES", "difficulty": "CHOICES", "use": "CHOICES",
    "unit": "CHOICES",
}  # fmt: skip
QUESTION = {
    "text": "Berapa hari?", "reason": "Begitu aturannya.", "answer": "3", "tolerance": "0", "answer_unit": "hari",
    "competency": "M.5", "difficulty": "sedang", "use": "check",
}  # fmt: skip
CHOICE = {
    "text": "Apa sikapmu?", "reason": "Asas.", "competency": "M.5", "difficulty": "sedang", "use": "check",
    "text_0": "Melayani", "correct_0": "on", "why_0": "Benar", "text_1": "Menolak", "why_1": "Salah",
}  # fmt: skip
OPTIONS = {
    f"{name}_{n}": kind for n in range(4) for name, kind in (("text", "FEW"), ("why", "FEW"), ("correct", "FEW"))
}
CHOICE_FIELDS = (
    texts("text", "reason") | dict.fromkeys(("competency", "difficulty", "use", "unit"), "CHOICES") | OPTIONS
)
EXAM_FIELDS = {
    "pass_score": "NUMBERS", "minutes": "COUNTS", "attempts": "COUNTS", "title": "TEXTS", "has_exam": "FEW",
    "draw_0": "COUNTS",
}  # fmt: skip


def _choice(side) -> dict:
    old = side.draft.page.get_latest_revision_as_object().questions[0]
    return CHOICE | {"seen": question_digest(old)}


def _new_course(side) -> dict:
    return {
        "agency": side.owner.pk, "title": "Kursus baru", "code": "BARU-1", "promise": "Anda dapat menulis.", "jp": "2",
    }  # fmt: skip


def _folder(side) -> dict:
    texts = makers.course_files(title="Kursus kiriman")
    files = [SimpleUploadedFile("kursus.md", texts["kursus.md"].encode())]
    files += [SimpleUploadedFile(name.split("/")[-1], text.encode()) for name, text in texts.items() if "/" in name]
    return {"agency": side.owner.pk, "files": [*files, SimpleUploadedFile("soal.yaml", texts["soal.yaml"].encode())]}


ROUTES = [
    # --- Author's desk
    Route("catalogue:desk", DESK, query=("page",)),
    Route("catalogue:desk_import", DESK, methods=BOTH, post=_folder, fields={"agency": "CHOICES", "files": "CHOICES"}),
    Route("catalogue:import_example", DESK),
    Route("catalogue:import_preview", {"author": "o"}, ("import_draft",), BOTH, needs=False),
    Route(
        "catalogue:desk_new",
        DESK,
        methods=BOTH,
        post=_new_course,
        fields=texts("title", "code", "promise") | {"jp": "NUMBERS", "agency": "CHOICES"},
    ),
    Route("catalogue:desk_course", DESK, ("draft",)),
    Route("catalogue:outline_move", DESK, ("draft",), POST, {"act": "module_up:modul-1"}, needs=False),
    Route("catalogue:outline_module", DESK, ("draft",), POST, {"title": "Penutup", "jp": "1"}, fields=MODULE_FIELDS),
    Route("catalogue:outline_unit", DESK, ("draft",), POST, UNIT, fields=texts("title") | {"minutes": "NUMBERS"}),
    Route("catalogue:questions", DESK, ("draft",)),
    Route("catalogue:question_new", DESK, ("draft", "question_kind"), BOTH, QUESTION, fields=QUESTION_FIELDS),
    Route("catalogue:question", DESK, ("draft", "question_key"), BOTH, _choice, fields=CHOICE_FIELDS),
    Route("catalogue:question_delete", DESK, ("draft", "question_key"), POST, needs=False),
    Route("catalogue:take_key", DESK, ("draft", "question_key"), POST, needs=False),
    Route("catalogue:exam", DESK, ("draft",), BOTH, {"pass_score": "70"}, fields=EXAM_FIELDS),
    Route("catalogue:desk_preview", DESK, ("draft", "draft_unit")),
    Route("catalogue:desk_submit", DESK, ("course",), POST, {"note": "Siap"}, fields=texts("note"), needs=False),
    Route("catalogue:fault_settle", DESK, ("course", "fault"), POST),
    Route("catalogue:review", DESK, ("draft", "review")),
    Route(
        "catalogue:review_approve",
        DESK,
        ("draft", "review"),
        POST,
        {"comment": "Bagus"},
        actor="publisher",
        fields=texts("comment"),
        needs=False,
    ),
    Route(
        "catalogue:review_return",
        DESK,
        ("draft", "review"),
        POST,
        {"comment": "Perbaiki"},
        actor="publisher",
        fields=texts("comment"),
    ),
    Route("catalogue:review_withdraw", DESK, ("draft", "review"), POST, needs=False),
]
