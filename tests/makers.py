"""Makers a reader of a test never has to open: each gives one believable thing and takes what matters."""

import itertools
from datetime import timedelta

from django.utils import timezone

from cms.directory import services as directory
from cms.directory.models import Agency, User
from lms.catalogue import services as catalogue
from lms.competencies.services import load_dictionary
from lms.enrolment.models import CourseRun, Enrolment

PASSWORD = "kopi-pagi-di-alun-alun"
_count = itertools.count(1)

UNIT = """---
key: {key}
title: {title}
minutes: 15
goal: Menjelaskan pokok {title}
---
## Pokok

{words}
{check}
"""
COURSE = """---
code: {code}
title: {title}
promise: Anda dapat melayani warga dengan jelas.
jp: {jp}
outcomes: [Melayani warga]
competencies: [{{code: M.5, level: 3, proven_by: Ujian akhir}}]
modules: [{{key: modul-1, title: Pembuka, jp: {jp}}}]
{exam}
---
Tentang kursus ini.
"""
EXAM = """pass_score: 70
exam: {title: Uji akhir, minutes: 10, questions: 2, attempts: 2, cells: [{code: M.5, difficulty: sedang, draw: 2}]}"""


def make_agency(name: str = "Pemerintah Kabupaten Sleman", **fields) -> Agency:
    n = next(_count)
    return Agency.everything.create(
        code=f"test:{n}", name=f"{name} {n}", kind="regency", quick_code=f"{n:04d}", **fields
    )


def make_person(name: str = "Ani Lestari", *, agency: Agency | None = None, user: bool = False, roles=(), **fields):
    n = next(_count)
    number = f"1990{n % 12 + 1:02d}{n % 28 + 1:02d}2015031{n % 999 + 1:03d}"
    person = directory.add_person(name=name, number=number, kind="nip", agency=agency or make_agency(), **fields)
    if user or roles:
        make_user(person, roles=roles)
    return person


def make_user(person, *, roles=(), **fields) -> User:
    user = User.everything.create(username=str(person.uuid), person=person, **fields)
    user.set_password(PASSWORD)
    user.save()
    for role in roles:
        directory.grant(user=user, role=role, agency=person.agency, by=None, reason="test")
    return user


def course_files(
    *, title: str = "Melayani warga", code: str | None = None, units: int = 2, jp: str = "1", exam: bool = False
):
    """A folder of text files as an author would write it."""
    import uuid

    n = next(_count)
    files = {"kursus.md": COURSE.format(code=code or f"K{n}", title=title, jp=jp, exam=EXAM if exam else "")}
    for i in range(1, units + 1):
        check = ":::check cek-1\n:::" if i == 1 else ""
        words = "Warga datang dengan pertanyaan dan kita menjawab dengan sabar dan jelas. " * 120
        files[f"modul-1/{i:02d}-unit.md"] = UNIT.format(key=uuid.uuid4(), title=f"Unit {i}", words=words, check=check)
    questions = [("cek-1", "check"), *[(f"uji-{i}", "exam") for i in range(4 if exam else 0)]]
    files["soal.yaml"] = "\n".join(
        f"- {{key: {key}, kind: single, competency: M.5, difficulty: sedang, use: {use}, text: 'Apa sikap kita?', "
        "options: [{text: Melayani, correct: true, why: Benar}, "
        "{text: Menolak, correct: false, why: Salah}], reason: Asas.}"
        for key, use in questions
    )
    return files


def make_course(*, agency: Agency | None = None, **shape):
    agency = agency or make_agency("Kementerian PANRB")
    author = make_person("Bambang Penulis", agency=agency, roles=["author"]).user
    return catalogue.import_course(files=course_files(**shape), agency=agency, by=author)


def make_release(**shape):
    """A released course: written by one person, released by another of the same agency."""
    load_dictionary()
    course = make_course(**shape)
    publisher = make_person("Pratiwi Penerbit", agency=course.agency, roles=["publisher"]).user
    author = course.agency.people.get(name="Bambang Penulis").user
    review = catalogue.submit(course=course, by=author)
    return catalogue.approve(review=review, by=publisher)


def make_run(*, release=None, seats: int | None = None, **fields) -> CourseRun:
    release = release or make_release()
    today = timezone.localdate()
    defaults = {
        "name": f"Angkatan {next(_count)}", "number": next(_count), "starts_on": today,
        "ends_on": today + timedelta(days=30),
        "enrol_from": today - timedelta(days=1), "enrol_until": today + timedelta(days=20),
        "agency": release.course.agency,
    }  # fmt: skip
    return CourseRun.everything.create(course=release.course, release=release, seats=seats, **{**defaults, **fields})


def make_enrolment(*, run=None, learner=None, **fields) -> Enrolment:
    run = run or make_run()
    learner = learner or make_person(user=True)
    total = sum(unit["required"] for unit in run.release.units)
    return Enrolment.everything.create(
        run=run,
        course=run.course,
        release=run.release,
        learner=learner,
        agency_then=learner.agency,
        units_total=total,
        **fields,
    )
