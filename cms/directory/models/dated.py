"""Rows that hold from one day to another."""

from django.db.models import Q
from django.utils import timezone

from cms.core.scope import ScopedQuerySet


class DatedQuerySet(ScopedQuerySet):
    """Rows valid in the half-open interval [valid_from, valid_to)."""

    def on(self, day=None):
        day = day or timezone.localdate()
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
