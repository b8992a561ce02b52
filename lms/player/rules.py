"""Rules of the learner's screens over plain values: the greeting, the week, what needs somebody today."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

SOON = timedelta(days=7)
AHEAD = timedelta(days=14)


def greeting(hour: int) -> str:
    """Good morning, day, afternoon or evening, as one says it in Indonesia."""
    if 4 <= hour < 11:
        return _("Good morning")
    if 11 <= hour < 15:
        return _("Good day")
    return _("Good afternoon") if 15 <= hour < 18 else _("Good evening")


@dataclass(frozen=True)
class Event:
    """Something with a date on the learner's calendar."""

    day: date
    title: str
    words: str
    url: str
    due: bool = False

    @property
    def leads(self) -> bool:
        """Whether the reader may go there."""
        return bool(self.url)


@dataclass(frozen=True)
class Day:
    day: date
    today: bool
    busy: bool

    @property
    def off(self) -> bool:
        return self.day.weekday() >= 5


def week_of(today: date, events: list[Event]) -> tuple[Day, ...]:
    """Monday to Sunday of this week, with the days on which something happens."""
    monday = today - timedelta(days=today.weekday())
    busy = {event.day for event in events}
    days = (monday + timedelta(days=n) for n in range(7))
    return tuple([Day(day, day == today, day in busy) for day in days])


def upcoming(today: date, events: list[Event]) -> list[Event]:
    """What happens from the Monday of this week until a fortnight from today, in order."""
    return sorted((e for e in events if is_near(today, e.day)), key=lambda e: (e.day, e.title))


def is_near(today: date, day: date) -> bool:
    """From the Monday of this week until a fortnight from today."""
    return today - timedelta(days=today.weekday()) <= day <= today + AHEAD


def days_left(today: date, last: date) -> int:
    return (last - today).days


def is_due(today: date, last: date) -> bool:
    """Within the week: worth the colour of 'now'."""
    return today <= last <= today + SOON
