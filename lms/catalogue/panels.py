"""What Wagtail's editor of a unit shows: its blocks, with the course's own questions to choose from."""

from wagtail import blocks
from wagtail.admin.forms import WagtailAdminPageForm

from lms.catalogue import rules
from lms.catalogue.blocks import unit_blocks
from lms.catalogue.models import CoursePage


class UnitDeskForm(WagtailAdminPageForm):
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
