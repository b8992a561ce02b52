"""The author's desk: who may see it, what an upload may be, and the way from a draft to a release."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import SimpleTestCase, TestCase
from django.urls import reverse

from lms.catalogue import services
from lms.catalogue.models import Course, Review, UnitPage
from lms.catalogue.views.changes import changes_of, word_diff
from tests import makers


def zipped(files: dict) -> SimpleUploadedFile:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, text in files.items():
            folder.writestr(name, text)
    return SimpleUploadedFile("kursus.zip", data.getvalue(), content_type="application/zip")


class DeskCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.course = makers.make_course()
        cls.agency = cls.course.agency
        cls.author = cls.agency.people.get(name="Bambang Penulis").user
        cls.publisher = makers.make_person("Pratiwi Penerbit", agency=cls.agency, roles=["publisher"]).user
        cls.citra = makers.make_person("Citra Penulis", roles=["author"]).user

    def enter(self, user):
        self.client.force_login(user)
        session = self.client.session
        session["second_factor"] = True
        session.save()

    def at(self, name, *args):
        return reverse(f"catalogue:{name}", args=args)

    def unit(self, n: int = 0) -> UnitPage:
        return UnitPage.objects.child_of(self.course.page).order_by("path")[n]

    def send(self, upload, **data):
        return self.client.post(self.at("desk_import"), {"agency": self.agency.pk, "files": upload, **data})


class ScopeTests(DeskCase):
    def addresses(self, review):
        course, unit = self.course.uuid, self.unit().unit_key
        return [
            self.at("desk_course", course),
            self.at("desk_preview", course, unit),
            self.at("review", course, review.uuid),
            self.at("desk_submit", course),
            self.at("review_approve", course, review.uuid),
            self.at("review_return", course, review.uuid),
        ]

    def test_I09_an_author_of_another_agency_finds_nothing(self):
        review = services.submit(course=self.course, by=self.author)
        self.enter(self.citra)
        for address in self.addresses(review):
            for method in (self.client.get, self.client.post):
                with self.subTest(address=address, method=method.__name__):
                    self.assertIn(method(address).status_code, (404, 405))
            self.assertIn(404, (self.client.get(address).status_code, self.client.post(address).status_code))
        self.assertNotContains(self.client.get(self.at("desk")), self.course.title)
        review.refresh_from_db()
        self.assertEqual(review.state, Review.State.OPEN)

    def test_a_learner_has_no_desk(self):
        self.enter(makers.make_person(user=True).user)
        self.assertEqual(self.client.get(self.at("desk")).status_code, 404)

    def test_an_organiser_here_who_writes_elsewhere_has_no_desk_here(self):
        makers.directory.grant(user=self.citra, role="organiser", agency=self.agency, by=None, reason="test")
        self.enter(self.citra)
        self.assertEqual(self.client.get(self.at("desk_course", self.course.uuid)).status_code, 404)

    def test_she_may_not_import_into_another_agency(self):
        self.enter(self.citra)
        answer = self.send(zipped(makers.course_files(code="CURI")))
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(Course.everything.filter(code="CURI").exists())


class ScreenTests(DeskCase):
    def test_the_desk_shows_units_and_their_preview(self):
        self.enter(self.author)
        page = self.client.get(self.at("desk_course", self.course.uuid))
        self.assertContains(page, "Unit 1")
        self.assertContains(page, reverse("wagtailadmin_pages:edit", args=[self.unit().pk]))
        preview = self.client.get(self.at("desk_preview", self.course.uuid, self.unit().unit_key))
        self.assertContains(preview, "Warga datang dengan pertanyaan")
        self.assertContains(preview, "Apa sikap kita?")
        self.assertContains(self.client.get(self.at("desk")), self.course.title)

    def test_a_preview_runs_no_script_of_a_draft(self):
        unit = self.unit()
        unit.body = [("text", "<p>Halo<script>alert(1)</script></p>")]
        unit.save_revision(user=self.author)
        self.enter(self.author)
        preview = self.client.get(self.at("desk_preview", self.course.uuid, unit.unit_key))
        self.assertNotContains(preview, "alert(1)")

    def test_an_exam_of_odd_shape_is_a_finding_not_a_500(self):
        page = self.course.page.get_latest_revision_as_object()
        page.exam = {"cells": ["x"], "minutes": "lama"}
        page.save_revision(user=self.author)
        self.enter(self.author)
        self.assertEqual(self.client.get(self.at("desk_course", self.course.uuid)).status_code, 200)
        self.assertEqual(self.client.post(self.at("desk_submit", self.course.uuid)).status_code, 422)

    def test_a_readers_report_is_settled_once(self):
        review = services.submit(course=self.course, by=self.author)
        release = services.approve(review=review, by=self.publisher)
        learner = makers.make_person(user=True)
        row = services.report_fault(
            release=release, unit_key=self.unit().unit_key, person=learner, text="Pasalnya salah."
        )
        self.enter(self.author)
        self.assertContains(self.client.get(self.at("desk_course", self.course.uuid)), "Pasalnya salah.")
        self.client.post(self.at("fault_settle", self.course.uuid, row.uuid))
        row.refresh_from_db()
        first = row.settled_at
        self.client.post(self.at("fault_settle", self.course.uuid, row.uuid))
        row.refresh_from_db()
        self.assertTrue(first)
        self.assertEqual(row.settled_at, first)
        self.assertNotContains(self.client.get(self.at("desk_course", self.course.uuid)), "Pasalnya salah.")
        # The code's own words are kept, not those of the language of whoever settled it: the reader may have another.
        told = learner.notices.get(kind="fault_settled")
        self.assertEqual(told.text, "Your report on %(course)s is settled.")
        self.assertEqual(told.words, f"Your report on {self.course.title} is settled.")


class ReviewTests(DeskCase):
    def submit(self):
        self.enter(self.author)
        answer = self.client.post(self.at("desk_submit", self.course.uuid), {"note": "Edisi pertama"})
        review = self.course.reviews.get()
        self.assertRedirects(answer, self.at("review", self.course.uuid, review.uuid))
        return review

    def test_from_author_to_release_and_a_second_one_by_word(self):
        review = self.submit()
        page = self.client.get(self.at("review", self.course.uuid, review.uuid))
        self.assertNotContains(page, self.at("review_approve", self.course.uuid, review.uuid))
        self.enter(self.publisher)
        page = self.client.get(self.at("review", self.course.uuid, review.uuid))
        self.assertContains(page, self.at("review_approve", self.course.uuid, review.uuid))
        self.client.post(self.at("review_approve", self.course.uuid, review.uuid), {"comment": ""})
        self.course.refresh_from_db()
        self.assertEqual(self.course.current_release.number, 1)
        self.assertEqual(changes_of(self.course).count, 0)

        unit = self.unit(1).get_latest_revision_as_object()
        unit.body = [("text", "<p>" + "Kita menjawab dengan ramah. " * 300 + "</p>")]
        unit.save_revision(user=self.author)
        changes = changes_of(self.course)
        self.assertEqual([(c.kind, c.title) for c in changes.units], [("changed", "Unit 2")])
        self.assertEqual((changes.facts, changes.questions), ([], []))

    def test_the_author_as_publisher_is_refused_with_the_sentence(self):
        makers.directory.grant(user=self.author, role="publisher", agency=self.agency, by=None, reason="test")
        review = self.submit()
        for name in ("review_approve", "review_return"):
            answer = self.client.post(self.at(name, self.course.uuid, review.uuid), {"comment": "ok"})
            self.assertEqual(answer.status_code, 422)
            self.assertContains(answer, 'role="alert"', status_code=422)
        review.refresh_from_db()
        self.assertEqual(review.state, Review.State.OPEN)

    def test_a_return_needs_a_reason_and_reaches_the_author(self):
        review = self.submit()
        self.enter(self.publisher)
        address = self.at("review_return", self.course.uuid, review.uuid)
        self.assertEqual(self.client.post(address, {"comment": " "}).status_code, 422)
        self.assertEqual(self.client.post(address, {"comment": "Sebut pasalnya."}).status_code, 302)
        self.assertContains(self.client.get(self.at("review", self.course.uuid, review.uuid)), "Sebut pasalnya.")

    def test_a_course_changed_after_submission_cannot_be_approved(self):
        review = self.submit()
        self.unit().save_revision(user=self.author)
        self.enter(self.publisher)
        answer = self.client.post(self.at("review_approve", self.course.uuid, review.uuid), {"comment": ""})
        self.assertEqual(answer.status_code, 422)


class ImportTests(DeskCase):
    def setUp(self):
        self.enter(self.author)

    def assert_refused(self, upload, words: str = ""):
        before = Course.everything.count()
        answer = self.send(upload)
        self.assertContains(answer, 'role="alert"', status_code=422)
        self.assertContains(answer, words, status_code=422)
        self.assertEqual(Course.everything.count(), before)

    def take(self, upload):
        """Send, look at the preview, say yes."""
        preview = self.send(upload)
        self.assertEqual(preview.status_code, 302)
        self.assertEqual(self.client.get(preview.url).status_code, 200)
        answer = self.client.post(preview.url)
        self.assertEqual(self.client.get(preview.url).status_code, 404)
        return answer

    def test_a_zip_of_the_folder_becomes_a_draft(self):
        files = {f"operator/{name}": text for name, text in makers.course_files(code="ZIP-1").items()}
        self.take(zipped(files))
        course = Course.everything.get(code="ZIP-1")
        self.assertIsNone(course.current_release)
        self.assertEqual(UnitPage.objects.child_of(course.page).count(), 2)

    def test_loose_files_of_a_course_with_one_module(self):
        files = makers.course_files(code="LEPAS-1")
        uploads = [SimpleUploadedFile(name.rsplit("/", 1)[-1], text.encode()) for name, text in files.items()]
        self.take(uploads)
        self.assertTrue(Course.everything.filter(code="LEPAS-1").exists())

    def test_I07_every_fault_is_shown_and_nothing_is_saved(self):
        files = makers.course_files(code="RUSAK-1")
        files["modul-1/01-unit.md"] = "tanpa kepala"
        files["modul-1/02-unit.md"] = "juga tanpa kepala"
        self.assert_refused(zipped(files), "modul-1/01-unit.md")
        self.assert_refused(zipped(files), "modul-1/02-unit.md")

    def test_a_path_outside_the_folder_is_refused(self):
        for name in ("../../etc/jahat.md", "/etc/jahat.md", "..\\jahat.md", "C:\\jahat.md"):
            with self.subTest(name):
                self.assert_refused(zipped({**makers.course_files(), name: "x"}), "jahat.md")

    def test_too_many_too_large_and_unreadable_are_refused(self):
        files = makers.course_files()
        self.assert_refused(zipped({**files, **{f"x/{n}.txt": "" for n in range(501)}}))
        self.assert_refused(zipped({**files, "besar.md": "a" * (10 * 1024 * 1024 + 1)}), "10 MB")
        self.assert_refused(zipped({**files, "modul-1/03-latin.md": "caf\u00e9".encode("latin-1")}), "03-latin.md")
        self.assert_refused(SimpleUploadedFile("kursus.zip", b"PK bukan zip"))
        self.assert_refused(SimpleUploadedFile("kursus.exe", b"MZ"), "kursus.exe")

    def test_yaml_that_unfolds_or_has_an_odd_shape_is_refused(self):
        files = makers.course_files()
        self.assert_refused(zipped({**files, "soal.yaml": "a: &a [x, x]\nb: [*a, *a]"}), "soal.yaml")
        self.assert_refused(zipped({**files, "soal.yaml": "- hanya teks"}))
        self.assert_refused(zipped({**files, "soal.yaml": "5"}))
        self.assert_refused(zipped({**files, "kursus.md": files["kursus.md"].replace("jp: 1", "jp: banyak")}))
        self.assert_refused(
            zipped({**files, "kursus.md": files["kursus.md"].replace("outcomes: [", "outcomes: [2026-01-01, ")})
        )


class EditorTests(DeskCase):
    """Wagtail's own screens, which authors reach from the desk."""

    def explorer(self, page):
        return self.client.get(reverse("wagtailadmin_explore", args=[page.pk]))

    def test_an_author_edits_but_finds_no_publish(self):
        self.enter(self.author)
        page = self.client.get(reverse("wagtailadmin_pages:edit", args=[self.unit().pk]))
        self.assertEqual(page.status_code, 200)
        self.assertNotContains(page, "action-publish")

    def test_I09_another_agencys_desk_is_not_in_the_chooser(self):
        makers.make_course(agency=self.citra.person.agency, title="Kursus Citra")
        self.enter(self.citra)
        folder = self.course.page.get_parent()
        home = self.client.get(reverse("wagtailadmin_choose_page"))
        self.assertContains(home, self.citra.person.agency.name)
        self.assertNotContains(home, self.agency.name)
        inside = self.client.get(reverse("wagtailadmin_choose_page_child", args=[folder.pk]))
        self.assertEqual((inside.status_code, self.explorer(self.course.page).status_code), (404, 404))


class WordDiffTests(SimpleTestCase):
    def test_words_that_come_and_go(self):
        self.assertEqual(
            word_diff("warga datang pagi", "warga datang sore hari"),
            [("same", "warga datang"), ("del", "pagi"), ("ins", "sore hari")],
        )

    def test_long_equal_stretches_are_cut(self):
        same = " ".join(f"kata{n}" for n in range(100))
        self.assertEqual(word_diff(f"{same} lama", f"{same} baru")[0][1].split()[0], "…")
