"""Forms of the player."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.forms import TidyLines


class ReportForm(forms.Form):
    """'Something is wrong here': a sentence from the reader."""

    text = TidyLines(label=_("What is wrong here?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
