"""The dictionary (L76): levels with indicators, versioned, imported from a table, public."""

import csv
import tempfile
from datetime import date
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command
from django.test import TestCase
from django.urls import reverse

from lms.competencies.exceptions import FrameworkRefused
from lms.competencies.models import Competency, Framework, FrameworkRelease, LevelText
from lms.competencies.services import DATA, import_release, load_dictionary
from tests.makers import make_person
from tests.sql import assert_sql

LATER = date(2026, 1, 1)


def table(name="kamus_kompetensi.csv") -> list[dict]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Dictionary(TestCase):
    @classmethod
    def setUpTestData(cls):
        load_dictionary()
        cls.framework = Framework.everything.get()


class LoadTests(Dictionary):
    def test_L76_nine_competencies_and_45_level_texts_with_indicators_once(self):
        self.assertEqual(load_dictionary(), (9, 45))
        self.assertEqual(LevelText.everything.count(), 45)
        self.assertEqual([row.pk for row in LevelText.everything.all() if not row.indicators], [])
        m5 = LevelText.everything.filter(competency__code="M.5").values_list("level", flat=True)
        self.assertEqual(sorted(m5), [1, 2, 3, 4, 5])


class ImportTests(Dictionary):
    def refused(self, rows) -> list[str]:
        with self.assertRaises(FrameworkRefused) as caught:
            import_release(framework=self.framework, rows=rows, published_on=LATER)
        self.assertEqual((FrameworkRelease.everything.count(), Competency.everything.count()), (1, 9))
        return caught.exception.faults

    def test_L76_the_same_table_again_writes_nothing(self):
        release = import_release(framework=self.framework, rows=table(), published_on=LATER)
        self.assertEqual((release.number, FrameworkRelease.everything.count()), (1, 1))

    def test_L76_another_wording_is_one_more_release_and_the_first_keeps_its_words(self):
        rows = table()
        before = LevelText.everything.get(competency__code="M.1", level=1).statement
        rows[0]["deskripsi"] = "Kalimat baru"
        release = import_release(framework=self.framework, rows=rows, published_on=LATER)
        self.assertEqual((release.number, release.levels.count()), (2, 45))
        words = LevelText.everything.filter(competency__code="M.1", level=1).order_by("release__number")
        self.assertEqual([row.statement for row in words], [before, "Kalimat baru"])

    def test_a_new_competency_comes_with_its_five_levels(self):
        rows = [
            {
                "kode": "T.1", "nama": "Pengelolaan pengaduan", "level": str(level), "deskripsi": f"Tingkat {level}",
                "indikator_perilaku": "satu | dua", "jenis": "teknis", "definisi": "Mengelola pengaduan",
            }
            for level in range(1, 6)
        ]  # fmt: skip
        release = import_release(framework=self.framework, rows=table() + rows, published_on=LATER)
        self.assertEqual(release.levels.filter(competency__code="T.1").count(), 5)
        self.assertEqual(Competency.everything.get(code="T.1").kind, "teknis")

    def test_faults_name_row_column_and_value(self):
        rows = table()
        self.assertIn("M.1", self.refused(rows[1:])[0])
        rows[2]["deskripsi"] = " "
        self.assertIn("4", self.refused(rows)[0])
        self.assertIn("deskripsi", self.refused(rows)[0])
        self.assertEqual(len(self.refused([])), 1)
        self.assertIn("level", self.refused([{"kode": "M.1"}])[0])
        strange = [{**row, "kode": "X.1"} for row in rows[:5]]
        self.assertIn("X.1", " ".join(self.refused(strange)))

    def test_the_command_reads_a_file_and_a_dry_run_writes_nothing(self):
        rows = table()
        rows[0]["deskripsi"] = "Kalimat baru"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "kamus.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            call_command("import_framework", str(path), "--published-on", "2026-01-01", "--dry-run", stdout=StringIO())
            self.assertEqual(FrameworkRelease.everything.count(), 1)
            call_command("import_framework", str(path), "--published-on", "2026-01-01", stdout=StringIO())
            self.assertEqual(FrameworkRelease.everything.count(), 2)
            path.write_text("kode,nama\nM.1,x\n", encoding="utf-8")
            with self.assertRaises(CommandError):
                call_command("import_framework", str(path), "--published-on", "2026-01-01", stdout=StringIO())


class PageTests(Dictionary):
    def test_anybody_reads_the_dictionary_in_few_statements(self):
        with assert_sql(2):  # releases, competencies
            page = self.client.get(reverse("competencies:dictionary"))
        self.assertEqual(len(page.context["competencies"]), 9)
        self.assertIn("public", page["Cache-Control"])

    def test_one_competency_shows_its_levels_in_words(self):
        with assert_sql(2):  # competency, levels with release
            page = self.client.get(reverse("competencies:competency", args=["M.5"]))
        self.assertContains(page, "proficient")
        self.assertEqual(len(page.context["now"]["levels"]), 5)

    def test_older_wordings_stay_readable(self):
        rows = table()
        old = rows[0]["deskripsi"]
        rows[0]["deskripsi"] = "Kalimat baru"
        import_release(framework=self.framework, rows=rows, published_on=LATER, by=None)
        page = self.client.get(reverse("competencies:competency", args=["M.1"]))
        self.assertContains(page, "Kalimat baru")
        self.assertContains(page, old)

    def test_what_is_not_in_it_is_404_for_citra_too(self):
        citra = make_person("Citra Dewi", user=True)
        self.client.force_login(citra.user)
        self.assertEqual(self.client.get(reverse("competencies:competency", args=["X.9"])).status_code, 404)
        self.assertEqual(self.client.get(reverse("competencies:competency", args=["M.1"])).status_code, 200)
