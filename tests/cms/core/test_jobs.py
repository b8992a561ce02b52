"""Long jobs: stopped in the middle and started again they do everything once."""

import time
from datetime import timedelta
from types import SimpleNamespace
from unittest import mock

from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from cms.core import jobs
from cms.core.models import LongJob
from tests import makers


class JobTests(TestCase):
    def setUp(self):
        self.done, self.stops_at = [], None
        jobs.HANDLERS["test"] = self._work
        self.addCleanup(jobs.HANDLERS.pop, "test")
        self.ani = makers.make_person(user=True).user

    def _work(self, job):
        for n in range(5):
            if n in self.done:
                continue
            if n == self.stops_at:
                raise RuntimeError("power cut")
            self.done.append(n)
            yield len(self.done)

    def job(self) -> LongJob:
        return jobs.start(kind="test", by=self.ani, agency_id=None, payload={"title": "Uji"}, total=5)

    def state(self, job) -> tuple:
        job.refresh_from_db()
        return job.state, job.done

    def test_a_job_stopped_in_the_middle_goes_on_from_there(self):
        job, self.stops_at = self.job(), 3
        jobs.run(job.pk)
        self.assertEqual(self.state(job), ("failed", 3))
        self.stops_at = None
        jobs.again(job)
        jobs.run(job.pk)
        self.assertEqual((self.state(job), self.done), (("done", 5), [0, 1, 2, 3, 4]))

    def test_a_second_worker_leaves_a_running_job_alone(self):
        job = self.job()
        LongJob.everything.filter(pk=job.pk).update(state="running", touched_at=timezone.now())
        self.assertFalse(jobs.run(job.pk))
        self.assertEqual(self.done, [])

    def test_a_job_left_by_a_killed_worker_is_found_by_the_sweep(self):
        job = self.job()
        LongJob.everything.filter(pk=job.pk).update(
            state="running", touched_at=timezone.now() - jobs.STUCK_AFTER - timedelta(seconds=1)
        )
        self.assertEqual([row.pk for row in jobs.open_jobs()], [job.pk])
        self.assertTrue(jobs.run(job.pk))
        self.assertEqual(self.state(job), ("done", 5))

    def test_a_finished_job_is_not_run_again(self):
        job = self.job()
        jobs.run(job.pk)
        self.assertFalse(jobs.run(job.pk))

    def test_whoever_was_silent_too_long_finds_the_other_at_work_and_stops(self):
        job, second = self.job(), []

        def work(row):
            if not second:
                second.append(None)
                # This worker slept, machine and all; another one takes the job and does it.
                LongJob.everything.filter(pk=job.pk).update(touched_at=timezone.now() - 2 * jobs.STUCK_AFTER)
                self.assertTrue(jobs.run(job.pk))
                yield 1
                self.done.append("twice")
            yield from self._work(row)

        jobs.HANDLERS["test"] = work
        with self.assertLogs("cms.core.jobs", "WARNING"):
            self.assertFalse(jobs.run(job.pk))
        self.assertEqual((self.state(job), self.done), (("done", 5), [0, 1, 2, 3, 4]))


class LongStepTests(TransactionTestCase):
    """The signs of life come from a thread with a connection of its own: real commits."""

    def _fixture_teardown(self):
        LongJob.everything.filter(kind="long step").delete()

    def test_a_step_longer_than_the_limit_is_not_taken_by_a_second_worker_while_the_first_lives(self):
        begun, second = [], []

        def work(row):
            begun.append(row.pk)
            time.sleep(3 * limit.total_seconds())
            second.append(jobs.run(row.pk))
            yield 1

        jobs.HANDLERS["long step"] = work
        self.addCleanup(jobs.HANDLERS.pop, "long step")
        job = jobs.start(kind="long step", by=SimpleNamespace(pk=1), agency_id=None, payload={}, total=1)
        limit = timedelta(seconds=0.8)
        with mock.patch.object(jobs, "STUCK_AFTER", limit), mock.patch.object(jobs, "BEAT", 0.1):
            self.assertTrue(jobs.run(job.pk))
        self.assertEqual((begun, second), ([job.pk], [False]))
        job.refresh_from_db()
        self.assertEqual((job.state, job.done), ("done", 1))
