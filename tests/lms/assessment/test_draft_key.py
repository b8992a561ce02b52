"""After a key was corrected for learners: the draft is not released with the old one, and takes it by one button."""

from django.urls import reverse

from lms.assessment import queries, services
from lms.catalogue import queries as frozen
from lms.catalogue import rules
from lms.catalogue import services as catalogue
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.models import Course, QuestionVersion
from tests import makers
from tests.lms.assessment.test_examining import REASON, ExaminingCase

WORDS = "The key of this question was corrected for learners"


class DraftKeyTests(ExaminingCase):
    def setUp(self):
        self.course = self.release.course
        people = self.course.agency.people
        self.author, self.publisher = (people.get(name=name).user for name in ("Bambang Penulis", "Pratiwi Penerbit"))
        pool = queries.exam_of(self.release.uuid).pool.values()
        self.question = next(q for q in pool if q.kind == "single")
        newest = queries.newest_version(self.question.pk)
        self.key = newest.question_key
        services.correct_key(newest=newest, key={**newest.key, "right": ["b"]}, by=self.budi, reason=REASON)

    def desk(self):
        """The desk as it stands now."""
        return Course.everything.get(pk=self.course.pk).page

    def found(self) -> list[str]:
        return [f.ref for f in frozen.lint_of(self.desk()) if f.text.startswith(WORDS)]

    def right_in_draft(self) -> list[str]:
        bank = self.desk().get_latest_revision_as_object().questions
        return rules.question_body(next(row for row in bank if row["key"] == self.key))[1]["right"]

    def take(self, who=None, key=None):
        self.client.force_login(who or self.author)
        return self.client.post(reverse("catalogue:take_key", args=[self.course.uuid, key or self.key]))

    def test_the_old_key_stops_the_release_and_is_named_at_its_question(self):
        self.assertEqual(self.found(), [self.key])
        with self.assertRaises(ReleaseRefused):
            catalogue.submit(course=self.course, by=self.author)

    def test_the_questions_page_shows_both_and_one_button_takes_the_corrected_one(self):
        self.client.force_login(self.author)
        address = reverse("catalogue:question", args=[self.course.uuid, self.key])
        self.assertContains(self.client.get(address), "Take the corrected key into the draft")
        self.assertEqual(self.right_in_draft(), ["a"])
        self.assertRedirects(self.take(), address)
        self.assertEqual(self.right_in_draft(), ["b"])
        self.assertEqual(self.found(), [])
        self.assertNotContains(self.client.get(address), "Take the corrected key into the draft")
        before = self.desk().latest_revision_id
        self.assertRedirects(self.take(), address)
        self.assertEqual(self.desk().latest_revision_id, before)

    def test_the_next_release_asks_by_the_corrected_version(self):
        self.take()
        files = self.desk().get_latest_revision_as_object()
        files.promise = "Anda dapat melayani warga dengan lebih jelas."
        files.save_revision(user=self.author)
        self.course = Course.everything.get(pk=self.course.pk)
        release = catalogue.approve(review=catalogue.submit(course=self.course, by=self.author), by=self.publisher)
        version = release.pool.get(version__question_key=self.key).version
        self.assertEqual((version.number, version.key["right"]), (2, ["b"]))
        self.assertEqual(QuestionVersion.everything.filter(course=self.course, question_key=self.key).count(), 2)
        self.assertEqual(self.found(), [])

    def test_a_question_with_other_options_is_another_question(self):
        page = self.desk().get_latest_revision_as_object()
        page.questions = [
            {**row, "options": [{"text": "Ya", "correct": True}, {"text": "Tidak"}]} if row["key"] == self.key else row
            for row in page.questions
        ]
        page.save_revision(user=self.author, clean=False)
        self.assertEqual(self.found(), [])

    def test_Z01_nobody_of_another_agency_takes_it(self):
        self.assertEqual(self.take(makers.make_person(roles=["author"]).user).status_code, 404)
        self.assertEqual(self.take(makers.make_person(agency=self.course.agency, user=True).user).status_code, 404)
        self.assertEqual(self.right_in_draft(), ["a"])

    def test_what_was_never_corrected_has_nothing_to_take(self):
        before = self.desk().latest_revision_id
        self.assertEqual(self.take(key="u-2").status_code, 302)
        self.assertEqual(self.take(key="tidak-ada").status_code, 404)
        self.assertEqual(self.desk().latest_revision_id, before)
