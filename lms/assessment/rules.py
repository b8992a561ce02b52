"""Pure rules of an exam: draw, read, mark, score.

Shapes (``QuestionVersion``):
  body = {"text": str, "options": [{"id": "a", "text": str}], "unit": str}: what is shown. No reason here.
  key  = {"right": ["b"], "whys": {"a": str}, "reason": str} for choices,
         {"answer": "3", "tolerance": "0", "reason": str} for numbers: stays on the server until the exam is over.
An attempt's layout = [{"version": id, "options": [ids in the order shown]}]. The question's slot is its number on
the paper as text, "1" upwards; answers = {slot: option id | [option ids] | number as typed}.
"""

import random
import re
import unicodedata
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from cms.core.text import UnfitText, refuse_unfit
from lms.assessment.exceptions import AnswerRefused

MOST_QUESTIONS = 200
MOST_EXTRA_MINUTES, MOST_EXTRA_ATTEMPTS = 240, 5
SHORTEST_REASON = 10
MOST_CHARACTERS = 100
MOST_CHOICES = 20
MOST_SAVES = 1_000_000
NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d{1,10})?", re.ASCII)
# 1.500 is one thousand five hundred to one reader and one and a half to another: we ask, we do not guess.
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", re.ASCII)
CENT = Decimal("0.01")
SEQ, SLOT = re.compile(r"\d{1,7}", re.ASCII), re.compile(r"[1-9]\d{0,2}", re.ASCII)
UNSHUFFLED = {"truefalse"}


def draw(pool, cells: list[dict], seed: str, questions: int = 0, seen=()) -> list[dict]:
    """The paper of one attempt. Same pool, cells, seed and seen: same paper, whatever order the pool came in.

    ``pool``: objects with ``pk, kind, competency, difficulty, body``; ``cells``: [{"code", "difficulty", "draw"}];
    without cells, ``questions`` are drawn from the whole pool (0 takes all). ``seen``: versions on earlier papers,
    drawn again only where a cell has nothing else left (L33).
    """
    dice = random.Random(seed)
    rest = sorted(pool, key=lambda question: question.pk)
    if cells:
        chosen = []
        for cell in cells:
            fitting = [q for q in rest if (q.competency, q.difficulty) == (cell["code"], cell["difficulty"])]
            taken = _prefer_unseen(dice, fitting, int(cell["draw"]), seen)
            chosen += taken
            drawn = {question.pk for question in taken}
            rest = [q for q in rest if q.pk not in drawn]  # two cells of one kind never draw the same question
    else:
        chosen = _prefer_unseen(dice, rest, questions or len(rest), seen)
    dice.shuffle(chosen)
    return [{"version": question.pk, "options": _order(question, dice)} for question in chosen]


def _prefer_unseen(dice, fitting: list, count: int, seen) -> list:
    fresh = [question for question in fitting if question.pk not in seen]
    taken = dice.sample(fresh, min(count, len(fresh)))
    known = [question for question in fitting if question.pk in seen]
    return taken + dice.sample(known, min(count - len(taken), len(known)))


def _order(question, dice) -> list[str]:
    ids = [option["id"] for option in question.body.get("options", [])]
    if question.kind not in UNSHUFFLED:
        dice.shuffle(ids)
    return ids


def read_seq(raw) -> int:
    """The sequence number of a save."""
    text = str(raw)
    if not SEQ.fullmatch(text) or not 1 <= int(text) <= MOST_SAVES:
        raise AnswerRefused(_("The save has no valid sequence number."))
    return int(text)


def read_drafts(raw) -> dict:
    """Answers as they may be kept while the exam runs: well formed and small, perhaps not yet readable."""
    if not isinstance(raw, dict) or len(raw) > MOST_QUESTIONS:
        raise AnswerRefused(_("The answers have the wrong form."))
    drafts = {}
    for slot, value in raw.items():
        if not SLOT.fullmatch(slot):
            raise AnswerRefused(_("There is no question with this number."))
        draft = _draft(value, slot)
        if draft:
            drafts[slot] = draft
    return drafts


def _draft(value, slot: str):
    if value is None:
        return ""
    if isinstance(value, list) and len(value) <= MOST_CHOICES and all(isinstance(one, str) for one in value):
        return sorted({_fit(one, slot) for one in value})
    if isinstance(value, str):
        return _fit(value.strip(), slot)
    raise AnswerRefused(_("Question %(slot)s: the answer has the wrong form.") % {"slot": slot}, slot)


def _fit(text: str, slot: str) -> str:
    try:
        refuse_unfit(text)
    except UnfitText as fault:
        words = _("Question %(slot)s: the answer holds characters that cannot be kept.")
        raise AnswerRefused(words % {"slot": slot}, slot) from fault
    if len(text) > MOST_CHARACTERS:
        words = _("Question %(slot)s: the answer is longer than %(most)s characters.")
        raise AnswerRefused(words % {"slot": slot, "most": MOST_CHARACTERS}, slot)
    return text


def read_answer(kind: str, raw, options=()):
    """The answer in its one form, or None when there is none; raises ``AnswerRefused`` when it cannot be read.

    Choices give an id (or sorted ids), numbers give text that ``Decimal`` reads: "1,5" and "1.5" are both "1.5".
    """
    if raw is None or raw == "" or raw == []:
        return None
    if kind == "numeric":
        return _number(raw)
    known = set(options)
    chosen = raw if isinstance(raw, list) else [raw]
    if not all(isinstance(one, str) and one in known for one in chosen):
        raise AnswerRefused(_("This choice is not among the options."))
    if kind == "multiple":
        return sorted(set(chosen))
    if len(chosen) != 1:
        raise AnswerRefused(_("Only one option can be chosen here."))
    return chosen[0]


def _number(raw) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str):
        raise AnswerRefused(_("Write a number, for example 12 or 1,5."))
    # Full-width digits and the typographic minus are what some keyboards give.
    text = unicodedata.normalize("NFKC", raw).replace("\u2212", "-").strip()
    if THOUSANDS.fullmatch(text):
        raise AnswerRefused(_("Write thousands without a point: 1500. Use a comma for decimals: 1,5."))
    if not NUMBER.fullmatch(text):
        raise AnswerRefused(_("Write a number of at most 15 digits and 10 decimals, for example 12 or 1,5."))
    number = Decimal(text.replace(",", "."))
    return format(number.normalize() if number else Decimal(0), "f")


def mark(kind: str, key: dict, answer) -> Decimal:
    """The fraction earned: 1 or 0. Of a multiple choice all right ones and no other must be chosen."""
    if answer is None:
        return Decimal(0)
    if kind == "numeric":
        distance = abs(Decimal(answer) - Decimal(key["answer"]))
        return Decimal(int(distance <= Decimal(key.get("tolerance") or "0")))
    chosen = set(answer) if isinstance(answer, list) else {answer}
    return Decimal(int(chosen == set(key["right"])))


def score(fractions: list[Decimal]) -> Decimal:
    """Percentage with two decimals."""
    if not fractions:
        return Decimal("0.00")
    return (100 * sum(fractions) / len(fractions)).quantize(CENT, ROUND_HALF_UP)


def has_passed(fractions: list[Decimal], pass_score) -> bool:
    """Decided on the unrounded value (design 3.14)."""
    return bool(fractions) and 100 * sum(fractions) >= Decimal(str(pass_score)) * len(fractions)


def cell_scores(marks) -> dict:
    """Per competency code: {"right": "3", "of": 4, "score": "75.00"}; ``marks`` = [(code, fraction)]."""
    cells = defaultdict(list)
    for code, fraction in marks:
        cells[code].append(fraction)
    return {
        code: {"right": format(sum(fractions).normalize(), "f"), "of": len(fractions), "score": str(score(fractions))}
        for code, fractions in sorted(cells.items())
    }


def why_not_start(*, active: bool, units_left: bool, used: int, allowed: int) -> str:
    """Why an attempt cannot begin; "" when it can. ``allowed`` 0 means without limit."""
    if not active:
        return _("This course is not open to you any more, so its exam cannot be started.")
    if units_left:
        return _("Finish every required unit first; then the exam opens.")
    if allowed and used >= allowed:
        return _("You have used all %(allowed)s attempts.") % {"allowed": allowed}
    return ""


def why_not_more(minutes: int, attempts: int, reason: str, *, minutes_before: int = 0, attempts_before: int = 0) -> str:
    """Why extra time or tries cannot be given; "" when they can."""
    if minutes < 0 or attempts < 0 or not (minutes or attempts):
        return _("Give at least one minute or one try.")
    if minutes + minutes_before > MOST_EXTRA_MINUTES:
        return _("At most %(most)s extra minutes a person.") % {"most": MOST_EXTRA_MINUTES}
    if attempts + attempts_before > MOST_EXTRA_ATTEMPTS:
        return _("At most %(most)s extra tries a person.") % {"most": MOST_EXTRA_ATTEMPTS}
    return why_no_reason(reason)


def why_no_reason(reason: str) -> str:
    if len(reason.strip()) < SHORTEST_REASON:
        return _("Write the reason in at least %(least)s characters; it is kept.") % {"least": SHORTEST_REASON}
    return ""


def new_key(kind: str, body: dict, key: dict, typed: dict) -> dict:
    """The corrected key; ``typed``: {"right": [ids]} or {"answer": str, "tolerance": str}. Reasons stay."""
    if kind == "numeric":
        answer, tolerance = _number(typed.get("answer") or ""), _number(typed.get("tolerance") or "0")
        if Decimal(tolerance) < 0:
            raise AnswerRefused(_("The tolerance is zero or more."))
        return {**key, "answer": answer, "tolerance": tolerance}
    known = [option["id"] for option in body["options"]]
    right = sorted(set(typed.get("right") or []))
    if not right or not set(right) <= set(known):
        raise AnswerRefused(_("Choose at least one right option."))
    if kind != "multiple" and len(right) != 1:
        raise AnswerRefused(_("Only one option can be right here."))
    return {**key, "right": right}
