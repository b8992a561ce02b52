"""Forms about one's own data: a wish, and its answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.forms import TidyLines
from cms.directory.forms.door import TidyForm
from cms.directory.models import DataRequest


class AskForm(TidyForm):
    kind = forms.ChoiceField(label=_("What you ask for"), choices=DataRequest.Kind.choices, widget=forms.RadioSelect)
    words = TidyLines(
        label=_("In your words"), min_length=10, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Which data, and what is wrong or should end. Only the data officers of your agency read it."),
    )  # fmt: skip


class AnswerForm(TidyForm):
    words = TidyLines(
        label=_("Answer to the person"), min_length=10, max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was done, or why it is not done and on which rule that rests."),
    )  # fmt: skip
