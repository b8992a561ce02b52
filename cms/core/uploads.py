"""What a form takes as a file: refused by size and content, pictures written anew, under a name fit to be shown."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from cms.core import kinds, pictures
from cms.core.text import file_name

PICTURE_REFUSALS = {
    "kind": _("This is not a JPEG, PNG, GIF or WebP picture, or its name says another kind than its content."),
    "pixels": _("This picture has too many pixels. Make it smaller, at most 8,000 by 5,000, and send it again."),
    "moving": _("Moving pictures are not kept. Use the video block, which people can stop."),
    "broken": _("This picture is damaged or did not arrive whole. Send it again."),
}
TOO_BIG = _("This file is too large: %(size)s. At most %(most)s.")
MOST_PROOF = 5 * 1024 * 1024
PROOFS = ("pdf", "jpg", "jpeg", "png", "webp")


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: bytes we have checked or written anew, type, and a name fit to be shown (U06)."""

    data: bytes
    type: str
    name: str


def refuse_size(upload, most: int) -> None:
    if upload.size > most:
        raise forms.ValidationError(
            TOO_BIG % {"size": filesizeformat(upload.size), "most": filesizeformat(most)}, code="too_big"
        )


def ending_of(upload) -> str:
    return PurePosixPath(upload.name).suffix.lstrip(".").lower()


def picture_again(upload) -> tuple[bytes, str]:
    """(bytes, ending) of a picture that somebody sent, decoded and written anew by us."""
    refuse_size(upload, settings.BESTARI_IMAGE_MOST)
    try:
        return pictures.again(upload, ending=ending_of(upload))
    except pictures.PictureRefused as refusal:
        raise forms.ValidationError(PICTURE_REFUSALS[refusal.reason], code=refusal.reason) from refusal


class ProofField(forms.FileField):
    """A scan or photograph of a paper: a PDF as it is, a picture written anew. Cleaned to an `Upload` or None."""

    widget = forms.FileInput(attrs={"accept": ",".join(f".{ending}" for ending in PROOFS)})

    def to_python(self, data):
        upload = super().to_python(data)
        if upload is None:
            return None
        refuse_size(upload, MOST_PROOF)
        ending, name = ending_of(upload), file_name(upload.name)
        if ending not in PROOFS:
            raise forms.ValidationError(_("Send a PDF, or a picture (JPEG, PNG, WebP)."), code="kind")
        if ending != "pdf":
            clean, ending = picture_again(upload)
            return Upload(clean, pictures.TYPES[ending], f"{PurePosixPath(name).stem}.{ending}")
        if not kinds.is_what_it_says(upload, "pdf", getattr(upload, "content_type", "") or ""):
            raise forms.ValidationError(_("This is not a whole PDF, whatever its name says."), code="kind")
        return Upload(upload.read(), kinds.TYPES["pdf"], name)
