"""The page of a long job: its owner's, nobody else's."""

from django.test import TestCase
from django.urls import reverse

from cms.core import files
from cms.core.models import LongJob
from tests import makers


class JobPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = makers.make_person("Ani", user=True).user
        cls.citra = makers.make_person("Citra", user=True).user
        cls.job = LongJob.everything.create(
            kind="test", owner_id=cls.ani.pk, payload={"title": "Sertifikat Angkatan 1"}, total=40, done=12,
            state="running",
        )  # fmt: skip

    def get(self, name="job", user=None):
        self.client.force_login(user or self.ani)
        return self.client.get(reverse(f"pages:{name}", args=[self.job.uuid]))

    def test_it_says_how_far_the_job_is(self):
        response = self.get()
        self.assertContains(response, "12 of 40 done")
        self.assertContains(response, "You may close this page")

    def test_Z01_citra_finds_nothing(self):
        for name in ("job", "job_result"):
            self.assertEqual(self.get(name, self.citra).status_code, 404)
        answer = self.client.post(reverse("pages:job_again", args=[self.job.uuid]))
        self.assertEqual(answer.status_code, 404)

    def test_a_failed_job_can_go_on(self):
        LongJob.everything.filter(pk=self.job.pk).update(state="failed")
        self.client.force_login(self.ani)
        self.client.post(reverse("pages:job_again", args=[self.job.uuid]))
        self.assertEqual(LongJob.everything.get(pk=self.job.pk).state, "waiting")

    def test_I16_a_result_is_an_attachment(self):
        digest = files.keep(b"<script>", kind="application/zip")
        LongJob.everything.filter(pk=self.job.pk).update(result_digest=digest, payload={"file_name": "berkas.zip"})
        response = self.get("job_result")
        self.assertEqual(response["Content-Disposition"], 'attachment; filename="berkas.zip"')
        self.assertEqual(response.content, b"<script>")
