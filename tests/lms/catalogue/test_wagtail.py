"""Desks in Wagtail: never live, one review through its own task, unit keys, two editors on one page."""

from datetime import timedelta

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Page, TaskState, WorkflowState

from cms.directory.models import Notice
from lms.catalogue import rules, services
from lms.catalogue.models import CoursePage, Review, UnitPage
from tests import makers
from tests.lms.catalogue.test_desk import DeskCase


class NeverLiveTests(DeskCase):
    def pages(self):
        return [self.course.page, self.unit()]

    def assert_no_desk_is_live(self):
        self.assertFalse(Page.objects.type(CoursePage, UnitPage).filter(live=True).exists())

    def test_no_publish_of_a_revision_or_schedule_makes_a_desk_live(self):
        for page in self.pages():
            revision = page.save_revision(user=self.author, approved_go_live_at=timezone.now() - timedelta(days=1))
            revision.publish(user=self.author)
        call_command("publish_scheduled")
        self.assert_no_desk_is_live()

    def test_no_route_of_the_editor_makes_a_desk_live(self):
        boss = makers.make_user(makers.make_person("Rina Darurat"), is_superuser=True)
        self.enter(boss)
        for page in self.pages():
            self.client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), {"action-publish": "1"})
            address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
            self.client.post(f"{address}?id={page.pk}", {"include_descendants": "on"})
        self.assert_no_desk_is_live()

    def test_nobody_may_publish_and_a_unit_has_no_workflow(self):
        boss = makers.make_user(makers.make_person("Rina Darurat"), is_superuser=True)
        for page in self.pages():
            may = Page.objects.get(pk=page.pk).permissions_for_user(boss)
            self.assertEqual((may.can_publish(), may.can_publish_subpage(), may.can_unpublish()), (False,) * 3)
        self.assertEqual((self.unit().has_workflow, self.unit().get_workflow()), (False, None))


class KeyTests(DeskCase):
    def test_a_translation_keeps_the_key(self):
        english = Locale.objects.get_or_create(language_code="en")[0]
        # One desk an agency, so its English courses lie beside the Indonesian ones.
        attrs = {"locale": english, "slug": "course-in-english"}
        self.course.page.copy(update_attrs=attrs, reset_translation_key=False, user=self.author)
        copy = self.unit().copy_for_translation(english)
        self.assertEqual(copy.specific.unit_key, self.unit().unit_key)

    def test_a_copied_course_keeps_the_keys(self):
        copy = self.course.page.copy(recursive=True, update_attrs={"slug": "salinan"}, user=self.author)
        mine = UnitPage.objects.child_of(self.course.page).order_by("path").values_list("unit_key", flat=True)
        theirs = UnitPage.objects.child_of(copy).order_by("path").values_list("unit_key", flat=True)
        self.assertEqual(list(theirs), list(mine))

    def test_a_unit_copied_inside_its_course_gets_a_new_key(self):
        copy = self.unit().copy(update_attrs={"slug": "unit-salinan"}, user=self.author)
        copy = UnitPage.objects.get(pk=copy.pk)
        self.assertNotEqual(copy.unit_key, self.unit().unit_key)
        self.assertEqual(copy.get_latest_revision_as_object().unit_key, copy.unit_key)


class TaskTests(DeskCase):
    def test_the_task_decides_the_same_review(self):
        with self.captureOnCommitCallbacks(execute=True):
            review = services.submit(course=self.course, by=self.author)
        task = TaskState.objects.get(status="in_progress")
        address = reverse("wagtailadmin_pages:workflow_action", args=[self.course.page_id, "approve", task.pk])
        self.enter(self.author)
        self.assertNotEqual(self.client.post(address).status_code, 200)
        review.refresh_from_db()
        self.assertEqual(review.state, Review.State.OPEN)
        self.assertTrue(Notice.everything.filter(person=self.publisher.person, kind="review_waits").exists())
        self.enter(self.publisher)
        self.client.post(address, {"comment": ""})
        review.refresh_from_db()
        self.course.refresh_from_db()
        self.assertEqual(review.state, Review.State.APPROVED)
        self.assertEqual(self.course.current_release, review.release)
        self.assertEqual(WorkflowState.objects.get().status, "approved")
        self.assertFalse(CoursePage.objects.get(pk=self.course.page_id).live)
        self.assertTrue(Notice.everything.filter(person=self.author.person, kind="review_released").exists())

    def test_a_release_is_told_to_the_organisers_of_its_agency_alone(self):
        """Runs stay on what they began with; whoever opens the next one knows that there is a newer release."""
        theirs = makers.make_person("Hendra", agency=self.agency, roles=["organiser"])
        makers.make_person("Orang lain", roles=["organiser"])
        review = services.submit(course=self.course, by=self.author)
        services.approve(review=review, by=self.publisher)
        told = Notice.everything.get(kind="release_ready")
        self.assertEqual((told.person_id, told.url), (theirs.pk, reverse("enrolment:runs")))

    def test_a_refused_approval_leaves_the_task_open(self):
        review = services.submit(course=self.course, by=self.author)
        services.arrange(
            course=self.course, by=self.author, change=lambda modules: rules.add_module(modules, title="X")
        )
        task = TaskState.objects.get(status="in_progress")
        self.enter(self.publisher)
        address = reverse("wagtailadmin_pages:workflow_action", args=[self.course.page_id, "approve", task.pk])
        self.assertRedirects(self.client.post(address), review.address)
        task.refresh_from_db()
        self.assertEqual(task.status, "in_progress")


class TwoEditorsTests(DeskCase):
    def form(self, page, **fields):
        from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

        revision = page.latest_revision
        data = {
            "title": page.title, "goal": "Tujuan", "minutes": "15", "practice_minutes": "0", "required": "on",
            "body": streamfield([("text", rich_text("<p>Isi</p>"))]), "comments-TOTAL_FORMS": "0",
            "comments-INITIAL_FORMS": "0", "comments-MIN_NUM_FORMS": "0", "comments-MAX_NUM_FORMS": "",
            "loaded_revision_id": str(revision.pk), "loaded_revision_created_at": revision.created_at.isoformat(),
            **fields,
        }  # fmt: skip
        return nested_form_data(data)

    def test_C04_the_second_editor_sees_both_texts_and_loses_none(self):
        self.enter(self.author)
        page = Page.objects.get(pk=self.unit().pk).specific
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        mine = self.form(page, goal="Tulisan saya")
        first = self.client.post(address, self.form(page, goal="Tulisan rekan"))
        self.assertEqual(first.status_code, 302)
        second = self.client.post(address, mine)
        self.assertContains(second, "Tulisan rekan", status_code=409)
        self.assertContains(second, "Tulisan saya", status_code=409)
        words = f"While you were writing, {self.author.get_full_name()} saved this page"
        self.assertContains(second, words, status_code=409)
        self.assertEqual(UnitPage.objects.get(pk=page.pk).get_latest_revision_as_object().goal, "Tulisan rekan")
        autosave = self.client.post(address, mine, headers={"accept": "application/json"})
        self.assertEqual(autosave.json()["error_code"], "invalid_revision")
