"""Forms of the player."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.text import tidy


class ReportForm(forms.Form):
    """'Something is wrong here': a sentence from the reader."""

    text = forms.CharField(
        label=_("What is wrong here?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), strip=True
    )

    def clean_text(self):
        return tidy(self.cleaned_data["text"])
