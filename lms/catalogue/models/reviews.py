"""The one review of a whole course, and what readers report."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.directory.models import Agency
from lms.catalogue.models.desks import Course
from lms.catalogue.models.releases import Release


class Review(models.Model):
    """One submission of the whole course to review, naming the revisions it covers (L119)."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting for review")
        APPROVED = "approved", _("approved")
        RETURNED = "returned", _("returned")
        WITHDRAWN = "withdrawn", _("withdrawn")

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
    everything = models.Manager()
