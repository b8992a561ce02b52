"""A fresh angkatan on a grown base: new people with accounts, all on one run, for exams and other crowds."""

import random
import uuid
from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from cms.directory.models import Position
from lms.catalogue.models import Course
from lms.enrolment.models import CourseRun, Enrolment
from lms.player.management.growth import bulk, people
from lms.player.management.growth.courses import GrownCourse
from lms.player.management.growth.places import Place, load_places


def open_run(course: Course) -> CourseRun:
    """One more run of ``course``, open since yesterday, without limit of seats."""
    today = timezone.localdate()
    last = CourseRun.everything.filter(course=course).aggregate(last=Max("number"))["last"] or 0
    return CourseRun.everything.create(
        course=course, release_id=course.current_release_id, agency=course.agency, number=last + 1,
        name=f"Angkatan {last + 1}", starts_on=today - timedelta(days=1), ends_on=today + timedelta(days=30),
        enrol_from=today - timedelta(days=1), enrol_until=today + timedelta(days=30), timezone=course.agency.timezone,
        state=CourseRun.State.RUNNING,
    )  # fmt: skip


def cohort(*, course: Course, count: int, ready: bool, dice: random.Random) -> CourseRun:
    """``count`` new people on a new run of ``course``; with ``ready`` every unit is done and only the exam is left."""
    bulk.without_time_limit()
    run, now = open_run(course), timezone.now()
    posts = list(Position.everything.filter(agency=course.agency))
    home = people.House(course.agency, posts)
    crowd = people.people(count, [home], dice, timezone.localdate())
    first = bulk.next_pk(Enrolment)
    total = len(course.current_release.units)
    places = [
        Place(first + n, bulk.uuid4(dice), run, someone, Enrolment.State.ACTIVE, now - timedelta(hours=20),
              done=total if ready else 0, active_at=now - timedelta(hours=1) if ready else None)
        for n, someone in enumerate(crowd)
    ]  # fmt: skip
    load_places(_shape(course), places)
    return run


def _shape(course: Course) -> GrownCourse:
    release = course.current_release
    return GrownCourse(
        pk=course.pk, release=release.pk, title=course.title, code=course.code, agency=course.agency, modules=[],
        unit_keys=[uuid.UUID(unit["key"]) for unit in release.units], jp=release.jp, competencies=[],
    )  # fmt: skip
