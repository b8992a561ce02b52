"""Courses, angkatan and learning of the demo world: four runs in four states, and what came of them."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from cms.directory.models import Agency, Person, User
from lms.assessment import services as assessment
from lms.catalogue import services as catalogue
from lms.catalogue.models import Course, QuestionVersion
from lms.enrolment import services as enrolment
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.models import CourseRun, Enrolment
from lms.progress import services as progress
from lms.records import services as records
from lms.records.rules.conversion import ClaimUnfit

COURSES = Path(__file__).parents[2] / "catalogue" / "data"
# Learning outside Bestari: kind, title, held by, days, days that count, JP of a programme.
ELSEWHERE = (
    ("guidance", "Bimbingan Teknis Standar Pelayanan", "Kementerian PANRB", 1, 1, None),
    ("seminar", "Seminar Nasional Pelayanan Publik", "Universitas Gadjah Mada", 1, 1, None),
    ("training", "Pelatihan Komunikasi Publik", "BPSDM", 2, None, 8),
    ("workshop", "Workshop Penyusunan SKP", "BKD", 1, 1, None),
    ("dissemination", "Sosialisasi Nilai Dasar BerAKHLAK", "Sekretariat Daerah", 1, 1, None),
    ("training", "Pelatihan Kepemimpinan Pengawas", "BPSDM", 20, None, 40),
    ("guidance", "Bimbingan Teknis Arsip Elektronik", "Dinas Kearsipan", 1, 1, None),
    ("community", "Komunitas belajar pengelola pengaduan", "Forum Admin LAPOR!", 1, 1, None),
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """A run of the demo: days from today, seats, and how far its people are (0 to 1)."""

    name: str
    starts: int
    length: int
    seats: int | None
    far: float


def course(folder: str, agency: Agency, author: User, publisher: User) -> Course:
    """Drafted by one, released by another, from the project's own text files."""
    made = catalogue.import_course(files=texts_of(folder), media=pictures_of(folder), agency=agency, by=author)
    review = catalogue.submit(course=made, by=author, note="Terbitan pertama")
    catalogue.approve(review=review, by=publisher)
    made.refresh_from_db()
    return made


def texts_of(folder: str) -> dict[str, str]:
    root = COURSES / folder
    names = [p for p in sorted(root.rglob("*")) if p.suffix in (".md", ".yaml") and p.name != "README.md"]
    return {str(p.relative_to(root)): p.read_text(encoding="utf-8") for p in names}


def pictures_of(folder: str) -> dict[str, bytes]:
    root = COURSES / folder
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*.png"))}


def revise(folder: str, agency: Agency, author: User, old: str, new: str) -> None:
    """Change a sentence of a released course and ask for a review: what a publisher finds in the morning."""
    files = {name: text.replace(old, new) for name, text in texts_of(folder).items()}
    changed = catalogue.import_course(files=files, media=pictures_of(folder), agency=agency, by=author)
    catalogue.submit(course=changed, by=author, note="Satu kalimat diperjelas sesudah laporan pembaca")


def run(course: Course, shape: Shape, organiser: User, people: list[Person], dice: random.Random) -> CourseRun:
    today = timezone.localdate()
    start, end = (today + timedelta(days=shape.starts + extra) for extra in (0, shape.length))
    made = enrolment.open_run(
        course=course, agency=course.agency, by=organiser, name=shape.name, starts_on=start, ends_on=end,
        enrol_from=start - timedelta(days=10), enrol_until=end, seats=shape.seats,
    )  # fmt: skip
    for person in people:
        _take_part(made, person, shape, dice)
    return made


def _take_part(run: CourseRun, person: Person, shape: Shape, dice: random.Random) -> None:
    try:
        place = enrolment.enrol(run=run, learner=person, by=None)
    except EnrolmentRefused:
        return
    if place.state != Enrolment.State.ACTIVE or not shape.far:
        return
    units = run.release.units
    # Some never start, some stop, most are on their way.
    share = 1.0 if shape.far == 1 else dice.choice((0, 0.1, shape.far, shape.far, 1.5 * shape.far, 2.6 * shape.far))
    through = min(len(units), int(len(units) * share))
    for unit in units[:through]:
        progress.finish_unit(enrolment=place, unit_key=unit["key"])
    if run.release.rules["exam"] and through == len(units):
        sit_exam(place, wrong=dice.choice((0, 1, 2, 3, 8)))
    quiet = timedelta(days=dice.randint(0, max(0, -shape.starts)), minutes=dice.randint(0, 600))
    if through:
        Enrolment.everything.filter(pk=place.pk).update(last_activity=timezone.now() - quiet)


def end_enrolment(run: CourseRun, organiser: User, *, days_ago: int) -> None:
    """The run goes on with those it has: its enrolment ended some days ago."""
    enrolment.change_run(
        run=run, by=organiser, name=run.name, starts_on=run.starts_on, ends_on=run.ends_on, enrol_from=run.enrol_from,
        enrol_until=timezone.localdate() - timedelta(days=days_ago), seats=run.seats, place=run.place,
        time_zone=run.timezone, open_to_all=run.open_to_all,
    )  # fmt: skip


def learn(run: CourseRun, person: Person, *, units: int) -> Enrolment:
    """A place on ``run`` with its first ``units`` done."""
    place = enrolment.enrol(run=run, learner=person, by=None)
    for unit in run.release.units[:units]:
        progress.finish_unit(enrolment=place, unit_key=unit["key"])
    return place


def sit_exam(place: Enrolment, *, wrong: int) -> None:
    """One attempt with every answer right but ``wrong``."""
    attempt = assessment.start(enrolment=place, by=None)
    slots = attempt.layout
    keys = dict(QuestionVersion.everything.filter(pk__in=[s["version"] for s in slots]).values_list("pk", "key"))
    answers = {}
    for number, slot in enumerate(slots[wrong:], wrong + 1):
        key = keys[slot["version"]]
        right = key.get("right") or [key.get("answer")]
        answers[str(number)] = right if len(right) > 1 else right[0]
    assessment.save(attempt_uuid=attempt.uuid, learner_id=place.learner_id, seq=1, answers=answers)
    attempt.refresh_from_db()
    assessment.submit(attempt=attempt, by=None)


def credit_elsewhere(person: Person, dice: random.Random) -> None:
    """What the person learned outside Bestari in the last two years, up to two activities a year."""
    today = timezone.localdate()
    for year in (today.year - 1, today.year):
        for n, (kind, title, provider, days, count, jp) in enumerate(dice.sample(ELSEWHERE, dice.randint(0, 2))):
            most = min(300, today.timetuple().tm_yday - 2) if year == today.year else 300
            last = date(year, 1, 1) + timedelta(days=dice.randint(min(days, most), most))
            _credit(
                person, kind=kind, title=title, provider=provider, starts_on=last - timedelta(days=days - 1),
                ends_on=last, amount=count, jp=jp and Decimal(jp), document=f"Sertifikat {dice.randint(10, 999)}/{n}",
            )  # fmt: skip


def _credit(person: Person, **facts) -> None:
    try:
        records.enter_jp(person=person, activity=records.Activity(**facts), by=None)
    except ClaimUnfit:
        return  # early in January hardly a day of the year is over


def claim_elsewhere(person: Person, officer: User) -> None:
    """Three claims in three states: accepted in part, refused with its reason, waiting for HR."""
    month = timezone.localdate().replace(day=1) - timedelta(days=1)
    coached, seen, _waiting = (
        records.claim_jp(person=person, activity=records.Activity(**facts), by=person.user)
        for facts in (
            {"kind": "coaching", "title": "Coaching menjawab laporan sulit", "provider": "Dinas Komunikasi",
             "starts_on": month, "ends_on": month, "amount": 2, "document": "Catatan coaching 4/2026"},
            {"kind": "seminar", "title": "Seminar Pelayanan Ramah Disabilitas", "provider": "Ombudsman RI",
             "starts_on": month, "ends_on": month, "amount": 1, "document": "Sertifikat 118"},
            {"kind": "mentoring", "title": "Pendampingan penyusunan maklumat pelayanan", "provider": "Inspektorat",
             "starts_on": month, "ends_on": month, "amount": 2, "document": "Surat tugas 800/27/2026",
             "note": "Dua kali pertemuan daring, catatannya ada pada mentor."},
        )
    )  # fmt: skip
    records.accept_claim(claim=coached, by=officer, jp=Decimal(2), comment="Satu sesi belum ada catatannya")
    records.refuse_claim(claim=seen, by=officer, comment="Nama pada sertifikat bukan nama Anda")


def report_faults(release, people: list[Person]) -> None:
    """Readers found something; it waits on the author's desk."""
    for person, unit, text in zip(
        people, release.units,
        ("Tautan ke maklumat pelayanan di kantor kami sudah berganti alamat.",
         "Tabel kedua terpotong di ponsel saya, kolom terakhir tidak terbaca."),
        strict=False,
    ):  # fmt: skip
        catalogue.report_fault(release=release, unit_key=unit["key"], person=person, text=text)
