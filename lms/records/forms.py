"""What the desk of certificates types."""

from django import forms
from django.utils import timezone
from django.utils.formats import localize
from django.utils.translation import gettext_lazy as _

from cms.core.forms import TidyLines, TidyText, near_today
from cms.core.uploads import ProofField
from lms.records import rules
from lms.records.rules import conversion


class ReasonForm(forms.Form):
    reason = TidyLines(
        label=_("Reason"),
        max_length=300,
        min_length=rules.SHORTEST_REASON,
        help_text=_("It is kept with the certificate and shown to its holder. No names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _decimal_box() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})


def _day_box() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class CorrectionForm(forms.Form):
    """What a line of the JP ledger counts from now on; the line itself stays."""

    to = forms.DecimalField(
        label=_("Counts from now on"),
        min_value=0,
        max_value=9999,  # of the column; the line's own end is said by the service
        max_digits=5,
        decimal_places=1,
        localize=True,
        widget=_decimal_box(),
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
        widget=_day_box(),
    )

    def __init__(self, data=None, *, agencies):
        super().__init__(data)
        self.fields["agency"].queryset = agencies
        first = agencies.first()
        self.fields["agency"].initial = first and first.uuid


COUNTED = {conversion.DAY: _("How many days"), conversion.SESSION: _("How many sessions")}


class ActivityForm(forms.Form):
    """Learning outside Bestari, of one kind: asks only what this kind is counted by."""

    title = TidyText(label=_("Title"), max_length=200, help_text=_("As it stands on the certificate or letter."))
    provider = TidyText(label=_("Organised by"), max_length=200, help_text=_("Agency, institution or mentor's office."))
    starts_on = forms.DateField(label=_("First day"), validators=[near_today], widget=_day_box())
    ends_on = forms.DateField(
        label=_("Last day"),
        validators=[near_today],
        widget=_day_box(),
        help_text=_("The JP count in the year of this day."),
    )
    amount = forms.IntegerField(min_value=1, max_value=366, widget=forms.NumberInput(attrs={"inputmode": "numeric"}))
    jp = forms.DecimalField(
        label="JP",
        min_value=0,
        max_value=9999,  # of the column; what the days allow is said by the service
        max_digits=5,
        decimal_places=1,
        localize=True,
        widget=_decimal_box(),
        help_text=_("As the programme says. For example 40."),
    )
    document = TidyText(
        label=_("Number of the certificate or letter"),
        max_length=150,
        required=False,
        help_text=_("This or a file: HR must be able to verify it."),
    )
    proof = ProofField(
        label=_("Scan or photograph of it"), required=False, help_text=_("PDF, JPEG, PNG or WebP, at most 5 MB.")
    )
    note = TidyLines(
        label=_("Note to HR"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip

    def __init__(self, *args, kind: conversion.Kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind.per in COUNTED:
            self.fields["amount"].label = COUNTED[kind.per]
        else:
            del self.fields["amount"]
        if kind.per != conversion.PROGRAMME:
            del self.fields["jp"]

    def clean(self):
        data = super().clean()
        if not {"document", "proof"} & set(self.errors) and not (data.get("document") or data.get("proof")):
            self.add_error("document", _("Write the number of the certificate or letter, or send a file of it."))
        return data


class VerdictForm(forms.Form):
    """HR accepts a claim, in whole or in part, or refuses it."""

    jp = forms.DecimalField(
        label=_("JP that count"),
        min_value=0,
        max_value=9999,
        max_digits=5,
        decimal_places=1,
        localize=True,
        required=False,
        widget=_decimal_box(),
    )
    comment = TidyText(
        label=_("Comment"),
        max_length=300,
        required=False,
        help_text=_("Needed to refuse, or when fewer JP count. The person reads it."),
    )
