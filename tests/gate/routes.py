"""Every address outside Wagtail's own screens, and who may open it (robustness 5).

A new address without a row here fails ``test_routes.py``. ``opens`` maps a role to a scope code of robustness 5:
**all**, **o** own, **d** direct reports, **c** own class, **u** unit subtree, **i** own agency, **n** national counts,
**p** by purpose. Whoever is not named gets 404 (or is sent to the door when nobody is signed in).
``keys`` names the objects of a `Side` that the address is made of; ``post`` is a body for addresses that change things.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from lms.catalogue import queries as frozen
from lms.catalogue.rules import question_digest
from tests import makers

ROLES = (
    "anonymous", "colleague", "owner", "facilitator", "author", "publisher", "organiser", "superior",
    "hr_analyst", "hr_head", "ministry", "auditor", "technical",
)  # fmt: skip
SIGNED_IN = tuple(role for role in ROLES if role != "anonymous")
ALL = dict.fromkeys(ROLES, "all")
SELF = dict.fromkeys(SIGNED_IN, "o")  # everybody's own page, without an object in its address
ANY_ASN = dict.fromkeys(SIGNED_IN, "all")
OWNER = {"owner": "o"}
SITTER = {"colleague": "o"}  # Joko, in the middle of the course
DESK = {"author": "i", "publisher": "i"}
RUNS = {"organiser": "i", "facilitator": "c"}
GIVERS = {"hr_head": "i", "ministry": "n", "technical": "i"}
# Of a certificate of the ministry: HR heads of Sleman, where its holder works, did not issue it.
ISSUES = {"publisher": "i", "facilitator": "c"}
OFFICER = {"hr_head": "i"}
WISH = {"kind": "restrict", "words": "Jangan pakai foto saya."}
ANSWER = {"words": "Sudah diperbaiki di data induk."}
HR = {"hr_analyst": "i", "hr_head": "i"}


@dataclass(frozen=True)
class Route:
    name: str
    opens: dict
    keys: tuple = ()
    methods: str = "GET"
    post: object = field(default_factory=dict)  # a body that is taken, or a function of the side that makes one
    json: bool = False  # ``post`` goes as JSON
    actor: str = ""  # who sends it; else the first one who may
    fields: dict = field(default_factory=dict)  # what people type: field -> a list of ``odd``
    needs: bool = True  # whether an empty form is refused
    query: tuple = ()  # names that a list understands
    # What an outsider meets: "404", or "same" where the page is the same for everybody.
    outsider: str = "404"

    def body(self, side) -> dict:
        return self.post(side) if callable(self.post) else dict(self.post)

    @property
    def sender(self) -> str:
        return self.actor or next(role for role in self.opens if role != "anonymous")

    @property
    def is_public(self) -> bool:
        return "anonymous" in self.opens

    @property
    def changes(self) -> bool:
        return "POST" in self.methods

    @property
    def reads(self) -> bool:
        return "GET" in self.methods

    def url(self, side, **instead) -> str:
        # A page in English leaves its language behind in the thread of the test.
        with override("id"):
            return reverse(self.name, args=[instead.get(key) or value_of(side, key) for key in self.keys])


VALUES = {
    "person": lambda side: side.person.uuid,
    "colleague": lambda side: side.who["colleague"].uuid,
    "code": lambda side: side.code.uuid,
    "unit": lambda side: side.unit.uuid,
    "position": lambda side: side.person.position.uuid,
    "notice": lambda side: side.person.notices.latest("pk").uuid,
    "competency": lambda side: "M.5",
    "grant": lambda side: side.grant.uuid,
    "asked": lambda side: side.asked.uuid,
    "erasing": lambda side: side.erasing.uuid,
    "slug": lambda side: side.course.slug,
    "course": lambda side: side.course.uuid,
    "draft": lambda side: side.draft.uuid,
    "draft_unit": lambda side: side.draft_unit.unit_key,
    "review": lambda side: side.review.uuid,
    "fault": lambda side: side.fault.uuid,
    "run": lambda side: side.run.uuid,
    "place": lambda side: side.place.uuid,
    "open_place": lambda side: side.open_place.uuid,
    "unit_key": lambda side: side.unit_key,
    "attempt": lambda side: side.attempt.uuid,
    "open_attempt": lambda side: side.open_attempt.uuid,
    "certificate": lambda side: side.certificate.uuid,
    "verify_code": lambda side: side.certificate.code,
    "job": lambda side: side.job.uuid,
    "import_draft": lambda side: side.import_draft.uuid,
    "question_kind": lambda side: "numeric",
    "question_key": lambda side: "cek-1",
    "proposed": lambda side: side.proposed.uuid,
    "question": lambda side: "uji-0",
    "jp_entry": lambda side: side.person.jp_entries.earliest("pk").uuid,
    "rule": lambda side: "jp_target",
    "year": lambda side: timezone.localdate().year,
}
# Keys that stand for a row of one side; the others are words anybody may type.
PRIVATE_KEYS = set(VALUES) - {
    "slug", "unit_key", "verify_code", "question_kind", "question_key", "competency", "question", "year", "rule",
}  # fmt: skip


def value_of(side, key):
    return VALUES[key](side)


def texts(*names) -> dict:
    return dict.fromkeys(names, "TEXTS")


RUN_FIELDS = texts("name", "place") | {
    "starts_on": "DATES", "ends_on": "DATES", "enrol_from": "DATES", "enrol_until": "DATES", "seats": "NUMBERS",
    "time_zone": "CHOICES", "open_to_all": "CHOICES",
}  # fmt: skip
PASSWORDS = texts("oldpassword", "password1", "password2")
LIST, REASON = {"numbers": "198001012005011901"}, {"reason": "Salah orang"}
COMMENT = texts("comment")
LEADERS = {"facilitators": "CHOICES"}
ROLE_FIELDS = texts("number", "reason") | {
    "role": "CHOICES", "agency": "CHOICES", "below": "CHOICES", "valid_to": "DATES",
}  # fmt: skip

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


def _new_run(side) -> dict:
    day = timezone.localdate()
    return {
        "name": "Angkatan baru", "starts_on": day, "ends_on": day + timedelta(days=9), "enrol_from": day,
        "enrol_until": day + timedelta(days=5), "seats": 30, "place": "Aula", "time_zone": "Asia/Jakarta",
    }  # fmt: skip


def _role(side) -> dict:
    number = side.who["colleague"].numbers.get().value
    return {"number": number, "role": "organiser", "agency": side.employer.uuid, "reason": "Surat 1"}


def _rule(side) -> dict:
    return {"value": "24", "valid_from": timezone.localdate() + timedelta(days=9), "reason": "Surat 1"}


def _new_person(side) -> dict:
    return {
        "employment": "pns", "number": "199001012015031955", "name": "Orang Baru", "agency": side.employer.uuid,
        "since": timezone.localdate(), "grade": "III/a",
    }  # fmt: skip


def _move(side) -> dict:
    return {"agency": side.employer.uuid, "org_unit": side.unit.uuid, "on": timezone.localdate()}


def _new_unit(side) -> dict:
    return {"agency": side.employer.uuid, "code": "U-1", "name": "Unit Baru"}


def _record_wanted(side) -> dict:
    return {"number": side.who["colleague"].numbers.get().value, "purpose": "Surat tugas 1/2026"}


PLACE = {"agency": "CHOICES", "org_unit": "CHOICES", "position": "CHOICES"}
SEAT = {"seat-name": "Jabatan", "seat-job_title": "gate:title"}


def _folder(side) -> dict:
    texts = makers.course_files(title="Kursus kiriman")
    files = [SimpleUploadedFile("kursus.md", texts["kursus.md"].encode())]
    files += [SimpleUploadedFile(name.split("/")[-1], text.encode()) for name, text in texts.items() if "/" in name]
    return {"agency": side.owner.pk, "files": [*files, SimpleUploadedFile("soal.yaml", texts["soal.yaml"].encode())]}


def _check(side) -> dict:
    version = frozen.checks_of(side.release.pk, side.unit_key)[0]
    return {"question": version.pk, "answer": version.body["options"][0]["id"]}


def _new_password(side) -> dict:
    new = "sore-hari-di-tepi-sawah"
    return {"oldpassword": makers.PASSWORD, "password1": new, "password2": new}


def _signatory(side) -> dict:
    return {
        "agency": side.owner.uuid, "name": "Dr. Ratna Hapsari, M.Si.", "title": "Kepala Pusat", "place": "Jakarta",
        "signs_from": timezone.localdate().isoformat(),
    }  # fmt: skip


def _pdf(side) -> dict:
    return {"berkas": SimpleUploadedFile("sertifikat.pdf", b"%PDF-1.7 bukan milik kami", "application/pdf")}


GET, POST, BOTH = "GET", "POST", "GET POST"
ROUTES = [
    # --- For everybody
    Route("pages:home", ALL),
    Route("pages:help", ALL),
    Route("pages:accessibility", ALL),
    Route("pages:privacy", ALL),
    Route("healthz", ALL),
    Route("catalogue:list", ALL, query=("q", "page")),
    Route("catalogue:course", ALL, ("slug",)),
    Route("records:verify", ALL, query=("kode",)),
    Route("competencies:dictionary", ALL),
    Route("competencies:competency", ALL, ("competency",)),
    Route("records:verdict", ALL, ("verify_code",)),
    Route("records:check_file", ALL, methods=BOTH, post=_pdf, outsider="same", actor="owner"),
    # --- The door
    Route("account_login", ALL, methods=BOTH, outsider="door"),
    Route("account_logout", ALL, methods=BOTH, outsider="door"),
    Route("account_inactive", ALL, outsider="door"),
    Route("account_reset_password", ALL, methods=BOTH, outsider="door"),
    Route("account_set_password", ALL, methods=BOTH, outsider="door"),
    Route("directory:use_code", ALL, methods=BOTH, outsider="door"),
    Route("mfa_authenticate", ALL, methods=BOTH, outsider="door"),
    Route("account_reauthenticate", SELF, methods=BOTH, outsider="door"),
    Route(
        "account_change_password",
        SELF,
        methods=BOTH,
        post=_new_password,
        fields=texts("oldpassword", "password1", "password2"),
        outsider="door",
    ),
    Route("mfa_index", SELF, outsider="door"),
    Route("mfa_reauthenticate", SELF, methods=BOTH, outsider="door"),
    Route("mfa_activate_totp", SELF, methods=BOTH, outsider="door"),
    Route("mfa_deactivate_totp", SELF, methods=BOTH, outsider="door"),
    Route("mfa_view_recovery_codes", SELF, outsider="door"),
    Route("mfa_generate_recovery_codes", SELF, methods=BOTH, outsider="door"),
    Route("mfa_download_recovery_codes", SELF, outsider="door"),
    # --- One's own account
    Route("directory:account", SELF),
    Route("directory:sessions", SELF),
    Route("directory:end_session", SELF, methods=POST),
    Route("directory:notices", SELF, query=("page",)),
    Route("directory:read_notices", SELF, methods=POST),
    Route("directory:open_notice", OWNER, ("notice",), POST),
    Route("directory:set_language", SELF, (), POST, {"language": "id"}),
    Route("directory:unsent", SELF),
    Route("directory:send_unsent", SELF, methods=POST),
    Route("directory:discard_unsent", SELF, methods=POST),
    Route("directory:own_data", SELF, (), BOTH, WISH, fields=texts("words") | {"kind": "CHOICES"}),
    Route("directory:own_data_file", SELF, (), POST),
    Route("directory:take_back", OWNER, ("asked",), POST),
    # --- Long jobs: whoever started one
    Route("pages:job", {"organiser": "o"}, ("job",)),
    Route("pages:job_again", {"organiser": "o"}, ("job",), POST),
    Route("pages:job_result", {"organiser": "o"}, ("job",)),
    # --- HR desk
    Route("directory:people", HR, (), BOTH, {"q": "ani"}, fields=texts("q"), query=("page",), needs=False),
    Route(
        "directory:add_person",
        HR,
        (),
        BOTH,
        _new_person,
        fields=texts("number", "name", "grade") | PLACE | {"employment": "CHOICES", "since": "DATES"},
    ),
    Route("directory:change_person", HR, ("person",), POST, {"name": "Nama"}, fields=texts("name", "grade")),
    Route("directory:move_person", HR, ("person",), BOTH, _move, fields=PLACE | {"on": "DATES"}),
    Route(
        "directory:set_email",
        HR,
        ("person",),
        POST,
        {"email": "ani@example.go.id"},
        fields={"email": "CHOICES"},
        needs=False,
    ),
    Route("directory:reopen", HR, ("person",), POST, {"reason": "Kembali"}, fields=texts("reason")),
    Route("directory:units", HR),
    Route(
        "directory:add_unit",
        HR,
        (),
        BOTH,
        _new_unit,
        fields=texts("code", "name") | {"agency": "CHOICES", "parent": "CHOICES"},
    ),
    Route("directory:unit", HR, ("unit",)),
    Route("directory:change_unit", HR, ("unit",), POST, {"name": "Unit"}, fields=texts("name") | {"parent": "CHOICES"}),
    Route("directory:close_unit", HR, ("unit",), POST),
    Route("directory:add_position", HR, ("unit",), POST, SEAT, fields=texts(*SEAT) | {"seat-reports_to": "CHOICES"}),
    Route(
        "directory:position",
        HR,
        ("position",),
        BOTH,
        {"name": "Jabatan"},
        fields=texts("name") | {"reports_to": "CHOICES"},
    ),
    Route("directory:acts", {"hr_head": "i", "auditor": "all"}, query=("verb", "before")),
    Route("directory:looks", {"hr_head": "i", "auditor": "all"}, query=("before",)),
    Route("directory:person_door", HR, ("person",)),
    Route("directory:data_requests", OFFICER, query=("page",)),
    Route("directory:data_request", OFFICER, ("asked",)),
    Route("directory:answer_request", OFFICER, ("asked",), POST, ANSWER, fields=texts("words")),
    Route("directory:refuse_request", OFFICER, ("asked",), POST, ANSWER, fields=texts("words")),
    Route("directory:approve_erasure", OFFICER, ("erasing",), POST),
    Route("directory:give_code", HR, ("person",), POST, {"kind": "recover"}, fields={"kind": "CHOICES"}),
    Route("directory:deactivate", HR, ("person",), POST, {"reason": "Pindah"}, fields=texts("reason")),
    Route("directory:waiting_codes", HR),
    Route("directory:approve_code", HR, ("code",), POST, actor="hr_head"),
    Route("directory:grants", GIVERS, query=("page",)),
    Route("directory:give_role", GIVERS, (), POST, _role, fields=ROLE_FIELDS),
    Route("directory:rules", {"technical": "all"}),
    Route(
        "directory:change_rule",
        {"technical": "all"},
        ("rule",),
        BOTH,
        _rule,
        fields={"value": "NUMBERS", "valid_from": "DATES", "legal_basis": "TEXTS", "reason": "TEXTS"},
    ),
    Route("directory:withdraw_role", {"hr_head": "i"}, ("grant",), POST, {"reason": "Selesai"}),
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
    # --- Certificates of an agency
    Route(
        "records:desk",
        ISSUES | {"hr_head": "i"},
        (),
        BOTH,
        {"q": "ani"},
        fields=texts("q") | {"status": "CHOICES"},
        query=("status", "page"),
        needs=False,
    ),
    Route("records:desk_certificate", ISSUES, ("certificate",)),
    Route(
        "records:propose",
        ISSUES,
        ("certificate",),
        POST,
        {"cabut-reason": "Peserta bukan orangnya"},
        fields=texts("cabut-reason"),
    ),
    Route(
        "records:replace",
        {"publisher": "i"},
        ("certificate",),
        POST,
        {"ganti-reason": "Nama salah ketik"},
        fields=texts("ganti-reason"),
    ),
    Route(
        "records:decide",
        {"publisher": "i"},
        ("proposed",),
        POST,
        {"approve": "1", "putus-comment": ""},
        fields=texts("putus-comment"),
        needs=False,
    ),
    Route(
        "records:signatories",
        {"publisher": "i", "hr_head": "i"},
        methods=BOTH,
        post=_signatory,
        fields=texts("name", "title", "place") | {"agency": "CHOICES", "signs_from": "DATES"},
    ),
    Route("records:run", RUNS, ("run",), BOTH),
    # --- Records
    Route("records:ledger", SELF),
    Route("records:ledger_year", SELF, ("year",)),
    Route("records:mine", SELF),
    Route("records:ledger_of", HR, ("person",)),
    Route("records:ledger_of_year", HR, ("person", "year")),
    Route(
        "records:correct_jp",
        HR,
        ("person", "jp_entry"),
        BOTH,
        {"to": "0", "reason": "Dihitung dua kali"},
        fields={"to": "NUMBERS", "reason": "TEXTS"},
    ),
    Route("records:certificate", OWNER, ("certificate",)),
    Route("records:pdf", OWNER, ("certificate",)),
    # --- Talent
    Route(
        "profiles:people",
        HR,
        (),
        BOTH,
        {"q": "ani"},
        fields=texts("q"),
        query=("unit", "family", "employment", "band", "gap", "sort", "page"),
        needs=False,
    ),
    Route("profiles:xlsx", HR, (), BOTH, {"purpose": "Rencana pelatihan"}, fields=texts("purpose"), query=("band",)),
    Route("profiles:person", HR | {"superior": "d"}, ("person",)),
    Route("profiles:team", {"superior": "d"}),
    Route("profiles:national", {"ministry": "n"}),
    Route("profiles:ask", {"auditor": "p"}, (), BOTH, _record_wanted, fields=texts("number", "purpose")),
    Route("profiles:me", SELF),
    Route("profiles:access_log", SELF, query=("page",)),
]
BY_NAME = {route.name: route for route in ROUTES}
# Addresses that need more than a row of `Side`: each has the test named beside it.
ELSEWHERE = {
    "player:file": "lms/player/test_files.py",
    "picture": "cms/pages/test_library.py",
    "wagtaildocs_serve": "cms/pages/test_library.py",
}
