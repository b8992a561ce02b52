"""Model fields of our own."""

from wagtail.fields import StreamField


class DeskStreamField(StreamField):
    """A StreamField whose blocks are not spelled out in migrations: a new block is no change of the schema."""

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [[]], kwargs
