"""A question is drawn once, but every paper shows its own numbers, order and answers, in the reader's language."""

import re

from django.test import TestCase
from django.utils.translation import override

from lms.assessment import queries, rendering, services
from tests.lms.assessment.makers import make_attempt, right_answers, slot_of


class DrawnTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.attempt = make_attempt()

    def drawn(self, answers=None) -> str:
        return rendering.questions(queries.paper(self.attempt, answers))

    def test_no_hole_is_left_open(self):
        for answers in ({}, right_answers(self.attempt)):
            for html in (self.drawn(answers), rendering.numbers(queries.paper(self.attempt, answers))):
                self.assertNotRegex(html, "[\ue000-\uf8ff]")

    def test_options_follow_the_order_of_the_paper_and_only_the_chosen_is_checked(self):
        slot = slot_of(self.attempt, "single")
        for order in (["a", "b", "c"], ["c", "a", "b"]):
            self.attempt.layout[int(slot) - 1]["options"] = order
            html = self.drawn({slot: "c"})
            self.assertEqual(re.findall(rf'name="s{slot}" value="(\w)"', html), order)
            self.assertEqual(re.findall(rf'name="s{slot}" value="(\w)" checked', html), ["c"])
            self.assertNotIn(" checked", self.drawn({}))

    def test_the_same_question_stands_at_another_number_on_another_paper(self):
        first = self.drawn()
        self.attempt.layout.reverse()
        second = self.drawn()
        for html in (first, second):
            self.assertEqual(re.findall(r'id="soal-(\d)"', html), ["1", "2", "3", "4"])
            self.assertEqual(re.findall(r'name="next" value="(\d)"', html), ["2", "3", "4"])
            self.assertEqual(html.count('name="review"'), 1)
        self.assertNotEqual(first, second)

    def test_R01_a_typed_answer_is_text_on_the_paper_and_after(self):
        slot, typed = slot_of(self.attempt, "numeric"), "<b>\"1'&"
        self.assertIn('value="&lt;b&gt;&quot;1&#x27;&amp;"', self.drawn({slot: typed}))
        services.save(
            attempt_uuid=self.attempt.uuid, learner_id=self.attempt.enrolment.learner_id, seq=1, answers={slot: "7"}
        )
        over = services.submit(attempt=queries.attempt_again(self.attempt.pk), by=None)
        html = rendering.marked(queries.corrected(over), over.enrolment.uuid, shows_right=True)
        self.assertNotRegex(html, "[\ue000-\uf8ff]")
        self.assertIn("</span> 7 hari</p>", html)
        self.assertIn("</span> 1,5 hari</p>", html)

    def test_each_language_has_its_own_drawing(self):
        for language, words in (("id", "Sebelumnya"), ("en", "Previous"), ("id", "Sebelumnya")):
            with override(language):
                self.assertIn(words, self.drawn())
