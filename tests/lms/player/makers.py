"""A course with several units, pictures and checks, and a place on it."""

from lms.catalogue import services as catalogue
from lms.competencies.services import load_dictionary
from tests import makers

NUMERIC = """
- {key: cek-1, kind: numeric, competency: M.5, difficulty: mudah, use: check, text: 'Berapa hari kerja?', answer: 3,
   tolerance: 0, reason: 'Paling lama tiga hari kerja.'}
"""


def make_course_of(
    units: int = 4, *, sequential: bool = True, exam: bool = False, title: str = "Melayani warga", questions: str = ""
):
    """A release of ``units`` units in one module; the first has a check question."""
    load_dictionary()
    agency = makers.make_agency("Kementerian PANRB")
    author = makers.make_person("Bambang Penulis", agency=agency, roles=["author"]).user
    publisher = makers.make_person("Pratiwi Penerbit", agency=agency, roles=["publisher"]).user
    files = makers.course_files(units=units, title=title, exam=exam, jp=str(1 + units // 4))
    if questions:
        files["soal.yaml"] = questions
    course = catalogue.import_course(files=files, agency=agency, by=author)
    if not sequential:  # a box on the desk, not in the folder
        desk = course.page.get_latest_revision_as_object()
        desk.sequential = False
        desk.save_revision(user=author)
    return catalogue.approve(review=catalogue.submit(course=course, by=author), by=publisher)


def make_place(*, learner=None, **shape):
    run = makers.make_run(release=make_course_of(**shape))
    return makers.make_enrolment(run=run, learner=learner or makers.make_person(user=True))


def keys_of(place) -> list[str]:
    return [unit["key"] for unit in place.release.units]
