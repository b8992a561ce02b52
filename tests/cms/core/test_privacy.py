"""The field register (robustness 6.1): every field has a class, and audit and exports follow it."""

from io import StringIO
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.test import SimpleTestCase, TestCase

from cms.core.audit import audit
from cms.core.models import AuditEntry
from cms.core.privacy import CLASSES, changes, class_of, exportable, fields_of_ours, register, unclassified
from cms.directory import services
from cms.directory.models import OrgUnit, Person, User
from tests.makers import make_agency, make_person

ROOT = Path(__file__).parents[3]


class RegisterTests(SimpleTestCase):
    def test_every_field_has_a_class(self):
        """A new field needs a line in data/fields.csv of its app: model, field, class, keep."""
        self.assertEqual(unclassified(), [])

    def test_no_line_is_left_over(self):
        self.assertEqual(sorted(set(register()) - set(fields_of_ours())), [])

    def test_classes_and_retention_are_known(self):
        kept = {
            line.split("|")[1].strip()
            for line in (ROOT / "docs" / "retention.md").read_text().split("\n")
            if "|" in line
        }
        self.assertEqual({kind for kind, _keep in register().values()}, set(CLASSES))
        self.assertEqual({keep for _kind, keep in register().values()} - kept, set())

    def test_what_nobody_classified_is_the_most_protected(self):
        self.assertEqual(class_of(Person, "not_a_field"), "specific")

    def test_secrets_never_leave_in_a_sheet(self):
        self.assertEqual(exportable(User, ["username", "password"]), ["username"])
        secret = {
            ("directory.user", "password"),
            ("directory.opensession", "session_key"),
            ("directory.doorcode", "digest"),
        }
        self.assertEqual({pair for pair in secret if register()[pair][0] != "specific"}, set())

    def test_the_command_prints_the_table(self):
        out = StringIO()
        call_command("privacy_register", stdout=out)
        self.assertEqual(len(out.getvalue().split("\n")), len(register()) + 2)
        self.assertRegex(out.getvalue(), r"directory\.person +name +personal +record")


class AuditDiffTests(TestCase):
    def test_open_fields_show_both_values_personal_ones_only_that_they_changed(self):
        self.assertEqual(
            changes(OrgUnit, {"name": "Bagian A"}, {"name": "Bagian B"}), {"name": ["Bagian A", "Bagian B"]}
        )
        self.assertEqual(changes(Person, {"name": "Ani"}, {"name": "Ani Lestari"}), {"name": ["***", "***"]})
        self.assertEqual(changes(Person, {"name": "Ani"}, {"name": "Ani"}), {})

    def test_s03_a_mended_name_is_in_no_audit_row(self):
        agency = make_agency()
        hana = make_person("Hana Wijaya", agency=agency, roles=["hr_analyst"]).user
        ani = make_person("Ani Lestri", agency=agency)
        services.change_person(person=ani, by=hana, name="Ani Lestari", grade="III/a")
        ani.refresh_from_db()
        self.assertEqual((ani.name, ani.grade), ("Ani Lestari", "III/a"))
        entry = AuditEntry.everything.get(verb="change_person")
        self.assertEqual(entry.detail, {"changes": {"name": ["***", "***"], "grade": ["***", "***"]}})

    def test_every_app_of_ours_has_its_file(self):
        labels = {model.split(".")[0] for model, _field in fields_of_ours()}
        files = {c.label for c in apps.get_app_configs() if (Path(c.path) / "data" / "fields.csv").exists()}
        self.assertEqual(labels - files, set())
        audit(None, "seal_lifted")  # the system's own acts need no class
        self.assertEqual(AuditEntry.everything.filter(verb="seal_lifted").count(), 1)
