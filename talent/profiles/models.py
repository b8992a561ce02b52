"""What becomes of learning: evidence of competency, and the level a position asks for."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cms.core.scope import ScopedManager, ScopedQuerySet
from cms.directory.models import Grant, Reach
from cms.directory.models.scope import reached, served


class EvidenceQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """The person herself, HR of her present agency or unit, her superior, an auditor who gave a purpose."""
        return self.filter(
            Q(person=user.person_id)
            | served(user, *Grant.HR_ROLES, through="person")
            | reached(user, Reach.SUPERIOR, Reach.AUDIT, through="person")
        )

    def counting(self, on=None):
        """What a level held may rest on: valid on the day, neither corrected nor withdrawn."""
        day = on or timezone.localdate()
        valid = self.filter(Q(valid_until=None) | Q(valid_until__gt=day), observed_on__lte=day)
        return valid.filter(superseded_by=None, withdrawal=None)


class Evidence(models.Model):
    """A dated, sourced statement that a person showed a competency at a level. Only added; corrections supersede."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="evidence")
    agency_then = models.ForeignKey("directory.Agency", models.PROTECT, related_name="+")
    competency = models.ForeignKey("competencies.Competency", models.PROTECT, related_name="evidence")
    level = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20)
    source_uuid = models.UUIDField()
    title = models.CharField(max_length=200)
    proven_by = models.CharField(max_length=200, blank=True)
    # Of a course: what the cell of the exam was worth, 0 to 100, and the release that asked (L77).
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    release_number = models.PositiveSmallIntegerField(null=True)
    observed_on = models.DateField()
    valid_until = models.DateField(null=True)
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, related_name="superseded_by")
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(EvidenceQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            # The receiver and the sweep may both try: one claim, one evidence (design 3.12).
            models.UniqueConstraint(fields=["source", "source_uuid"], name="evidence_once_per_source"),
            models.CheckConstraint(name="evidence_level_1_to_5", condition=Q(level__range=(1, 5))),
        ]
        indexes = [models.Index(fields=["person", "competency"], name="evidence_by_person")]


class EvidenceWithdrawal(models.Model):
    """Evidence that does not stand any more, because the certificate of its completion was withdrawn. Only added."""

    append_only = True

    evidence = models.OneToOneField(Evidence, models.PROTECT, related_name="withdrawal")
    certificate_uuid = models.UUIDField()
    withdrawn_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()


class JobStandard(models.Model):
    """Level required of a tier for a competency; overridden for one position. Basis: PermenPANRB 38/2017."""

    tier = models.CharField(max_length=20, blank=True)
    position = models.ForeignKey("directory.Position", models.PROTECT, null=True, blank=True, related_name="+")
    competency = models.ForeignKey("competencies.Competency", models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    doubt = models.CharField(max_length=200, blank=True)
    everything = models.Manager()

    class Meta:
        constraints = [
            # In two, because SQLite cannot say NULLS NOT DISTINCT: of one position, and of a whole tier.
            models.UniqueConstraint(
                fields=["tier", "position", "competency", "valid_from"],
                condition=Q(position__isnull=False),
                name="job_standard_one_a_day_per_position",
            ),
            models.UniqueConstraint(
                fields=["tier", "competency", "valid_from"],
                condition=Q(position__isnull=True),
                name="job_standard_one_a_day",
            ),
            models.CheckConstraint(name="job_standard_level_1_to_5", condition=Q(level__range=(1, 5))),
        ]
