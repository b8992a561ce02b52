"""The lint rule by rule, on plain values: a course with nothing wrong, and one thing changed in it."""

from copy import deepcopy

from django.test import SimpleTestCase
from django.utils import translation

from lms.catalogue.rules import Known, lint

FIRST, SECOND = "5a0c1a0e-0000-4000-8000-000000000001", "5a0c1a0e-0000-4000-8000-000000000002"


def make_unit(key: str = FIRST, **changed) -> dict:
    """22 honest minutes: 2,460 words and one check question."""
    unit = {
        "key": key, "title": f"Unit {key[-1]}", "minutes": 22, "practice": 0, "words": 2460, "checks": [],
        "images": [], "links": [], "files": [],
    }  # fmt: skip
    return {**unit, **changed}


def make_question(key: str = "uji-1", **changed) -> dict:
    options = [{"text": "Melayani", "correct": True}, {"text": "Menolak", "correct": False}]
    question = {
        "key": key, "kind": "single", "competency": "M.5", "difficulty": "sedang", "use": "exam",
        "text": f"Apa sikap kita ({key})?", "options": options, "reason": "Asas pelayanan publik.",
    }  # fmt: skip
    return {**question, **changed}


def make_exam(**changed) -> dict:
    cells = [{"code": "M.5", "difficulty": "sedang", "draw": 2}]
    return {"title": "Uji akhir", "minutes": 0, "questions": 2, "attempts": 1, "cells": cells, **changed}


def make_course(**changed) -> dict:
    modules = [{"title": "Pembuka", "jp": "1", "units": [FIRST, SECOND]}]
    return {"title": "Melayani warga", "jp": "1", "modules": modules, "claims": [], "exam": {}, **changed}


UNITS = (make_unit(FIRST, checks=["cek-1"]), make_unit(SECOND))
QUESTIONS = (make_question("cek-1", use="check"), make_question("uji-1"), make_question("uji-2"))


def found(course=None, units=UNITS, questions=QUESTIONS, **known) -> list[tuple]:
    """What the lint finds: level, sentence, and where it is mended."""
    findings = lint(course or make_course(), deepcopy(list(units)), deepcopy(list(questions)), **known)
    return [(f.level, f.text, f.place, f.unit_key or f.ref) for f in findings]


class LintCase(SimpleTestCase):
    def setUp(self):
        language = translation.override("en")
        language.__enter__()
        self.addCleanup(language.__exit__, None, None, None)

    def first(self, **changed) -> list[tuple]:
        """What is found when the first unit is another."""
        return found(units=[make_unit(FIRST, **{"checks": ["cek-1"], **changed}), UNITS[1]])


class UnitRuleTests(LintCase):
    def test_nothing_is_found_in_a_course_with_nothing_wrong(self):
        self.assertEqual(found(), [])
        self.assertEqual(found(make_course(exam=make_exam())), [])

    def test_an_empty_unit_is_an_error_and_one_with_only_a_check_is_not(self):
        empty = ("error", "The unit is empty.", "unit", FIRST)
        self.assertIn(empty, self.first(words=0, checks=[]))
        self.assertNotIn(empty, self.first(words=0))

    def test_a_figure_without_words_for_it_is_an_error(self):
        missing = ("error", "A figure has no text alternative.", "unit", FIRST)
        for alt in ("", "   ", None):
            with self.subTest(alt=alt):
                self.assertEqual(self.first(images=[{"alt": alt}]), [missing])
        self.assertEqual(self.first(images=[{}, {"alt": ""}]), [missing, missing])
        self.assertEqual(self.first(images=[{"alt": "Alur laporan dalam empat langkah"}]), [])

    def test_a_link_that_leads_nowhere_is_an_error(self):
        for href in ("htp://lapor.go.id", "https://lapor", "lapor.go.id", "#", "//jahat.id", "javascript:alert(1)"):
            with self.subTest(href=href):
                self.assertEqual(self.first(links=[href]), [("error", f"A link leads nowhere: {href}", "unit", FIRST)])
        nowhere = "A link leads nowhere: a page that learners cannot open"
        self.assertEqual(self.first(links=[""]), [("error", nowhere, "unit", FIRST)])

    def test_a_link_that_leads_somewhere_is_not(self):
        good = ["https://www.lapor.go.id/", "mailto:admin@panrb.go.id", "tel:+62 21 7398381", "/kursus/"]
        self.assertEqual(self.first(links=good), [])

    def test_a_link_to_a_unit_that_the_course_no_longer_has_is_an_error(self):
        href = f"../{SECOND}/"
        units = [make_unit(FIRST, checks=["cek-1"], links=[href]), UNITS[1]]
        self.assertEqual(found(units=units, known=Known(units=frozenset({FIRST, SECOND}))), [])
        gone = found(units=units, known=Known(units=frozenset({FIRST})))
        self.assertEqual(gone, [("error", f"A link leads nowhere: {href}", "unit", FIRST)])

    def test_a_download_without_its_file_is_an_error(self):
        missing = [("error", "A video or download has no file.", "unit", FIRST)]
        units = [make_unit(FIRST, checks=["cek-1"], files=["a.pdf"]), UNITS[1]]
        self.assertEqual(found(units=units, known=Known(files=frozenset({"a.pdf"}))), [])
        self.assertEqual(found(units=units, known=Known(files=frozenset())), missing)
        self.assertEqual(self.first(files=[""]), missing)

    def test_a_check_that_no_question_answers_is_an_error(self):
        wanted = ("error", "Check question cek-9 does not exist.", "unit", FIRST)
        self.assertIn(wanted, self.first(checks=["cek-1", "cek-9"]))

    def test_minutes_of_a_unit_more_than_half_off_are_a_warning(self):
        self.assertEqual(self.first(words=1140, practice=0), [])  # 11 of 22 minutes: half, not more
        off = ("warning", "About 11 minutes by our count, 22 declared.", "unit", FIRST)
        self.assertEqual(self.first(words=1139), [off])


class RequiredRuleTests(LintCase):
    def found(self, *required, courses=None, own="lanjut") -> list[str]:
        known = Known(own=own, courses={"dasar": [], "etika": ["dasar"], "lanjut": []} if courses is None else courses)
        return [text for _level, text, _place, _ref in found(make_course(requires=list(required)), known=known)]

    def test_courses_of_the_catalogue_may_be_required(self):
        self.assertEqual(self.found("dasar", "etika"), [])

    def test_a_course_that_is_not_in_the_catalogue_is_an_error(self):
        self.assertEqual(self.found("tidak-ada"), ["Required course tidak-ada is not in the catalogue."])

    def test_a_course_does_not_require_itself_nor_another_twice(self):
        self.assertEqual(self.found("lanjut"), ["The course requires itself; nobody could ever begin it."])
        self.assertEqual(self.found("dasar", "dasar"), ["Required course dasar stands there twice."])

    def test_a_circle_is_an_error_however_long(self):
        circle = {"dasar": ["lanjut"], "etika": ["dasar"], "lanjut": []}
        words = "Required course etika requires this course in turn; nobody could begin either."
        self.assertEqual(self.found("etika", courses=circle), [words])
        self.assertEqual(self.found("etika", courses={"etika": ["dasar"], "dasar": ["etika"]}), [])


class OutlineRuleTests(LintCase):
    def modules(self, *units, jp="1") -> dict:
        return make_course(modules=[{"title": "Pembuka", "jp": jp, "units": list(units)}])

    def test_an_outline_without_units_is_an_error(self):
        self.assertIn(("error", "The outline has no units.", "outline", ""), found(self.modules()))

    def test_a_unit_that_does_not_exist_is_an_error(self):
        wanted = ("error", "The outline names a unit that does not exist: hilang", "outline", "")
        self.assertEqual(found(self.modules(FIRST, SECOND, "hilang")), [wanted])

    def test_a_unit_twice_in_the_outline_is_an_error(self):
        wanted = ("error", "The unit stands more than once in the outline.", "outline", "")
        self.assertEqual(found(self.modules(FIRST, SECOND, FIRST)), [wanted])

    def test_two_units_with_one_key_are_an_error(self):
        twin = make_unit(SECOND, title="Unit kembar", minutes=0, words=1)
        wanted = ("error", "Units share one key: Unit 2, Unit kembar", "unit", SECOND)
        self.assertEqual(found(units=[*UNITS, twin]), [wanted])

    def test_a_module_without_units_and_a_unit_without_module_are_warnings(self):
        course = self.modules(FIRST, SECOND)
        course["modules"].append({"title": "Kosong", "jp": "0", "units": []})
        self.assertEqual(found(course), [("warning", "The module has no units.", "outline", "")])
        spare = make_unit("5a0c1a0e-0000-4000-8000-000000000003")
        wanted = ("warning", "This unit is not in the outline; learners will not see it.", "outline", "")
        self.assertEqual(found(units=[*UNITS, spare]), [wanted])

    def test_modules_that_do_not_add_up_to_the_course_are_a_warning(self):
        wanted = ("warning", "The modules add up to 0.5 JP, the course says 1.", "outline", "")
        self.assertEqual(found(self.modules(FIRST, SECOND, jp="0.5")), [wanted])

    def test_a_competency_outside_the_dictionary_is_an_error(self):
        course, known = make_course(claims=[{"code": "M.99"}]), Known(competencies=frozenset({"M.5"}))
        wanted = ("error", "Competency M.99 is not in the dictionary.", "course", "")
        self.assertEqual(found(course, known=known), [wanted])


class TimeRuleTests(LintCase):
    """JP 4 is 180 minutes; 15 % more is 207, and 156.5 is the least that fills it."""

    def timed(self, minutes: int, *, words: int | None = None, exam: int = 0) -> list[tuple]:
        course = make_course(
            jp="4", modules=[{"title": "Pembuka", "jp": "4", "units": [FIRST]}],
            exam=make_exam(minutes=exam) if exam else {},
        )  # fmt: skip
        unit = make_unit(FIRST, minutes=minutes, words=120 * minutes if words is None else words)
        return found(course, [unit], QUESTIONS[1:])

    def test_declared_minutes_to_15_percent_above_JP_pass_and_one_more_is_an_error(self):
        self.assertEqual(self.timed(207), [])
        self.assertEqual(self.timed(208), [("error", "208 minutes are more than 4 JP allow.", "course", "")])

    def test_minutes_by_our_count_to_15_percent_above_JP_pass_and_one_word_more_is_an_error(self):
        self.assertEqual(self.timed(180, words=207 * 120), [])
        over = ("error", "By our count it takes 207 minutes, more than 4 JP allow.", "course", "")
        self.assertEqual(self.timed(180, words=207 * 120 + 1), [over])

    def test_the_minutes_of_the_exam_count(self):
        self.assertEqual(self.timed(187, exam=20), [])
        self.assertEqual(self.timed(188, exam=20), [("error", "208 minutes are more than 4 JP allow.", "course", "")])

    def test_JP_more_than_15_percent_above_the_minutes_is_a_warning(self):
        self.assertEqual(self.timed(157), [])
        self.assertEqual(self.timed(156), [("warning", "4 JP are more than 156 minutes fill.", "course", "")])

    def test_minutes_of_a_JP_come_from_the_caller(self):
        self.assertEqual(found(jp_minutes=38), [("error", "44 minutes are more than 1 JP allow.", "course", "")])

    def test_JP_of_nothing_is_an_error(self):
        for jp in ("0", "-1"):
            with self.subTest(jp=jp):
                course = make_course(jp=jp, modules=[{"title": "Pembuka", "jp": jp, "units": [FIRST, SECOND]}])
                self.assertEqual(found(course), [("error", "JP must be above zero.", "course", "")])


class QuestionRuleTests(LintCase):
    def with_question(self, **changed) -> list[tuple]:
        return found(questions=[*QUESTIONS[:2], make_question("uji-2", **changed)])

    def test_a_question_without_a_reason_is_an_error(self):
        wanted = [("error", "The question has no reason to show after the answer.", "question", "uji-2")]
        for reason in ("", "  ", None):
            with self.subTest(reason=reason):
                self.assertEqual(self.with_question(reason=reason), wanted)

    def test_two_questions_with_one_key_are_an_error_each(self):
        wanted = ("error", "key is used twice", "question", "uji-2")
        self.assertEqual(found(questions=[*QUESTIONS, make_question("uji-2")]), [wanted, wanted])

    def test_a_question_nobody_can_answer_is_an_error(self):
        fault = "needs at least two options and a right one"
        self.assertEqual(self.with_question(options=[]), [("error", fault, "question", "uji-2")])

    def test_a_check_question_in_two_places_is_an_error(self):
        wanted = [("error", "This check question stands in more than one place.", "question", "cek-1")]
        self.assertEqual(found(units=[UNITS[0], make_unit(SECOND, checks=["cek-1"])]), wanted)
        self.assertEqual(self.first(checks=["cek-1", "cek-1"]), wanted)

    def test_a_check_question_in_no_unit_is_a_warning(self):
        wanted = [("warning", "This check question stands in no unit.", "question", "cek-2")]
        self.assertEqual(found(questions=[*QUESTIONS, make_question("cek-2", use="check")]), wanted)


class ExamRuleTests(LintCase):
    def test_a_unit_to_read_again_that_learners_do_not_get(self):
        words = "The unit to read again is not in the outline; the result of this question will name none."
        gone = make_question("uji-2", unit="5a0c1a0e-0000-4000-8000-000000000009")
        self.assertEqual(found(questions=[*QUESTIONS[:2], gone]), [("warning", words, "question", "uji-2")])
        self.assertEqual(found(questions=[*QUESTIONS[:2], make_question("uji-2", unit=SECOND)]), [])

    def drawn(self, questions=QUESTIONS, **exam) -> list[tuple]:
        return found(make_course(exam=make_exam(**exam)), questions=questions)

    def test_a_cell_that_draws_more_than_the_bank_has_is_an_error(self):
        wanted = ("error", "Exam cell M.5 sedang draws 2 of 1.", "exam", "")
        for other in ({"use": "check"}, {"difficulty": "sulit"}, {"competency": "M.4"}):
            with self.subTest(other=other):
                self.assertIn(wanted, self.drawn([*QUESTIONS[:2], make_question("uji-2", **other)]))

    def test_a_cell_too_small_for_a_second_try_is_a_warning(self):
        wanted = ("warning", "Exam cell M.5 sedang has 2 for 2; a second try repeats questions.", "exam", "")
        self.assertEqual(self.drawn(attempts=2), [wanted])
        more = [*QUESTIONS, make_question("uji-3"), make_question("uji-4")]
        self.assertEqual(self.drawn(more, attempts=2), [])

    def test_an_exam_that_draws_nothing_is_an_error(self):
        self.assertEqual(self.drawn(cells=[]), [("error", "The exam draws no questions.", "exam", "")])

    def test_an_exam_that_says_another_count_than_it_draws_is_an_error(self):
        wanted = [("error", "The cells draw 2 questions, the exam says 3.", "exam", "")]
        self.assertEqual(found(make_course(exam=make_exam(questions=3))), wanted)


class OrderTests(LintCase):
    def test_errors_stand_before_warnings(self):
        levels = [row[0] for row in found(units=[make_unit(FIRST, words=0), make_unit(SECOND, images=[{}])])]
        self.assertEqual(levels, sorted(levels))
        self.assertEqual(set(levels), {"error", "warning"})
