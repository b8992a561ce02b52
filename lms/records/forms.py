"""What the desk of certificates types."""

from django import forms
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from cms.core.forms import TidyLines, TidyText, near_today
from lms.records import rules


class ReasonForm(forms.Form):
    reason = TidyLines(
        label=_("Reason"),
        max_length=300,
        min_length=rules.SHORTEST_REASON,
        help_text=_("It is kept with the certificate and shown to its holder. No names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CorrectionForm(forms.Form):
    """What a line of the JP ledger counts from now on; the line itself stays."""

    to = forms.DecimalField(
        label=_("Counts from now on"),
        min_value=0,
        max_value=9999,  # of the column; the line's own end is said by the service
        max_digits=5,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    reason = TidyText(
        label=_("Reason"),
        min_length=rules.SHORTEST_REASON,
        max_length=200,
        help_text=_("The person reads it in the notice and beside the line. No names of others."),
    )

    def __init__(self, *args, most, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].help_text = _("JP, from 0 to %(most)s.") % {"most": localize(most.normalize())}


class DecisionForm(forms.Form):
    comment = TidyText(label=_("Comment"), max_length=300, required=False)


class SignatoryForm(forms.Form):
    agency = forms.ModelChoiceField(label=_("Agency"), queryset=None, to_field_name="uuid")
    name = TidyText(label=_("Name with degrees"), max_length=200)
    title = TidyText(label=_("Title"), max_length=200, help_text=_("As it stands under the signature."))
    place = TidyText(label=_("Place"), max_length=80, help_text=_("Printed before the date, for example Jakarta."))
    signs_from = forms.DateField(
        label=_("Signs from"),
        initial=timezone.localdate,
        validators=[near_today],
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, data=None, *, agencies):
        super().__init__(data)
        self.fields["agency"].queryset = agencies
        first = agencies.first()
        self.fields["agency"].initial = first and first.uuid
