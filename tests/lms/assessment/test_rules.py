"""Drawing, reading, marking: pure, so tried with many values."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from lms.assessment import rules
from lms.assessment.exceptions import AnswerRefused


@dataclass(frozen=True)
class Q:
    pk: int
    kind: str = "single"
    competency: str = "M.5"
    difficulty: str = "sedang"
    body: dict = field(default_factory=lambda: {"options": [{"id": i} for i in "abcd"]}, hash=False)


POOL = [Q(n, competency=f"M.{n % 3}", difficulty=("mudah", "sedang")[n % 2]) for n in range(1, 25)]
CELLS = [{"code": "M.1", "difficulty": "mudah", "draw": 2}, {"code": "M.2", "difficulty": "sedang", "draw": 3}]


class DrawTests(SimpleTestCase):
    @given(st.text(max_size=32), st.permutations(POOL))
    def test_the_seed_alone_decides_the_paper(self, seed, shuffled):
        self.assertEqual(rules.draw(POOL, CELLS, seed), rules.draw(shuffled, CELLS, seed))

    @given(st.text(max_size=32))
    def test_each_cell_gives_its_number_and_no_question_comes_twice(self, seed):
        by_pk = {q.pk: q for q in POOL}
        drawn = [by_pk[place["version"]] for place in rules.draw(POOL, CELLS, seed)]
        self.assertEqual(len(drawn), len({q.pk for q in drawn}))
        self.assertEqual(sum((q.competency, q.difficulty) == ("M.1", "mudah") for q in drawn), 2)
        self.assertEqual(sum((q.competency, q.difficulty) == ("M.2", "sedang") for q in drawn), 3)

    def test_two_cells_of_one_kind_do_not_draw_the_same_question(self):
        cell = {"code": "M.5", "difficulty": "sedang", "draw": 2}
        drawn = rules.draw([Q(n) for n in range(1, 5)], [cell, cell], "x")
        self.assertEqual(sorted(place["version"] for place in drawn), [1, 2, 3, 4])

    @given(st.text(max_size=32))
    def test_options_are_shuffled_but_none_is_lost(self, seed):
        for place in rules.draw(POOL, CELLS, seed):
            self.assertEqual(sorted(place["options"]), list("abcd"))

    def test_true_and_false_keep_their_order(self):
        self.assertEqual(rules.draw([Q(1, kind="truefalse")], [], "x")[0]["options"], list("abcd"))

    def test_without_cells_the_number_of_questions_decides(self):
        self.assertEqual(len(rules.draw(POOL, [], "x", 5)), 5)
        self.assertEqual(len(rules.draw(POOL, [], "x")), len(POOL))


class ReadTests(SimpleTestCase):
    def test_D02_numbers_are_read_one_way(self):
        read = {
            "1,5": "1.5",
            "1.5": "1.5",
            " 3 ": "3",
            "+2": "2",
            "-0": "0",
            "007": "7",
            "0.125": "0.125",
            "1,500": "1.5",
            "１２": "12",
            "\u22123": "-3",
            "100": "100",
            "": None,
        }
        self.assertEqual({raw: rules.read_answer("numeric", raw) for raw in read}, read)

    def test_D02_what_is_no_number_is_refused_with_words(self):
        unreadable = [
            "NaN",
            "Infinity",
            "-inf",
            "1e400",
            "1e5",
            "9" * 16,
            "1." + "1" * 11,
            "1.500",
            "12.000,5",
            "satu",
            "1,5,2",
            "٣",
            "0x10",
            "1_000",
            "--1",
            "1 000",
            True,
            1.5,
            ["1"],
            {"a": 1},
        ]
        for raw in unreadable:
            with self.subTest(raw), self.assertRaises(AnswerRefused) as refused:
                rules.read_answer("numeric", raw)
            self.assertTrue(refused.exception.message)

    @given(st.text(max_size=40))
    def test_any_text_is_read_or_refused_and_what_is_read_can_be_marked(self, raw):
        try:
            answer = rules.read_answer("numeric", raw)
        except AnswerRefused:
            return
        self.assertIn(rules.mark("numeric", {"answer": "3", "tolerance": "0.5"}, answer), (0, 1))

    @given(st.decimals(min_value=-(10**14), max_value=10**14, places=4, allow_nan=False, allow_infinity=False))
    def test_a_number_written_with_a_comma_comes_back_as_itself(self, number):
        self.assertEqual(Decimal(rules.read_answer("numeric", f"{number:f}".replace(".", ","))), number)

    def test_choices_must_be_on_the_paper(self):
        self.assertEqual(rules.read_answer("single", "b", "abc"), "b")
        self.assertEqual(rules.read_answer("multiple", ["c", "a", "c"], "abc"), ["a", "c"])
        for kind, raw in [
            ("single", "z"),
            ("single", ["a", "b"]),
            ("multiple", ["a", "z"]),
            ("truefalse", {"a": 1}),
            ("single", 1),
        ]:
            with self.subTest(raw), self.assertRaises(AnswerRefused):
                rules.read_answer(kind, raw, "abc")


class DraftTests(SimpleTestCase):
    def test_empty_answers_are_left_out(self):
        self.assertEqual(
            rules.read_drafts({"1": "b", "2": "", "3": [], "4": None, "5": ["c", "a"], "6": " 1,5 "}),
            {"1": "b", "5": ["a", "c"], "6": "1,5"},
        )

    def test_R07_E09_D01_what_cannot_be_kept_is_refused(self):
        for raw in [
            None,
            [],
            "x",
            {"score": "100"},
            {"0": "a"},
            {"1000": "a"},
            {"1": "\x00"},
            {"1": "\ud800"},
            {"1": "x" * 101},
            {"1": {"a": 1}},
            {"1": [1]},
            {"1": 1.5},
            {"1": True},
            {"1": ["a"] * 21},
            {str(n): "a" for n in range(1, 300)},
        ]:
            with self.subTest(raw), self.assertRaises(AnswerRefused):
                rules.read_drafts(raw)

    def test_a_sequence_number_is_a_small_whole_number(self):
        self.assertEqual([rules.read_seq(raw) for raw in (1, "7", 1_000_000)], [1, 7, 1_000_000])
        for raw in (0, -1, 1.5, True, None, "", "x", "٣", 2**63, 10**6 + 1, float("nan")):
            with self.subTest(raw), self.assertRaises(AnswerRefused):
                rules.read_seq(raw)


class MarkTests(SimpleTestCase):
    def test_multiple_needs_all_right_and_nothing_else(self):
        key = {"right": ["a", "c"]}
        given_ = [["a", "c"], ["a"], ["a", "b", "c"], None]
        self.assertEqual([rules.mark("multiple", key, answer) for answer in given_], [1, 0, 0, 0])

    def test_a_number_counts_within_its_tolerance(self):
        key = {"answer": "3", "tolerance": "0.5"}
        self.assertEqual([rules.mark("numeric", key, a) for a in ("3", "3.5", "2.5", "3.51", None)], [1, 1, 1, 0, 0])

    @given(st.lists(st.sampled_from([Decimal(0), Decimal(1)]), min_size=1, max_size=190), st.integers(0, 100))
    def test_the_shown_score_and_the_verdict_agree(self, fractions, pass_score):
        shown = rules.score(fractions)
        self.assertTrue(0 <= shown <= 100)
        self.assertEqual(shown >= pass_score, rules.has_passed(fractions, pass_score))

    def test_scores_per_competency(self):
        marks = [("M.5", Decimal(1)), ("M.1", Decimal(0)), ("M.5", Decimal(0)), ("M.5", Decimal(1))]
        self.assertEqual(
            rules.cell_scores(marks),
            {
                "M.1": {"right": "0", "of": 1, "score": "0.00"},
                "M.5": {"right": "2", "of": 3, "score": "66.67"},
            },
        )


class StartRuleTests(SimpleTestCase):
    def test_an_attempt_begins_only_when_all_is_in_order(self):
        fine = {"active": True, "units_left": False, "used": 1, "allowed": 2}
        self.assertEqual(rules.why_not_start(**fine), "")
        self.assertEqual(rules.why_not_start(**{**fine, "allowed": 0, "used": 99}), "")
        for change in ({"active": False}, {"units_left": True}, {"used": 2}):
            with self.subTest(change):
                self.assertNotEqual(rules.why_not_start(**{**fine, **change}), "")
