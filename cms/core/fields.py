"""Model fields of our own."""

import json

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField


class DeskStreamField(StreamField):
    """A StreamField whose blocks are not spelled out in migrations: a new block is no change of the schema."""

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs


class RowsField(DeskStreamField):
    """A stream of one kind of block that also reads plain rows, as imports and older drafts hold them.

    Old revisions keep their shape for ever, so the reader knows both: ``[{"code": ...}]`` and
    ``[{"type": "competency", "value": {"code": ...}}]``.
    """

    def to_python(self, value):
        return super().to_python(self._in_blocks(value))

    def _in_blocks(self, value):
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return []
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            return value
        kind = next(iter(self.stream_block.child_blocks), "")
        return [row if set(row) >= {"type", "value"} else {"type": kind, "value": row} for row in value]

    @staticmethod
    def rows_of(stream) -> list[dict]:
        """The plain rows of a stream, whoever wrote it."""
        return [dict(block["value"]) for block in stream.raw_data]


class LinesFormField(forms.CharField):
    """A list of short texts, one a line."""

    def __init__(self, *, most: int = 300, **kwargs):
        kwargs.pop("encoder", None)
        kwargs.pop("decoder", None)
        kwargs["widget"] = forms.Textarea(attrs={"rows": 5})
        self.most = most
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return "\n".join(str(line) for line in value) if isinstance(value, list) else value

    def to_python(self, value):
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def validate(self, value):
        super().validate(value)
        for number, line in enumerate(value, 1):
            if len(line) > self.most:
                raise forms.ValidationError(
                    _("Line %(line)s is longer than %(most)s characters."), params={"line": number, "most": self.most}
                )

    def run_validators(self, value):
        """The validators of text do not fit a list; ``validate`` holds the length of each line."""

    def has_changed(self, initial, data):
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)


class LinesField(models.JSONField):
    """A JSON list of short texts that a person edits as lines."""

    def formfield(self, **kwargs):
        kwargs.pop("widget", None)  # Wagtail offers one for JSON
        return models.Field.formfield(self, **{"form_class": LinesFormField, **kwargs})
