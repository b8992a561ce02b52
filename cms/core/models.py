"""Tables every floor uses. Actor, subject and agency are plain bigints here: core stands below the directory."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One act: who, on whose behalf, when, what, on which object. Written by services in the act's transaction."""

    append_only = True

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    on_behalf_of_id = models.BigIntegerField(null=True)
    agency_id = models.BigIntegerField(null=True, db_index=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_key = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)
    everything = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["object_type", "object_key"], name="audit_by_object")]


class AccessEntry(models.Model):
    """One look of one person at another person's record (I14). The subject reads these rows."""

    append_only = True

    at = models.DateTimeField(default=timezone.now)
    viewer_id = models.BigIntegerField(db_index=True)
    viewer_agency_id = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField()
    subject_agency_id = models.BigIntegerField(null=True)
    what = models.CharField(max_length=60)
    purpose = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=36, blank=True)
    everything = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["subject_id", "-at"], name="access_by_subject")]


class OutboxMessage(models.Model):
    """A side effect that must happen after commit, at least once (I10). The key makes twice harmless."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        TAKEN = "taken", _("being processed")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    send_after = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    class Meta:
        constraints = [
            # The same side effect asked for twice is one message.
            models.UniqueConstraint(fields=["kind", "key"], name="outbox_one_message_per_effect"),
        ]
        indexes = [
            models.Index(fields=["send_after"], name="outbox_open", condition=models.Q(state__in=["waiting", "taken"]))
        ]


class LongJob(models.Model):
    """A job that outlives its request: progress, refused rows, result."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    kind = models.CharField(max_length=60)
    owner_id = models.BigIntegerField(db_index=True)
    agency_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    row_errors = models.JSONField(default=list)
    result_digest = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    # The last sign of life: a running job without one is started again.
    touched_at = models.DateTimeField(null=True)
    # Whose it is: a worker that was thought dead and is not finds another claim here and stops.
    claim = models.UUIDField(null=True)
    finished_at = models.DateTimeField(null=True)
    everything = models.Manager()

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)


class RepeatGuard(models.Model):
    """A POST that carried an idempotency key: what it asked, and the answer it got (C02). Kept for a day."""

    owner_id = models.BigIntegerField()
    key_digest = models.CharField(max_length=64)
    body_digest = models.CharField(max_length=64)
    begun_at = models.DateTimeField(default=timezone.now, db_index=True)
    # Locked with the key itself, which is not kept: an answer may show a code once. None while it runs.
    answer = models.BinaryField(null=True)
    everything = models.Manager()

    class Meta:
        constraints = [
            # Of two equal requests at once one runs.
            models.UniqueConstraint(fields=["owner_id", "key_digest"], name="repeat_one_row_per_key"),
        ]


class StoredFile(models.Model):
    """A file known by its content. Never replaced in place."""

    digest = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()


class Counter(models.Model):
    """A locked row that hands out numbers (I05). Gaps are allowed, reuse is not."""

    scope = models.CharField(max_length=60, unique=True)
    value = models.PositiveBigIntegerField(default=0)
    everything = models.Manager()


class RateHit(models.Model):
    """Attempts of one key inside one window, in the database because LocMem is per process."""

    key = models.CharField(max_length=120, unique=True)
    count = models.PositiveIntegerField(default=0)
    resets_at = models.DateTimeField()
    everything = models.Manager()


class RuleSetting(models.Model):
    """A rule that may be doubted or changed: versions by date, with legal basis and the doubt in words."""

    key = models.CharField(max_length=60)
    agency_id = models.BigIntegerField(null=True, blank=True)
    value = models.JSONField()
    legal_basis = models.CharField(max_length=200, blank=True)
    doubt = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    everything = models.Manager()

    class Meta:
        constraints = [
            # In two, because SQLite cannot say NULLS NOT DISTINCT: of one agency, and for all.
            models.UniqueConstraint(
                fields=["key", "agency_id", "valid_from"],
                condition=models.Q(agency_id__isnull=False),
                name="rule_one_version_a_day_per_agency",
            ),
            models.UniqueConstraint(
                fields=["key", "valid_from"],
                condition=models.Q(agency_id__isnull=True),
                name="rule_one_version_a_day_for_all",
            ),
        ]
