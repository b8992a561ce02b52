"""I18: a migration never keeps writers waiting for more than 2 s, and the release before works with the result."""

import threading

import pytest
from django.db import OperationalError, connection, migrations, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.test import SimpleTestCase, TestCase

from tests import earlier
from tests.migration_lint import findings, findings_of, ours
from tests.rows import insert_row

# Written before anything was released: no earlier release can meet them. The list never grows.
BEFORE_THE_FIRST_RELEASE = {
    "assessment": 3, "catalogue": 5, "competencies": 1, "core": 4, "directory": 3, "enrolment": 2, "pages": 3,
    "profiles": 2, "progress": 1, "records": 2,
}  # fmt: skip


class LintTests(SimpleTestCase):
    def test_I18_no_migration_after_the_first_release_is_risky(self):
        found, loader = [], MigrationLoader(None)
        for app, name in ours(loader):
            if int(name[:4]) > BEFORE_THE_FIRST_RELEASE.get(app, 0):
                found += findings_of(loader, (app, name))
        self.assertEqual(found, [])

    def test_I18_the_lint_finds_two_busy_tables_in_one_transaction(self):
        loader = MigrationLoader(None)
        known = findings_of(loader, ("assessment", "0003_overrides_and_corrections"))
        self.assertIn("assessment.attempt and assessment.gradeentry and enrolment.enrolment", known[-1])
        key, person = (
            models.ForeignKey("enrolment.Enrolment", models.PROTECT, null=True),
            models.ForeignKey("directory.Person", models.PROTECT, null=True),
        )
        planted = [
            [migrations.CreateModel("New", [("place", key), ("person", person)])],
            [migrations.AddField("new", "place", key), migrations.AddField("new", "person", person)],
            [migrations.RemoveConstraint("attempt", "x"), migrations.RemoveConstraint("gradeentry", "y")],
        ]
        for ops in planted:
            self.assertIn("in one transaction", findings("assessment", "0009_x", ops)[-1])
        careful = [
            [migrations.CreateModel("New", [("place", key)])],
            [migrations.AddField("attempt", "person", person)],
        ]
        self.assertEqual([findings("assessment", "0009_x", ops) for ops in careful], [[]] * len(careful))
        self.assertEqual(findings("assessment", "0009_x", planted[-1], atomic=False), [])

    def test_I18_the_lint_finds_a_lock_that_is_held_while_other_work_is_done(self):
        add = migrations.AddField("attempt", "x", models.IntegerField(null=True))
        new = migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))])
        words = migrations.AlterModelOptions("attempt", {"verbose_name": "try"})
        orders = ([add, new], [add, words], [new, add])
        self.assertEqual([len(findings("assessment", "0009_x", ops)) for ops in orders], [1, 0, 0])

    def test_I18_a_default_in_the_database_is_no_rewrite(self):
        before = MigrationLoader(None).project_state(("assessment", "0003_overrides_and_corrections"))
        taken = models.CharField(blank=True, db_default="", max_length=300)
        wider = models.CharField(blank=True, db_default="", max_length=301)
        other = models.TextField(blank=True, db_default="")
        counts = [
            len(findings("assessment", "0009_x", [migrations.AlterField("gradeentry", "note", field)], before=before))
            for field in (taken, wider, other)
        ]
        self.assertEqual(counts, [0, 1, 1])

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


class EarlierReleaseTests(TestCase):
    """Expand, migrate, contract: what the release before writes fits the schema of today."""

    def test_I18_rows_of_the_release_before_are_taken(self):
        models = earlier.models()
        self.assertGreater(len(models), 50)
        for label, model in models.items():
            with self.subTest(label), transaction.atomic():
                insert_row(model)
                transaction.set_rollback(True)


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
