"""Blocks an author builds units from; learners get their frozen HTML."""

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.widgets import BaseChooser
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


def course_in_catalogue(slug: str):
    """The released course at this address, whichever agency wrote it, or None. A draft is nobody's to choose."""
    courses = apps.get_model("catalogue", "Course").everything.released().select_related("agency")
    return courses.filter(slug=slug).first() if slug else None


def shown(course) -> str:
    return f"{course.title} · {course.agency}"


class CourseChooser(BaseChooser):
    """Wagtail's own chooser, because a list of hundreds is no choice; it holds the address of a course.

    Wagtail's editor needs scripts; without them the required courses come with the course's folder of texts.
    """

    choose_one_text = _("Choose a course")
    choose_another_text = _("Choose another course")
    chooser_modal_url_name = "required_course:choose"
    icon = "lock"
    show_edit_link = False
    show_clear_link = False  # the whole row is taken away instead

    def get_value_data(self, value):
        if not value:
            return None
        course = course_in_catalogue(value)
        # An address that leads nowhere is shown as it stands, so that its author can tell what is wrong.
        return {"id": value, "title": shown(course) if course else value, "edit_url": ""}


def refuse_unknown(slug: str) -> None:
    if course_in_catalogue(slug) is None:
        raise ValidationError(_("This course is not in the catalogue."))


class CourseBlock(blocks.FieldBlock):
    def __init__(self, required=True, help_text=None, validators=(), **kwargs):
        self.field = forms.CharField(
            required=required, help_text=help_text, widget=CourseChooser(), max_length=80,
            validators=[refuse_unknown, *validators],
        )  # fmt: skip
        super().__init__(**kwargs)

    def get_form_state(self, value):
        return self.field.widget.get_value_data(value)

    class Meta:
        icon = "lock"


class RequiredBlock(blocks.StructBlock):
    """A course that must be completed first, by its address: it never changes, and a text file can name it."""

    course = CourseBlock(label=_("course"))

    class Meta:
        icon = "lock"
        label = _("required course")


REQUIRED_BLOCKS = [("required", RequiredBlock())]
