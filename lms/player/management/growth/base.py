"""The grown base as a whole: one transaction, everything or nothing, the same for the same seed and day."""

import random
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from cms.core import sweeps
from cms.core.audit import audit
from cms.core.models import AuditEntry
from cms.directory.models import Agency, Grant
from lms.competencies.services import load_dictionary
from lms.player.management.growth import bulk, exams, people, places
from lms.player.management.growth.courses import GrownCourse, courses
from lms.player.management.growth.records import Archive

LARGEST_RUN = 1000
OWNERS = 10
VERB = "grow"


@dataclass(frozen=True)
class Size:
    people: int = 20_000
    courses: int = 200
    units: int = 30
    enrolments: int = 300_000
    agencies: int = 40


@dataclass(frozen=True)
class Counts:
    """What was grown; sums may differ from what was asked by rounding."""

    people: int
    courses: int
    enrolments: int
    completions: int


def grown() -> dict | None:
    """Seed and size of the base if it has been grown."""
    return AuditEntry.everything.filter(verb=VERB).order_by("pk").values_list("detail", flat=True).first()


def mark_of(seed: int, size: Size) -> dict:
    return {"seed": seed, **asdict(size)}


@transaction.atomic
def grow(*, seed: int, size: Size, today: date | None = None, say: Callable[[str], None] = lambda text: None) -> Counts:
    """Load the whole base. Call it once: ``grown()`` tells whether it was."""
    bulk.without_time_limit()
    call_command("load_reference", verbosity=0)
    load_dictionary()
    call_command("load_standards", verbosity=0)
    with bulk.keys_checked_in_sets():
        counts = _load(random.Random(seed), size, today or timezone.localdate(), say)
        say("every key leads somewhere: checking")
    audit(None, VERB, detail=mark_of(seed, size))
    return counts


def _load(dice: random.Random, size: Size, today: date, say) -> Counts:
    homes = people.houses(size.agencies, dice)
    everybody = people.people(size.people, homes, dice, today)
    identities = people.identities(everybody, dice)
    say(f"{len(everybody)} people in {len(homes)} agencies")
    made = courses(size.courses, size.units, _owners(people.desks(homes, everybody)), dice, today)
    say(f"{len(made)} courses of {size.units} units")
    archive = Archive(identities, dice, datetime.combine(today, time(2), UTC))
    counts = _fill(made, everybody, size, archive, dice, today, say)
    archive.numbers.keep()
    return counts


def _owners(desks: dict) -> list[tuple[Agency, object]]:
    """The agencies that publish courses, each with its publisher."""
    able = [(pk, roles[Grant.Role.PUBLISHER]) for pk, roles in desks.items() if Grant.Role.PUBLISHER in roles]
    agencies = Agency.everything.in_bulk([pk for pk, _publisher in able[:OWNERS]])
    return [(agencies[pk], publisher) for pk, publisher in able[:OWNERS]]


def _fill(made: list[GrownCourse], everybody: list, size: Size, archive: Archive, dice, today: date, say) -> Counts:
    enrolments = completions = 0
    share = min(size.enrolments // max(1, len(made)), len(everybody))
    for n, course in enumerate(made, 1):
        largest = min(LARGEST_RUN, share - 1) if n == 1 else 0
        plan = places.runs(course, share, dice, today, largest)
        rows = places.places(course, plan, everybody, dice, today)
        sittings = exams.sittings(course, rows, dice)
        places.load_places(course, rows)
        exams.load_sittings(course, sittings, dice)
        completions += archive.load(course, rows)
        enrolments += len(rows)
        if n % 10 == 0 or n == len(made):
            say(f"course {n} of {len(made)}: {enrolments} places, {completions} completed")
    return Counts(len(everybody), len(made), enrolments, completions)


def settle(say: Callable[[str], None] = lambda text: None) -> None:
    """After the commit: fresh statistics, and what talent makes of the claims."""
    bulk.analyse()
    taken, rounds, take = 0, 0, sweeps.SWEEPS.get("claims", lambda: 0)
    while count := take():
        taken, rounds = taken + count, rounds + 1
        if rounds in (1, 4, 16):  # a plan made for an empty table is a bad one for a full one
            bulk.analyse()
            say(f"{taken} claims taken as evidence")
    bulk.analyse()
