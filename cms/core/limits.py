"""Rate limits kept in the database, so that every process counts the same (A01, C05, Z13)."""

from datetime import timedelta

from django.db import connection
from django.db.models import F
from django.utils import timezone

from cms.core.models import RateHit
from cms.core.patience import patient
from cms.core.prepared import PreparedUpdate, kept_cursor

RESETS_AT = RateHit._meta.get_field("resets_at")
COUNT = (
    "INSERT INTO core_ratehit (key, count, resets_at) VALUES (%s, 1, %s) ON CONFLICT (key) DO UPDATE SET "
    "count = CASE WHEN core_ratehit.resets_at > %s THEN core_ratehit.count + 1 ELSE 1 END, "
    "resets_at = CASE WHEN core_ratehit.resets_at > %s THEN core_ratehit.resets_at ELSE excluded.resets_at END "
    "RETURNING count"
)
_one_less = PreparedUpdate(
    lambda first, last: (
        RateHit.everything.filter(key__in=[first, last], count__gt=0), {"count": F("count") - 1},
    )
)  # fmt: skip


class TooMany(Exception):
    """Asked too often. ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int):
        super().__init__(retry_after)
        self.retry_after = retry_after


def hit(key: str, *, most: int, within: timedelta) -> None:
    """Count one attempt of ``key``; raise ``TooMany`` when more than ``most`` fall inside ``within``. One statement."""
    now = timezone.now()
    if _counted(key=key, now=now, until=now + within) > most:
        raise TooMany(max(1, int((_resets_at(key=key) - now).total_seconds())))


# Both wait their turn where a crowd counts at the same key.
@patient
def _resets_at(*, key: str):
    return RateHit.everything.get(key=key).resets_at


@patient
def _counted(*, key: str, now, until) -> int:
    """Attempts in the window with this one: two at once are two, and a window that is over begins anew."""
    now, until = (RESETS_AT.get_db_prep_save(moment, connection) for moment in (now, until))
    with kept_cursor() as cursor:
        cursor.execute(COUNT, [key, until, now, now])
        return cursor.fetchone()[0]


def take_back(*keys: str) -> None:
    """One attempt less of each key, one or two of them: it was right after all. One statement."""
    _one_less(first=keys[0], last=keys[-1])


def forget(key: str) -> None:
    RateHit.everything.filter(key=key).delete()
