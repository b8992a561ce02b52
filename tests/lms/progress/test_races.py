"""L65: two tabs, eight tabs, all units at the same moment: the course is completed, and completed once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

from django.db import connections
from django.test import TransactionTestCase
from django.utils import timezone

from cms.core import sealed
from cms.core.models import AuditEntry, OutboxMessage
from cms.core.patience import patient
from cms.directory.models import Agency, Identity, Notice, Person, User
from lms.catalogue.models import Course, Release
from lms.enrolment.models import CourseRun, Enrolment, EnrolmentEvent
from lms.progress import services
from lms.progress.models import UnitProgress
from lms.records.models import Certificate, CertificateEvent, CompletionRecord, JPEntry

TABS = 8
# What the test writes, the dependent first; nothing else of the shared test database is touched.
WRITTEN = (
    CertificateEvent, Certificate, JPEntry, CompletionRecord, UnitProgress, EnrolmentEvent, Enrolment, CourseRun,
    Notice, OutboxMessage, AuditEntry, Release, Course, Identity, User, Person, Agency,
)  # fmt: skip


class TabsTests(TransactionTestCase):
    def setUp(self):
        self.before = {model: set(model.everything.values_list("pk", flat=True)) for model in WRITTEN}
        agency = Agency.everything.create(code="tabs", name="Pemerintah Kota Surabaya", kind="city")
        user = User.everything.create(username="tabs")
        course = Course.everything.create(agency=agency, code="T1", slug="tabs", title="Melayani warga")
        self.keys = [str(uuid4()) for _tab in range(TABS)]
        units = [
            {"key": key, "title": f"Unit {n}", "required": True, "blob": "0" * 64, "minutes": 5, "checks": 0}
            for n, key in enumerate(self.keys, 1)
        ]
        release = Release.everything.create(
            course=course, number=1, kind="major", title=course.title, promise="", jp=1, minutes=45,
            rules={"exam": False, "sequential": False, "pass_score": 70}, facts={"competencies": []},
            outline=[{"key": "m", "title": "M", "jp": "1", "units": units}], digest="1" * 64, released_by=user,
        )  # fmt: skip
        today = timezone.localdate()
        run = CourseRun.everything.create(
            course=course, release=release, agency=agency, number=1, name="Angkatan I", starts_on=today,
            ends_on=today + timedelta(days=9), enrol_from=today, enrol_until=today + timedelta(days=9),
        )  # fmt: skip
        ani = Person.everything.create(name="Ani Lestari", agency=agency)
        self.place = Enrolment.everything.create(
            run=run, course=course, release=release, learner=ani, agency_then=agency, units_total=TABS
        )

    def _fixture_teardown(self):
        # Not flush(): it would take the first pages with it, and sealed tables refuse it.
        with sealed.lifted(reason="test teardown"):
            for model in WRITTEN:
                rows = model.everything.exclude(pk__in=self.before[model])
                rows._raw_delete(rows.db)

    def finish_at_once(self, keys):
        start = Barrier(len(keys))
        finish = patient(services.finish_unit)

        def tab(key):
            try:
                place = Enrolment.everything.get(pk=self.place.pk)  # as the tab knew it before any other finished
                start.wait(timeout=30)
                finish(enrolment=place, unit_key=key)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(keys)) as pool:
            list(pool.map(tab, keys))
        self.place.refresh_from_db()

    def test_L65_every_unit_in_a_tab_of_its_own_completes_the_course_once(self):
        self.finish_at_once(self.keys)
        self.assertEqual((self.place.units_done, self.place.state), (TABS, "completed"))
        self.assertEqual(CompletionRecord.everything.filter(enrolment=self.place).count(), 1)
        self.assertEqual(Certificate.everything.filter(record__enrolment=self.place).count(), 1)

    def test_one_unit_clicked_in_eight_tabs_counts_once(self):
        self.finish_at_once([self.keys[0]] * TABS)
        self.assertEqual((self.place.units_done, self.place.state), (1, "active"))
        self.assertEqual(UnitProgress.everything.filter(enrolment=self.place).count(), 1)
