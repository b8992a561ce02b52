"""Records that stand up to audit: completion, JP ledger, claims, certificates."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.scope import ScopedManager, ScopedQuerySet
from cms.directory.models import Grant
from cms.directory.models.scope import served


class PersonalQuerySet(ScopedQuerySet):
    """Facts about a person: seen by herself and by HR of her present agency or unit (design 3.6)."""

    person_field = "learner"

    def visible_to(self, user):
        own = Q(**{self.person_field: user.person_id})
        return self.filter(own | served(user, *Grant.HR_ROLES, through=self.person_field))


class CompletionRecord(models.Model):
    """A course completed: written once, in the request that completed it (L65)."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    enrolment = models.OneToOneField("enrolment.Enrolment", models.PROTECT, related_name="record")
    learner = models.ForeignKey("directory.Person", models.PROTECT, related_name="completion_records")
    identity = models.ForeignKey("directory.Identity", models.PROTECT)
    agency_then = models.ForeignKey("directory.Agency", models.PROTECT, related_name="+")
    course = models.ForeignKey("catalogue.Course", models.PROTECT, related_name="+")
    release = models.ForeignKey("catalogue.Release", models.PROTECT, related_name="+")
    cycle = models.PositiveSmallIntegerField()
    jp = models.DecimalField(max_digits=5, decimal_places=1)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    completed_at = models.DateTimeField()
    completed_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(PersonalQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["course", "learner", "cycle"], name="completion_once_per_cycle")]


class JPQuerySet(PersonalQuerySet):
    person_field = "person"


class JPEntry(models.Model):
    """One line of the JP ledger. A correction is a counter-entry; the total is the sum (I06)."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="jp_entries")
    agency_then = models.ForeignKey("directory.Agency", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    jp = models.DecimalField(max_digits=5, decimal_places=1)
    source = models.CharField(max_length=20)
    source_uuid = models.UUIDField()
    title = models.CharField(max_length=200)
    earned_on = models.DateField()
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager.from_queryset(JPQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            # One source pays once; its correction points to the entry it undoes.
            models.UniqueConstraint(
                fields=["source", "source_uuid"], condition=Q(corrects=None), name="jp_once_per_source"
            ),
            models.CheckConstraint(
                name="jp_positive_unless_it_corrects",
                condition=Q(corrects=None, jp__gt=0) | Q(corrects__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["person", "year"], name="jp_by_person_and_year")]


class CompetencyClaim(models.Model):
    """What a completion says about a competency. Talent makes evidence of it; a claim is never lost (design 3.12)."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    record = models.ForeignKey(CompletionRecord, models.PROTECT, related_name="claims")
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="+")
    agency_then = models.ForeignKey("directory.Agency", models.PROTECT, related_name="+")
    competency = models.ForeignKey("competencies.Competency", models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    proven_by = models.CharField(max_length=200)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    claimed_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "competency"], name="claim_once_per_record_and_competency")
        ]


class Certificate(models.Model):
    """The core of a certificate: number and code, at once with the completion (I05). Files and events beside it."""

    append_only = True

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    record = models.ForeignKey(CompletionRecord, models.PROTECT, related_name="certificates")
    agency = models.ForeignKey("directory.Agency", models.PROTECT, related_name="+")
    identity = models.ForeignKey("directory.Identity", models.PROTECT)
    number = models.CharField(max_length=80, unique=True)
    code = models.CharField(max_length=16, unique=True)
    facts = models.JSONField()
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    issued_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [
            # One first certificate per record; every later one replaces exactly one earlier one.
            models.UniqueConstraint(
                fields=["record"], condition=Q(replaces=None), name="certificate_issued_once_per_record"
            )
        ]


class CertificateEvent(models.Model):
    append_only = True

    class Kind(models.TextChoices):
        ISSUED = "issued", _("issued")
        REPLACED = "replaced", _("replaced")
        WITHDRAWN = "withdrawn", _("withdrawn")

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=9, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)
    by_id = models.BigIntegerField(null=True)
    second_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["certificate", "kind"], name="certificate_event_once")]


class CertificateFile(models.Model):
    """The signed PDF, kept by digest: a signed file is never byte-equal when made again."""

    append_only = True

    certificate = models.OneToOneField(Certificate, models.PROTECT, related_name="file")
    digest = models.CharField(max_length=64)
    renderer = models.CharField(max_length=40)
    signed_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()
