"""Rules that the law or an agency may change, and that domain.md 12 doubts: versions by date, defaults in code.

``rule("jp_target", agency_id, on=day)`` is the value in force that day: the agency's own row, else the national row,
else the default. Rows are few and change seldom; a process keeps them for half a minute.
"""

import time
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.core.audit import audit
from cms.core.counters import hold
from cms.core.models import RuleSetting

KEPT_SECONDS = 30


class RuleRefused(Exception):
    """``field``: which of the two that were given cannot be."""

    def __init__(self, message, field: str = "value"):
        super().__init__(str(message))
        self.message, self.field = message, field


@dataclass(frozen=True)
class Rule:
    """A rule as the code knows it. ``doubt`` stands on screen beside the value."""

    default: Decimal
    label: Promise
    legal_basis: Promise | str = ""
    doubt: Promise | str = ""
    about: Promise | str = ""
    # Why no agency has a value of its own; "" where it may.
    national: Promise | str = ""
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(1000)
    # Rules of one group stand together on the screen of settings.
    group: Promise | str = ""


RULES = {
    "jp_target": Rule(
        Decimal(20),
        _("JP a year"),
        _("PP 17/2020 art. 203 (4): at least 20 JP a year for PNS."),
        _("For PPPK 24 JP a year are a ceiling, not a floor, as we remember PP 49/2018; the text was not read."),
        lowest=Decimal(1),
        highest=Decimal(500),
    ),
    "jp_minutes": Rule(
        Decimal(45),
        _("minutes a JP"),
        _("PerLAN 10/2018."),
        _("The 45 minutes are from memory of the regulation and not verified."),
        national=_("A course is checked against it once, when it is released, and people of all agencies take it."),
        lowest=Decimal(30),
        highest=Decimal(90),
    ),
    "jp_second_cycle": Rule(
        Decimal(0),
        _("JP for taking the same course again (1 yes, 0 no)"),
        "",
        _("No regulation we could read says whether a repeated course earns JP again."),
        highest=Decimal(1),
    ),
    "data_request_hours": Rule(
        Decimal(72),
        _("hours to answer a request about personal data"),
        _("UU 27/2022: 3 x 24 hours."),
        _("Read for notices of a breach; for correction and restriction of data it is from memory."),
        lowest=Decimal(1),
        highest=Decimal(720),
    ),
    "activation_code_hours": Rule(
        Decimal(72),
        _("hours a code works that opens an account"),
        about=_(
            "HR hands it to people who have no account yet, often on paper and in another building, so it lives for "
            "days. A code that resets a second step has as long: a second officer must approve it first."
        ),
        lowest=Decimal(1),
        highest=Decimal(336),
    ),
    "recovery_code_minutes": Rule(
        Decimal(30),
        _("minutes a code works that sets a new password"),
        about=_(
            "Whoever finds it takes over an account that is in use, so it lives as long as it takes to type it. Give "
            "it to the person while she is on the telephone or at the desk."
        ),
        lowest=Decimal(5),
        highest=Decimal(4320),
    ),
}


def add_rules(rules: dict[str, Rule]) -> None:
    """A higher floor's own rules, beside these: kept, dated and changed alike."""
    RULES.update(rules)


_kept: tuple[float, list[RuleSetting]] = (0.0, [])


@dataclass(frozen=True)
class InForce:
    """A value with what a person may ask about it."""

    value: Decimal
    legal_basis: str
    doubt: str
    valid_from: date | None
    is_own: bool


def rule(key: str, agency_id: int | None = None, *, on: date | None = None) -> Decimal:
    return in_force(key, agency_id, on=on).value


def in_force(key: str, agency_id: int | None = None, *, on: date | None = None) -> InForce:
    """The rule of that day: the agency's own before the national one, the later before the earlier."""
    known, day = RULES[key], on or timezone.localdate()
    rows = [
        row
        for row in _rows()
        if row.key == key
        and row.agency_id in (None, agency_id)
        and row.valid_from <= day
        and (row.valid_to is None or day < row.valid_to)
    ]
    best = max(rows, key=lambda row: (row.agency_id is not None, row.valid_from), default=None)
    if best is None:
        return InForce(known.default, str(known.legal_basis), str(known.doubt), None, False)
    return InForce(
        Decimal(str(best.value)),
        best.legal_basis or str(known.legal_basis),
        best.doubt or str(known.doubt),
        best.valid_from,
        best.agency_id is not None,
    )


@dataclass(frozen=True)
class Version:
    """A value with its days; ``standing``: past, now or planned. Without ``valid_from``: as the code knows it.

    ``then_for_all``: an agency's own value that no other of its own follows.
    """

    value: Decimal
    valid_from: date | None
    valid_to: date | None
    agency_id: int | None
    standing: str
    then_for_all: bool = False


def versions(key: str) -> list[Version]:
    """Every version of a rule, for all and of single agencies, the newest first, down to the value in the code."""
    today = timezone.localdate()
    rows = sorted((row for row in _rows() if row.key == key), key=lambda row: row.valid_from, reverse=True)
    first = min((row.valid_from for row in rows if row.agency_id is None), default=None)
    begins = {(row.agency_id, row.valid_from) for row in rows}
    found = [
        Version(
            Decimal(str(row.value)), row.valid_from, row.valid_to, row.agency_id, _standing(row, today),
            bool(row.agency_id and row.valid_to) and (row.agency_id, row.valid_to) not in begins,
        )
        for row in rows
    ]  # fmt: skip
    known = RULES[key].default
    return [*found, Version(known, None, first, None, "past" if first and first <= today else "now")]


def _standing(row: RuleSetting, today: date) -> str:
    if row.valid_from > today:
        return "planned"
    return "now" if row.valid_to is None or today < row.valid_to else "past"


def own_to_give_back(key: str) -> set[int]:
    """Keys of the agencies whose own value of a rule still holds tomorrow, or is planned."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    own = [row for row in _rows() if row.key == key and row.agency_id is not None]
    return {row.agency_id for row in own if row.valid_to is None or row.valid_to > tomorrow}


def by_agency(key: str) -> tuple[Decimal, dict[int, Decimal]]:
    """Today's value for all, and those of the agencies that have their own: for lists of people of many agencies."""
    own = {row.agency_id for row in _rows() if row.key == key and row.agency_id is not None}
    common = rule(key)
    return common, {pk: value for pk in own if (value := rule(key, pk)) != common}


def _rows() -> list[RuleSetting]:
    global _kept
    if _kept[0] < time.monotonic():
        _kept = (time.monotonic() + KEPT_SECONDS, list(RuleSetting.everything.all()))
    return _kept[1]


def forget() -> None:
    """Read the rows again at the next question."""
    global _kept
    _kept = (0.0, [])


@transaction.atomic
def set_rule(
    *, key: str, value: Decimal, valid_from: date, by, agency_id: int | None = None, legal_basis: str = "",
    doubt: str = "", reason: str = "",
) -> RuleSetting:  # fmt: skip
    """From ``valid_from`` on the rule has ``value``; the version before it ends that day. Stored results stay.

    It lasts until the next version, or until the day from which the agency follows the rule for all again.
    """
    known = RULES[key]
    if value != value.to_integral_value():
        raise RuleRefused(_("Write a whole number."))
    if not known.lowest <= value <= known.highest:
        words = _("The value must lie between %(lowest)s and %(highest)s.")
        raise RuleRefused(words % {"lowest": known.lowest, "highest": known.highest})
    hold(f"rule:{key}")
    unfinished = _unfinished(key, agency_id, valid_from)
    ends = [*unfinished.filter(valid_from__lte=valid_from).values_list("valid_to", flat=True)]
    starts = [*unfinished.filter(valid_from__gt=valid_from).values_list("valid_from", flat=True)]
    unfinished.filter(valid_from__lt=valid_from).update(valid_to=valid_from)
    row, _made = RuleSetting.everything.update_or_create(
        key=key, agency_id=agency_id, valid_from=valid_from,
        defaults={
            "value": str(value), "legal_basis": legal_basis[:200], "doubt": doubt[:300],
            "valid_to": min(filter(None, ends + starts), default=None),
        },
    )  # fmt: skip
    detail = {"key": key, "value": str(value), "from": str(valid_from)}
    audit(by, "set_rule", row, agency_id=agency_id, detail=detail | ({"reason": reason} if reason else {}))
    transaction.on_commit(forget)
    return row


def _unfinished(key: str, agency_id: int | None, day: date):
    """Versions that hold on ``day`` or begin after it."""
    rows = RuleSetting.everything.filter(key=key, agency_id=agency_id)
    return rows.filter(Q(valid_to=None) | Q(valid_to__gt=day))


def change_rule(
    *, key: str, value: Decimal, valid_from: date, by, reason: str, legal_basis: str = "", agency_id: int | None = None
) -> RuleSetting:
    """A value for all, or for one agency, from a coming day on; days that have begun stay.

    Basis and doubt stay when nothing is said.
    """
    if agency_id is not None and (why := RULES[key].national):
        raise RuleRefused(why, "agency")
    _refuse_begun(valid_from)
    rows = [row for row in _rows() if row.key == key and row.agency_id == agency_id and row.valid_from <= valid_from]
    before = max(rows, key=lambda row: row.valid_from, default=None)
    return set_rule(
        key=key, value=value, valid_from=valid_from, by=by, reason=reason, agency_id=agency_id,
        legal_basis=legal_basis or (before.legal_basis if before else ""), doubt=before.doubt if before else "",
    )  # fmt: skip


def _refuse_begun(day: date) -> None:
    if day <= timezone.localdate():
        raise RuleRefused(_("Choose a day after today: what has been counted so far stays as it is."), "valid_from")


@transaction.atomic
def follow_rule_for_all(*, key: str, agency_id: int, valid_from: date, by, reason: str) -> None:
    """From ``valid_from``, a coming day, on the agency has no value of its own; planned ones from then on fall away."""
    _refuse_begun(valid_from)
    hold(f"rule:{key}")
    unfinished = _unfinished(key, agency_id, valid_from)
    if not (row := unfinished.order_by("valid_from").first()):
        raise RuleRefused(_("From that day on this agency follows the rule for all already."), "valid_from")
    planned = unfinished.filter(valid_from__gte=valid_from)
    detail = {"key": key, "from": str(valid_from), "reason": reason, "dropped": _told(planned)}
    audit(by, "follow_rule_for_all", row, agency_id=agency_id, detail={k: v for k, v in detail.items() if v})
    planned.delete()
    unfinished.update(valid_to=valid_from)
    transaction.on_commit(forget)


def _told(rows) -> str:
    return ", ".join(f"{row.value} ({row.valid_from})" for row in rows.order_by("valid_from"))
