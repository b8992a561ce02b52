"""The invented people of the demo world: names, synthetic numbers, positions and careers that could be true."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from cms.directory import services as directory
from cms.directory.models import Agency, JobTitle, OrgUnit, Person, PersonNumber, Position

PLACES = (
    "Kementerian Pendayagunaan Aparatur", "Kabupaten Sleman", "Kabupaten Badung", "Kabupaten Tangerang",
    "Provinsi Sumatera Barat", "Provinsi Bali", "Daerah Istimewa Yogyakarta", "Provinsi Jawa Timur",
    "Provinsi Sulawesi Selatan", "Kota Surabaya", "Lembaga Administrasi Negara", "Provinsi Maluku",
)  # fmt: skip
WOMEN = (
    "Sri Dewi Ayu Rina Wulan Ratna Siti Nur Indah Fitri Lestari Maya Kartika Dian Maria Endang Yuni Made Komang "
    "Fransiska Rahma Laila"
).split()
MEN = (
    "Putu Agus Budi Eko Joko Wahyu Andi Rizal Yusuf Ketut Gede Nyoman Arif Tri Slamet Rudi Fajar Ilham Yohanes Frans "
    "Markus Hasan"
).split()
LAST = (
    "Prasetyo Nugroho Hidayat Saputra Pradnyani Wijaya Kusuma Setiawan Utami Rahayu Siregar Nasution Harahap Sopacua "
    "Latuconsina Tanjung Anggraini Gunawan Permana Santoso Puspita Mahendra Suryani Simanjuntak Zulkarnain Basri "
    "Pattiasina Wibowo Purnama Effendi"
).split()
CENTRAL = (
    ("humas", "Biro Hubungan Masyarakat", "Pranata Hubungan Masyarakat"),
    ("sdm", "Biro Sumber Daya Manusia dan Umum", "Analis Sumber Daya Manusia Aparatur"),
    ("yanlik", "Sekretariat Deputi Bidang Pelayanan Publik", "Analis Kebijakan"),
)
REGIONAL = (
    ("kominfo", "Dinas Komunikasi dan Informatika", "Pranata Hubungan Masyarakat"),
    ("bkpsdm", "Badan Kepegawaian dan Pengembangan SDM", "Analis Sumber Daya Manusia Aparatur"),
    ("organisasi", "Bagian Organisasi Sekretariat Daerah", "Analis Kebijakan"),
)
STEPS = (("Ahli Pertama", 0), ("Ahli Muda", 7), ("Ahli Madya", 16))  # tier, years of service
GRADES = ((0, "III/a"), (4, "III/b"), (8, "III/c"), (12, "III/d"), (16, "IV/a"), (21, "IV/b"))
CALENDAR = 365.25


@dataclass(frozen=True)
class Unit:
    """One unit of an agency: who leads it, and the family of its experts."""

    row: OrgUnit
    family: str
    head: Position
    chief: Position


def agency_of(part: str) -> Agency:
    return Agency.everything.on().filter(name__icontains=part).exclude(kind="partner").order_by("pk").first()


def units_of(agency: Agency) -> list[Unit]:
    shapes = CENTRAL if agency.kind == Agency.Kind.CENTRAL else REGIONAL
    return [_unit(agency, *shape) for shape in shapes]


def _unit(agency: Agency, code: str, name: str, family: str) -> Unit:
    row, _made = OrgUnit.everything.get_or_create(agency=agency, code=code, defaults={"name": name})
    head = _seat(row, JobTitle.everything.get(code="jpt-pratama"), f"Kepala {name}", None)
    chief = _seat(row, JobTitle.everything.get(code="administrator"), f"Kepala Bidang Layanan, {name}", head)
    return Unit(row, family, head, chief)


def _seat(unit: OrgUnit, title: JobTitle, name: str, boss: Position | None) -> Position:
    return Position.everything.get_or_create(
        agency=unit.agency, unit=unit, name=name, defaults={"job_title": title, "reports_to": boss}
    )[0]


def expert_seat(unit: Unit, step: str) -> Position:
    """A functional seat of the unit's own family, under its chief."""
    title = JobTitle.everything.filter(name=f"{unit.family} {step}").order_by("pk").first()
    return _seat(unit.row, title, title.name, unit.chief)


def number_of(born: date, hired: date, sex: int, n: int) -> str:
    """A synthetic NIP: valid in form; the sequences 900 to 999 are never given to real people."""
    return f"{born:%Y%m%d}{hired:%Y%m}{sex}{900 + n % 100}"


def served(hired: date) -> float:
    return (timezone.localdate() - hired).days / CALENDAR


def grade_after(years: float) -> str:
    return [grade for least, grade in GRADES if years >= least][-1]


def hire(name: str, *, born: date, hired: date, sex: int, n: int, agency: Agency, path: list) -> Person:
    """A person with a career: ``path`` is [(years after hiring, position)], the last one is today's post."""
    person = directory.add_person(
        name=name, number=number_of(born, hired, sex, n), kind=PersonNumber.Kind.NIP, agency=agency,
        position=path[0][1], since=hired, birth_date=born, grade=grade_after(served(hired)),
    )  # fmt: skip
    for years, position in path[1:]:
        on = hired + timedelta(days=int(years * CALENDAR))
        directory.transfer(person=person, agency=agency, by=None, position=position, on=on)
    return person


def staff(agency: Agency, dice: random.Random, count: int, start: int) -> list[Person]:
    """``count`` people of one agency: each unit gets a head, a chief and experts."""
    units = units_of(agency)
    entries = sorted((_entry(start + n, dice) for n in range(count)), key=lambda entry: entry["hired"])
    return [_placed(entry, units[place % len(units)], place // len(units), dice) for place, entry in enumerate(entries)]


def _entry(n: int, dice: random.Random) -> dict:
    born = date(1970, 1, 1) + timedelta(days=(n * 53) % 9900)
    hired = date(min(born.year + dice.randint(23, 28), 2024), dice.choice((1, 3, 4, 12)), 1)
    sex = dice.randint(1, 2)
    name = f"{dice.choice(WOMEN if sex == 2 else MEN)} {dice.choice(LAST)}"
    return {"born": born, "hired": hired, "sex": sex, "n": n, "name": name}


def _placed(entry: dict, unit: Unit, rank: int, dice: random.Random) -> Person:
    years = served(entry["hired"])
    path = [(since, expert_seat(unit, step)) for step, since in STEPS if years > since + 1 or not since]
    if rank < 2:  # the longest in service lead
        seat, since = (unit.head, unit.chief)[rank], years - dice.randint(1, 3)
        if not Person.everything.filter(position=seat).exists():  # one of the cast may sit there
            path.append((since, seat))
    elif dice.random() < 0.3:
        path = path[:-1] or path  # not everyone rises on the first day they could
    return hire(
        entry["name"], born=entry["born"], hired=entry["hired"], sex=entry["sex"], n=entry["n"],
        agency=unit.row.agency, path=sorted(path, key=lambda step: step[0]),
    )  # fmt: skip
