"""Many certificates at once, on PostgreSQL where rows are really locked: one number each (I05, C03)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.test import TransactionTestCase
from django.utils import timezone

from cms.core import sealed
from cms.core.invariants import INVARIANTS
from cms.core.models import AuditEntry, Counter, OutboxMessage
from cms.directory.models import Agency, Assignment, Grant, Identity, Notice, Person, PersonNumber, User
from lms.catalogue.models import Course, Release
from lms.enrolment.models import CourseRun, Enrolment
from lms.progress import services as progress
from lms.records import queries, services
from lms.records.exceptions import RecordRefused
from lms.records.models import (
    Certificate,
    CertificateEvent,
    CertificateFile,
    CompetencyClaim,
    CompletionRecord,
    JPClaim,
    JPEntry,
    Withdrawal,
)  # fmt: skip
from lms.records.rules.conversion import ClaimUnfit
from tests import makers

WRITTEN = (
    Withdrawal, CertificateFile, CertificateEvent, Certificate, CompetencyClaim, JPEntry, JPClaim, CompletionRecord,
    OutboxMessage, Notice, Counter, Enrolment, CourseRun, Release, Course, AuditEntry, Identity, Grant, User,
    PersonNumber, Assignment, Person, Agency,
)  # fmt: skip
CROWD = 50


class RaceCase(TransactionTestCase):
    def setUp(self):
        self.before = {model: set(model.everything.values_list("pk", flat=True)) for model in WRITTEN}
        agency = Agency.everything.create(code="cert-race", name="Pemerintah Kota Surabaya", kind="city")
        author = User.everything.create(username="cert-race")
        course = Course.everything.create(agency=agency, code="U1", slug="cert-race", title="Melayani warga")
        release = Release.everything.create(
            course=course, number=1, kind="major", title=course.title, promise="", jp=1, minutes=45, outline=[],
            rules={"pass_score": 70, "exam": False}, facts={"competencies": []}, digest="0" * 64, released_by=author,
        )  # fmt: skip
        day = timezone.localdate()
        run = CourseRun.everything.create(
            course=course, release=release, agency=agency, number=1, name="Angkatan I", starts_on=day,
            ends_on=day + timedelta(days=9), enrol_from=day, enrol_until=day,
        )  # fmt: skip
        people = [Person.everything.create(name=f"Peserta {n}", agency=agency) for n in range(CROWD)]
        self.agency = agency
        self.places = [
            Enrolment.everything.create(
                run=run, course=course, release=release, learner=person, agency_then=agency
            )
            for person in people
        ]  # fmt: skip

    def _fixture_teardown(self):
        # Not flush(): it would take the first pages with it, and sealed tables refuse it.
        with sealed.lifted(reason="test teardown"):
            for model in WRITTEN:
                rows = model.everything.exclude(pk__in=self.before[model])
                rows._raw_delete(rows.db)

    def at_once(self, act, things, workers):
        def turn(thing):
            try:
                return act(thing)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(turn, things))


@pytest.mark.postgresql
class CertificateRaceTests(RaceCase):
    def test_I05_fifty_completions_at_once_get_fifty_numbers(self):
        self.at_once(lambda place: progress.settle(enrolment=place), self.places, 10)
        numbers = sorted(Certificate.everything.filter(agency__code="cert-race").values_list("number", flat=True))
        self.assertEqual([int(number.split("/")[0]) for number in numbers], list(range(1, CROWD + 1)))
        self.assertEqual({key: INVARIANTS[key][1]() for key in ("I05", "I06")}, {"I05": [], "I06": []})

    def test_I05_the_same_completion_from_ten_requests_is_one_certificate(self):
        copies = [Enrolment.everything.get(pk=self.places[0].pk) for _n in range(10)]
        self.at_once(lambda place: progress.settle(enrolment=place), copies, 10)
        self.assertEqual(Certificate.everything.filter(agency__code="cert-race").count(), 1)
        self.assertEqual(CompletionRecord.everything.filter(enrolment=self.places[0]).count(), 1)

    def test_C03_two_workers_with_the_same_task_keep_one_file(self):
        progress.settle(enrolment=self.places[0])
        certificate = Certificate.everything.get(agency__code="cert-race")
        self.at_once(lambda key: services.render({"certificate": key}), [certificate.pk] * 3, 3)
        self.assertEqual(CertificateFile.everything.filter(certificate=certificate).count(), 1)
        self.assertEqual(Notice.everything.filter(key=str(certificate.uuid)).count(), 1)
        mails = OutboxMessage.everything.filter(kind="notice_mail", key__contains=str(certificate.uuid))
        self.assertEqual(mails.count(), 1)


@pytest.mark.postgresql
class WithdrawalRaceTests(RaceCase):
    """The second person agrees in the very moment in which somebody else acts on the same certificate."""

    REASON = "Jawaban ujian disalin dari peserta lain"

    def setUp(self):
        super().setUp()
        self.first, self.second, self.third = (self.officer(n) for n in range(3))
        progress.settle(enrolment=self.places[0])
        self.certificate = Certificate.everything.get(agency=self.agency)
        self.proposal = services.propose_withdrawal(
            certificate=self.certificate, by=self.first, reason=self.REASON
        )  # fmt: skip

    def officer(self, n: int) -> User:
        person = Person.everything.create(name=f"Petugas {n}", agency=self.agency)
        user = User.everything.create(username=f"cert-race-{n}", person=person)
        Grant.everything.create(user=user, role="publisher", agency=self.agency)
        return user

    def approve(self):
        services.approve_withdrawal(withdrawal=Withdrawal.everything.get(pk=self.proposal.pk), by=self.second)

    def race(self, *acts) -> list[bool]:
        """Which of them succeeded; the others were refused and not hurt."""

        def tried(act):
            try:
                act()
            except RecordRefused:
                return False
            return True

        return self.at_once(tried, acts, len(acts))

    def jp(self) -> Decimal:
        return queries.jp_of(self.places[0].learner_id, timezone.localdate().year)[0]

    def assert_holds(self):
        keys = ("I05", "I06", "I06 withdrawn")
        self.assertEqual({key: INVARIANTS[key][1]() for key in keys}, dict.fromkeys(keys, []))

    def test_two_approve_at_once_and_the_jp_go_once(self):
        def other():
            services.approve_withdrawal(withdrawal=Withdrawal.everything.get(pk=self.proposal.pk), by=self.third)

        self.assertEqual(sorted(self.race(self.approve, other)), [False, True])
        self.assertEqual((self.jp(), JPEntry.everything.filter(corrects__isnull=False).count()), (Decimal(0), 1))
        self.assert_holds()

    def test_it_is_withdrawn_or_replaced_but_never_both(self):
        def replace():
            services.replace(certificate=self.certificate, by=self.third, reason=self.REASON)

        withdrawn, replaced = self.race(self.approve, replace)
        self.assertNotEqual(withdrawn, replaced)
        self.assertEqual(self.jp(), Decimal(0) if withdrawn else Decimal(1))
        self.assert_holds()

    def test_hr_corrects_the_line_meanwhile_and_nothing_counts_in_the_end(self):
        line = JPEntry.everything.get(corrects=None, person=self.places[0].learner)
        services.correct_jp(entry=line, by=self.third, reason=self.REASON, to=Decimal("0.5"))

        def correct():
            services.correct_jp(entry=line, by=self.third, reason=self.REASON, to=Decimal(1))

        self.assertTrue(self.race(self.approve, correct)[0])
        self.assertEqual(self.jp(), Decimal(0))
        self.assert_holds()


@pytest.mark.postgresql
class ClaimRaceTests(RaceCase):
    def setUp(self):
        super().setUp()
        self.ani = makers.make_person("Ani Lestari", user=True)
        heads = [makers.make_person(f"Kepala {n}", agency=self.ani.agency, roles=["hr_head"]) for n in range(4)]
        self.heads = [head.user for head in heads]

    def claim(self, n=0):
        day = timezone.localdate().replace(day=1) - timedelta(days=1)
        activity = services.Activity("coaching", f"Sesi {n}", "BPSDM", day, day, amount=2, document="12")
        return services.claim_jp(person=self.ani, activity=activity, by=self.ani.user)

    def refusals(self, act, things) -> int:
        def tried(thing):
            try:
                act(thing)
            except (ClaimUnfit, RecordRefused):
                return 1
            return 0

        return sum(self.at_once(tried, things, 4))

    def test_L71_four_verifiers_at_once_pay_once(self):
        row = self.claim()
        refused = self.refusals(lambda by: services.accept_claim(claim=row, by=by, jp=row.jp), self.heads)
        self.assertEqual((refused, JPEntry.everything.filter(person=self.ani).count()), (3, 1))

    def test_L71_claims_of_one_month_see_each_other(self):
        refused = self.refusals(self.claim, range(4))
        self.assertEqual((refused, JPClaim.everything.filter(person=self.ani).count()), (3, 1))
