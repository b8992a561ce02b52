"""Forms of the question bank and of the final exam."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.core.forms import TidyLines, TidyText
from lms.catalogue import rules
from lms.catalogue.blocks import known_competencies
from lms.catalogue.models import QuestionVersion

USES = [("check", gettext_lazy("Practice in a unit")), ("exam", gettext_lazy("Final exam"))]
MOST_OPTIONS = 8
SPARE_OPTIONS = 4


class NumberField(forms.CharField):
    """A number as people write it, 1,5 or 1.5; kept as text, so that nothing is rounded."""

    def __init__(self, *, lowest=None, **kwargs):
        self.lowest = lowest
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def to_python(self, value):
        text = super().to_python(value).replace(" ", "").replace(",", ".")
        if not text:
            return text
        try:
            number = Decimal(text) if text.isascii() else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or len(text) > 20 or abs(number) >= Decimal(10) ** 12:
            raise forms.ValidationError(_("Write a number, for instance 3 or 2,5."))
        if self.lowest is not None and number < self.lowest:
            raise forms.ValidationError(_("The number must be %(least)s or more.") % {"least": self.lowest})
        return text


class QuestionForm(forms.Form):
    """One question of one kind; ``row`` gives it back as the bank keeps it."""

    text = TidyLines(label=gettext_lazy("Question"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    use = forms.ChoiceField(label=gettext_lazy("Used for"), choices=USES, initial="check")
    competency = forms.ChoiceField(label=gettext_lazy("Competency"), choices=known_competencies)
    difficulty = forms.ChoiceField(label=gettext_lazy("Difficulty"), choices=rules.DIFFICULTIES, initial="sedang")
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit that teaches it"),
        required=False,
        help_text=gettext_lazy("Who answers an exam question wrongly is led back there."),
    )
    reason = TidyLines(
        label=gettext_lazy("Reason"),
        max_length=600,
        help_text=gettext_lazy("Shown after the answer: why the right answer is right."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, kind: str, old: dict | None = None, units=(), **kwargs):
        """``units``: (key, title) of those in the outline."""
        self.kind, self.old = kind, old or {}
        super().__init__(*args, initial=self._initial(), **kwargs)
        self.fields["unit"].choices = [("", _("none")), *units]
        if kind == QuestionVersion.Kind.NUMERIC:
            self._ask_number()
        else:
            self._ask_options()
        known = {code for code, _name in known_competencies()}
        if (code := self.old.get("competency")) and code not in known:
            self.fields["competency"].choices = [*known_competencies(), (code, code)]

    def _initial(self) -> dict:
        names = ("text", "use", "competency", "difficulty", "unit", "reason", "answer", "tolerance", "answer_unit")
        seen = rules.question_digest(self.old) if self.old else ""
        numbers = {name: rules.as_written(self.old[name]) for name in ("answer", "tolerance") if name in self.old}
        return {**{name: self.old[name] for name in names if name in self.old}, **numbers, "seen": seen}

    def _ask_number(self):
        self.fields["answer"] = NumberField(label=_("Right answer"))
        self.fields["tolerance"] = NumberField(
            label=_("Tolerance"), lowest=0, required=False, help_text=_("How far an answer may be off; 0 is exact.")
        )
        self.fields["answer_unit"] = TidyText(
            label=_("Unit of measure"), max_length=40, required=False, help_text=_("For instance hari kerja.")
        )

    def _ask_options(self):
        options = self.old.get("options") or []
        if self.kind == QuestionVersion.Kind.TRUE_FALSE:
            options, count = options or [{"text": "Benar"}, {"text": "Salah"}], 2
        else:
            count = min(MOST_OPTIONS, max(SPARE_OPTIONS, len(options) + 1))
        if self.is_bound:
            count = max(count, sum(f"text_{n}" in self.data for n in range(MOST_OPTIONS)))
        for n in range(count):
            option = options[n] if n < len(options) else {}
            values = {"n": n + 1}
            self.fields[f"text_{n}"] = TidyText(
                label=_("Option %(n)s") % values, max_length=300, required=False, initial=option.get("text")
            )
            self.fields[f"correct_{n}"] = forms.BooleanField(
                label=_("Option %(n)s is right") % values, required=False, initial=bool(option.get("correct"))
            )
            self.fields[f"why_{n}"] = TidyText(
                label=_("Why option %(n)s is right or wrong") % values,
                max_length=400,
                required=False,
                initial=option.get("why"),
            )
        self.option_count = count

    @property
    def option_rows(self):
        """The fields of each option together, for the screen."""
        return [
            (self[f"text_{n}"], self[f"correct_{n}"], self[f"why_{n}"]) for n in range(getattr(self, "option_count", 0))
        ]

    def clean(self):
        data = super().clean()
        if not self.errors and (fault := rules.question_fault({**self.row(), "key": "x"})):
            self.add_error(None, fault)
        return data

    def row(self) -> dict:
        """The question as the bank keeps it; what this screen does not ask stays as it was."""
        data = self.cleaned_data
        row = {
            **self.old,
            "kind": self.kind,
            **{name: data[name] for name in ("text", "use", "competency", "difficulty", "reason")},
        }
        if data["unit"] or "unit" in row:
            row["unit"] = data["unit"] or None
        if self.kind == QuestionVersion.Kind.NUMERIC:
            return {
                **row,
                "answer": data["answer"],
                "tolerance": data["tolerance"] or "0",
                "answer_unit": data["answer_unit"],
            }
        options = [
            {"text": data[f"text_{n}"], "correct": data[f"correct_{n}"], "why": data[f"why_{n}"]}
            for n in range(self.option_count)
            if data[f"text_{n}"]
        ]
        return {**row, "options": options}


class ExamForm(forms.Form):
    """The final exam: how long, how often, what passes, and how many questions from each cell of the bank."""

    has_exam = forms.BooleanField(label=gettext_lazy("The course ends with an exam"), required=False)
    title = TidyText(label=gettext_lazy("Title"), max_length=120, required=False)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=600, required=False)
    attempts = forms.IntegerField(label=gettext_lazy("Tries"), min_value=1, max_value=20, required=False)
    pass_score = forms.IntegerField(label=gettext_lazy("Pass score (0 to 100)"), min_value=0, max_value=100)

    def __init__(self, *args, exam: dict, pass_score: int, pool: dict[tuple[str, str], int], **kwargs):
        super().__init__(
            *args,
            initial={
                "has_exam": bool(exam),
                "title": exam.get("title") or _("Final exam"),
                "minutes": exam.get("minutes") or 30,
                "attempts": exam.get("attempts") or 2,
                "pass_score": pass_score,
            },
            **kwargs,
        )
        self.exam = exam
        drawn = {(cell["code"], cell["difficulty"]): cell["draw"] for cell in exam.get("cells", [])}
        order = {name: n for n, (name, _label) in enumerate(rules.DIFFICULTIES)}
        self.cells = sorted({*pool, *drawn}, key=lambda cell: (cell[0], order.get(cell[1], 9)))
        self.pool = pool
        for n, cell in enumerate(self.cells):
            self.fields[f"draw_{n}"] = forms.IntegerField(
                label=_("Draw from %(code)s %(difficulty)s")
                % {"code": cell[0], "difficulty": rules.difficulty_word(cell[1])},
                min_value=0,
                max_value=500,
                required=False,
                initial=drawn.get(cell, 0),
            )

    @property
    def cell_rows(self):
        """(code, difficulty, available, field) for the screen's table."""
        return [
            (code, difficulty, self.pool.get((code, difficulty), 0), self[f"draw_{n}"])
            for n, (code, difficulty) in enumerate(self.cells)
        ]

    def clean(self):
        data = super().clean()
        if data.get("has_exam"):
            for name in ("title", "minutes", "attempts"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Please fill this in."))
            for n, cell in enumerate(self.cells):
                have, draw = self.pool.get(cell, 0), data.get(f"draw_{n}") or 0
                if draw > have:
                    self.add_error(f"draw_{n}", _("The bank has %(have)s of these.") % {"have": have})
            if not self.errors and not any(data.get(f"draw_{n}") for n in range(len(self.cells))):
                self.add_error(None, _("Say how many questions the exam draws; the bank must have exam questions."))
        return data

    def as_exam(self) -> dict:
        data = self.cleaned_data
        if not data["has_exam"]:
            return {}
        cells = [
            {"code": code, "difficulty": difficulty, "draw": data[f"draw_{n}"]}
            for n, (code, difficulty) in enumerate(self.cells)
            if data.get(f"draw_{n}")
        ]
        return {
            **self.exam,
            **{name: data[name] for name in ("title", "minutes", "attempts")},
            "questions": sum(cell["draw"] for cell in cells),
            "cells": cells,
        }
