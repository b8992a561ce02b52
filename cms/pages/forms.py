"""Uploads into the library: refused by content, written anew by us, kept under our own name (U03 to U06, I16)."""

from pathlib import PurePosixPath

from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from cms.core import kinds
from cms.core.text import file_name, tidy
from cms.core.uploads import ending_of, picture_again, refuse_size


class PictureField(WagtailImageField):
    """A picture, decoded and written anew before anything else sees it."""

    def to_python(self, data):
        upload = forms.FileField.to_python(self, data)
        if upload is None:
            return None
        clean, ending = picture_again(upload)
        return ContentFile(clean, name=f"{PurePosixPath(file_name(upload.name)).stem}.{ending}")


class FileToKeepField(WagtailDocumentField):
    """A file of a kind on our list, whole, and what its name and its sender say it is."""

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is None:
            return None
        refuse_size(upload, settings.BESTARI_DOCUMENT_MOST)
        ending = ending_of(upload)
        said = getattr(upload, "content_type", "") or ""
        if ending not in settings.WAGTAILDOCS_EXTENSIONS or not kinds.is_what_it_says(upload, ending, said):
            raise forms.ValidationError(
                _("This file cannot be kept: its content is not what its name says, or its kind is not %(kinds)s.")
                % {"kinds": ", ".join(settings.WAGTAILDOCS_EXTENSIONS)},
                code="kind",
            )
        return upload


class TitleField(forms.CharField):
    """A title often is the file's name: it is tidied and cut rather than refused."""

    def to_python(self, value):
        return " ".join(tidy(super().to_python(value)).split())[: self.max_length]


def _our_fields(fields: dict, file_field: type) -> dict:
    """The form's fields with ours for the file and the title, where it has them (the second step has no file)."""
    ours = {
        "file": (file_field, ("label", "required", "widget")),
        "title": (TitleField, ("label", "max_length", "widget")),
    }
    made = {
        name: kind(**{fact: getattr(fields[name], fact) for fact in facts})
        for name, (kind, facts) in ours.items()
        if name in fields
    }
    return {**fields, **made}


class PictureForm(BaseImageForm):
    def __init__(self, *args, **kwargs):
        self.base_fields = _our_fields(self.base_fields, PictureField)
        super().__init__(*args, **kwargs)

    class Meta(BaseImageForm.Meta):
        pass


class FileToKeepForm(BaseDocumentForm):
    def __init__(self, *args, **kwargs):
        self.base_fields = _our_fields(self.base_fields, FileToKeepField)
        super().__init__(*args, **kwargs)

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if upload and "file" in self.changed_data:
            self.instance.shown_name = file_name(upload.name)
        return upload

    class Meta(BaseDocumentForm.Meta):
        pass
