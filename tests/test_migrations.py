"""I18: a migration never keeps writers waiting for more than 2 s, and the release before works with the result."""

import threading

import pytest
from django.db import OperationalError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import SimpleTestCase, TestCase

from tests.migration_lint import findings, ours

# Written before anything was released: no earlier release can meet them. The list never grows.
BEFORE_THE_FIRST_RELEASE = {
    "assessment": 3, "catalogue": 5, "competencies": 1, "core": 4, "directory": 3, "enrolment": 2, "pages": 3,
    "profiles": 2, "progress": 1, "records": 2,
}  # fmt: skip


class LintTests(SimpleTestCase):
    def test_I18_no_migration_after_the_first_release_is_risky(self):
        found = []
        for (app, name), migration in ours(MigrationLoader(None)).items():
            if int(name[:4]) > BEFORE_THE_FIRST_RELEASE.get(app, 0):
                found += findings(app, name, migration.operations)
        self.assertEqual(found, [])

    def test_I18_the_lint_finds_each_risk(self):
        text = models.CharField(max_length=10)
        planted = [
            migrations.AddField("attempt", "x", models.CharField(max_length=10, default="")),
            migrations.RemoveField("attempt", "seed"),
            migrations.DeleteModel("Attempt"),
            migrations.RenameField("attempt", "seed", "grain"),
            migrations.RenameModel("Attempt", "Try"),
            migrations.AddIndex("attempt", models.Index(fields=["seed"], name="attempt_seed")),
            migrations.AlterField("attempt", "seed", text),
            migrations.RunPython(lambda apps, editor: None),
        ]
        self.assertEqual([len(findings("assessment", "0009_x", [op])) for op in planted], [1] * len(planted))

    def test_I18_the_lint_lets_the_careful_pass(self):
        careful = [
            migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]),
            migrations.AddField("new", "x", models.CharField(max_length=10)),
            migrations.AddField("attempt", "x", models.CharField(max_length=10, null=True)),
            migrations.AddField("attempt", "y", models.CharField(max_length=10, db_default="")),
            migrations.RunPython(lambda apps, editor: None, atomic=False),
        ]
        self.assertEqual(findings("assessment", "0009_x", careful), [])


@pytest.mark.postgresql
class LockTests(TestCase):
    """ALTER TABLE waits for whoever uses the table, and everybody after it waits for ALTER TABLE."""

    def test_I18_a_migration_gives_up_its_place_in_the_queue_after_two_seconds(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout')")
            self.assertEqual(cursor.fetchone(), ("2s",))
        held, over = threading.Event(), threading.Event()
        writer = threading.Thread(target=self.write_until, args=[held, over])
        writer.start()
        try:
            self.assertTrue(held.wait(30))
            refused = self.assertRaises(OperationalError)
            with refused as refusal, transaction.atomic(), connection.cursor() as cursor:
                cursor.execute('ALTER TABLE "enrolment_enrolment" ADD COLUMN "x" integer NULL')
            self.assertEqual(refusal.exception.__cause__.sqlstate, "55P03")
        finally:
            over.set()
            writer.join()

    def write_until(self, held, over):
        """A writer in the middle of its transaction, on a connection of its own."""
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute('LOCK TABLE "enrolment_enrolment" IN ROW EXCLUSIVE MODE')
                held.set()
                over.wait(60)
        finally:
            connection.close()
