"""Forms of the author's desk: a folder of text files comes in, notes and answers go along."""

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from cms.core.audit import audit
from cms.core.forms import TidyLines
from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.models import UnitReport
from lms.catalogue.rules.uploads import folder_draft, read_upload, refuse_shapes


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One .zip, or several text files."""

    widget = ManyFilesInput(attrs={"accept": ".zip,.md,.yaml,.yml"})

    def clean(self, data, initial=None):
        rows = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(row, initial) for row in rows or [None]]


class ImportForm(forms.Form):
    """Reads the folder whole before anything is written; ``cleaned_data["texts"]`` is {path: text}."""

    agency = forms.ModelChoiceField(None, label=gettext_lazy("Agency"), empty_label=None)
    files = ManyFilesField(
        label=gettext_lazy("Course folder"),
        help_text=gettext_lazy("One .zip of the folder, or its .md and .yaml files together. At most 10 MB."),
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies
        if len(agencies) == 1:
            # One agency leaves nothing to choose.
            self.fields["agency"].initial = agencies[0]
            self.fields["agency"].widget = forms.HiddenInput()

    def clean(self):
        data = super().clean()
        if "files" in data:
            try:
                data["texts"] = read_upload(data["files"])
                refuse_shapes(folder_draft(data["texts"]))
            except ImportRefused as refusal:
                raise forms.ValidationError(refusal.faults) from refusal
        return data


class SubmitForm(forms.Form):
    note = TidyLines(
        label=gettext_lazy("Note to the reviewer"),
        help_text=gettext_lazy("What changed and why. It becomes the note of the release."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(forms.Form):
    comment = TidyLines(
        label=gettext_lazy("Comment to the author"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SettleForm(forms.ModelForm):
    """Marks a reader's report as dealt with; pressing twice keeps the first time."""

    class Meta:
        model = UnitReport
        fields = ()

    @transaction.atomic
    def save(self, *, by):
        if self.instance.settled_at is None:
            self.instance.settled_at = timezone.now()
            self.instance.save(update_fields=["settled_at"])
            audit(by, "settle_fault", self.instance)
        return self.instance
