"""What a question must have to be asked, and its two halves: what is shown, what stays on the server."""

import hashlib
import json
from decimal import Decimal

from django.utils.translation import gettext as _

OPTION_IDS = "abcdefghij"
WORDS = {"competency": 20, "difficulty": 10}  # as the columns of a released question


def question_fault(row) -> str:
    """Why a question cannot be asked; "" when it can."""
    if not isinstance(row, dict) or not row.get("key") or not row.get("text"):
        return _("key or text is missing")
    kind = row.get("kind")
    for name, most in WORDS.items():
        if not isinstance(row.get(name), str) or not 0 < len(row[name]) <= most:
            return _("%(field)s must be text of at most %(most)s characters") % {"field": name, "most": most}
    if kind == "numeric":
        try:
            return "" if Decimal(str(row["answer"])).is_finite() else _("the answer is not a number")
        except (KeyError, ArithmeticError):
            return _("the answer is not a number")
    if kind not in ("single", "multiple", "truefalse"):
        return _("unknown kind")
    if not all(isinstance(o, dict) and isinstance(o.get("text"), str) and o["text"] for o in row.get("options") or []):
        return _("an option has no text")
    right = sum(bool(o.get("correct")) for o in row.get("options") or [])
    if len(row.get("options") or []) < 2 or right < 1 or (kind != "multiple" and right != 1):
        return _("needs at least two options and a right one")
    if len(row["options"]) > len(OPTION_IDS):
        return _("has more than %(most)s options") % {"most": len(OPTION_IDS)}
    return ""


def question_name(row) -> str:
    """A question by its words, as people know it."""
    words = str(row.get("text") or row.get("key") or "") if isinstance(row, dict) else str(row)
    return words if len(words) <= 90 else f"{words[:88].rstrip()}…"


def question_body(row: dict) -> tuple[dict, dict]:
    """``(body, key)`` of a question: what is shown, and what stays on the server."""
    options = [{"id": OPTION_IDS[i], "text": str(o["text"])} for i, o in enumerate(row.get("options") or [])]
    # Older packages say ``unit_name``; ``unit`` alone already means a unit of the course.
    unit = str(row.get("answer_unit") or row.get("unit_name") or "")
    body = {"text": str(row["text"]), "options": options, "unit": unit}
    if row["kind"] == "numeric":
        return body, {
            "answer": str(row["answer"]), "tolerance": str(row.get("tolerance", 0)),
            "reason": str(row.get("reason", ""))
        }  # fmt: skip
    right = [o["id"] for o, raw in zip(options, row["options"], strict=True) if raw.get("correct")]
    whys = {o["id"]: str(raw.get("why") or "") for o, raw in zip(options, row["options"], strict=True)}
    return body, {"right": right, "whys": whys, "reason": str(row.get("reason", ""))}


def teaching_unit(row: dict, units) -> str | None:
    """The unit, one of ``units``, to read again after a question was answered wrongly."""
    unit = row.get("unit")
    return unit if isinstance(unit, str) and unit in units else None


def holds_old_key(row: dict, body: dict, key: dict) -> bool:
    """Whether a draft question asks what ``body`` asks, but not with the corrected ``key``. Another question: no."""
    if question_fault(row):
        return False
    asks, holds = question_body(row)
    if asks["options"] != body["options"]:
        return False
    if "answer" not in key:
        return holds.get("right") != key.get("right")
    return any(_number(holds[name]) != _number(key[name]) for name in ("answer", "tolerance"))


def with_key(row: dict, key: dict) -> dict:
    """A draft question with a corrected key: what is right, and the reasons that came with it."""
    if "answer" in key:
        return {**row, "answer": key["answer"], "tolerance": key["tolerance"], "reason": key["reason"]}
    options = [
        {**option, "correct": one in key["right"], "why": key["whys"].get(one, option.get("why") or "")}
        for one, option in zip(OPTION_IDS, row["options"], strict=False)
    ]
    return {**row, "options": options, "reason": key["reason"]}


def as_written(number) -> str:
    """A number as people here write it, 1,5: in every language, for that is what each form asks for.

    An English 1.125 sent back unchanged would be refused: it may also mean a thousand and more.
    """
    return str(number).replace(".", ",")


def _number(text) -> Decimal | None:
    try:
        return Decimal(str(text).replace(",", "."))
    except ArithmeticError:
        return None


def question_digest(row: dict) -> str:
    """Which wording of a question an author saw."""
    return hashlib.sha256(json.dumps(row, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()
