"""What a person should know."""

import uuid
from datetime import date

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from cms.core.scope import ScopedManager, ScopedQuerySet


class NoticeQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        return self.filter(person=user.person_id)


class Notice(models.Model):
    """Something a person should know: in the app at once, by mail through the outbox."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    # The text of the code with its named places, so that each reader gets her own language; ``day`` is an ISO date.
    text = models.CharField(max_length=300)
    params = models.JSONField(null=True, default=dict)
    url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    everything = models.Manager.from_queryset(NoticeQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "key"], name="notice_said_once")]
        indexes = [models.Index(fields=["person", "-created_at"], name="notice_by_person")]

    @property
    def words(self) -> str:
        """The text in the language active now."""
        if not self.params:
            return gettext(self.text)
        places = dict(self.params)
        if "day" in places:
            places["day"] = date_format(date.fromisoformat(places["day"]), "j F Y")
        return gettext(self.text) % places
