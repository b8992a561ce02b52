"""The gate in front of rows: screens ask ``visible_to(user)`` or get an error, never all rows (I09)."""

from django.db import models


class ScopedQuerySet(models.QuerySet):
    """Subclasses say who sees what. No grant, no rows."""

    def visible_to(self, user):
        raise NotImplementedError(f"{type(self).__name__} does not say who may see its rows")


class ScopedManager(models.Manager):
    """Offers only ``visible_to(user)``; anything else is a programming error and raises."""

    use_in_migrations = False

    def get_queryset(self):
        raise PermissionError(f"{self.model.__name__}.objects gives rows only through visible_to(user)")

    def visible_to(self, user):
        rows = self.model.everything.all()
        return rows.visible_to(user) if user is not None and user.is_authenticated else rows.none()

    def check(self, **kwargs):
        return []
