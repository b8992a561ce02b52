"""The demo world: real agencies, invented people with synthetic NIP, real courses. Built through the services.

It stands on the top floor of lms because it uses every floor below; what talent adds arrives by its hook and events.
"""

import json
import random
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from cms.core import hooks, outbox, sweeps
from cms.directory import services as directory
from cms.directory.models import Agency, Grant, Person, User
from cms.pages import services as pages
from lms.competencies.services import load_dictionary
from lms.player.management import classes, people, site_pages
from lms.player.management.classes import Shape
from lms.records import services as records

ACCOUNTS = "demo_accounts.json"
PEOPLE = 396  # beside the cast
Role = Grant.Role


@dataclass(frozen=True)
class Member:
    """One of the cast: role as printed, name, place in PLACES, unit, roles held, dates."""

    role: str
    name: str
    place: int
    unit: int
    grants: tuple
    born: date
    hired: date
    sex: int = 2
    printed: bool = True
    leads: bool = False


CAST = (
    Member("learner", "Sari Wulandari", 1, 0, (), date(1989, 4, 17), date(2014, 3, 1)),
    Member("facilitator", "Bambang Setiyawan", 0, 2, (Role.FACILITATOR, Role.AUTHOR), date(1979, 8, 2),
           date(2005, 12, 1), sex=1),
    Member("publisher", "Pratiwi Nugraheni", 0, 2, (Role.PUBLISHER,), date(1976, 1, 25), date(2002, 3, 1)),
    Member("organiser", "Hendra Gunawan", 0, 1, (Role.ORGANISER,), date(1985, 11, 9), date(2010, 1, 1), sex=1),
    Member("hr_analyst", "Dwi Hastuti", 1, 1, (Role.HR_ANALYST,), date(1983, 6, 30), date(2008, 4, 1)),
    Member("hr_analyst_other_agency", "Citra Maharani", 2, 1, (Role.HR_ANALYST,), date(1987, 9, 12), date(2012, 1, 1)),
    # Not printed (`demo_accounts --all` shows them): one in the middle of a course, one before its exam, and where two
    # people must agree, the second one.
    Member("learner_midway", "Ayu Pradnyani", 2, 0, (), date(1991, 10, 3), date(2016, 4, 1), 2, False),
    Member("learner_ready", "Rizal Tanjung", 4, 0, (), date(1986, 7, 21), date(2011, 3, 1), 1, False),
    Member("publisher_second", "Yusuf Hidayat", 0, 2, (Role.PUBLISHER,), date(1981, 2, 14), date(2006, 1, 1), 1, False),
    Member("hr_head", "Endang Rahayu", 1, 1, (Role.HR_HEAD,), date(1973, 5, 20), date(1998, 3, 1), 2, False),
    # One of every other role; the superior is the learner's own.
    Member("superior", "Wahyu Nugroho", 1, 0, (), date(1975, 2, 11), date(2000, 3, 1), 1, False, True),
    Member("ministry", "Kartika Utami", 0, 2, (Role.MINISTRY,), date(1978, 12, 5), date(2003, 12, 1), 2, False),
    Member("auditor", "Yohanes Simanjuntak", 10, 2, (Role.AUDITOR,), date(1980, 4, 8), date(2006, 12, 1), 1, False),
    Member("technical", "Arif Permana", 0, 0, (Role.TECHNICAL,), date(1988, 3, 19), date(2013, 1, 1), 1, False),
)  # fmt: skip


def accounts_file() -> Path:
    return Path(settings.HOME) / ACCOUNTS


def accounts(*, everyone: bool = False) -> list[dict]:
    """The printed sign-ins: [{role, name, sign_in, password, agency, totp_secret}]; ``everyone``: the others too."""
    path = accounts_file()
    rows = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    printed = {member.role for member in CAST if member.printed}
    return [row for row in rows if everyone or row["role"] in printed]


def is_built() -> bool:
    return bool(accounts()) and User.everything.filter(is_demo=True).exists()


@transaction.atomic
def build() -> list[dict]:
    """Make the whole world once; everything or nothing."""
    call_command("load_reference", verbosity=0)
    load_dictionary()
    call_command("load_standards", verbosity=0)
    dice = random.Random(2026)
    agencies = [people.agency_of(part) for part in people.PLACES]
    cast, rows = _cast(agencies)
    share = PEOPLE // len(agencies)
    staff = [p for n, agency in enumerate(agencies) for p in people.staff(agency, dice, share, start=20 + n * share)]
    dice.shuffle(staff)
    # Before the first certificate: each keeps who signed on its day.
    records.name_signatory(
        agency=agencies[0], name="Dr. Ratna Hapsari, M.Si.", title="Kepala Pusat Pelatihan (tokoh rekaan)",
        place="Jakarta", valid_from=date(2020, 1, 1), by=None,
    )  # fmt: skip
    _learning(cast, staff, agencies[0], dice)
    for page in site_pages.PAGES:
        pages.publish_page(**page)
    for part in hooks.DEMO:
        part([*cast.values(), *staff], dice)
    return rows


def finish(rows: list[dict]) -> None:
    """What follows the commit: certificates rendered, evidence taken, sign-ins written down."""
    sweeps.run_all()
    outbox.deliver_all()
    path = accounts_file()
    path.touch(mode=0o600)
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def _cast(agencies: list[Agency]) -> tuple[dict[str, Person], list[dict]]:
    cast, rows = {}, []
    for n, member in enumerate(CAST):
        person, row = _join(member, n, agencies[member.place])
        cast[member.role] = person
        rows.append(row)
    return cast, rows


def _join(member: Member, n: int, agency: Agency) -> tuple[Person, dict]:
    unit = people.units_of(agency)[member.unit]
    steps = [(since, people.expert_seat(unit, step)) for step, since in people.STEPS[:2]]
    if member.leads:
        steps.append((people.served(member.hired) - 3, unit.chief))
    person = people.hire(
        member.name, born=member.born, hired=member.hired, sex=member.sex, n=n, agency=agency, path=steps
    )
    password = "-".join(secrets.choice(words).lower() for words in (people.LAST, people.WOMEN))
    password += f"-{secrets.randbelow(9000) + 1000}"
    user = User.everything.create(username=str(person.uuid), person=person, is_demo=True)
    user.set_password(password)
    user.save()
    directory.settle_superiors(positions=[unit.chief.pk])
    for role in member.grants:
        directory.grant(user=user, role=role, agency=agency, by=None, reason="demo")
    secret = generate_totp_secret() if member.grants else ""
    if secret:
        TOTP.activate(user, secret)
    row = {"role": member.role, "name": member.name, "sign_in": person.numbers.get().value, "password": password}
    return person, {**row, "agency": agency.name, "totp_secret": secret}


def _learning(cast: dict[str, Person], staff: list[Person], agency: Agency, dice: random.Random) -> None:
    """Three courses, one requires another; four angkatan: nearly over, under way, open with seats, full with a queue.

    Those who are under way have ended their enrolment.
    """
    author, publisher, organiser = (cast[role].user for role in ("facilitator", "publisher", "organiser"))
    lapor, privacy, writing = (
        classes.course(folder, agency, author, publisher)
        for folder in ("operator-lapor", "data-pribadi", "jawaban-santun")
    )
    for person in [*cast.values(), *staff]:
        classes.credit_elsewhere(person, dice)
    classes.claim_elsewhere(cast["learner"], cast["hr_analyst"].user)
    groups = [staff[start : start + size] for start, size in ((0, 34), (40, 45), (100, 27))]
    classes.run(privacy, Shape("Angkatan 1", -40, 47, None, 1.0), organiser, [cast["learner"], *groups[0]], dice)
    first = classes.run(lapor, Shape("Angkatan 1", -14, 40, 60, 0.4), organiser, groups[1], dice)
    classes.learn(first, cast["learner_midway"], units=12)
    classes.learn(first, cast["learner_ready"], units=len(first.release.units))
    classes.end_enrolment(first, organiser, days_ago=4)
    classes.run(lapor, Shape("Angkatan 2", -1, 45, 40, 0.04), organiser, groups[2], dice)
    # It requires the course that the first group has completed.
    classes.run(writing, Shape("Angkatan 1", -2, 30, 20, 0.35), organiser, groups[0][:26], dice)
    classes.report_faults(lapor.current_release, groups[1])
    said, better = "memberi tanggal.", "memberi tanggal yang dapat ditepati, bukan kata “segera”."
    classes.revise("jawaban-santun", agency, author, said, better)
