"""Blocks an author builds units from; learners get their frozen HTML."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("image"))
    alt = blocks.CharBlock(label=_("text alternative"), required=False, max_length=300)
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("figure")


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(
        [("info", _("note")), ("warning", _("warning")), ("good", _("good practice"))], label=_("tone")
    )
    title = blocks.CharBlock(label=_("title"), max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=TEXT_FEATURES)

    class Meta:
        icon = "warning"
        label = _("callout")


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)
    rows = blocks.ListBlock(blocks.ListBlock(blocks.CharBlock(required=False, max_length=500)), label=_("rows"))

    class Meta:
        icon = "table"
        label = _("table")


class RegulationBlock(blocks.StructBlock):
    cite = blocks.CharBlock(label=_("regulation"), max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=TEXT_FEATURES)

    class Meta:
        icon = "openquote"
        label = _("quote of a regulation")


class VideoBlock(blocks.StructBlock):
    file = DocumentChooserBlock(label=_("video file"))
    title = blocks.CharBlock(label=_("title"), max_length=120)
    transcript = blocks.RichTextBlock(label=_("transcript"), features=TEXT_FEATURES)

    class Meta:
        icon = "media"
        label = _("video with transcript")


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), required=False, max_length=120)
    steps = blocks.ListBlock(blocks.RichTextBlock(features=["bold", "italic", "link"]), label=_("steps"))

    class Meta:
        icon = "list-ol"
        label = _("steps")


class DownloadBlock(blocks.StructBlock):
    file = DocumentChooserBlock(label=_("file"))
    title = blocks.CharBlock(label=_("title"), max_length=120)

    class Meta:
        icon = "download"
        label = _("download")


UNIT_BLOCKS = [
    ("heading", blocks.CharBlock(label=_("heading"), icon="title", max_length=120)),
    ("text", blocks.RichTextBlock(label=_("text"), features=[*TEXT_FEATURES, "h3"])),
    ("figure", FigureBlock()),
    ("callout", CalloutBlock()),
    ("table", TableBlock()),
    ("regulation", RegulationBlock()),
    ("video", VideoBlock()),
    ("steps", StepsBlock()),
    ("check", blocks.CharBlock(label=_("check question (key)"), icon="help", max_length=80)),
    ("download", DownloadBlock()),
]


class ModuleBlock(blocks.StructBlock):
    """A module holds unit keys, not page choosers: the outline survives moves and translations (design 3.3)."""

    key = blocks.CharBlock(label=_("key"), max_length=40)
    title = blocks.CharBlock(label=_("title"), max_length=200)
    jp = blocks.DecimalBlock(label=_("JP"), min_value=0, required=False)
    outcome = blocks.CharBlock(label=_("outcome"), required=False, max_length=300)
    units = blocks.ListBlock(blocks.CharBlock(max_length=36), label=_("units"))

    class Meta:
        icon = "folder-open-inverse"
        label = _("module")


OUTLINE_BLOCKS = [("module", ModuleBlock())]
