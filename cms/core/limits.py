"""Rate limits kept in the database, so that every process counts the same (A01, C05, Z13)."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from cms.core.models import RateHit


class TooMany(Exception):
    """Asked too often. ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int):
        super().__init__(retry_after)
        self.retry_after = retry_after


def hit(key: str, *, most: int, within: timedelta) -> None:
    """Count one attempt of ``key``; raise ``TooMany`` when more than ``most`` fall inside ``within``."""
    now = timezone.now()
    if RateHit.everything.filter(key=key, resets_at__gt=now).update(count=F("count") + 1):
        row = RateHit.everything.get(key=key)
        if row.count > most:
            raise TooMany(max(1, int((row.resets_at - now).total_seconds())))
        return
    try:
        with transaction.atomic():
            RateHit.everything.update_or_create(key=key, defaults={"count": 1, "resets_at": now + within})
    except IntegrityError:  # two first attempts at once: the other one's row counts for both
        RateHit.everything.filter(key=key).update(count=F("count") + 1)


def forget(key: str) -> None:
    RateHit.everything.filter(key=key).delete()
