"""A small world of two sides that know nothing of each other, and three people with a national view.

*Home* is Kementerian PANRB, which owns a course, and Kabupaten Sleman, where Ani learns it and Budi leads her.
*Away* is Kabupaten Badung alone, where Citra's people do the same work. Every word a person typed at home holds
``MARK``, every number of home begins with ``DIGITS``: neither may ever be read at Badung.
"""

import itertools
import uuid
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

from django.utils import timezone

from cms.core import files, rulebook
from cms.core.audit import looked_at
from cms.core.models import LongJob
from cms.core.uploads import Upload
from cms.directory import services as directory
from cms.directory.models import JobTitle, OrgUnit, Position
from cms.directory.services import notify
from cms.pages.services import publish_page
from lms.assessment import services as assessment
from lms.catalogue import queries as frozen
from lms.catalogue import services as catalogue
from lms.catalogue.rules.uploads import Folder
from lms.competencies.services import load_dictionary
from lms.enrolment import services as enrolment
from lms.progress import services as progress
from lms.records import services as records
from lms.records.models import CertificateFile
from tests import makers
from tests.lms.assessment.makers import finish_units, right_answers

MARK = "kanari"
DIGITS = "19880317"
PDF = b"%PDF-1.7 not drawn: drawing has tests of its own"
MISSING = uuid.UUID("00000000-0000-4000-8000-000000000000")
COURSE_ROLES = ("author", "publisher", "organiser", "facilitator")
PEOPLE_ROLES = ("hr_analyst", "hr_head")
NATIONAL = ("ministry", "auditor", "technical")
_sequence = itertools.count(901)


class Side(SimpleNamespace):
    """One side: its agencies, its people by role in ``who``, and one object of each kind the site has."""


def make_world():
    """``world.home``, ``world.away`` and ``world.national`` (people by role)."""
    for kept in (frozen.release_by_id, frozen.unit_blob, frozen.checks_of):
        kept.cache_clear()  # the test database before this one gave out the same keys
    load_dictionary()
    publish_page(title="Tentang", slug="tentang", summary="", body="<p>Untuk semua.</p>")
    ministry = makers.make_agency("Kementerian PANRB", short_name="Kementerian PANRB")
    sleman = makers.make_agency("Pemerintah Kabupaten Sleman", short_name="Kabupaten Sleman")
    badung = makers.make_agency("Pemerintah Kabupaten Badung", short_name="Kabupaten Badung")
    home = make_side(MARK, DIGITS, owner=ministry, employer=sleman)
    away = make_side("", "19920511", owner=badung, employer=badung)
    national = {role: _person(f"Nasional {role}", "19750101", ministry, roles=[role]) for role in NATIONAL}
    return SimpleNamespace(home=home, away=away, national=national)


def make_side(mark, digits, *, owner, employer) -> Side:
    side = Side(mark=mark, digits=digits, owner=owner, employer=employer, who={})
    _people(side)
    _course(side)
    _learning(side)
    _desk(side)
    _door(side)
    _rule(side)
    return side


def _rule(side) -> None:
    """A value of its own that the employer has planned, far away: nothing of today is counted otherwise."""
    day = timezone.localdate() + timedelta(days=700)
    rulebook.set_rule(key="jp_target", value=Decimal(24), valid_from=day, by=None, agency_id=side.employer.pk)


def _person(name, digits, agency, *, roles=(), **fields):
    number = f"{digits}2015031{next(_sequence) % 1000:03d}"
    person = directory.add_person(name=name, number=number, kind="nip", agency=agency, **fields)
    makers.make_user(person, roles=roles)
    return person


def _seat(side, unit_name, reports_to=None) -> Position:
    code = str(uuid.uuid4())
    title, _made = JobTitle.everything.get_or_create(
        code="gate:title", defaults={"name": "Pranata Humas", "family": "fungsional", "tier": "MU"}
    )
    unit = OrgUnit.everything.create(agency=side.employer, code=code[:40], name=f"{unit_name} {side.mark}")
    return Position.everything.create(
        agency=side.employer, unit=unit, job_title=title, name=f"Pranata Humas {side.mark}", reports_to=reports_to
    )


def _people(side) -> None:
    mark, digits, who = side.mark, side.digits, side.who
    for role in COURSE_ROLES:
        who[role] = _person(f"{role.title()} {mark}", digits, side.owner, roles=[role])
    for role in PEOPLE_ROLES:
        who[role] = _person(f"{role.title()} {mark}", digits, side.employer, roles=[role])
    top = _seat(side, "Sekretariat")
    who["superior"] = _person(f"Budi Santoso {mark}", digits, side.employer, position=top)
    who["owner"] = _person(f"Ani Lestari {mark}", digits, side.employer, position=_seat(side, "Kominfo", top))
    who["colleague"] = _person(f"Joko Susilo {mark}", digits, side.employer, position=_seat(side, "Arsip"))
    side.person, side.unit = who["owner"], who["owner"].unit


def _course(side) -> None:
    """A released course with an exam and a run; a second course that waits for its review."""
    author, publisher = side.who["author"].user, side.who["publisher"].user
    folder = makers.course_files(title=f"Melayani warga {side.mark}", exam=True)
    course = catalogue.import_course(files=folder, agency=side.owner, by=author)
    side.release = catalogue.approve(review=catalogue.submit(course=course, by=author), by=publisher)
    side.course = course
    today = timezone.localdate()
    side.run = enrolment.open_run(
        course=course, agency=side.owner, by=side.who["organiser"].user, name=f"Angkatan {side.mark}",
        starts_on=today, ends_on=today + timedelta(days=30), enrol_from=today - timedelta(days=1), seats=40,
        place=f"Aula {side.mark}",
    )  # fmt: skip


def _learning(side) -> None:
    """Ani has completed the course and holds a certificate; Joko is in the middle of his exam."""
    place = enrolment.enrol(run=side.run, learner=side.who["owner"], by=None)
    for unit in side.release.units:
        progress.finish_unit(enrolment=place, unit_key=unit["key"])
    attempt = assessment.start(enrolment=place, by=None)
    answers = right_answers(attempt)
    assessment.save(attempt_uuid=attempt.uuid, learner_id=place.learner_id, seq=1, answers=answers)
    attempt.refresh_from_db()
    assessment.submit(attempt=attempt, by=side.who["owner"].user)
    place.refresh_from_db()
    side.place, side.attempt = place, attempt
    side.unit_key = side.release.units[0]["key"]
    side.certificate = place.record.certificates.get()
    CertificateFile.everything.create(
        certificate=side.certificate, digest=files.keep(PDF, kind="application/pdf"), renderer="test"
    )
    side.proposed = _proposed(side)
    side.jp_claim = _claimed(side)
    side.open_place = enrolment.enrol(run=side.run, learner=side.who["colleague"], by=None)
    finish_units(side.open_place)
    side.open_attempt = assessment.start(enrolment=side.open_place, by=None)


def _proposed(side):
    """Somebody else's certificate, which the facilitator wants withdrawn."""
    wati = _person(f"Wati Astuti {side.mark}", side.digits, side.employer)
    place = enrolment.enrol(run=side.run, learner=wati, by=None)
    record = records.record_completion(enrolment=place, release=side.release, at=timezone.now())
    certificate = record.certificates.get()
    records.propose_withdrawal(
        certificate=certificate, by=side.who["facilitator"].user, reason=f"Peserta bukan orangnya {side.mark}"
    )
    return certificate


def _claimed(side):
    """Two sessions of mentoring that Ani asks JP for, with a paper."""
    day = timezone.localdate().replace(day=1) - timedelta(days=1)
    activity = records.Activity(
        kind="mentoring", title=f"Pendampingan {side.mark}", provider=f"Dinas {side.mark}", starts_on=day, ends_on=day,
        amount=2, document=f"Surat {side.mark}", note=f"Catatan {side.mark}",
        proof=Upload(PDF, "application/pdf", f"surat-{side.mark}.pdf"),
    )  # fmt: skip
    return records.claim_jp(person=side.who["owner"], activity=activity, by=side.who["owner"].user)


def _desk(side) -> None:
    author = side.who["author"].user
    folder = makers.course_files(title=f"Naskah {side.mark}")
    side.draft = catalogue.import_course(files=folder, agency=side.owner, by=author)
    side.review = catalogue.submit(course=side.draft, by=author, note=f"Catatan {side.mark}")
    side.import_draft = catalogue.stage_import(folder=Folder(folder), agency=side.owner, by=author)
    side.draft_unit = side.draft.page.get_children().first().specific
    side.fault = catalogue.report_fault(
        release=side.release, unit_key=side.unit_key, person=side.who["owner"], text=f"Keliru {side.mark}"
    )


def _door(side) -> None:
    analyst, head = side.who["hr_analyst"].user, side.who["hr_head"].user
    directory.give_code(person=side.who["colleague"], kind="factor", by=analyst)
    side.code = side.who["colleague"].door_codes.get()
    clerk = _person(f"Sri Rahayu {side.mark}", side.digits, side.employer)
    side.grant = directory.grant(
        user=clerk.user, role="organiser", agency=side.employer, by=head, reason=f"Surat {side.mark}"
    )
    side.asked = directory.ask_about_data(by=side.person.user, kind="correct", words=f"Gelar {side.mark} keliru.")
    second_head = _person(f"Dewi Anjani {side.mark}", side.digits, side.employer, roles=["hr_head"])
    side.erasing = directory.ask_about_data(by=clerk.user, kind="erase", words=f"Hapus data {side.mark} saya.")
    directory.answer_request(request=side.erasing, by=second_head.user, words=f"Boleh dihapus {side.mark}.")
    looked_at(analyst, side.who["owner"], "talent profile", purpose=f"Surat {side.mark}")
    notify(person_id=side.who["owner"].pk, kind="test", key="1", text=f"Kabar {side.mark}")
    side.job = LongJob.everything.create(
        kind="test", owner_id=side.who["organiser"].user.pk, payload={"title": f"Pekerjaan {side.mark}"}, total=2,
        result_digest=files.keep(PDF, kind="application/pdf"),
    )  # fmt: skip
