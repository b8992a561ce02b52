"""A folder of text files with one field gone wrong: refused in words, or taken and then released or refused in words.

Every fact of `kursus.md`, of a unit and of a question is tried (D01 to D06, D08, R07). What is taken must survive the
author's desk, its submission and its release: no value may wait there to become a 500.
"""

import re

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse

from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.models import Review
from lms.catalogue.rules.uploads import Folder, folder_draft, refuse_shapes
from lms.competencies.services import load_dictionary
from tests import makers
from tests.gate.people import client_of
from tests.gate.snapshots import undone

LONG, HUGE = "x" * 5000, 10**50
ODD = (None, LONG, -1, HUGE, float("inf"), [None], {"a": {"b": []}})
EXAM = ("title", "minutes", "questions", "attempts", "cells")
CELL = {
    "code": ["", None, LONG, [], {}],
    "difficulty": ["", None, LONG, [], {}],
    "draw": [None, "", -1, 0, HUGE, 1.5, "NaN", [], {}],
}


def front(text):
    parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.M)
    return yaml.safe_load(parts[1]), parts[2]


def with_front(facts, rest):
    return f"---\n{yaml.safe_dump(facts, allow_unicode=True)}---{rest}"


class FolderCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        load_dictionary()
        cls.author = makers.make_person("Bambang", roles=["author"])
        cls.publisher = makers.make_person("Pratiwi", agency=cls.author.agency, roles=["publisher"])
        cls.files = makers.course_files(exam=True)
        cls.unit_name = next(name for name in cls.files if name.startswith("modul-1/"))

    def outcome(self, files) -> str:
        """How far the folder comes: refused, imported, submitted or released. Nothing answers 500 on the way."""
        try:
            refuse_shapes(folder_draft(Folder(files)))
        except ImportRefused as refusal:
            self.assertTrue(all(str(fault).strip() for fault in refusal.faults))
            return "refused"
        with undone():
            author, publisher = client_of(self.author), client_of(self.publisher)
            uploads = [SimpleUploadedFile(name.split("/")[-1], text.encode()) for name, text in files.items()]
            data = {"agency": self.author.agency.pk, "files": uploads}
            answer = self._sound(author.post(reverse("catalogue:desk_import"), data))
            if answer.status_code != 302:
                self.assertEqual(answer.status_code, 422)
                self.assertContains(answer, 'role="alert"', status_code=422)
                return "refused"
            preview = answer.url
            if self._sound(author.get(preview)).status_code != 200:
                return "refused"
            desk = self._sound(author.post(preview)).url
            self._sound(author.get(desk))
            if self._sound(author.post(f"{desk}ajukan/", {"note": ""})).status_code != 302:
                return "imported"
            review = Review.everything.latest("pk")
            page = reverse("catalogue:review", args=[review.course.uuid, review.uuid])
            self._sound(publisher.get(page))
            released = self._sound(publisher.post(f"{page}setujui/", {"comment": ""}))
            return "released" if released.status_code == 302 else "submitted"

    def _sound(self, answer):
        self.assertLess(answer.status_code, 500)
        return answer

    def course_with(self, **facts):
        old, rest = front(self.files["kursus.md"])
        return self.files | {"kursus.md": with_front(old | facts, rest)}

    def exam_with(self, **facts):
        return self.course_with(exam=front(self.files["kursus.md"])[0]["exam"] | facts)

    def unit_with(self, **facts):
        old, rest = front(self.files[self.unit_name])
        return self.files | {self.unit_name: with_front(old | facts, rest)}

    def question_with(self, **facts):
        rows = yaml.safe_load(self.files["soal.yaml"])
        rows[1] = rows[1] | facts
        return self.files | {"soal.yaml": yaml.safe_dump(rows, allow_unicode=True)}


class OddFactsTests(FolderCase):
    def test_the_folder_itself_is_released(self):
        self.assertEqual(self.outcome(self.files), "released")

    def walk(self, make, names, values=ODD):
        for name in names:
            for value in values:
                with self.subTest(field=name, value=str(value)[:40]):
                    self.outcome(make(**{name: value}))

    def test_D01_D02_every_fact_of_the_course(self):
        facts = "code title promise jp modules outcomes audience competencies requires mode level pass_score exam"
        self.walk(self.course_with, [*facts.split(), "sequential"])

    def test_D06_every_fact_of_the_exam(self):
        self.walk(self.exam_with, EXAM)

    def test_D06_every_fact_of_a_cell(self):
        good = front(self.files["kursus.md"])[0]["exam"]["cells"][0]
        for name, values in CELL.items():
            for value in values:
                with self.subTest(field=name, value=str(value)[:40]):
                    self.outcome(self.exam_with(cells=[good | {name: value}]))

    def test_D01_D02_every_fact_of_a_module(self):
        good = front(self.files["kursus.md"])[0]["modules"][0]
        for name in ("key", "title", "jp", "outcome"):
            for value in ODD:
                with self.subTest(field=name, value=str(value)[:40]):
                    self.outcome(self.course_with(modules=[good | {name: value}]))

    def test_D01_D02_every_fact_of_a_unit(self):
        self.walk(self.unit_with, ("key", "title", "minutes", "practice_minutes", "goal", "required"))

    def test_D01_D02_every_fact_of_a_question(self):
        names = "key kind competency difficulty use text options reason answer tolerance answer_unit unit"
        self.walk(self.question_with, names.split())
        many = [{"text": f"pilihan {n}", "correct": n == 0} for n in range(40)]
        for options in (
            many,
            [{"text": LONG, "correct": True}, {"text": "b"}],
            [{"correct": True}, {"correct": False}],
        ):
            self.outcome(self.question_with(options=options))


class NamedFaultTests(FolderCase):
    """What must be refused is refused, with the field named."""

    def refused(self, files, words):
        uploads = [SimpleUploadedFile(name.split("/")[-1], text.encode()) for name, text in files.items()]
        data = {"agency": self.author.agency.pk, "files": uploads}
        with undone():
            client = client_of(self.author)
            answer = client.post(reverse("catalogue:desk_import"), data)
            if answer.status_code == 302:  # a finding of the lint holds back the submission instead
                answer = client.post(f"{client.post(answer.url).url}ajukan/", {"note": ""})
            self.assertContains(answer, words, status_code=422)

    def test_D03_jp_below_zero_zero_and_above_what_the_minutes_allow(self):
        for jp in (-1, 0, 1000, "NaN"):
            with self.subTest(jp=jp):
                self.refused(self.course_with(jp=jp), "jp")
        self.refused(self.course_with(jp=0.5), "minutes are more than")

    def test_D06_pass_score_and_cells_that_cannot_be(self):
        self.refused(self.course_with(pass_score=101), "pass_score")
        self.refused(self.course_with(pass_score=-1), "pass_score")
        self.refused(self.exam_with(questions=3), "The cells draw 2 questions, the exam says 3.")
        self.refused(
            self.exam_with(cells=[{"code": "M.5", "difficulty": "sedang", "draw": 9}], questions=9), "draws 9 of 4"
        )

    def test_D08_an_outline_that_names_a_module_twice(self):
        module = front(self.files["kursus.md"])[0]["modules"][0]
        with self.assertRaises(ImportRefused) as refusal:
            folder_draft(Folder(self.course_with(modules=[module, {**module, "title": "Lagi"}])))
        self.assertIn("kursus.md: module modul-1 stands there twice", refusal.exception.faults)

    def test_R07_nul_in_a_file(self):
        self.refused(self.files | {self.unit_name: self.files[self.unit_name] + "\x00"}, "characters that are not text")
