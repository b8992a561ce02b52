"""What Wagtail's editor of a unit shows: its blocks, with the course's own questions to choose from."""

from wagtail import blocks
from wagtail.admin.forms import WagtailAdminPageForm

from cms.core.text import UnfitText
from cms.pages.permissions import Scope
from lms.catalogue import rules
from lms.catalogue.blocks import unit_blocks
from lms.catalogue.models import CoursePage

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
            if not isinstance(field, blocks.base.BlockField):
                continue
            value = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            for model, key, *_path in field.block.extract_references(value):
                kind = KINDS_CHOSEN.get(model._meta.model_name)
                if kind is None or not (self.for_user.is_superuser or scope.has(kind, [key])):
                    raise UnfitText


class UnitDeskForm(DeskForm):
    """A check is chosen by its words, so the blocks are made anew for the course whose unit is open."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "body" not in self.fields:
            return
        block = blocks.StreamBlock(unit_blocks(self._questions()), required=False)
        self.fields["body"] = blocks.base.BlockField(
            block=block, required=False, label=self.fields["body"].label, help_text=self.fields["body"].help_text
        )

    def _questions(self) -> list[tuple[str, str]]:
        course = self.parent_page.specific if self.parent_page else None
        if not isinstance(course, CoursePage):
            return []
        bank = course.get_latest_revision_as_object().questions
        choices = [
            (row["key"], rules.question_name(row))
            for row in bank
            if isinstance(row, dict) and row.get("key") and row.get("use") != "exam"
        ]
        known = {key for key, _words in choices}
        here = [block["value"] for block in self.instance.body.raw_data if block["type"] == "check"]
        # A question that left the bank stays in the text until its author decides; the lint names it.
        return choices + [(key, key) for key in dict.fromkeys(here) if key and key not in known]
