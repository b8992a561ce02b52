"""Forms of the author's desk: a folder of text files comes in, notes and answers go along."""

from django import forms
from django.utils.translation import gettext_lazy

from cms.core.forms import TidyLines
from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.forms.outline import offer_agencies
from lms.catalogue.rules.uploads import folder_draft, read_upload, refuse_shapes


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """One .zip, or several text files."""

    widget = ManyFilesInput(attrs={"accept": ".zip,.md,.yaml,.yml,.png,.jpg,.jpeg,.webp,.pdf"})

    def clean(self, data, initial=None):
        rows = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(row, initial) for row in rows or [None]]


class ImportForm(forms.Form):
    """Reads the folder whole before anything is written; ``cleaned_data["folder"]`` is its texts and pictures."""

    agency = forms.ModelChoiceField(None, label=gettext_lazy("Agency"), empty_label=None)
    files = ManyFilesField(
        label=gettext_lazy("Course folder"),
        help_text=gettext_lazy("One .zip of the folder, or all its files together. At most 10 MB."),
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        offer_agencies(self, agencies)

    def clean(self):
        data = super().clean()
        if "files" in data:
            try:
                data["folder"] = read_upload(data["files"])
                refuse_shapes(folder_draft(data["folder"]))
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


class SettleForm(forms.Form):
    """Marks a reader's report as dealt with, and answers the reader."""

    reply = TidyLines(
        label=gettext_lazy("Answer to the reader"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
