"""What an activity outside Bestari is worth in JP: kinds of PerLAN 10/2018, each with the rule that converts it (L71).

The rules are dated (`cms.core.rulebook`): the one in force on the day an activity ended counts, so that an old year
keeps its old rule. What domain.md 3.2 and 12 doubt stands beside the value on screen.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.core.rulebook import InForce, Rule, in_force, rule

PROGRAMME, DAY, SESSION, ACTIVITY = "programme", "day", "session", "activity"
LEAST = Decimal("0.5")
OUTSIDE = _("JP for learning outside Bestari")
BASIS = _("PerLAN 10/2018.")
SECOND_HAND = _("As two agencies apply PerLAN 10/2018; its annex was not read.")
FROM_MEMORY = _("From memory of how agencies apply PerLAN 10/2018; its annex was not read.")
ONE_FOR_ALL = _("PerLAN 10/2018 converts for all agencies alike.")


@dataclass(frozen=True)
class Kind:
    """A form of learning. ``per``: what its JP are counted by; the rule ``jp_<key>`` says how many each gives."""

    key: str
    label: Promise
    per: str
    classical: bool = False

    @property
    def rule_key(self) -> str:
        """The rule that converts; "" where the programme itself says its JP."""
        return "" if self.per == PROGRAMME else f"jp_{self.key}"

    def rate(self, on: date) -> InForce:
        """JP of one day, session or activity by the rule of that day; of a programme the most a day can earn."""
        return in_force(self.rule_key or "jp_day_most", on=on)


KINDS = {
    kind.key: kind
    for kind in (
        Kind("training", _("training: leadership, technical, functional, socio-cultural"), PROGRAMME, classical=True),
        Kind("refresher", _("course or refresher course"), PROGRAMME, classical=True),
        Kind("seminar", _("seminar, conference"), DAY, classical=True),
        Kind("workshop", _("workshop"), DAY, classical=True),
        Kind("guidance", _("technical guidance (bimtek)"), DAY, classical=True),
        Kind("dissemination", _("dissemination meeting (sosialisasi)"), DAY, classical=True),
        Kind("coaching", _("coaching"), SESSION),
        Kind("mentoring", _("mentoring"), SESSION),
        Kind("elearning", _("e-learning or distance training elsewhere"), PROGRAMME),
        Kind("study", _("independent study"), DAY),
        Kind("community", _("community of practice"), DAY),
        Kind("workplace", _("guidance at the workplace"), ACTIVITY),
        Kind("benchmarking", _("benchmarking visit"), ACTIVITY),
        Kind("secondment", _("secondment (detasering)"), ACTIVITY),
        Kind("internship", _("internship, practical work"), ACTIVITY),
        Kind("exchange", _("exchange with a company"), ACTIVITY),
    )
}


def _converts(default: int, label: Promise, doubt: Promise | str = "") -> Rule:
    return Rule(
        Decimal(default), label, BASIS, doubt, national=ONE_FOR_ALL, lowest=Decimal(1), highest=Decimal(200),
        group=OUTSIDE,
    )  # fmt: skip


CONVERSIONS = {
    "jp_seminar": _converts(4, _("JP a day of a seminar or conference"), SECOND_HAND),
    "jp_workshop": _converts(5, _("JP a day of a workshop"), FROM_MEMORY),
    "jp_guidance": _converts(4, _("JP a day of technical guidance"), FROM_MEMORY),
    "jp_dissemination": _converts(4, _("JP a day of a dissemination meeting"), FROM_MEMORY),
    "jp_coaching": _converts(2, _("JP a session of coaching")),
    "jp_mentoring": _converts(2, _("JP a session of mentoring")),
    "jp_sessions_month": _converts(2, _("sessions of coaching, and of mentoring, that count in a month")),
    "jp_study": _converts(2, _("JP a day of independent study, at most")),
    "jp_community": _converts(2, _("JP a day in a community of practice, at most")),
    "jp_workplace": _converts(2, _("JP of guidance at the workplace"), FROM_MEMORY),
    "jp_benchmarking": _converts(10, _("JP of a benchmarking visit")),
    "jp_secondment": _converts(20, _("JP of a secondment")),
    "jp_internship": _converts(20, _("JP of an internship")),
    "jp_exchange": _converts(20, _("JP of an exchange with a company")),
    "jp_day_most": Rule(
        Decimal(10),
        _("JP that one day of a training can earn, at most"),
        national=ONE_FOR_ALL,
        doubt=_("A bound of our own: ten JP are seven and a half hours. No regulation that we read names one."),
        lowest=Decimal(1),
        highest=Decimal(24),
        group=OUTSIDE,
    ),
    "jp_claim_months": Rule(
        Decimal(24),
        _("months after its end in which an activity can still be claimed"),
        doubt=_("A bound of our own. No regulation that we read names one."),
        lowest=Decimal(1),
        highest=Decimal(120),
        group=OUTSIDE,
    ),
}


class ClaimUnfit(Exception):
    """``field``: which of the things that were typed cannot be."""

    def __init__(self, field: str, message: str):
        super().__init__(message)
        self.field, self.message = field, message


def days_of(starts_on: date, ends_on: date) -> int:
    return (ends_on - starts_on).days + 1


def refuse_days(starts_on: date, ends_on: date, *, today: date, agency_id: int | None) -> None:
    """D04: an activity has ended, in the order of days, and not too long ago."""
    if ends_on < starts_on:
        raise ClaimUnfit("ends_on", gettext("The last day lies before the first one."))
    if ends_on > today:
        raise ClaimUnfit("ends_on", gettext("JP count when the activity is over. Choose a day up to today."))
    months = int(rule("jp_claim_months", agency_id, on=today))
    if (today.year - ends_on.year) * 12 + today.month - ends_on.month > months:
        words = gettext("That is too long ago: an activity can be claimed for %(months)s months after its end.")
        raise ClaimUnfit("ends_on", words % {"months": months})


def worth(
    kind: Kind, *, starts_on: date, ends_on: date, amount: int | None, jp: Decimal | None
) -> tuple[Decimal, Decimal | None]:
    """(JP, JP of one day, session or activity; None where the programme says its JP). Refuses what no rule allows."""
    days = days_of(starts_on, ends_on)
    if kind.per == PROGRAMME:
        most = days * kind.rate(ends_on).value
        if jp is None or not LEAST <= jp <= most:
            words = gettext("%(days)s days earn at most %(most)s JP, and at least half a one.")
            raise ClaimUnfit("jp", words % {"days": days, "most": most})
        return jp, None
    per = kind.rate(ends_on).value
    amount = 1 if kind.per == ACTIVITY else amount
    if amount is None or amount < 1:
        raise ClaimUnfit("amount", gettext("Write how many, at least 1."))
    if kind.per == DAY and amount > days:
        words = gettext("From the first to the last day there are only %(days)s days.")
        raise ClaimUnfit("amount", words % {"days": days})
    if kind.per == SESSION and (starts_on.year, starts_on.month) != (ends_on.year, ends_on.month):
        raise ClaimUnfit("ends_on", gettext("Sessions are counted by month: enter each month by itself."))
    return amount * per, per


def refuse_sessions(kind: Kind, *, amount: int, others: Iterable[int], on: date) -> None:
    """Only so many sessions of a kind count in a month. ``others``: those claimed for it so far."""
    most, had = int(rule("jp_sessions_month", on=on)), sum(others)
    if kind.per == SESSION and had + amount > most:
        words = gettext("At most %(most)s sessions of %(kind)s count in a month (PerLAN 10/2018); %(had)s are entered.")
        raise ClaimUnfit("amount", words % {"most": most, "kind": kind.label, "had": had})
