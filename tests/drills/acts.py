"""What a drill does inside its own house: run as ``python -m tests.drills.acts NAME ...``; prints one line of JSON."""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402  models only after setup
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from cms.core import outbox as outbox_of_core  # noqa: E402
from cms.core import sweeps  # noqa: E402
from cms.core.models import OutboxMessage  # noqa: E402
from lms.assessment import services as assessment  # noqa: E402
from lms.assessment.models import Attempt, GradeEntry  # noqa: E402
from lms.enrolment.models import Enrolment  # noqa: E402
from lms.progress import services as progress  # noqa: E402
from lms.records.models import Certificate  # noqa: E402
from tests import earlier, makers  # noqa: E402
from tests.lms.assessment import makers as exams  # noqa: E402


def cookies_of(user) -> str:
    client = Client()
    client.force_login(user)
    session = client.session
    session["second_factor"] = True
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={'c' * 32}"


def exam_takers(count: str) -> list[dict]:
    """People who have begun an exam, with what a browser of theirs would send."""
    release = exams.make_exam_release()
    takers = []
    for _n in range(int(count)):
        place = exams.make_ready(learner=makers.make_person(user=True), release=release)
        attempt = assessment.start(enrolment=place, by=None)
        takers.append({
            "attempt": str(attempt.uuid), "slots": len(attempt.layout), "cookie": cookies_of(place.learner.user),
        })  # fmt: skip
    return takers


def work_of_the_release_before(point: str) -> dict:
    """A class in the middle of its work and somebody with a certificate, at the schema of the release before."""
    exam_takers("3")
    done = makers.make_enrolment()
    for unit in done.release.units:
        progress.finish_unit(enrolment=done, unit_key=unit["key"])
    place = Attempt.everything.first().enrolment
    GradeEntry.everything.create(enrolment=place, item="exam", score=80, reason="override")
    Enrolment.everything.filter(pk=place.pk).update(score=80)
    earlier.step_back(getattr(earlier, point))
    return counts_of_rows()


def counts_of_rows() -> dict:
    """{table: rows} of what the release before knew."""
    with connection.cursor() as cursor:
        counts = {}
        for model in earlier.models().values():
            cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
            counts[model._meta.db_table] = cursor.fetchone()[0]
    return counts


def answers() -> dict:
    """What the database holds: {attempt: [save_seq, answers]}."""
    rows = Attempt.everything.values_list("uuid", "save_seq", "answers")
    return {str(uuid): [seq, kept] for uuid, seq, kept in rows}


def settings_of_connection() -> dict:
    """How safely this connection writes."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "mmap_size", "busy_timeout")
            return {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in names}
        names = (
            "fsync", "full_page_writes", "synchronous_commit", "statement_timeout", "lock_timeout",
            "idle_in_transaction_session_timeout",
        )  # fmt: skip
        found = {}
        for name in names:
            cursor.execute("SELECT current_setting(%s)", [name])
            found[name] = cursor.fetchone()[0]
        return found


def learner_before_the_end() -> dict:
    """Somebody with one unit left, and where her browser would send 'done'."""
    place = makers.make_enrolment()
    units = [unit["key"] for unit in place.release.units]
    for key in units[:-1]:
        progress.finish_unit(enrolment=place, unit_key=key)
    finish = reverse("player:finish", args=[place.uuid, units[-1]])
    return {"cookie": cookies_of(place.learner.user), "finish": finish, "place": place.pk}


def award_of(place: str) -> dict:
    """The certificate of a completed place, and whether its file is there."""
    row = Certificate.everything.get(record__enrolment=place)
    return {"page": reverse("records:certificate", args=[row.uuid]), "file": hasattr(row, "file")}


def ask(key: str) -> list:
    """Ask for a side effect that touches nothing: the mail of a notice that nobody has."""
    outbox_of_core.put("notice_mail", key, {"person": 0, "kind": "drill", "key": key})
    return outbox()


def sweep() -> list:
    """What the clock does every few seconds, and the worker it wakes."""
    sweeps.run_all()
    outbox_of_core.deliver_all()
    return outbox()


def outbox() -> list:
    return list(OutboxMessage.everything.order_by("pk").values("kind", "key", "state", "tries", "fault"))


def main(name: str, *words: str) -> None:
    sys.stdout.write("\n" + json.dumps(globals()[name](*words), default=str) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
