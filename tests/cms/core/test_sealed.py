"""I11: each sealed table refuses every change in the database itself, by SQL of the application's own role."""

import pytest
from django.core.management.sql import emit_post_migrate_signal
from django.db import Error, connection, models, transaction
from django.test import TestCase, TransactionTestCase

from cms.core import sealed
from cms.core.invariants import INVARIANTS
from tests.rows import insert_row

MODELS = sealed.models()


def changes(table: str, key: str) -> list[str]:
    """Statements that change rows which are there."""
    every = [f'UPDATE "{table}" SET "{key}" = "{key}"', f'DELETE FROM "{table}"']
    copy = f'INTO "{table}" SELECT * FROM "{table}"'
    if connection.vendor == "sqlite":
        return [*every, f"INSERT OR REPLACE {copy}", f"REPLACE {copy}"]
    return [*every, f'INSERT {copy} ON CONFLICT ("{key}") DO UPDATE SET "{key}" = excluded."{key}"']


def clearances(table: str) -> list[str]:
    """Statements that empty the table, whatever is in it."""
    if connection.vendor == "sqlite":
        return []  # SQLite knows no TRUNCATE
    return [f'TRUNCATE "{table}" CASCADE', f'TRUNCATE ONLY "{table}" RESTART IDENTITY CASCADE']


class SealTests(TestCase):
    def test_I11_the_list_of_sealed_tables(self):
        labels = {model._meta.label for model in MODELS}
        must = {
            "core.AuditEntry", "core.AccessEntry", "enrolment.EnrolmentEvent", "progress.UnitProgress",
            "records.CompletionRecord", "records.JPEntry", "records.CompetencyClaim", "records.Certificate",
            "records.CertificateEvent", "records.CertificateFile", "assessment.GradeEntry",
            "assessment.AttemptResponse", "profiles.Evidence", "profiles.EvidenceWithdrawal", "directory.ErasureEntry",
        }  # fmt: skip
        self.assertEqual(must - labels, set())

    def test_I11_every_sealed_table_refuses_every_change(self):
        for model in MODELS:
            table, key = model._meta.db_table, model._meta.pk.column
            with self.subTest(table), transaction.atomic():
                # PostgreSQL empties no table whose new row still waits for the check of its keys.
                for statement in clearances(table):
                    self.assert_refused(statement)
                insert_row(model)
                for statement in changes(table, key):
                    self.assert_refused(statement)
                transaction.set_rollback(True)

    def assert_refused(self, statement: str):
        with self.assertRaisesRegex(Error, "sealed table"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    def test_I11_check_invariants_names_a_missing_seal(self):
        model = MODELS[0]
        table, name = model._meta.db_table, f"seal_{model._meta.db_table}_delete"
        on = "" if connection.vendor == "sqlite" else f' ON "{table}"'
        with connection.cursor() as cursor:
            cursor.execute(f'DROP TRIGGER "{name}"{on}')
        self.assertEqual(INVARIANTS["I11"][1](), [table])
        sealed.install()
        self.assertEqual(INVARIANTS["I11"][1](), [])

    @pytest.mark.postgresql
    def test_I11_a_seal_that_was_only_switched_off_is_named_and_comes_back(self):
        table = MODELS[0]._meta.db_table
        for act in ("DISABLE", "ENABLE REPLICA"):  # the second fires for replicated changes only, never for ours
            with self.subTest(act), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(f'ALTER TABLE "{table}" {act} TRIGGER "seal_{table}_update"')
                self.assertEqual(INVARIANTS["I11"][1](), [table])
                sealed.install()
                self.assertEqual(INVARIANTS["I11"][1](), [])
                insert_row(MODELS[0])
                self.assert_refused(f'UPDATE "{table}" SET id = id')
                transaction.set_rollback(True)


@pytest.mark.sqlite
class RebuiltTableTests(TransactionTestCase):
    """SQLite changes a column by making the table anew, and the triggers of the old one go with it."""

    def test_I11_seals_are_back_after_a_migration_that_makes_the_table_anew(self):
        model = MODELS[0]
        field = next(field for field in model._meta.concrete_fields if isinstance(field, models.CharField))
        wider = field.clone()
        wider.max_length = (field.max_length or 10) + 1
        wider.set_attributes_from_name(field.name)
        wider.model = model
        try:
            with connection.schema_editor() as editor:
                editor.alter_field(model, field, wider)
            self.assertEqual(INVARIANTS["I11"][1](), [model._meta.db_table])
        finally:
            with connection.schema_editor() as editor:
                editor.alter_field(model, wider, field)
            emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
        self.assertEqual(INVARIANTS["I11"][1](), [])

    def _fixture_teardown(self):
        """No row was written; flush() would take the first pages with it."""
