"""Blocks an author builds units from; learners get their frozen HTML."""

from django.apps import apps
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from lms.competencies.models import Competency

TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]


def named(block):
    """``block`` whose field carries the block's label: Wagtail ties it to no field that stands alone in its frame."""
    block.field.widget.attrs["aria-label"] = block.meta.label
    return block


class TextBlock(blocks.RichTextBlock):
    """Rich text whose area carries the block's label: Wagtail's label points to a hidden field beside it."""

    @cached_property
    def field(self):
        field = super().field
        field.widget.options["ariaLabel"] = self.label
        return field


class FigureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("image"))
    alt = blocks.CharBlock(
        label=_("text alternative"),
        required=False,
        max_length=300,
        help_text=_("What the picture tells, for people who do not see it. A release needs it."),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("figure")


class CalloutBlock(blocks.StructBlock):
    tone = blocks.ChoiceBlock(
        [("info", _("note")), ("warning", _("warning")), ("good", _("good practice"))], label=_("tone")
    )
    title = blocks.CharBlock(label=_("title"), max_length=120)
    text = TextBlock(label=_("text"), features=TEXT_FEATURES)

    class Meta:
        icon = "warning"
        label = _("callout")


class TableBlock(blocks.StructBlock):
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=200)
    rows = blocks.ListBlock(
        blocks.ListBlock(named(blocks.CharBlock(label=_("cell"), required=False, max_length=500)), label=_("row")),
        label=_("rows"),
        help_text=_("The first row is the head of the table."),
    )

    class Meta:
        icon = "table"
        label = _("table")


class RegulationBlock(blocks.StructBlock):
    cite = blocks.CharBlock(label=_("regulation"), max_length=120)
    text = TextBlock(label=_("text"), features=TEXT_FEATURES)

    class Meta:
        icon = "openquote"
        label = _("quote of a regulation")


class VideoBlock(blocks.StructBlock):
    file = DocumentChooserBlock(label=_("video file"))
    title = blocks.CharBlock(label=_("title"), max_length=120)
    transcript = TextBlock(label=_("transcript"), features=TEXT_FEATURES)

    class Meta:
        icon = "media"
        label = _("video with transcript")


class StepsBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("title"), required=False, max_length=120)
    steps = blocks.ListBlock(TextBlock(label=_("step"), features=["bold", "italic", "link"]), label=_("steps"))

    class Meta:
        icon = "list-ol"
        label = _("steps")


class DownloadBlock(blocks.StructBlock):
    file = DocumentChooserBlock(label=_("file"))
    title = blocks.CharBlock(label=_("title"), max_length=120)

    class Meta:
        icon = "download"
        label = _("download")


def unit_blocks(questions: list[tuple[str, str]] | tuple = ()) -> list[tuple]:
    """The ten blocks of a unit. ``questions``: (key, words) of the course, for a check chosen by its words."""
    return [
        ("heading", named(blocks.CharBlock(label=_("heading"), icon="title", max_length=120))),
        ("text", TextBlock(label=_("text"), icon="pilcrow", features=[*TEXT_FEATURES, "h3"])),
        ("figure", FigureBlock()),
        ("callout", CalloutBlock()),
        ("table", TableBlock()),
        ("regulation", RegulationBlock()),
        ("video", VideoBlock()),
        ("steps", StepsBlock()),
        (
            "check",
            named(
                blocks.ChoiceBlock(
                    choices=questions,
                    label=_("check question"),
                    icon="help",
                    help_text=_("Questions are written in the question bank on the author's desk."),
                )
            ),
        ),
        ("download", DownloadBlock()),
    ]


UNIT_BLOCKS = unit_blocks()


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


def known_competencies() -> list[tuple[str, str]]:
    """The dictionary as choices, read when a form is shown."""
    rows = Competency.everything.values_list("code", "name")
    return [(code, f"{code} · {name}") for code, name in rows]


class ClaimBlock(blocks.StructBlock):
    """A competency that the course proves, at which level, and by what."""

    code = blocks.ChoiceBlock(choices=known_competencies, label=_("competency"))
    level = blocks.IntegerBlock(
        min_value=1, max_value=5, label=_("level"), help_text=_("1 to 5, as in the dictionary.")
    )
    proven_by = blocks.CharBlock(label=_("proven by"), max_length=300)

    class Meta:
        icon = "success"
        label = _("competency")


CLAIM_BLOCKS = [("competency", ClaimBlock())]


def courses_in_catalogue() -> list[tuple[str, str]]:
    """Released courses of every agency as choices, read when a form is shown. A draft is nobody's to choose."""
    rows = apps.get_model("catalogue", "Course").everything.released().select_related("agency")
    return [(row.slug, f"{row.title} · {row.agency}") for row in rows.order_by("title", "pk")]


class RequiredBlock(blocks.StructBlock):
    """A course that must be completed first, by its address: it never changes, and a text file can name it."""

    course = blocks.ChoiceBlock(choices=courses_in_catalogue, label=_("course"))

    class Meta:
        icon = "lock"
        label = _("required course")


REQUIRED_BLOCKS = [("required", RequiredBlock())]
