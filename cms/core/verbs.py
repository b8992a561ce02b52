"""What the verbs and details of the audit are called on screen. A verb without words is shown as it is."""

import re
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
VERBS = {
    "answer_request": _("answered a request about personal data"),
    "ask_about_data": _("asked about the own data"),
    "erase": _("erased a person"),
    "propose_erasure": _("proposed to erase a person"),
    "take_own_data": _("took a copy of the own data"),
    "take_back_request": _("took a request about data back"),
    "add_person": _("entered a person"),
    "add_position": _("added a position"),
    "add_unit": _("added a unit"),
    "approve_code": _("approved a second step reset"),
    "ask_to_see": _("asked to see a person"),
    "cancel_place": _("cancelled a place"),
    "change_password": _("changed the own password"),
    "change_person": _("changed a person"),
    "change_position": _("changed a position"),
    "change_unit": _("changed a unit"),
    "close_unit": _("closed a unit"),
    "accept_jp": _("accepted JP for learning outside Bestari"),
    "claim_jp": _("claimed JP for learning outside Bestari"),
    "correct_jp": _("corrected JP"),
    "refuse_jp": _("refused a JP claim"),
    "take_back_jp": _("took a JP claim back"),
    "deactivate": _("closed an account"),
    "enrol_many": _("enrolled many people"),
    "export": _("exported a list"),
    "give_code": _("made a door code"),
    "grant": _("gave a role"),
    "grant_refused": _("was refused to give a role"),
    "import_course": _("imported a course"),
    "import_framework": _("imported a competency dictionary"),
    "open_run": _("opened a class"),
    "promote": _("gave a waiting person a seat"),
    "record_assessment": _("recorded an assessment"),
    "release": _("released a course"),
    "reopen": _("opened a closed account"),
    "replace_certificate": _("replaced a certificate"),
    "report_fault": _("reported a fault in a course"),
    "return_course": _("returned a course to its author"),
    "revoke": _("ended a role"),
    "seal_lifted": _("lifted the seals"),
    "set_email": _("changed an e-mail address"),
    "set_rule": _("changed a rule"),
    "follow_rule_for_all": _("gave an agency back the rule for all"),
    "settle_fault": _("settled a reported fault"),
    "submit_course": _("submitted a course"),
    "take_key": _("took a corrected key into a draft"),
    "transfer": _("moved a person"),
    "use_code": _("used a door code"),
    "withdraw_certificate": _("withdrew a certificate"),
    "change_run": _("changed a class"),
    "close_run": _("closed a class"),
    "correct_key": _("corrected the key of a question"),
    "delete_question": _("deleted a question"),
    "enrol": _("gave a place"),
    "erase_again": _("erased a person again after a restore"),
    "exam_override": _("gave more time or another try"),
    "grade_override": _("changed a grade"),
    "grow": _("made a base for measuring"),
    "name_facilitators": _("named the facilitators of a class"),
    "name_signatory": _("named a signatory"),
    "open_first_account": _("entered the first HR head"),
    "probing": _("asked for many pages that do not exist"),
    "propose_withdrawal": _("proposed to withdraw a certificate"),
    "read_exam_scores": _("read the exam scores of a class"),
    "refuse_withdrawal": _("refused to withdraw a certificate"),
    "reopen_run": _("opened a closed class again"),
    "start_course": _("began a course"),
    "wait": _("put a person on a waiting list"),
    "withdraw_course": _("took a course back from its review"),
}
LOOKS = {
    "certificate": _("certificate"),
    "exam_answers": _("answers in an exam"),
    "JP claim": _("JP claim"),
    "JP ledger": _("JP ledger"),
    "talent profile": _("talent profile"),
    "team profile": _("talent profile, as direct superior"),
    "audited profile": _("talent profile, as auditor"),
}
DETAILS = {
    "reason": _("reason"),
    "role": _("role"),
    "kind": _("kind"),
    "purpose": _("purpose"),
    "rows": _("rows"),
    "filters": _("filters"),
    "until": _("until"),
    "on": _("from"),
    "title": _("title"),
    "number": _("number"),
    "key": _("rule"),
    "value": _("value"),
    "from": _("from"),
    "dropped": _("planned and dropped"),
}


def said(verb: str) -> str:
    return str(VERBS.get(verb, verb))


def seen(what: str) -> str:
    return str(LOOKS.get(what, what))


def told(detail: dict) -> list[tuple[str, str]]:
    """The details a reader understands, with their names; what changed is told field by field.

    A move keeps the row of the agency it left under ``from``: a number that tells a reader nothing.
    """
    known = {key: value for key, value in detail.items() if not (key == "from" and isinstance(value, int))}
    lines = [(str(words), _plain(known[key])) for key, words in DETAILS.items() if known.get(key) not in (None, "")]
    for field, pair in detail.get("changes", {}).items():
        lines.append((field, _now("%(old)s to %(new)s") % {"old": pair[0], "new": pair[1]}))
    return lines


def _plain(value) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    text = str(value)
    try:
        return date_format(date.fromisoformat(text), "j F Y") if DAY.fullmatch(text) else text
    except ValueError:  # no such day: shown as it was written
        return text
