"""L66: whatever happens, in whatever order, no percentage falls and no completion date moves.

Hypothesis draws a story: units finished, the course released anew (a unit more, one less, one made required), runs
opened and closed, places given up and taken again, the course taken a second time, settled again and again. After each
step every place that existed before is compared with what it was.
"""

from contextlib import suppress
from datetime import timedelta

from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from lms.catalogue import services as catalogue
from lms.catalogue.models import CoursePage, UnitPage
from lms.enrolment import services as enrolment
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.models import CourseRun, Enrolment
from lms.progress import queries
from lms.progress import services as progress
from lms.records.models import CompletionRecord, JPEntry
from tests import makers
from tests.lms.player.makers import make_course_of


def standing(place: Enrolment) -> dict:
    return {
        "percent": place.percent,
        "units": queries.done_keys(place),
        "completed_at": place.completed_at,
        "release": place.release_id,
    }


class Story(RuleBasedStateMachine):
    """One course, one learner, many days."""

    @initialize()
    def begin(self):
        release = make_course_of(units=3)
        self.course = release.course
        self.author = self.course.agency.people.get(name="Bambang Penulis").user
        self.publisher = self.course.agency.people.get(name="Pratiwi Penerbit").user
        self.ani = makers.make_person(user=True)
        self.seen: dict[int, dict] = {}
        self.records: dict[int, tuple] = {}
        self.edits = 0
        self._open()
        self.take_a_place()

    def _open(self):
        today = timezone.localdate()
        self.run = enrolment.open_run(
            course=self.course, agency=self.course.agency, by=None, name="Angkatan", starts_on=today,
            ends_on=today + timedelta(days=30),
        )  # fmt: skip

    def _places(self):
        return list(Enrolment.everything.filter(course=self.course))

    @rule(at=st.integers(0, 3))
    def finish_a_unit(self, at):
        for place in self._places():
            if place.state in ("active", "completed"):
                units = place.release.units
                progress.finish_unit(enrolment=place, unit_key=units[at % len(units)]["key"])

    @rule()
    def settle_again(self):
        for place in self._places():
            progress.settle(enrolment=place)

    @rule(title=st.sampled_from(["Awal", "Tengah", "Akhir"]), optional=st.booleans())
    def edit_and_release(self, title, optional):
        self.edits += 1
        page = CoursePage.objects.get(course=self.course)
        unit = UnitPage.objects.child_of(page).order_by("path").first().get_latest_revision_as_object()
        unit.title, unit.required = f"{title} {self.edits}", not optional
        unit.save_revision(user=self.author)
        review = catalogue.submit(course=self.course, by=self.author)
        catalogue.approve(review=review, by=self.publisher)
        self.course.refresh_from_db()

    @rule()
    def another_run(self):
        self._open()

    @rule()
    def close_and_reopen(self):
        enrolment.close_run(run=self.run, by=None)
        enrolment.reopen_run(run=self.run, by=None)

    @rule()
    def take_a_place(self):
        with suppress(EnrolmentRefused):  # she has one, or the run is closed
            enrolment.enrol(run=self.run, learner=self.ani, by=None)

    @rule()
    def give_it_up(self):
        for place in self._places():
            if place.state in ("active", "waiting"):
                enrolment.cancel(enrolment=place, by=None, reason="Dinas luar")

    @rule()
    def the_run_ends(self):
        CourseRun.everything.filter(pk=self.run.pk).update(state=CourseRun.State.CLOSED)

    @invariant()
    def nothing_fell(self):
        for place in self._places():
            now, before = standing(place), self.seen.get(place.pk)
            if before:
                assert now["percent"] >= before["percent"]
                assert now["units"] >= before["units"]
                assert now["release"] == before["release"]
                assert before["completed_at"] in (None, now["completed_at"])
            self.seen[place.pk] = now

    @invariant()
    def records_only_grow(self):
        now = {row.pk: (row.completed_at, row.jp) for row in CompletionRecord.everything.filter(course=self.course)}
        assert self.records.items() <= now.items()
        self.records = now
        assert set(self.seen) >= {r.enrolment_id for r in CompletionRecord.everything.filter(course=self.course)}
        assert all(entry.jp > 0 for entry in JPEntry.everything.filter(person=self.ani))


class MonotoneTests(HypothesisCase):
    def test_L66_no_order_of_events_lowers_a_percentage_or_moves_a_completion_date(self):
        run_state_machine_as_test(
            Story,
            settings=settings(
                max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
