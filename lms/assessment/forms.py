"""What a browser sends from the exam page, as answers by slot."""

import json

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.forms import TidyLines, TidyText
from lms.assessment import rules
from lms.assessment.exceptions import AnswerRefused
from lms.assessment.queries import Slot, own_attempt, paper
from lms.catalogue.rules import as_written

MOST_BYTES = 64 * 1024


def answers_in(post, slots: list[Slot]) -> dict:
    """Answers typed into the form, not yet checked: nothing typed is lost when they are refused."""
    return {str(s.number): post.getlist(s.name) if s.kind == "multiple" else post.get(s.name, "") for s in slots}


def typed_answers(user, keys: dict, typed) -> list[tuple[str, str]]:
    """(question, answer) of a paper that met the closed door, in the words of the paper."""
    attempt = own_attempt(user, keys["attempt"])
    if attempt is None:
        return []
    slots = paper(attempt, answers_in(typed, paper(attempt)))
    return [(f"{slot.number}. {slot.text}", _in_words(slot)) for slot in slots if slot.answer]


def _in_words(slot: Slot) -> str:
    if slot.kind == "numeric":
        return f"{slot.answer} {slot.unit}".strip()
    return "\n".join(text for _one, text, chosen in slot.options if chosen)


def read_save(body: bytes) -> tuple[int, dict]:
    """``(seq, answers)`` of an autosave, or ``AnswerRefused``."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError) as fault:
        raise AnswerRefused("JSON") from fault
    if not isinstance(sent, dict):
        raise AnswerRefused("JSON")
    return rules.read_seq(sent.get("seq")), rules.read_drafts(sent.get("answers"))


class ReasonForm(forms.Form):
    """Whatever an examiner gives or changes has a reason that is kept."""

    reason = TidyLines(
        label=_("Reason"),
        max_length=300,
        min_length=rules.SHORTEST_REASON,
        help_text=_("It is kept and the learner's agency can read it. Write what happened, no names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MoreForm(ReasonForm):
    minutes = forms.IntegerField(
        label=_("Extra minutes"), min_value=0, max_value=rules.MOST_EXTRA_MINUTES, initial=0, required=False
    )
    attempts = forms.IntegerField(
        label=_("Extra tries"), min_value=0, max_value=rules.MOST_EXTRA_ATTEMPTS, initial=0, required=False
    )
    field_order = ["minutes", "attempts", "reason"]

    def clean(self):
        data = super().clean()
        data["minutes"], data["attempts"] = data.get("minutes") or 0, data.get("attempts") or 0
        if not self.errors and not (data["minutes"] or data["attempts"]):
            raise forms.ValidationError(_("Give at least one minute or one try."))
        return data


class GradeForm(ReasonForm):
    grade = forms.DecimalField(
        label=_("New score"), min_value=0, max_value=100, max_digits=5, decimal_places=2, localize=True,
        help_text=_("From 0 to 100, at most two decimals."),
    )  # fmt: skip
    field_order = ["grade", "reason"]


class KeyForm(ReasonForm):
    """The corrected key of one question: the right options, or the number with its tolerance."""

    answer = TidyText(label=_("Right answer"), max_length=40, required=False)
    tolerance = TidyText(label=_("Tolerance"), max_length=40, required=False, initial="0")
    field_order = ["right", "answer", "tolerance", "reason"]

    def __init__(self, data=None, *, question):
        self.question = question
        super().__init__(data)
        if question.kind == "numeric":
            self.fields["answer"].initial = as_written(question.key["answer"])
            self.fields["tolerance"].initial = as_written(question.key.get("tolerance") or "0")
            return
        del self.fields["answer"], self.fields["tolerance"]
        many = question.kind == "multiple"
        kind = forms.MultipleChoiceField if many else forms.ChoiceField
        self.fields["right"] = kind(
            label=_("Right options") if many else _("Right option"),
            choices=list(question.options.items()),
            widget=forms.CheckboxSelectMultiple if many else forms.RadioSelect,
            initial=question.key["right"] if many else question.key["right"][0],
        )
        self.order_fields(self.field_order)

    def clean(self):
        data = super().clean()
        if not self.errors:
            right = data.get("right")
            typed = {**data, "right": right if isinstance(right, list) else [right]}
            try:
                data["key"] = rules.new_key(self.question.kind, self.question.body, self.question.key, typed)
            except AnswerRefused as refusal:
                raise forms.ValidationError(refusal.message) from refusal
            if data["key"] == self.question.key:
                raise forms.ValidationError(_("This is the key that holds already."))
        return data
