"""The door, one's own account, long jobs, the HR desk."""

from datetime import timedelta

from django.utils import timezone

from tests import makers
from tests.gate.routes.route import ALL, BOTH, HR, OWNER, POST, SELF, Route, texts

GIVERS = {"hr_head": "i", "ministry": "n", "technical": "i"}
OFFICER = {"hr_head": "i"}
WISH = {"kind": "restrict", "words": "Jangan pakai foto saya."}
ANSWER = {"words": "Sudah diperbaiki di data induk."}
ROLE_FIELDS = texts("number", "reason") | {
    "role": "CHOICES", "agency": "CHOICES", "below": "CHOICES", "valid_to": "DATES",
}  # fmt: skip


def _role(side) -> dict:
    number = side.who["colleague"].numbers.get().value
    return {"number": number, "role": "organiser", "agency": side.employer.uuid, "reason": "Surat 1"}


def _rule(side) -> dict:
    return {"value": "24", "valid_from": timezone.localdate() + timedelta(days=9), "reason": "Surat 1"}


def _rule_for_all(side) -> dict:
    day = timezone.localdate() + timedelta(days=9)
    return {"agency": side.employer.uuid, "valid_from": day, "reason": "Surat 2"}


def _new_person(side) -> dict:
    return {
        "employment": "pns", "number": "199001012015031955", "name": "Orang Baru", "agency": side.employer.uuid,
        "since": timezone.localdate(), "grade": "III/a",
    }  # fmt: skip


def _move(side) -> dict:
    return {"agency": side.employer.uuid, "org_unit": side.unit.uuid, "on": timezone.localdate()}


def _new_unit(side) -> dict:
    return {"agency": side.employer.uuid, "code": "U-1", "name": "Unit Baru"}


PLACE = {"agency": "CHOICES", "org_unit": "CHOICES", "position": "CHOICES"}
SEAT = {"seat-name": "Jabatan", "seat-job_title": "gate:title"}


def _new_password(side) -> dict:
    new = "sore-hari-di-tepi-sawah"
    return {"oldpassword": makers.PASSWORD, "password1": new, "password2": new}


ROUTES = [
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
        fields={
            "value": "NUMBERS",
            "valid_from": "DATES",
            "legal_basis": "TEXTS",
            "reason": "TEXTS",
            "agency": "CHOICES",
        },
    ),
    Route(
        "directory:follow_rule_for_all",
        {"technical": "all"},
        ("rule",),
        BOTH,
        _rule_for_all,
        fields={"agency": "CHOICES", "valid_from": "DATES", "reason": "TEXTS"},
    ),
    Route("directory:withdraw_role", {"hr_head": "i"}, ("grant",), POST, {"reason": "Selesai"}),
]
