"""A folder of text files and pictures onto the desk: shown first, whole or not at all, and twice changes nothing."""

import io
import zipfile
from pathlib import Path

from django.apps import apps
from django.test import TestCase
from django.urls import reverse
from PIL import Image
from wagtail.models import Revision

from cms.pages.models import SiteImage
from lms.catalogue import queries, rules, services
from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.models import Course, UnitPage
from lms.catalogue.rules.uploads import Folder, folder_draft
from tests import makers
from tests.lms.catalogue.test_desk import DeskCase, zipped


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


def blocks(text: str) -> list[dict]:
    return list(rules.body_blocks(text))


class BodyTests(TestCase):
    def test_a_table_among_the_text_is_a_table_block(self):
        """The editor's text field cannot hold a table: as text it would be gone with the first save."""
        found = blocks("Sebelum.\n\n| Hari | Ke- |\n|---|---|\n| Rabu | **2** |\n\nSesudah.")
        self.assertEqual([block["type"] for block in found], ["text", "table", "text"])
        self.assertEqual(found[1]["value"]["rows"], [["Hari", "Ke-"], ["Rabu", "2"]])


class AgainTests(TestCase):
    def setUp(self):
        self.agency = makers.make_agency()
        self.author = makers.make_person(agency=self.agency, roles=["author"]).user
        self.files = makers.course_files(code="LAGI-1")
        self.media = {"modul-1/gambar/alur.png": picture()}
        first = next(name for name in self.files if name.startswith("modul-1/"))
        self.files[first] += "\n\n![Alur laporan dari warga ke unit](gambar/alur.png)\n"

    def take(self, files=None):
        return services.import_course(
            files=files or self.files, media=self.media, agency=self.agency, by=self.author
        )  # fmt: skip

    def test_a_question_names_its_unit_by_file_and_keeps_its_key(self):
        named = self.files | {"soal.yaml": self.files["soal.yaml"].replace("use: check", "use: check, unit: 02-unit")}
        page = self.take(named).page.get_latest_revision_as_object()
        keys = [str(key) for module in page.outline for key in module.value["units"]]
        self.assertEqual(page.questions[0]["unit"], keys[1])
        for wrong in ("unit-99", "unit", "[1]"):  # two files are called unit but for their number
            with self.assertRaisesMessage(ImportRefused, "soal.yaml"):
                self.take(self.files | {"soal.yaml": named["soal.yaml"].replace("02-unit", wrong)})
        second = next(name for name in self.files if name.endswith("02-unit.md"))
        broken = named | {second: named[second].replace("minutes:", "minutes: banyak #")}
        with self.assertRaises(ImportRefused) as refused:
            self.take(broken)
        self.assertEqual([fault for fault in refused.exception.faults if "soal.yaml" in fault], [])

    def test_a_readme_of_prose_is_no_yaml_and_a_blank_first_line_hides_none(self):
        folder_draft(
            Folder(self.files | {"README.md": "# Kursus\n\nPakai *huruf miring* dan & seperlunya.\n"}, self.media)
        )
        bomb = "\n---\na: &a [x]\nb: *a\n---\n"
        for name in ("kursus.md", next(name for name in self.files if name.startswith("modul-1/"))):
            with self.assertRaisesMessage(ImportRefused, "aliases"):
                folder_draft(Folder(self.files | {name: bomb}, self.media))

    def test_the_same_folder_twice_changes_nothing(self):
        course = self.take()
        before = Revision.objects.count(), SiteImage.objects.count(), UnitPage.objects.count()
        self.take()
        self.assertEqual((Revision.objects.count(), SiteImage.objects.count(), UnitPage.objects.count()), before)
        plan = queries.plan_import(Folder(self.files, self.media), self.agency)
        self.assertEqual((plan.course, plan.facts, {row.what for row in plan.units}), (course, [], {"same"}))

    def test_a_picture_lies_in_the_library_of_the_agency(self):
        self.take()
        self.assertEqual(SiteImage.objects.get().collection.library.agency, self.agency)

    def test_one_changed_unit_is_one_new_revision(self):
        self.take()
        before = Revision.objects.count()
        name = next(name for name in self.files if name.startswith("modul-1/02"))
        self.take({**self.files, name: self.files[name].replace("sabar", "tenang")})
        self.assertEqual(Revision.objects.count(), before + 1)

    def test_every_fault_names_its_file_and_line(self):
        name = next(name for name in self.files if name.startswith("modul-1/01"))
        text = self.files[name] + "\n![](gambar/tak-ada.png)\n"
        line = text[: text.index("![](")].count("\n") + 1
        with self.assertRaises(ImportRefused) as refused:
            self.take({**self.files, name: text})
        self.assertTrue(all(fault.startswith(f"{name}, line {line}:") for fault in refused.exception.faults))
        self.assertEqual(len(refused.exception.faults), 2)
        self.assertFalse(Course.everything.filter(code="LAGI-1").exists())


class PreviewTests(DeskCase):
    def preview(self, upload):
        self.enter(self.author)
        return self.client.get(self.send(upload).url)

    def test_the_example_folder_imports_as_it_is(self):
        root = Path(apps.get_app_config("catalogue").path) / "data" / "contoh-kursus"
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as folder:
            for path in root.rglob("*"):
                if path.is_file():
                    folder.write(path, f"contoh-kursus/{path.relative_to(root)}")
        answer = self.preview(self.upload(data.getvalue()))
        self.assertEqual(answer.status_code, 200)
        self.client.post(answer.wsgi_request.path)
        course = Course.everything.get(agency=self.agency, code="CONTOH-1")
        self.assertEqual([f.text for f in queries.lint_of(course.page) if f.level == "error"], [])

    def upload(self, data: bytes):
        file = zipped({})
        file.file = io.BytesIO(data)
        file.size = len(data)
        return file

    def test_U05_a_file_that_is_not_what_its_name_says_is_refused(self):
        self.enter(self.author)
        files = {**makers.course_files(code="PALSU-1"), "gambar/foto.png": "<html><script>alert(1)</script>"}
        answer = self.send(zipped(files))
        self.assertContains(answer, "gambar/foto.png", status_code=422)
        self.assertFalse(Course.everything.filter(code="PALSU-1").exists())

    def test_a_folder_waits_for_its_own_author_only(self):
        self.enter(self.author)
        where = self.send(zipped(makers.course_files(code="TUNGGU-1"))).url
        for other in (self.citra, self.publisher):
            self.enter(other)
            self.assertEqual(self.client.get(where).status_code, 404)
            self.assertEqual(self.client.post(where).status_code, 404)
        self.assertFalse(Course.everything.filter(code="TUNGGU-1").exists())

    def test_the_example_is_handed_out(self):
        self.enter(self.author)
        answer = self.client.get(reverse("catalogue:import_example"))
        self.assertEqual(zipfile.ZipFile(io.BytesIO(answer.content)).testzip(), None)
