"""An exam to sit: four kinds of question, four drawn of six, two tries, ten minutes."""

from lms.assessment import queries, services
from lms.catalogue import queries as frozen
from lms.catalogue import services as catalogue
from lms.competencies.services import load_dictionary
from lms.progress.models import UnitProgress
from tests import makers

EXAM = (
    "pass_score: 70\nexam: {title: Uji akhir, minutes: 10, questions: 4, attempts: 2, "
    "cells: [{code: M.5, difficulty: sedang, draw: 3}, {code: M.1, difficulty: mudah, draw: 1}]}"
)
POOL = """
- {key: cek-1, kind: single, competency: M.5, difficulty: sedang, use: check, text: 'Cek?', reason: ALASAN-CEK,
   options: [{text: Ya, correct: true}, {text: Tidak}]}
- {key: u-1, kind: single, competency: M.5, difficulty: sedang, use: exam, text: 'Apa sikap kita?', reason: ALASAN-SATU,
   options: [{text: Melayani, correct: true, why: TEPAT-SEKALI}, {text: Menolak, why: KELIRU-SEKALI}, {text: Diam}]}
- {key: u-2, kind: multiple, competency: M.5, difficulty: sedang, use: exam, text: 'Yang wajib?', reason: ALASAN-DUA,
   unit: 02-unit, options: [{text: Nama, correct: true}, {text: Lokasi, correct: true}, {text: Warna}]}
- {key: u-3, kind: numeric, competency: M.5, difficulty: sedang, use: exam, text: 'Berapa hari?', answer: 1.5,
   tolerance: 0, answer_unit: hari, reason: ALASAN-TIGA}
- {key: u-4, kind: truefalse, competency: M.1, difficulty: mudah, use: exam, text: 'Benarkah?', reason: ALASAN-EMPAT,
   options: [{text: Benar, correct: true}, {text: Salah}]}
- {key: u-5, kind: truefalse, competency: M.1, difficulty: mudah, use: exam, text: 'Sungguh?', reason: ALASAN-LIMA,
   options: [{text: Benar, correct: true}, {text: Salah}]}
"""


def make_exam_release(*, attempts: int = 2):
    """A released course with an exam whose cells draw one known paper but for one true-or-false question."""
    frozen.release_by_id.cache_clear()  # a test database that was rolled back gives out the same keys again
    load_dictionary()
    agency = makers.make_agency("Kementerian PANRB")
    author = makers.make_person("Bambang Penulis", agency=agency, roles=["author"]).user
    publisher = makers.make_person("Pratiwi Penerbit", agency=agency, roles=["publisher"]).user
    files = makers.course_files()
    exam = EXAM.replace("attempts: 2", f"attempts: {attempts}")
    files["kursus.md"] = files["kursus.md"].replace("modules:", f"{exam}\nmodules:")
    files["soal.yaml"] = POOL
    course = catalogue.import_course(files=files, agency=agency, by=author)
    return catalogue.approve(review=catalogue.submit(course=course, by=author), by=publisher)


def finish_units(enrolment) -> None:
    rows = [UnitProgress(enrolment=enrolment, unit_key=unit["key"]) for unit in enrolment.release.units]
    UnitProgress.everything.bulk_create(rows)


def make_ready(*, learner=None, release=None, **shape):
    """A place on which only the exam is missing."""
    run = makers.make_run(release=release or make_exam_release(**shape))
    enrolment = makers.make_enrolment(run=run, learner=learner or makers.make_person(user=True))
    finish_units(enrolment)
    return enrolment


def make_attempt(enrolment=None, **shape):
    return services.start(enrolment=enrolment or make_ready(**shape), by=None)


def right_answers(attempt) -> dict:
    """What a learner who knows everything would send."""
    pool = queries.exam_of(attempt.release.uuid).pool
    return {str(n): right_answer(pool[place["version"]]) for n, place in enumerate(attempt.layout, 1)}


def right_answer(question):
    if question.kind == "numeric":
        return question.key["answer"].replace(".", ",")
    return question.key["right"] if question.kind == "multiple" else question.key["right"][0]


def slot_of(attempt, kind: str) -> str:
    """The number on the paper of the first question of ``kind``."""
    pool = queries.exam_of(attempt.release.uuid).pool
    return next(str(n) for n, place in enumerate(attempt.layout, 1) if pool[place["version"]].kind == kind)
