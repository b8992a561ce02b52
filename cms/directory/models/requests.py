"""What people ask about their own data, and who answers (robustness 6.3, 6.7)."""

import uuid

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.scope import ScopedManager, ScopedQuerySet
from cms.directory.models.accounts import Grant, User


class DataRequestQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """One's own, and those a data officer answers."""
        return self.filter(Q(person=user.person_id) | Q(pk__in=self.answered_by(user).values("pk")))

    def answered_by(self, user):
        """Requests of people who serve the agency whose HR head ``user`` is; nobody answers her own."""
        agencies = Grant.everything.live().filter(user=user, role=Grant.Role.HR_HEAD, unit=None).values("agency")
        return self.filter(person__agency__in=agencies).exclude(person=user.person_id)

    def waiting_first(self):
        """What waits on top, the most urgent first; then what was decided, the latest first."""
        decided = Case(When(state__in=DataRequest.WAITS, then=0), default=1)
        return self.order_by(decided, "-decided_at", "due_at")


class DataRequest(models.Model):
    """A wish about one's own data. It has a clock; an erasure needs two officers."""

    class Kind(models.TextChoices):
        CORRECT = "correct", _("Correct what is written about me")
        RESTRICT = "restrict", _("Stop a use of my data")
        ERASE = "erase", _("Erase my data")

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        PROPOSED = "proposed", _("waits for a second officer")
        DONE = "done", _("answered")
        REFUSED = "refused", _("refused")
        TAKEN_BACK = "back", _("taken back")

    WAITS = (State.OPEN, State.PROPOSED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    person = models.ForeignKey("directory.Person", models.PROTECT, related_name="data_requests")
    kind = models.CharField(max_length=8, choices=Kind)
    words = models.CharField(max_length=1000)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField(default=timezone.now)
    # The rule of the day it was asked: a later rule moves no running clock.
    due_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)
    everything = models.Manager.from_queryset(DataRequestQuerySet)()
    objects = ScopedManager()

    class Meta:
        constraints = [
            # Asking twice would run two clocks for one wish.
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(state__in=["open", "proposed"]), name="data_request_one_open"
            ),
            models.CheckConstraint(
                name="data_request_two_officers", condition=Q(proposed_by=None) | ~Q(proposed_by=F("decided_by"))
                | ~Q(state="done"),
            ),
        ]  # fmt: skip

    @property
    def waits(self) -> bool:
        return self.state in self.WAITS

    @property
    def is_late(self) -> bool:
        return self.waits and self.due_at < timezone.now()
