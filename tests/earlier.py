"""The release before, as its migrations knew the database (I18): what it writes must fit the schema of today.

Nothing has been released yet, so the oldest whole schema stands for it: everything after it must be an expansion. With
each release the list moves to the last migrations of the one before.
"""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

SCHEMA = [
    ("assessment", "0002_initial"), ("catalogue", "0002_initial"), ("competencies", "0001_initial"),
    ("core", "0001_initial"), ("directory", "0001_initial"), ("enrolment", "0001_initial"), ("pages", "0001_initial"),
    ("profiles", "0001_initial"), ("progress", "0001_initial"), ("records", "0001_initial"),
]  # fmt: skip
# Where changes under load begin: at the first migrations the lint applies to, and two older ones of its kind. Others of
# before hold several busy tables, or hold one while the next change is worked out, and would need a quiet minute.
UNDER_LOAD = [
    ("assessment", "0003_overrides_and_corrections"), ("catalogue", "0005_imports"), ("competencies", "0001_initial"),
    ("core", "0003_repeat_guard"), ("directory", "0003_doors_and_reach"), ("enrolment", "0001_initial"),
    ("pages", "0003_words_for_files"), ("profiles", "0002_unique_on_both_engines"), ("progress", "0001_initial"),
    ("records", "0002_signatories_and_withdrawals"),
]  # fmt: skip


def models(schema=SCHEMA) -> dict:
    """{label: model} of the house, as the earlier release has them."""
    state = MigrationLoader(None).project_state(schema)
    ours = {app for app, _name in SCHEMA}
    return {model._meta.label: model for model in state.apps.get_models() if model._meta.app_label in ours}


def step_back(schema=SCHEMA) -> None:
    """Bring this database to an earlier schema; its rows stay."""
    MigrationExecutor(connection).migrate(schema)
