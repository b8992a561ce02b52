"""The sign-in ends in the middle of an exam: nothing that was answered is lost (E07, W08)."""

from django.conf import settings
from django.test import TestCase
from django.urls import reverse

from cms.directory.models import UnsentForm
from lms.assessment import services
from lms.assessment.models import Attempt
from tests import makers
from tests.cms.directory.door import number_of, sign_in
from tests.lms.assessment.makers import make_ready, slot_of

OURS = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}


class WithoutScriptTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = makers.make_person("Ani Lestari", user=True)
        cls.budi = makers.make_person("Budi", user=True)
        cls.attempt = services.start(enrolment=make_ready(learner=cls.ani), by=None)
        cls.slots = {kind: slot_of(cls.attempt, kind) for kind in ("truefalse", "numeric", "multiple")}
        cls.take = reverse("assessment:take", args=[cls.attempt.uuid])
        cls.waiting = reverse("directory:unsent")

    def setUp(self):
        sign_in(self.client, number_of(self.ani))
        self.typed = {f"s{self.slots['truefalse']}": "a", f"s{self.slots['numeric']}": "1,5"}
        self.typed |= {f"s{self.slots['multiple']}": ["a", "b"], "seq": "1", "review": "1"}
        self.client.cookies.pop(settings.SESSION_COOKIE_NAME)
        self.client.post(self.take, self.typed, headers=OURS | {"Referer": f"http://testserver{self.take}"})

    def stored(self):
        return Attempt.everything.get(pk=self.attempt.pk).answers

    def test_E07_W08_all_answers_come_back_and_go_with_one_press(self):
        sign_in(self.client, number_of(self.ani), next=self.waiting)
        page = self.client.get(self.waiting)
        shown = page.context["shown"]
        self.assertEqual(len(shown), 3)
        self.assertIn("1,5", [value.split()[0] for _question, value in shown])
        self.assertEqual(self.stored(), {})
        fields = unsent_fields(page)
        typed = {name: value if isinstance(value, list) else [value] for name, value in self.typed.items()}
        self.assertEqual(fields, typed)
        away = self.client.post(reverse("directory:send_unsent"), fields, follow=True)
        self.assertEqual(away.redirect_chain[0], (self.take, 307))
        self.assertEqual(away.redirect_chain[-1][0], reverse("assessment:review", args=[self.attempt.uuid]))
        slots = self.slots
        stored = {slots["truefalse"]: "a", slots["numeric"]: "1,5", slots["multiple"]: ["a", "b"]}
        self.assertEqual(self.stored(), stored)

    def test_E07_newer_answers_of_another_window_are_not_overwritten(self):
        newer = {self.slots["numeric"]: "2"}
        services.save(attempt_uuid=self.attempt.uuid, learner_id=self.ani.pk, seq=1, answers=newer)
        sign_in(self.client, number_of(self.ani), next=self.waiting)
        fields = unsent_fields(self.client.get(self.waiting))
        self.client.post(reverse("directory:send_unsent"), fields)
        self.assertContains(self.client.post(self.take, fields), "another window", status_code=409)
        self.assertEqual(self.stored(), newer)

    def test_E07_another_account_at_that_browser_sees_no_answer(self):
        sign_in(self.client, number_of(self.budi), next=self.waiting)
        self.assertEqual(self.client.get(self.waiting).status_code, 302)
        self.assertEqual(UnsentForm.everything.count(), 0)


def unsent_fields(page) -> dict:
    fields = {}
    for name, value in page.context["form"].fields:
        fields.setdefault(name, []).append(value)
    return fields
