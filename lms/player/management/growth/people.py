"""Grown people: agencies, units, posts, persons with number and assignment, and an account without a password."""

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db.models import F

from cms.core.models import Counter
from cms.directory import services as directory
from cms.directory.models import (
    Agency,
    Assignment,
    Grant,
    Identity,
    JobTitle,
    OrgUnit,
    Person,
    PersonNumber,
    Position,
    User,
)  # fmt: skip
from lms.player.management.growth import words
from lms.player.management.growth.bulk import catch_up, load, next_pk, uuid4

POSTS = (("MU", 30), ("PT", 35), ("MA", 10), ("pelaksana", 25))
GRADES = ("II/c", "III/a", "III/b", "III/c", "III/d", "IV/a")
BORN_FROM, BORN_DAYS = date(1968, 1, 1), 10_950
DESK = (Grant.Role.AUTHOR, Grant.Role.PUBLISHER, Grant.Role.ORGANISER, Grant.Role.HR_ANALYST)


@dataclass(frozen=True)
class Someone:
    """What later steps need to know of a person, so that nothing is read back."""

    pk: int
    name: str
    number: str
    post: str
    agency: Agency

    @property
    def digest(self) -> str:
        """The same as ``directory.services.identity_of`` makes of these words."""
        return hashlib.sha256("\x1f".join((self.name, self.number, self.post, self.agency.name)).encode()).hexdigest()


@dataclass(frozen=True)
class House:
    """An agency with the posts people hold in it."""

    agency: Agency
    posts: list[Position]


def houses(count: int, dice: random.Random) -> list[House]:
    """Some of the real agencies, with units and posts."""
    rows = list(Agency.everything.on().exclude(kind=Agency.Kind.PARTNER).order_by("code"))
    titles = [title for title in map(_title, (tier for tier, _weight in POSTS)) if title]
    return [_house(agency, titles) for agency in dice.sample(rows, min(count, len(rows)))]


def _title(tier: str) -> JobTitle | None:
    rows = JobTitle.everything.filter(tier=tier) | JobTitle.everything.filter(family=tier)
    return rows.order_by("pk").first()


def _house(agency: Agency, titles: list[JobTitle]) -> House:
    posts = []
    for number, name in enumerate(words.UNITS, 1):
        unit = OrgUnit.everything.get_or_create(agency=agency, code=f"besar-{number}", defaults={"name": name})[0]
        posts += Position.everything.bulk_create(
            Position(agency=agency, unit=unit, job_title=title, name=f"{title.name}, {name}"[:200]) for title in titles
        )
    return House(agency, posts)


def people(count: int, houses: list[House], dice: random.Random, today: date) -> list[Someone]:
    """``count`` new people: large agencies and small ones, numbers nobody else has."""
    first, pk = _take_numbers(count), next_pk(Person)
    # The first agency is the largest; the last ones have few.
    weights = [1 / (rank + 3) for rank in range(len(houses))]
    homes = dice.choices(houses, weights, k=count)
    posts = [dice.choice(home.posts) for home in homes]
    out = [
        Someone(pk + n, f"{dice.choice(words.FIRST)} {dice.choice(words.LAST)}", _number(first + n, dice), post.name,
                home.agency)
        for n, (home, post) in enumerate(zip(homes, posts, strict=True))
    ]  # fmt: skip
    _load_people(out, posts, dice, today)
    return out


def _take_numbers(count: int) -> int:
    """The first of ``count`` running numbers that no grown person had before."""
    row = Counter.everything.get_or_create(scope="grown people")[0]
    Counter.everything.filter(pk=row.pk).update(value=F("value") + count)
    return row.value


def _number(n: int, dice: random.Random) -> str:
    """A synthetic NIP: its sequence 900 to 999 is never given; appointed at 24, so it is none of the demo's (25)."""
    born = BORN_FROM + timedelta(days=n * 7 % BORN_DAYS)
    return f"{born:%Y%m%d}{born.year + 24}{dice.randint(1, 12):02d}{dice.randint(1, 2)}{900 + n // BORN_DAYS % 100}"


def _load_people(rows: list[Someone], posts: list[Position], dice: random.Random, today: date) -> None:
    since = [today - timedelta(days=dice.randint(400, 6000)) for _one in rows]
    keyed = [uuid4(dice) for _one in rows]
    load(
        Person, "id uuid name agency unit position grade birth_date recorded_at",
        ((row.pk, key, row.name, row.agency.pk, post.unit_id, post.pk, dice.choice(GRADES),
          date.fromisoformat(f"{row.number[:4]}-{row.number[4:6]}-{row.number[6:8]}"),
          datetime.combine(day, datetime.min.time(), UTC))
         for row, post, key, day in zip(rows, posts, keyed, since, strict=True)),
    )  # fmt: skip
    load(PersonNumber, "person kind value", ((row.pk, PersonNumber.Kind.NIP, row.number) for row in rows))
    load(
        Assignment, "person agency unit position valid_from",
        ((row.pk, row.agency.pk, post.unit_id, post.pk, day)
         for row, post, day in zip(rows, posts, since, strict=True)),
    )  # fmt: skip
    closed = make_password(None)
    load(
        User, "uuid person username password is_demo",
        ((uuid4(dice), row.pk, str(key), closed, True) for row, key in zip(rows, keyed, strict=True)),
    )  # fmt: skip
    catch_up(Person, PersonNumber, Assignment, User)


def identities(rows: list[Someone], dice: random.Random) -> dict[int, int]:
    """Identity keys by person, for whoever gets a sealed row."""
    first = next_pk(Identity)
    load(
        Identity, "id uuid person digest name number post agency_name",
        ((first + n, uuid4(dice), row.pk, row.digest, row.name, row.number, row.post, row.agency.name)
         for n, row in enumerate(rows)),
    )  # fmt: skip
    catch_up(Identity)
    return {row.pk: first + n for n, row in enumerate(rows)}


def desks(houses: list[House], rows: list[Someone]) -> dict[int, dict[str, User]]:
    """For every agency its author, publisher, organiser and HR analyst: {agency key: {role: account}}."""
    by_agency: dict[int, list[int]] = {}
    for row in rows:
        by_agency.setdefault(row.agency.pk, []).append(row.pk)
    out = {}
    for house in houses:
        chosen = by_agency.get(house.agency.pk, [])[: len(DESK)]
        accounts = User.everything.filter(person__in=chosen).order_by("pk")
        out[house.agency.pk] = dict(zip(DESK, accounts, strict=False))
        for role, user in out[house.agency.pk].items():
            directory.grant(user=user, role=role, agency=house.agency, by=None, reason="grown base")
    return out
