"""What an import keeps: the folder between its preview and its import, and the files it already took."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from cms.directory.models import Agency


class ImportDraft(models.Model):
    """A checked folder that waits for its author's yes; thrown away after a day."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    by = models.ForeignKey("directory.User", models.PROTECT, related_name="+")
    folder = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)
    everything = models.Manager()

    @classmethod
    def objects_of(cls, user):
        """The folders that ``user`` sent; nobody else meets them."""
        return cls.everything.filter(by=user)


class ImportedFile(models.Model):
    """A picture or document of a folder, known by the digest of what was sent: taken into the library once."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    image = models.ForeignKey("pages.SiteImage", models.CASCADE, null=True, related_name="+")
    document = models.ForeignKey("pages.SiteDocument", models.CASCADE, null=True, related_name="+")
    everything = models.Manager()

    class Meta:
        constraints = [
            # The same folder twice must not fill the library with the same picture twice.
            models.UniqueConstraint(fields=["agency", "digest"], name="imported_file_once_per_agency"),
            models.CheckConstraint(
                name="imported_file_is_one_of_both",
                condition=Q(image=None, document__isnull=False) | Q(image__isnull=False, document=None),
            ),
        ]
