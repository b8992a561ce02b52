"""Forms of the author's desk: a folder of text files comes in, notes and answers go along."""

from django import forms
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import BlockField

from cms.core.forms import TidyLines
from cms.core.text import UnfitText
from cms.pages.permissions import Scope
from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.forms.outline import offer_agencies
from lms.catalogue.rules.uploads import folder_draft, read_upload, refuse_shapes

# What a block may point at, and what that is in the author's scope.
KINDS_CHOSEN = {"siteimage": "image", "sitedocument": "document", "page": "way"}


class DeskForm(WagtailAdminPageForm):
    """A desk's editor: what its blocks choose must be the author's own to choose (Z04).

    Refused before anything is shown: a form that came back with a sentence would show the foreign title as well.
    """

    def full_clean(self):
        if self.is_bound:
            self._refuse_what_is_not_mine()
        super().full_clean()

    def _refuse_what_is_not_mine(self):
        scope = Scope(self.for_user)
        for name, field in self.fields.items():
            if not isinstance(field, BlockField):
                continue
            value = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for model, key, *_path in field.block.extract_references(value):
                kind = KINDS_CHOSEN.get(model._meta.model_name)
                if kind is None or not (self.for_user.is_superuser or scope.has(kind, [key])):
                    raise UnfitText


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
        offer_agencies(self, agencies)

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


class SettleForm(forms.Form):
    """Marks a reader's report as dealt with, and answers the reader."""

    reply = TidyLines(
        label=gettext_lazy("Answer to the reader"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
