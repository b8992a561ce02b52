"""Exam attempts: one row each; the server owns the clock, the order and the score."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.scope import ScopedManager, ScopedQuerySet
from lms.enrolment.models import CourseRun


class AttemptQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """The learner herself. Organisers see scores on the enrolment, not answers (robustness 5)."""
        return self.filter(enrolment__learner=user.person_id)

    def examined_by(self, user):
        """Attempts on the runs whose facilitator ``user`` is: with answers."""
        return self.filter(enrolment__run__in=CourseRun.everything.facilitated_by(user))


class Attempt(models.Model):
    """An exam begun: layout and seed, answers, save_seq, deadline. Start 1 INSERT, autosave 1 conditional UPDATE."""

    class State(models.TextChoices):
        OPEN = "open", _("in progress")
        SUBMITTED = "submitted", _("submitted")
        EXPIRED = "expired", _("submitted by the clock")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey("enrolment.Enrolment", models.PROTECT, related_name="attempts")
    release = models.ForeignKey("catalogue.Release", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=32)
    layout = models.JSONField()
    # Versions on earlier papers of this place: with the seed they reproduce the draw (L33).
    seen = models.JSONField(default=list, db_default=[])
    answers = models.JSONField(default=dict)
    late_answers = models.JSONField(default=dict)
    save_seq = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    started_at = models.DateTimeField(default=timezone.now)
    deadline_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    passed = models.BooleanField(null=True)
    cell_scores = models.JSONField(default=dict)
    everything = models.Manager.from_queryset(AttemptQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            # A double click, or eight parallel starts, make one attempt (E02).
            models.UniqueConstraint(fields=["enrolment"], condition=Q(state="open"), name="attempt_one_open_per_place"),
            # Parallel requests cannot take more attempts than allowed (E08).
            models.UniqueConstraint(fields=["enrolment", "number"], name="attempt_numbered_once"),
        ]
        indexes = [models.Index(fields=["deadline_at"], name="attempt_open_by_deadline", condition=Q(state="open"))]


class KeyCorrection(models.Model):
    """A key that was wrong and the version that takes its place. Released pools stay; marking reads on from here."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="+")
    wrong = models.OneToOneField("catalogue.QuestionVersion", models.PROTECT, related_name="corrected_by")
    right = models.OneToOneField("catalogue.QuestionVersion", models.PROTECT, related_name="corrects")
    reason = models.CharField(max_length=300)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()


class Override(models.Model):
    """More time or more tries for one person, with the reason (W06). Never changed; what holds is the sum."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    enrolment = models.ForeignKey("enrolment.Enrolment", models.PROTECT, related_name="overrides")
    extra_minutes = models.PositiveSmallIntegerField(default=0)
    extra_attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="override_gives_something", condition=Q(extra_minutes__gt=0) | Q(extra_attempts__gt=0)
            )
        ]


class GradeEntry(models.Model):
    """A score given. A regrade or an override is a new row that supersedes; the grade is the best not superseded."""

    append_only = True

    enrolment = models.ForeignKey("enrolment.Enrolment", models.PROTECT, related_name="grades")
    item = models.CharField(max_length=40)
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="grades")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True, default="", db_default="")
    correction = models.ForeignKey(KeyCorrection, models.PROTECT, null=True, related_name="grades")
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"], condition=Q(reason="auto"), name="grade_one_automatic_entry_per_attempt"
            )
        ]


class AttemptResponse(models.Model):
    """One answer as graded at submit; feeds review, statistics and regrade."""

    append_only = True

    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="responses")
    version = models.ForeignKey("catalogue.QuestionVersion", models.PROTECT)
    answer = models.JSONField(null=True)
    fraction = models.DecimalField(max_digits=4, decimal_places=3)
    everything = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "version"], name="response_one_per_question")]
