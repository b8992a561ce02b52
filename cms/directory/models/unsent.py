"""What was typed into a form that met a closed door."""

from django.db import models
from django.utils import timezone


class UnsentForm(models.Model):
    """A form sent after the sign-in had ended. Kept for half an hour, for the account that typed it (E07, W08)."""

    # Of the key in the browser's cookie, which alone opens the content and is not kept here.
    key_digest = models.CharField(max_length=64, unique=True)
    account_id = models.BigIntegerField(null=True)
    content = models.BinaryField()
    kept_at = models.DateTimeField(default=timezone.now, db_index=True)
    everything = models.Manager()
