"""The exam on the desk: each row of the blueprint in words, with its questions and whether it is too small."""

from django.test import SimpleTestCase

from lms.catalogue import services
from lms.catalogue.rules import cells_of, difficulty_word
from lms.competencies import queries as competencies
from lms.competencies.services import load_dictionary
from tests.lms.catalogue.test_desk import DeskCase


def question(key: str, difficulty: str = "sedang", **other) -> dict:
    options = [{"text": "Melayani", "correct": True}, {"text": "Menolak"}]
    return {
        "key": key, "kind": "single", "competency": "M.5", "difficulty": difficulty, "use": "exam",
        "text": f"Apa sikap kita kepada warga {key}?", "options": options, "reason": "Asas.", **other,
    }  # fmt: skip


class CellTests(SimpleTestCase):
    def cell(self, have: int, *, again: bool):
        return cells_of([{"code": "M.5", "difficulty": "sedang", "draw": 2}], {("M.5", "sedang"): have}, again=again)[0]

    def test_L33_too_few_to_draw_and_too_few_for_a_second_try(self):
        for have, again, lacks, repeats in (
            (0, True, True, False),
            (1, False, True, False),
            (2, False, False, False),
            (2, True, False, True),
            (3, True, False, True),
            (4, True, False, False),
        ):
            with self.subTest(have=have, again=again):
                cell = self.cell(have, again=again)
                self.assertEqual((cell.lacks, cell.repeats, cell.is_small), (lacks, repeats, lacks or repeats))

    def test_a_difficulty_of_a_package_keeps_its_word(self):
        self.assertEqual([difficulty_word(code) for code in ("mudah", "hots", "")], ["easy", "hots", ""])


class ExamDeskTests(DeskCase):
    def setUp(self):
        load_dictionary()
        competencies.forget()
        for row in (question("u-1"), question("u-2"), question("u-3", "sulit")):
            services.save_question(course=self.course, row=row, by=self.author)
        cells = [
            {"code": "M.5", "difficulty": "sedang", "draw": 2},
            {"code": "M.5", "difficulty": "sulit", "draw": 1},
        ]
        exam = {"title": "Uji akhir", "minutes": 30, "attempts": 2, "questions": 3, "cells": cells}
        services.save_exam(course=self.course, exam=exam, pass_score=70, by=self.author)
        self.enter(self.author)

    def test_rows_have_names_questions_with_links_and_a_mark_when_too_small(self):
        page = self.client.get(self.at("exam", self.course.uuid))
        self.assertContains(page, "2 rows are too small")
        self.assertContains(page, "a second try repeats questions", count=2)
        self.assertContains(page, "M.5 · medium")
        bank = f"{self.at('questions', self.course.uuid)}?untuk=exam&amp;sel=M.5%3Asulit"
        self.assertContains(page, bank)
        self.assertEqual(self.keys_in(bank.replace("&amp;", "&")), ["u-3"])

    def keys_in(self, address) -> list[str]:
        page = self.client.get(address).content.decode()
        return [key for key in ("u-1", "u-2", "u-3") if self.at("question", self.course.uuid, key) in page]

    def test_a_row_that_does_not_exist_is_empty_and_no_fault(self):
        for odd in ("x", "M.5", ":", "M.5:sulit:x", "٣" * 300):
            self.assertEqual(self.keys_in(f"{self.at('questions', self.course.uuid)}?sel={odd}"), [])

    def test_the_bank_names_competency_and_difficulty(self):
        page = self.client.get(self.at("questions", self.course.uuid))
        self.assertContains(page, "M.5 · hard")

    def test_a_question_without_a_key_breaks_no_screen(self):
        page = self.course.page.get_latest_revision_as_object()
        page.questions = [
            *page.questions,
            {"use": "exam", "competency": "M.5", "difficulty": "mudah", "text": "Tanpa?"},
        ]
        page.save_revision()
        self.assertContains(self.client.get(self.at("exam", self.course.uuid)), "M.5 · easy")
        self.assertContains(self.client.get(self.at("questions", self.course.uuid)), "Tanpa?")

    def test_another_agency_meets_404(self):
        self.enter(self.citra)
        self.assertEqual(self.client.get(self.at("exam", self.course.uuid)).status_code, 404)
