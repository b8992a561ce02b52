"""Rules of runs and places over plain values: dates, pasted numbers, who may take part, progress in bands."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cms.directory.rules import NI_PPPK, NIP, NumberFault, clean_number, parse_number
from lms.enrolment.exceptions import EnrolmentRefused

MOST_LINES = 1000
MOST_SEATS = 100_000
# Active and on study leave (domain.md 4); everybody else may read, but not take a place.
MAY_TAKE_PART = frozenset({"01", "03"})
SEPARATORS = "\t;,"
YEARS = (2000, 2100)
# A new run starts a week after the one before it, or a week from today.
REST = timedelta(days=7)
# Two weeks without a step: somebody should ask.
QUIET_AFTER = timedelta(days=14)
# A person is shown from 0 to 100; the last band is whoever has done every required unit.
BANDS = ((0, 0), (1, 24), (25, 49), (50, 74), (75, 99), (100, 100))


def today_in(zone: str) -> date:
    """The date where the run takes place: its window closes at midnight there."""
    return timezone.localdate(timezone=ZoneInfo(zone))


def date_faults(*, starts_on: date, ends_on: date, enrol_from: date, enrol_until: date) -> dict[str, str]:
    """What is wrong with the dates, a sentence a field; {} when nothing is."""
    dates = {"starts_on": starts_on, "ends_on": ends_on, "enrol_from": enrol_from, "enrol_until": enrol_until}
    faults = {
        field: _("The year must lie between %(first)s and %(last)s.") % {"first": YEARS[0], "last": YEARS[1]}
        for field, day in dates.items()
        if not YEARS[0] <= day.year <= YEARS[1]
    }
    if faults:
        return faults
    if ends_on < starts_on:
        faults["ends_on"] = _("The run ends before it starts.")
    if enrol_until < enrol_from:
        faults["enrol_until"] = _("Enrolment closes before it opens.")
    elif enrol_until > ends_on:
        faults["enrol_until"] = _("Enrolment closes after the run has ended.")
    return faults


def shifted(run, *, today: date) -> dict[str, date]:
    """The dates of the run after ``run``: it starts on the Monday after a week's rest, and every distance stays."""
    earliest = max(run.ends_on, today) + REST
    start = earliest + timedelta(days=-earliest.weekday() % 7)
    by = start - run.starts_on
    names = ("starts_on", "ends_on", "enrol_from", "enrol_until")
    return {name: getattr(run, name) + by for name in names}


def name_after(name: str) -> str:
    """Angkatan 3 becomes Angkatan 4; a name without a number gets a 2."""
    words, _space, last = name.rpartition(" ")
    return f"{words} {int(last) + 1}" if words and last.isascii() and last.isdigit() else f"{name[:116]} 2"


@dataclass(frozen=True)
class Step:
    """A module as the whole run stands in it: the share of its units that are done, in percent."""

    number: int
    title: str
    share: int


def steps(outline: list[dict], done: dict[str, int], people: int) -> list[Step]:
    """How far ``people`` are, module by module; ``done``: how many finished each unit."""
    out = []
    for number, module in enumerate(outline, 1):
        most = people * len(module["units"])
        count = sum(done.get(unit["key"], 0) for unit in module["units"])
        out.append(Step(number, module["title"], 100 * count // most if most else 0))
    return out


def steepest(found: list[Step]) -> Step | None:
    """The module at which most people stop: the largest fall from the one before it; None when nobody has begun."""
    if not found or found[0].share == 0:
        return None
    falls = [(before.share - after.share, after) for before, after in zip(found, found[1:], strict=False)]
    fall, step = max(falls, key=lambda one: one[0], default=(0, None))
    return step if fall >= 10 else None


@dataclass(frozen=True)
class Offer:
    """What the one button of a run says to everybody, and why it does nothing when it does nothing."""

    label: str
    can: bool
    words: str


def offer(run, *, taken: int, waiting: int, today: date) -> Offer:
    """How a run can be entered today. ``run`` is any object with the dates, seats and state of one."""
    if run.state not in ("open", "running") or today > run.enrol_until:
        return Offer(_("Enrol"), False, _("Enrolment closed on %(day)s.") % {"day": date_format(run.enrol_until)})
    if today < run.enrol_from:
        return Offer(_("Enrol"), False, _("Opens on %(day)s.") % {"day": date_format(run.enrol_from)})
    if run.seats is not None and (waiting or taken >= run.seats):
        words = _("Full. You are told as soon as a seat is free; %(n)s wait before you.") % {"n": waiting}
        return Offer(_("Join the waiting list"), True, words)
    if run.seats is None:
        return Offer(_("Enrol"), True, _("You sign in with your civil servant account. There is room for everybody."))
    left = run.seats - taken
    words = ngettext("%(n)s seat left.", "%(n)s seats left.", left) % {"n": left}
    return Offer(_("Enrol"), True, " ".join((_("You sign in with your civil servant account."), words)))


class Known(NamedTuple):
    """What is read of the person behind a pasted number."""

    pk: int
    agency_id: int
    name: str
    legal_status: str


@dataclass
class Line:
    """One pasted line: what was typed, the number in it, and what would become of it."""

    OK, FULL, ALREADY, DUPLICATE = "ok", "full", "already", "duplicate"
    UNKNOWN, OTHER_AGENCY, STATUS, LACKS = "unknown", "other_agency", "status", "lacks"

    at: int
    typed: str
    number: str
    state: str = ""
    message: str = ""
    name: str = ""
    notes: tuple = ()
    lacks: str = ""  # titles of required courses that the person has not completed
    person: Known | None = field(default=None, repr=False)

    @property
    def takes_part(self) -> bool:
        return self.state in (self.OK, self.FULL)


WORDS = {
    Line.OK: gettext_lazy("Will get a place."),
    Line.FULL: gettext_lazy("The run is full: goes on the waiting list."),
    Line.ALREADY: gettext_lazy("Already has a place on this course."),
    Line.DUPLICATE: gettext_lazy("Stands further up in this list."),
    Line.OTHER_AGENCY: gettext_lazy("Works in another agency; this run is for your own people only."),
    Line.STATUS: gettext_lazy("Is not in active service or on study leave; ask the HR unit if that is out of date."),
}


def words_of(state: str, lacks: str = "") -> str:
    """What a state of a line means, for the organiser who pasted it."""
    words = str(WORDS.get(state, ""))
    missing = _("Has not completed yet: %(courses)s.") % {"courses": lacks} if lacks else ""
    return " ".join(filter(None, (words, missing)))


def read_lines(text: str) -> list[Line]:
    """The pasted lines with their cleaned numbers; the first cell of a table counts, a heading and blanks do not."""
    typed = [(at, line) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if typed and not any(char.isdigit() for char in typed[0][1]):
        typed = typed[1:]
    if len(typed) > MOST_LINES:
        raise EnrolmentRefused(
            _("At most %(most)s lines at a time; this text has %(count)s.") % {"most": MOST_LINES, "count": len(typed)}
        )
    return [_line(at, cell) for at, cell in typed]


def _line(at: int, text: str) -> Line:
    cell = text.strip().strip(SEPARATORS).strip()
    for separator in SEPARATORS:
        cell = cell.partition(separator)[0]
    cell = cell.strip().strip('"')
    number, notes = clean_number(cell)
    return Line(at=at, typed=cell[:60], number=number[:60], notes=tuple(str(note) for note in notes))


def why_unknown(number: str) -> str:
    """Why nobody has ``number``: its own reason when it cannot be a civil servant number at all (U10)."""
    try:
        parse_number(number, NIP)
    except NumberFault as fault:
        if fault.code != "month":
            return fault.message
        # Digits 13 and 14 of a PPPK number are no month.
        try:
            parse_number(number, NI_PPPK)
        except NumberFault as other:
            return other.message
    return _("Nobody with this number is known here. Ask the HR unit to import the person first.")


@dataclass(frozen=True)
class Band:
    low: int
    high: int
    count: int
    share: int  # of the fullest band, for the width of its bar

    @property
    def label(self) -> str:
        return f"{self.low}%" if self.low == self.high else f"{self.low}–{self.high}%"


def percent_of(done: int, total: int) -> int:
    return 100 * done // total if total else 0


def distribution(percents: list[int]) -> list[Band]:
    """How many people stand where, in the fixed bands."""
    counts = [sum(low <= percent <= high for percent in percents) for low, high in BANDS]
    most = max(counts) or 1
    return [Band(low, high, n, 100 * n // most) for (low, high), n in zip(BANDS, counts, strict=True)]


def standing(state: str, percent: int, last_activity: datetime | None, now: datetime) -> str:
    """Where somebody on a run stands, in one word for filters: what a facilitator acts on."""
    if state in ("waiting", "completed"):
        return state
    if percent == 0 and last_activity is None:
        return "not_started"
    return "quiet" if last_activity and now - last_activity > QUIET_AFTER else "under_way"
