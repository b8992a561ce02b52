"""Rules that the law or an agency may change, and that domain.md 12 doubts: versions by date, defaults in code.

``rule("jp_target", agency_id, on=day)`` is the value in force that day: the agency's own row, else the national row,
else the default. Rows are few and change seldom; a process keeps them for half a minute.
"""

import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.core.audit import audit
from cms.core.models import RuleSetting

KEPT_SECONDS = 30


class RuleRefused(Exception):
    def __init__(self, message):
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Rule:
    """A rule as the code knows it. ``doubt`` stands on screen beside the value."""

    default: Decimal
    label: Promise
    legal_basis: Promise | str = ""
    doubt: Promise | str = ""
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(1000)


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
}
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
    doubt: str = "",
) -> RuleSetting:  # fmt: skip
    """From ``valid_from`` on the rule has ``value``; the version before it ends that day. Stored results stay."""
    known = RULES[key]
    if not known.lowest <= value <= known.highest:
        words = _("The value must lie between %(lowest)s and %(highest)s.")
        raise RuleRefused(words % {"lowest": known.lowest, "highest": known.highest})
    versions = RuleSetting.everything.select_for_update().filter(key=key, agency_id=agency_id)
    later = versions.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    versions.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from), valid_from__lt=valid_from).update(
        valid_to=valid_from
    )
    row, _made = RuleSetting.everything.update_or_create(
        key=key, agency_id=agency_id, valid_from=valid_from,
        defaults={
            "value": str(value), "legal_basis": legal_basis[:200], "doubt": doubt[:300],
            "valid_to": later.valid_from if later else None,
        },
    )  # fmt: skip
    audit(by, "set_rule", row, agency_id=agency_id, detail={"key": key, "value": str(value), "from": str(valid_from)})
    transaction.on_commit(forget)
    return row
