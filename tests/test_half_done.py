"""I12: one use case, one transaction. A fault at any statement of a use case leaves the database as it was."""

import hashlib
from contextlib import contextmanager

from django.apps import apps
from django.db import connection
from django.test import TestCase

from cms.directory import services as directory
from lms.assessment import services as assessment
from lms.catalogue import services as catalogue
from lms.enrolment import services as enrolment
from lms.progress import services as progress
from lms.records import services as records
from tests import makers
from tests.lms.assessment import makers as exams
from tests.sql import is_housekeeping

OURS = [model for model in apps.get_models() if model.__module__.split(".")[0] in ("cms", "lms", "talent")]
WRITES = ("INSERT", "UPDATE", "DELETE")


class Injected(Exception):
    """The fault that strikes."""


class Strike:
    """Raises before the ``at``-th statement of the use case; counts them all when ``at`` is None."""

    def __init__(self, at: int | None = None):
        self.at, self.count, self.written = at, 0, set()

    def __call__(self, execute, sql, params, many, context):
        if is_housekeeping(sql):
            return execute(sql, params, many, context)
        self.count += 1
        if self.count == self.at:
            raise Injected
        if sql.lstrip().upper().startswith(WRITES):
            self.written |= {model for model in OURS if f'"{model._meta.db_table}"' in sql.split("(")[0]}
        return execute(sql, params, many, context)


def digest(models) -> dict:
    """Every row of the tables, in a form that two moments can be compared by."""
    found = {}
    for model in sorted(models, key=lambda model: model._meta.label):
        rows = sorted(map(repr, model._base_manager.values_list()))
        found[model._meta.label] = (len(rows), hashlib.sha256("".join(rows).encode()).hexdigest())
    return found


@contextmanager
def undone():
    """What happens inside is taken back."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class HalfDoneTests(TestCase):
    def assert_all_or_nothing(self, use_case, *, at_least: int):
        """Run ``use_case`` once to count its statements, then once for each with a fault there."""
        for _time in range(2):  # what a process reads once and keeps is read in the first
            every = Strike()
            with undone(), connection.execute_wrapper(every):
                use_case()
        self.assertGreaterEqual(every.count, at_least)
        self.assertNotEqual(every.written, set())
        before, half_done = digest(every.written), []
        for at in range(1, every.count + 1):
            with undone():
                strike = Strike(at)
                with self.assertRaises(Injected), connection.execute_wrapper(strike):
                    use_case()
                after = digest(every.written)
                half_done += [(at, label) for label in before if before[label] != after[label]]
        self.assertEqual(half_done, [])

    def test_I12_enrol(self):
        run, ani = makers.make_run(seats=3), makers.make_person(user=True)
        boss = makers.make_person("Hendra Gunawan", agency=run.agency, roles=["organiser"]).user
        self.assert_all_or_nothing(lambda: enrolment.enrol(run=run, learner=ani, by=boss), at_least=6)

    def test_I12_a_place_given_up_and_handed_on(self):
        run = makers.make_run(seats=1)
        first, _second = (
            enrolment.enrol(run=run, learner=makers.make_person(user=True), by=None) for _n in range(2)
        )  # fmt: skip
        self.assert_all_or_nothing(
            lambda: enrolment.cancel(enrolment=first, by=None, reason="Dinas luar"), at_least=8
        )  # fmt: skip

    def test_I12_the_last_unit_completes_the_course(self):
        place = makers.make_enrolment()
        first, last = (unit["key"] for unit in place.release.units)
        progress.finish_unit(enrolment=place, unit_key=first)

        def finish():
            fresh = type(place).everything.select_related("release", "learner__agency").get(pk=place.pk)
            progress.finish_unit(enrolment=fresh, unit_key=last)

        self.assert_all_or_nothing(finish, at_least=10)

    def test_I12_the_exam_completes_the_course(self):
        attempt = exams.make_attempt()
        assessment.save(
            attempt_uuid=attempt.uuid, learner_id=attempt.enrolment.learner_id, seq=1,
            answers=exams.right_answers(attempt),
        )  # fmt: skip

        def submit():
            fresh = type(attempt).everything.select_related("enrolment", "release").get(pk=attempt.pk)
            self.assertTrue(assessment.submit(attempt=fresh, by=None).passed)

        self.assert_all_or_nothing(submit, at_least=12)

    def test_I12_an_approval_releases_the_course(self):
        course = makers.make_course()
        author = course.agency.people.get(name="Bambang Penulis").user
        publisher = makers.make_person("Pratiwi Penerbit", agency=course.agency, roles=["publisher"]).user
        review = catalogue.submit(course=course, by=author)
        self.assert_all_or_nothing(lambda: catalogue.approve(review=review, by=publisher), at_least=10)

    def test_I12_a_certificate_replaced(self):
        place = makers.make_enrolment()
        for unit in place.release.units:
            progress.finish_unit(enrolment=place, unit_key=unit["key"])
        certificate = place.record.certificates.get()
        boss = makers.make_person("Dwi Hastuti", agency=certificate.agency, roles=["hr_head"]).user
        self.assert_all_or_nothing(
            lambda: records.replace(certificate=certificate, by=boss, reason="Nama keliru"), at_least=6
        )  # fmt: skip

    def test_I12_a_certificate_withdrawn_by_two(self):
        place = makers.make_enrolment()
        for unit in place.release.units:
            progress.finish_unit(enrolment=place, unit_key=unit["key"])
        certificate = place.record.certificates.get()
        first, second = (
            makers.make_person(name, agency=certificate.agency, roles=["hr_head"]).user
            for name in ("Dwi Hastuti", "Rina Wulandari")
        )
        reason = "Jawaban ujian disalin dari orang lain"

        def propose():
            return records.propose_withdrawal(certificate=certificate, by=first, reason=reason)

        self.assert_all_or_nothing(propose, at_least=3)
        proposal = propose()
        self.assert_all_or_nothing(lambda: records.approve_withdrawal(withdrawal=proposal, by=second), at_least=6)

    def test_I12_a_person_moves_and_her_rights_end(self):
        hr = makers.make_person("Dwi Hastuti", roles=["hr_analyst"])
        elsewhere = makers.make_agency("Pemerintah Kabupaten Badung")
        self.assert_all_or_nothing(lambda: directory.transfer(person=hr, agency=elsewhere, by=None), at_least=6)

    def test_I12_a_role_given(self):
        agency = makers.make_agency()
        head = makers.make_person("Dwi Hastuti", agency=agency, roles=["hr_head"]).user
        ani = makers.make_person(agency=agency, user=True).user
        self.assert_all_or_nothing(
            lambda: directory.grant(user=ani, role="hr_analyst", agency=agency, by=head, reason="Tugas baru"),
            at_least=4,
        )  # fmt: skip
