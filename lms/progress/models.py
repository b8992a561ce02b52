"""Unit progress: one row a unit, forward only."""

from django.db import models
from django.utils import timezone


class UnitProgress(models.Model):
    """A unit done on a place. Rows are only added, so a percentage never falls (L66)."""

    append_only = True

    enrolment = models.ForeignKey("enrolment.Enrolment", models.PROTECT, related_name="progress")
    unit_key = models.UUIDField()
    digest_done = models.CharField(max_length=64, blank=True)
    done_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "unit_key"], name="unit_progress_once_per_unit")]


class CheckAnswer(models.Model):
    """The answer to a check inside a unit: not graded, kept so that the unit knows it was answered."""

    enrolment = models.ForeignKey("enrolment.Enrolment", models.PROTECT, related_name="check_answers")
    version = models.ForeignKey("catalogue.QuestionVersion", models.PROTECT)
    answer = models.JSONField()
    is_right = models.BooleanField()
    answered_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "version"], name="check_answer_one_per_question")]
