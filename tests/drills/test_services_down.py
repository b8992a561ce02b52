"""I19: with broker, cache, mail or signer down people still read, answer and complete; only the side effect is late."""

import contextlib

import pytest
from django.core import mail
from django.test import TestCase, override_settings
from django.urls import reverse

from cms.core import outbox
from cms.core.models import OutboxMessage
from cms.directory.services import notify
from lms.progress import services as progress
from lms.records.models import Certificate, CertificateFile
from tests import makers
from tests.drills import machines

DEAD = "redis://127.0.0.1:1/0"  # nobody listens on port 1
State = OutboxMessage.State


def test_I19_without_broker_people_read_and_complete_and_the_sweep_makes_it_good(house):
    learner = house.tell("learner_before_the_end")
    house.web(CELERY_BROKER_URL=DEAD)
    assert house.get("/kursus/").status == 200
    sent = house.request(
        "POST", learner["finish"], "csrfmiddlewaretoken=" + "c" * 32,
        headers={"Cookie": learner["cookie"], "Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert sent.status == 302
    award = house.tell("award_of", learner["place"])
    assert award["file"] is False
    page = house.get(award["page"], Cookie=learner["cookie"])
    assert page.status == 200
    assert "sedang" in page.body.decode()
    house.tell("sweep")  # the broker is back, or the clock comes by
    assert house.tell("award_of", learner["place"])["file"] is True
    house.assert_invariants_hold()


@pytest.mark.parametrize("broker", ["filesystem://", "amqp://guest:guest@127.0.0.1:5672//", "redis://127.0.0.1:6379/9"])
def test_I10_a_real_worker_hears_the_hint_on_every_broker(broker, house):
    port = broker.rpartition(":")[2].split("/")[0]
    if port and not machines.listens(int(port)):
        pytest.skip(f"no broker on port {port}; .ci/run starts it")
    worker = house.worker("fast", CELERY_BROKER_URL=broker)
    key = f"{house.port}"
    house.tell("ask", key, CELERY_BROKER_URL=broker)

    def done() -> bool:
        assert worker.process.poll() is None, worker.said
        return [row["state"] for row in house.tell("outbox") if row["key"] == key] == ["done"]

    machines.until(done, what=worker.said)


class MailTests(TestCase):
    @override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1
    )
    def test_I19_without_mail_the_notice_is_there_and_the_mail_comes_later(self):
        person = makers.make_person(user=True)
        person.user.email = "ani@example.go.id"
        person.user.save()
        notify(person_id=person.pk, kind="drill", key="1", text="Kelas mulai besok.")
        with self.assertLogs("cms.core.outbox", "ERROR"):
            outbox.deliver_all()
        row = OutboxMessage.everything.get(kind="notice_mail")
        self.assertEqual((row.state, row.tries), (State.WAITING, 1))
        self.assertEqual(person.notices.count(), 1)
        OutboxMessage.everything.update(send_after=row.recorded_at)
        with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
            outbox.deliver_all()
            outbox.deliver_all()
        self.assertEqual([message.to for message in mail.outbox], [["ani@example.go.id"]])


class SignerTests(TestCase):
    def test_I19_without_signer_the_course_is_completed_and_the_file_comes_later(self):
        place = makers.make_enrolment()
        for unit in place.release.units:
            progress.finish_unit(enrolment=place, unit_key=unit["key"])
        award = Certificate.everything.get(record__enrolment=place)
        with override_settings(BESTARI_SIGNING_FOLDER="/proc/no-such-folder"), self.assertLogs(level="ERROR"):
            outbox.deliver_all()
        self.assertFalse(CertificateFile.everything.filter(certificate=award).exists())
        self.client.force_login(place.learner.user)
        page = self.client.get(reverse("records:certificate", args=[award.uuid]))
        self.assertEqual(page.status_code, 200)
        OutboxMessage.everything.update(send_after=award.record.completed_at)
        outbox.deliver_all()
        self.assertTrue(CertificateFile.everything.filter(certificate=award).exists())

    def test_C03_the_task_delivered_three_times_makes_one_file(self):
        place = makers.make_enrolment()
        for unit in place.release.units:
            progress.finish_unit(enrolment=place, unit_key=unit["key"])
        for _time in range(3):
            OutboxMessage.everything.filter(kind="render_certificate").update(state=State.WAITING)
            outbox.deliver_all()
        self.assertEqual(CertificateFile.everything.filter(certificate__record__enrolment=place).count(), 1)


class CacheTests(TestCase):
    @override_settings(CACHES={"default": {"BACKEND": "cms.core.caches.FallbackCache", "LOCATION": DEAD}})
    def test_I19_without_cache_every_page_answers(self):
        from django.core.cache import cache

        with contextlib.suppress(KeyError):
            cache.set("a", 1)
        self.assertEqual(cache.get("a"), 1)
        place = makers.make_enrolment()
        self.client.force_login(place.learner.user)
        for path in ("/", "/kursus/", "/beranda/", reverse("player:resume", args=[place.uuid])):
            self.assertLess(self.client.get(path).status_code, 400, path)
