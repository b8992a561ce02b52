"""What the desk of certificates types."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.text import UnfitText, tidy
from lms.records import rules


class TidyForm(forms.Form):
    """Text in its one form; what cannot be kept is refused at its field."""

    def clean(self):
        data = super().clean()
        for name, value in data.items():
            if isinstance(value, str):
                try:
                    data[name] = tidy(value).strip()
                except UnfitText:
                    self.add_error(name, _("The text holds characters that cannot be kept."))
        return data


class ReasonForm(TidyForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        min_length=rules.SHORTEST_REASON,
        help_text=_("It is kept with the certificate and shown to its holder. No names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(TidyForm):
    comment = forms.CharField(label=_("Comment"), max_length=300, required=False)


class SignatoryForm(TidyForm):
    agency = forms.ModelChoiceField(label=_("Agency"), queryset=None, to_field_name="uuid")
    name = forms.CharField(label=_("Name with degrees"), max_length=200)
    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("As it stands under the signature."))
    place = forms.CharField(
        label=_("Place"), max_length=80, help_text=_("Printed before the date, for example Jakarta.")
    )
    signs_from = forms.DateField(
        label=_("Signs from"), initial=timezone.localdate, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data=None, *, agencies):
        super().__init__(data)
        self.fields["agency"].queryset = agencies
        first = agencies.first()
        self.fields["agency"].initial = first and first.uuid
