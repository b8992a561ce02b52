"""The demo world: real agencies, invented people with synthetic NIP, real courses. Built through the services.

It stands on the top floor of lms because it uses every floor below; talent's evidence arrives by the events.
"""

import json
import random
import secrets
from datetime import date, timedelta
from pathlib import Path

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from cms.core import outbox, sweeps
from cms.directory import services as directory
from cms.directory.models import Agency, JobTitle, OrgUnit, PersonNumber, Position, User
from lms.assessment import services as assessment
from lms.catalogue import services as catalogue
from lms.catalogue.models import Course, QuestionVersion
from lms.competencies.services import load_dictionary
from lms.enrolment import services as enrolment
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.models import CourseRun
from lms.progress import services as progress

COURSES = Path(__file__).parents[2] / "catalogue" / "data"
ACCOUNTS = "demo_accounts.json"
PLACES = (
    "Kementerian Pendayagunaan Aparatur", "Kabupaten Sleman", "Kabupaten Badung", "Kabupaten Tangerang",
    "Provinsi Sumatera Barat", "Provinsi Bali", "Daerah Istimewa Yogyakarta", "Provinsi Jawa Timur",
    "Provinsi Sulawesi Selatan", "Kota Surabaya", "Lembaga Administrasi Negara", "Provinsi Maluku",
)  # fmt: skip
UNITS = ("Dinas Komunikasi dan Informatika", "Badan Kepegawaian", "Bagian Organisasi")
FIRST = (
    "Sari Dewi Putu Made Ayu Rina Wulan Ratna Siti Nur Indah Fitri Lestari Maya Kartika Bambang Agus Budi Hendra Eko "
    "Joko Wahyu Andi Rizal Yusuf Ketut Gede Nyoman Arif Dian Tri Slamet Rudi Fajar Ilham Yohanes Maria Frans Markus"
).split()
LAST = (
    "Wulandari Prasetyo Nugroho Hidayat Saputra Lestari Pradnyani Wijaya Kusuma Setiawan Utami Rahayu Siregar Nasution "
    "Harahap Sopacua Latuconsina Tanjung Maharani Anggraini Hastuti Gunawan Permana Santoso Puspita Mahendra Suryani"
).split()
TIERS = (("MU", 25), ("PT", 35), ("MA", 8), ("pelaksana", 20), ("pengawas", 8), ("administrator", 4))
CAST = (
    ("learner", "Sari Wulandari", 1, None),
    ("facilitator", "Bambang Setiyawan", 0, ("facilitator", "author")),
    ("publisher", "Pratiwi Nugraheni", 0, ("publisher",)),
    ("organiser", "Hendra Gunawan", 0, ("organiser",)),
    ("hr_analyst", "Dwi Hastuti", 1, ("hr_analyst",)),
    ("hr_analyst_other_agency", "Citra Maharani", 2, ("hr_analyst",)),
)


def accounts_file() -> Path:
    return Path(settings.HOME) / ACCOUNTS


def accounts() -> list[dict]:
    """The printed sign-ins: [{role, name, sign_in, password, agency, totp_secret}]."""
    path = accounts_file()
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def is_built() -> bool:
    return bool(accounts()) and User.everything.filter(is_demo=True).exists()


@transaction.atomic
def build() -> list[dict]:
    """Make the whole world once; everything or nothing."""
    call_command("load_reference", verbosity=0)
    load_dictionary()
    call_command("load_standards", verbosity=0)
    dice = random.Random(2026)
    agencies = [_agency(name) for name in PLACES]
    rows = [_cast_member(n, *row[:2], agencies[row[2]], row[3]) for n, row in enumerate(CAST)]
    people = [_person(agencies[n % len(agencies)], dice, n) for n in range(400)]
    author, publisher, organiser = (_user(rows, role) for role in ("facilitator", "publisher", "organiser"))
    courses = [
        _course(folder, agencies[0], author, publisher)
        for folder in ("operator-lapor", "data-pribadi", "jawaban-santun")
    ]
    _runs(courses, organiser, people, dice)
    return rows


def finish(rows: list[dict]) -> None:
    """What follows the commit: certificates rendered, evidence taken, sign-ins written down."""
    sweeps.run_all()
    outbox.deliver_all()
    path = accounts_file()
    path.touch(mode=0o600)
    path.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def _agency(part: str) -> Agency:
    return Agency.everything.on().filter(name__icontains=part).exclude(kind="partner").order_by("pk").first()


def _position(agency: Agency, unit_name: str, tier: str) -> Position:
    unit, _made = OrgUnit.everything.get_or_create(agency=agency, code=unit_name[:20], defaults={"name": unit_name})
    title = _title(tier)
    return Position.everything.get_or_create(
        agency=agency, unit=unit, job_title=title, defaults={"name": f"{title.name}, {unit_name}"}
    )[0]


def _title(tier: str) -> JobTitle:
    rows = JobTitle.everything.filter(tier=tier) | JobTitle.everything.filter(family=tier)
    return rows.filter(name__icontains="Pranata Hubungan Masyarakat").first() or rows.order_by("pk").first()


def _number(n: int, dice: random.Random) -> str:
    """A synthetic NIP: valid in form, its sequence 900 to 999 is never given to real people."""
    born = date(1968, 1, 1) + timedelta(days=(n * 53) % 11000)
    return f"{born:%Y%m%d}{born.year + 25}{dice.randint(1, 12):02d}{dice.randint(1, 2)}{900 + n % 100}"


def _person(agency: Agency, dice: random.Random, n: int):
    tier = dice.choices([t for t, _w in TIERS], [w for _t, w in TIERS])[0]
    name = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
    return directory.add_person(
        name=name, number=_number(n + 20, dice), kind=PersonNumber.Kind.NIP, agency=agency,
        position=_position(agency, dice.choice(UNITS), tier),
        grade=dice.choice(["III/a", "III/b", "III/c", "III/d", "IV/a"]),
    )  # fmt: skip


def _cast_member(n: int, role: str, name: str, agency: Agency, roles) -> dict:
    number = _number(n, random.Random(n))
    person = directory.add_person(
        name=name,
        number=number,
        kind=PersonNumber.Kind.NIP,
        agency=agency,
        position=_position(agency, UNITS[n % 3], "MU"),
        grade="III/c",
    )
    password = f"{secrets.choice(LAST).lower()}-{secrets.choice(FIRST).lower()}-{secrets.randbelow(9000) + 1000}"
    user = User.everything.create(username=str(person.uuid), person=person, is_demo=True)
    user.set_password(password)
    user.save()
    for one in roles or ():
        directory.grant(user=user, role=one, agency=agency, by=None, reason="demo")
    secret = ""
    if roles:
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
    return {
        "role": role,
        "name": name,
        "sign_in": number,
        "password": password,
        "agency": agency.name,
        "totp_secret": secret,
    }


def _user(rows: list[dict], role: str) -> User:
    number = next(row["sign_in"] for row in rows if row["role"] == role)
    return User.everything.get(person__numbers__value=number)


def _course(folder: str, agency: Agency, author: User, publisher: User) -> Course:
    """Drafted by one, released by another, from the project's own text files."""
    root = COURSES / folder
    names = [p for p in sorted(root.rglob("*")) if p.suffix in (".md", ".yaml") and p.name != "README.md"]
    files = {str(p.relative_to(root)): p.read_text(encoding="utf-8") for p in names}
    course = catalogue.import_course(files=files, agency=agency, by=author)
    review = catalogue.submit(course=course, by=author, note="Terbitan pertama")
    catalogue.approve(review=review, by=publisher)
    course.refresh_from_db()
    return course


def _runs(courses: list[Course], organiser: User, people: list, dice: random.Random) -> None:
    """Four angkatan in four states: ended with graduates, in the middle, open with seats, open and full."""
    today = timezone.localdate()
    lapor, privacy, writing = courses
    shapes = (
        (privacy, "Angkatan 1", -40, 20, None, 30, 1.0),
        (lapor, "Angkatan 1", -14, 40, 60, 45, 0.4),
        (lapor, "Angkatan 2", -1, 45, 40, 12, 0.0),
        (writing, "Angkatan 1", -2, 30, 20, 26, 0.2),
    )
    for course, name, start, length, seats, count, share in shapes:
        run = enrolment.open_run(
            course=course, agency=course.agency, by=organiser, name=name, starts_on=today + timedelta(days=start),
            ends_on=today + timedelta(days=length), enrol_from=today + timedelta(days=start - 10),
            enrol_until=today + timedelta(days=length), seats=seats,
        )  # fmt: skip
        _fill(run, dice.sample(people, count), share, dice)


def _fill(run: CourseRun, people: list, share: float, dice: random.Random) -> None:
    units = run.release.units
    for n, person in enumerate(people):
        try:
            place = enrolment.enrol(run=run, learner=person, by=None)
        except EnrolmentRefused:
            continue
        if place.state != "active":
            continue
        through = len(units) if share == 1 or n < 3 and share else int(len(units) * share * dice.random() * 2)
        for unit in units[: min(through, len(units))]:
            progress.finish_unit(enrolment=place, unit_key=unit["key"])
        if run.release.rules["exam"] and through >= len(units):
            _sit_exam(place)


def _sit_exam(place) -> None:
    """A good candidate: every answer right but two."""
    attempt = assessment.start(enrolment=place, by=None)
    slots = attempt.layout
    keys = dict(QuestionVersion.everything.filter(pk__in=[s["version"] for s in slots]).values_list("pk", "key"))
    answers = {}
    for n, slot in enumerate(slots):
        key = keys[slot["version"]]
        right = key.get("right") or [key.get("answer")]
        if n >= 2:
            answers[str(slot["version"])] = right if len(right) > 1 else right[0]
    assessment.save(attempt_uuid=attempt.uuid, learner_id=place.learner_id, seq=1, answers=answers)
    attempt.refresh_from_db()
    assessment.submit(attempt=attempt, by=None)
