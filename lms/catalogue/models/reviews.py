"""The one review of a whole course, and what readers report."""

import uuid
from collections.abc import Callable
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from cms.directory.models import Agency, Grant
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.models.desks import Course
from lms.catalogue.models.releases import Release


class Review(models.Model):
    """One submission of the whole course to review, naming the revisions it covers (L119)."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting for review")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        # By its author; a certificate is withdrawn in another word.
        WITHDRAWN = "withdrawn", pgettext_lazy("review", "withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    course = models.ForeignKey(Course, models.PROTECT, related_name="reviews")
    covered = models.JSONField()
    note = models.TextField(blank=True)
    submitted_by = models.ForeignKey("directory.User", models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey("directory.User", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    comment = models.TextField(blank=True)
    release = models.OneToOneField(Release, models.PROTECT, null=True, related_name="review")
    everything = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["course"], condition=Q(state="open"), name="review_one_open_per_course"),
            models.CheckConstraint(
                name="review_decided_by_another", condition=Q(decided_by=None) | ~Q(decided_by=models.F("submitted_by"))
            ),
        ]

    @property
    def address(self) -> str:
        return reverse("catalogue:review", args=[self.course.uuid, self.uuid])

    def why_not_decided_by(self, user) -> str:
        """Why ``user`` may not decide this review; "" when they may (design 3.10)."""
        from lms.catalogue import queries

        if self.state != self.State.OPEN:
            return gettext("This review is already decided.")
        if not queries.publishes_for(user, self.course.agency_id):
            return gettext("Only a publisher of the course's agency may release it.")
        if user.pk == self.submitted_by_id or user.pk in queries.writers_of(self.covered):
            return gettext("You wrote part of this course, so another publisher must release it.")
        return ""


class CourseReviewTask(Task):
    """Wagtail's side of the one review (design 3.10): its buttons decide the same ``Review`` by the same services.

    The services register themselves in ``decide``, since a model may not import them.
    """

    decide: ClassVar[dict[str, Callable]] = {}

    class Meta:
        verbose_name = _("review of a whole course")

    @classmethod
    def get_description(cls):
        return _("A publisher of the agency who wrote no part of the course releases it or returns it.")

    def get_actions(self, obj, user):
        review = _open_review(obj.pk)
        if review is None or review.why_not_decided_by(user):
            return []
        return [
            ("reject", _("Return to the author"), True),
            ("approve", _("Approve and release"), False),
            ("approve", _("Approve with a comment"), True),
        ]

    def on_action(self, task_state, user, action_name, comment="", **kwargs):
        """Decide the review. What refuses it leaves the task open, and the review's screen says why."""
        review = _open_review(task_state.workflow_state.object_id)
        if review is None:
            return None
        try:
            self.decide[action_name](review=review, by=user, comment=comment)
        except ReleaseRefused:
            return review.address
        return reverse("catalogue:desk_course", args=[review.course.uuid])

    def get_task_states_user_can_moderate(self, user, **kwargs):
        mine = Grant.everything.live().filter(user=user, role=Grant.Role.PUBLISHER).values("agency")
        pages = Review.everything.filter(state=Review.State.OPEN, course__agency__in=mine).values_list("course__page")
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        return waiting.filter(workflow_state__object_id__in=[str(pk) for (pk,) in pages])


def _open_review(page_id) -> Review | None:
    rows = Review.everything.filter(course__page=page_id, state=Review.State.OPEN)
    return rows.select_related("course__agency").first()


class UnitReport(models.Model):
    """'Ada yang keliru di sini': what a reader found wrong in a unit of a release, for its author."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    release = models.ForeignKey(Release, models.PROTECT)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    unit_key = models.UUIDField()
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    reported_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("directory.User", models.PROTECT, null=True, related_name="+")
    # What the author answers when the report is settled; the reader gets it as a notice.
    reply = models.CharField(max_length=1000, blank=True, default="", db_default="")
    everything = models.Manager()
