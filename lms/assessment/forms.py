"""What a browser sends from the exam page, as answers by slot."""

import json

from lms.assessment import rules
from lms.assessment.exceptions import AnswerRefused
from lms.assessment.queries import Slot

MOST_BYTES = 64 * 1024


def answers_in(post, slots: list[Slot]) -> dict:
    """Answers typed into the form, not yet checked: nothing typed is lost when they are refused."""
    return {str(s.number): post.getlist(s.name) if s.kind == "multiple" else post.get(s.name, "") for s in slots}


def read_save(body: bytes) -> tuple[int, dict]:
    """``(seq, answers)`` of an autosave, or ``AnswerRefused``."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise AnswerRefused("JSON") from fault
    if not isinstance(sent, dict):
        raise AnswerRefused("JSON")
    return rules.read_seq(sent.get("seq")), rules.read_drafts(sent.get("answers"))
