"""Questions as HTML. A frozen question is drawn once a process and language; a paper fills in what is its own:
numbers, the order of the options, what was chosen."""

from collections.abc import Callable

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cms.core.html import as_drawn

# What a drawing holds in place of a value. No author writes these: private characters mean nothing outside.
NUMBER, NEXT, COUNT, OPTIONS, ANSWER, RIGHT, WHYS = (f"\ue000{n}\ue001" for n in range(7))
NOWHERE = "00000000-face-0000-0000-000000000000"


def questions(slots: list) -> SafeString:
    """The fieldsets of a paper; ``slots`` from ``queries.paper``."""
    count, language = str(len(slots)), get_language()
    return as_drawn("".join([_fieldset(slot, count, language, slot.number == len(slots)) for slot in slots]))


def _fieldset(slot, count: str, language: str, is_last: bool) -> str:
    labels = _once(slot.drawn, (language, "options"), lambda: _labels(slot))
    options = "".join([labels[one, chosen] for one, _text, chosen in slot.options])
    if slot.fault:  # rare, and every one is another
        frame = _frame(slot, is_last=is_last, fault=slot.fault)
    else:
        frame = _once(slot.drawn, (language, "frame", is_last), lambda: _frame(slot, is_last=is_last))
    number = slot.number
    text = frame.replace(OPTIONS, options).replace(NEXT, str(number + 1)).replace(COUNT, count)
    text = text.replace(NUMBER, str(number))
    # Last, for it is the only text that somebody typed just now.
    return text.replace(ANSWER, escape(slot.answer or "")) if slot.kind == "numeric" else text


def _frame(slot, *, is_last: bool, fault: str = "") -> str:
    context = {
        "kind": slot.kind, "text": slot.text, "unit": slot.unit, "fault": fault, "is_last": is_last,
        "number": NUMBER, "next": NEXT, "count": COUNT, "options": OPTIONS, "answer": ANSWER,
    }  # fmt: skip
    return render_to_string("assessment/_question.html", context)


def _labels(slot) -> dict:
    """{(option, whether it is chosen): its label}."""
    context = {"kind": slot.kind, "number": NUMBER}
    return {
        (one, chosen): render_to_string(
            "assessment/_option.html", {**context, "id": one, "text": text, "is_on": chosen}
        )
        for one, text, _chosen in slot.options
        for chosen in (False, True)
    }


def numbers(slots: list) -> SafeString:
    """The map of the paper: a number a question, and whether it is answered."""
    language = get_language()
    return as_drawn("".join([_number(slot, language).replace(NUMBER, str(slot.number)) for slot in slots]))


def _number(slot, language: str) -> str:
    context = {"number": NUMBER, "is_answered": slot.is_answered}
    key = (language, "number", slot.is_answered)
    return _once(slot.drawn, key, lambda: render_to_string("assessment/_number.html", context))


def marked(rows: list, place_uuid, *, shows_right: bool) -> SafeString:
    """The paper after the exam; ``rows`` from ``queries.corrected``."""
    language = get_language()
    parts = [_marked(row, language, shows_right=shows_right and not row.is_right) for row in rows]
    return as_drawn("".join(parts).replace(NOWHERE, str(place_uuid)))


def _marked(row, language: str, *, shows_right: bool) -> str:
    slot = row.slot
    flags = {
        "is_right": row.is_right, "is_given": bool(row.given), "was_mended": row.was_mended, "shows_right": shows_right,
    }  # fmt: skip
    text = _once(row.drawn, (language, "marked", *flags.values()), lambda: _answer(row, flags))
    whys = "".join([f'<p class="mt2">{escape(why)}</p>' for why in row.whys])
    text = text.replace(NUMBER, str(slot.number)).replace(WHYS, whys).replace(RIGHT, escape("; ".join(row.right)))
    return text.replace(ANSWER, escape("; ".join(row.given)))


def _answer(row, flags: dict) -> str:
    context = {
        **flags, "text": row.slot.text, "unit": row.slot.unit, "reason": row.reason, "unit_title": row.unit_title,
        "unit_url": unit_url(NOWHERE, row.unit_key), "number": NUMBER, "given": ANSWER, "right": RIGHT, "whys": WHYS,
    }  # fmt: skip
    return render_to_string("assessment/_marked.html", context)


def unit_url(place_uuid, key: str) -> str:
    """Where a unit is read: the player stands on a higher floor, so only its name is known here."""
    try:
        return reverse("player:unit", args=[place_uuid, key]) if key else ""
    except NoReverseMatch:
        return ""


def _once(drawn: dict, key: tuple, draw: Callable):
    found = drawn.get(key)
    if found is None:
        found = drawn[key] = draw()
    return found
