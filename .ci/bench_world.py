"""What the bench needs of the grown base: sessions without typing, fresh cohorts, keys of questions.

Imported after the environment is set, because it starts Django.
"""

import random
import sys
from dataclasses import dataclass

import bench_site

sys.path.insert(0, str(bench_site.ROOT))
import django  # noqa: E402  the path and the environment come first

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402
from django.utils.crypto import get_random_string  # noqa: E402

from cms.core.models import RateHit  # noqa: E402
from cms.directory.backends import SessionStore  # noqa: E402
from cms.directory.models import Grant, PersonNumber, User  # noqa: E402
from lms.catalogue.models import Course, QuestionVersion  # noqa: E402
from lms.enrolment.models import CourseRun, Enrolment  # noqa: E402
from lms.player.management.growth import base, cohorts  # noqa: E402

PASSWORD = "lumbung-padi-di-tepi-sungai"
BACKEND = "cms.directory.backends.NumberOrEmailBackend"


@dataclass(frozen=True)
class Learner:
    """Somebody on a place, with an open session."""

    session: str
    place: Enrolment


def prepare(size: base.Size, seed: int) -> None:
    """Bring the base up to date and grow it once."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    there = base.grown()
    if there not in (None, base.mark_of(seed, size)):
        raise bench_site.Refused(f"The bench base is grown otherwise ({there}); remove its folder to grow it again.")
    if there is None:
        call_command("grow", seed=seed, **vars(size))
    # Counters of earlier runs: every request of a bench comes from this machine.
    RateHit.everything.all().delete()
    SessionStore.get_model_class().objects.all().delete()


def sessions(users: list[User], roles: dict[int, str] | None = None) -> dict[int, str]:
    """Open sessions as the door leaves them: {account key: session key}."""
    rows = {user.pk: _session(user, (roles or {}).get(user.pk, "")) for user in users}
    SessionStore.get_model_class().objects.bulk_create(rows.values())
    return {pk: row.session_key for pk, row in rows.items()}


def _session(user: User, roles: str):
    data = {
        "_auth_user_id": str(user.pk), "_auth_user_backend": BACKEND, "_auth_user_hash": user.get_session_auth_hash(),
        "roles": roles, "signed_in_at": timezone.now().isoformat(), "browser": "Chrome, Linux",
    }  # fmt: skip
    if roles:
        data["second_factor"] = True
    return SessionStore(get_random_string(32, "abcdefghijklmnopqrstuvwxyz0123456789")).create_model_instance(data)


def learners(places: list[Enrolment]) -> list[Learner]:
    """Each place with a session of its learner."""
    users = {user.person_id: user for user in User.everything.filter(person__in={p.learner_id for p in places})}
    keys = sessions(list(users.values()))
    return [Learner(keys[users[p.learner_id].pk], p) for p in places]


def grown_learners(count: int, dice: random.Random) -> list[Learner]:
    """People in the middle of a course, from all over the base."""
    rows = Enrolment.everything.filter(state="active", units_done__range=(2, 27), course__code__startswith="BESAR")
    # Who holds a role may need a second step first.
    rows = rows.filter(learner__user__grants=None)
    keys = dice.sample(list(rows.values_list("pk", flat=True)[:20_000]), count)
    return learners(list(Enrolment.everything.filter(pk__in=keys).select_related("release", "course")))


def cohort(count: int, *, with_exam: bool, ready: bool) -> list[Learner]:
    """A fresh angkatan of fresh people: everything read already when ``ready``, nothing otherwise."""
    course = exam_course() if with_exam else plain_course()
    with transaction.atomic():
        run = cohorts.cohort(course=course, count=count, ready=ready, dice=random.Random())
    return learners(list(Enrolment.everything.filter(run=run).select_related("release", "course").order_by("pk")))


def _grown_courses():
    return Course.everything.filter(code__startswith="BESAR").order_by("pk").select_related("current_release")


def exam_course() -> Course:
    return next(course for course in _grown_courses() if course.current_release.exam)


def plain_course() -> Course:
    return next(course for course in _grown_courses() if not course.current_release.exam)


def slugs(count: int) -> list[str]:
    return list(_grown_courses().values_list("slug", flat=True)[:count])


def run_of(count: int) -> CourseRun:
    """The run whose places come nearest to ``count``."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT run_id FROM enrolment_enrolment GROUP BY run_id ORDER BY abs(count(*) - %s), run_id LIMIT 1",
            [count],
        )
        return CourseRun.everything.get(pk=cursor.fetchone()[0])


def report_run(count: int) -> CourseRun:
    """A run of exactly ``count`` people who have read everything, made once."""
    runs = CourseRun.everything.annotate(places=Count("enrolments")).filter(places=count)
    if run := runs.order_by("pk").first():
        return run
    with transaction.atomic():
        return cohorts.cohort(course=plain_course(), count=count, ready=True, dice=random.Random())


def organiser_of(run: CourseRun) -> tuple[User, str]:
    """An organiser of the run's agency with a session."""
    grant = Grant.everything.live().filter(agency=run.agency, role=Grant.Role.ORGANISER).select_related("user").first()
    return grant.user, sessions([grant.user], {grant.user_id: Grant.Role.ORGANISER})[grant.user_id]


def sign_ins(count: int) -> list[str]:
    """Numbers of people whose account takes PASSWORD from now on."""
    users = list(User.everything.filter(is_demo=True, grants=None).exclude(person=None).order_by("pk")[:count])
    User.everything.filter(pk__in=[user.pk for user in users]).update(password=make_password(PASSWORD))
    people = [user.person_id for user in users]
    return list(PersonNumber.everything.filter(person__in=people).values_list("value", flat=True))


def right_answers(course: Course) -> dict[int, object]:
    """{question version: right answer} of the course's pool."""
    rows = QuestionVersion.everything.filter(course=course)
    return {q.pk: q.key["right"] if q.kind == "multiple" else q.key["right"][0] for q in rows}


def fresh_numbers(count: int) -> tuple[CourseRun, list[str]]:
    """An open run without limit, and the numbers of people who have never been on its course.

    The emptiest course: measuring fills it, and the base is kept.
    """
    course = _grown_courses().annotate(places=Count("enrolments")).order_by("places", "pk").first()
    run = cohorts.open_run(course)
    taken = Enrolment.everything.filter(course=course).values("learner")
    rows = PersonNumber.everything.filter(valid_to=None, person__legal_status="01").exclude(person__in=taken)
    return run, list(rows.values_list("value", flat=True)[:count])


def broken_invariants() -> int:
    """How many invariants do not hold; each breach is printed."""
    from cms.core.invariants import INVARIANTS

    broken = 0
    for key, (_sentence, question) in sorted(INVARIANTS.items()):
        for breach in question()[:3]:
            broken += 1
            print(f"\n    {key}: {breach}", end="")
    return broken
