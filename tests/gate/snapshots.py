"""The whole database as comparable facts, to see what a request changed."""

from contextlib import contextmanager

from django.apps import apps
from django.db import models, transaction

# Another value at every try, or no fact of ours.
VOLATILE = {
    "uuid", "request_id", "code", "digest", "seed", "layout", "session_key", "session_data", "password", "covered",
    "last_login", "key", "payload", "resets_at", "latest_revision", "draft_title", "content", "slug", "url_path",
    "translation_key", "url", "object_id", "seq_key", "number", "facts", "object_key", "object_str", "outline",
    "folder",  # what was sent, byte for byte; the makers give it new keys each time
}  # fmt: skip
LEFT_OUT = {
    "core.RateHit",
    "sessions.Session",
    "directory.OpenSession",
    "wagtailsearch.IndexEntry",
    "wagtailcore.ReferenceIndex",
}
MOMENTS = (models.DateTimeField, models.JSONField, models.UUIDField)


def tables():
    return [m for m in apps.get_models() if m._meta.label not in LEFT_OUT and not m._meta.proxy and m._meta.managed]


def known_keys() -> dict:
    """Keys of every row there is now; a reference to any other row is "new"."""
    return {m: set(m._base_manager.values_list("pk", flat=True)) for m in tables()}


def facts(known: dict) -> dict:
    """``{model: sorted rows}`` without what differs at every try."""
    return {model._meta.label: _rows(model, known) for model in tables()}


def _rows(model, known) -> list:
    fields = [
        f for f in model._meta.concrete_fields
        if f.name not in VOLATILE and not f.primary_key and not isinstance(f, MOMENTS)
    ]  # fmt: skip
    rows = model._base_manager.values_list(*(f.attname for f in fields))
    return sorted(repr([_value(f, v, known) for f, v in zip(fields, row, strict=True)]) for row in rows)


def _value(field, value, known):
    if field.is_relation and value is not None:
        keys = known.get(field.related_model)
        return (field.name, value if keys is None or value in keys else "new")
    if isinstance(value, str) and value.startswith("erased:"):
        return (field.name, "erased")  # followed by chance
    return (field.name, value)


def differences(before: dict, after: dict) -> dict:
    """Tables whose rows are not the same, with the rows on one side only."""
    return {
        label: sorted(set(before[label]) ^ set(after[label])) or ["another number of rows"]
        for label in before
        if before[label] != after[label]
    }


@contextmanager
def undone():
    """Whatever happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
