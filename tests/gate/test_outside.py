"""What comes from outside the forms: jobs, proxies, links, guesses (Z12, N02, N05, C03, C04, C05, C08)."""

import re
from pathlib import Path
from unittest import mock

from django.test import TestCase, override_settings
from django.urls import reverse

from cms.core import jobs, outbox
from cms.core.models import LongJob, OutboxMessage, RateHit
from cms.directory import services as directory
from cms.directory.models import Grant, Notice
from lms.catalogue import queries as frozen
from lms.catalogue.rules import lint
from lms.progress import services as progress
from lms.records import services as records
from lms.records.models import Certificate, CertificateFile
from lms.records.services import papers
from tests import makers
from tests.gate.people import WorldCase, ask, client_of
from tests.gate.routes import BY_NAME


class JobScopeTests(WorldCase):
    """Z12: a job that was handed keys of another agency does nothing."""

    def state_of(self, job) -> str:
        jobs.run(job.pk)
        job.refresh_from_db()
        return job.state

    def setUp(self):
        super().setUp()
        self.made = CertificateFile.everything.count()

    def test_Z12_a_job_with_a_run_of_another_agency_fails_closed(self):
        citra = self.away.who["organiser"].user
        for agency in (self.away.owner.pk, self.home.owner.pk):
            job = jobs.start(
                kind="certificates",
                by=citra,
                agency_id=agency,
                payload={"run": self.home.run.pk, "title": "x", "back": "/"},
            )
            with self.subTest(agency=agency), self.assertLogs("cms.core.jobs", "ERROR"):
                self.assertEqual(self.state_of(job), "failed")
        self.assertEqual(CertificateFile.everything.count(), self.made)
        self.assertFalse(Notice.everything.filter(person=citra.person, kind="job").exists())

    def test_Z12_I15_a_role_that_ended_stops_the_job_that_waits(self):
        organiser = self.home.who["organiser"].user
        job = records.start_render_run(run=self.home.run, by=organiser)
        directory.revoke(grant=Grant.everything.get(user=organiser), by=None, reason="uji")
        with self.assertLogs("cms.core.jobs", "ERROR"):
            self.assertEqual(self.state_of(job), "failed")

    def test_Z12_I15_another_role_in_the_agency_does_not_carry_the_job_on(self):
        organiser = self.home.who["organiser"].user
        job = records.start_render_run(run=self.home.run, by=organiser)
        directory.revoke(grant=Grant.everything.get(user=organiser), by=None, reason="uji")
        directory.grant(user=organiser, role="author", agency=self.home.owner, by=None, reason="uji")
        with self.assertLogs("cms.core.jobs", "ERROR"):
            self.assertEqual(self.state_of(job), "failed")

    def test_Z12_Z01_a_job_is_seen_by_its_owner_alone(self):
        job = records.start_render_run(run=self.home.run, by=self.home.who["organiser"].user)
        for browser in (self.away_browsers["organiser"], self.home_browsers["hr_head"]):
            for name in ("pages:job", "pages:job_result"):
                self.assertEqual(browser.get(reverse(name, args=[job.uuid])).status_code, 404)
            self.assertEqual(browser.post(reverse("pages:job_again", args=[job.uuid])).status_code, 404)

    def test_Z12_unknown_keys_are_no_fault_of_the_sweep(self):
        self.assertFalse(jobs.run(0))
        outbox.put("render_certificate", "tidak-ada", {"certificate": 0})
        outbox.put("notice_mail", "tidak-ada", {"person": 0, "kind": "x", "key": "x"})
        outbox.deliver_all()
        self.assertFalse(OutboxMessage.everything.filter(state="failed").exists())
        self.assertEqual(LongJob.everything.filter(state="running").count(), 0)


class ProxyTests(WorldCase):
    def test_N02_forwarded_words_from_outside_change_nothing(self):
        forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example"}
        for route in (BY_NAME["account_login"], BY_NAME["catalogue:list"], BY_NAME["directory:use_code"]):
            with self.subTest(route=route.name):
                answer = self.client.get(route.url(self.home), headers=forged)
                self.assertEqual(answer.status_code, 200)
                self.assertNotContains(answer, "evil.example")
                self.assertFalse(answer.wsgi_request.is_secure())
                self.assertEqual(answer.wsgi_request.get_host(), "testserver")

    def test_N02_a_forged_place_of_the_site_shifts_no_address(self):
        """SCRIPT_NAME, which gunicorn reads from a header of a proxy on its own machine."""
        for script in ("/x", "//evil.example"):
            for name, browser in (("account_login", self.client), ("player:home", self.home_browsers["owner"])):
                with self.subTest(script=script, name=name):
                    answer = browser.get(reverse(name), SCRIPT_NAME=script)
                    self.assertEqual(answer.status_code, 200)
                    self.assertNotContains(answer, f'"{script}/')
                    self.assertEqual(answer.wsgi_request.path, reverse(name))

    def test_N02_a_forged_host_is_400_everywhere(self):
        for host in ("evil.example", "testserver.evil.example", "testserver:80@evil.example"):
            for name in ("pages:home", "account_login", "records:verify", "player:home"):
                with self.subTest(host=host, name=name):
                    self.assertEqual(self.client.get(reverse(name), headers={"Host": host}).status_code, 400)

    def test_N02_a_forged_address_does_not_reset_a_count(self):
        RateHit.everything.all().delete()
        url = reverse("records:verdict", args=["A" * 16])
        answers = [self.client.get(url, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(32)]
        self.assertEqual(answers[-1], 429)

    @override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
    def test_N02_behind_the_proxy_each_visitor_has_a_count_of_his_own(self):
        RateHit.everything.all().delete()
        url = reverse("records:verdict", args=["A" * 16])
        answers = {self.client.get(url, headers={"X-Forwarded-For": f"192.0.2.{n}"}).status_code for n in range(40)}
        self.assertEqual(answers, {404})


class GuessTests(WorldCase):
    def test_C05_every_miss_says_the_same_and_guessing_ends_at_429(self):
        RateHit.everything.all().delete()
        missing = ("A" * 16, "0" * 16, "abcd-efgh", "x", "B" * 64)
        answers = [self.client.get(reverse("records:verdict", args=[code])) for code in missing]
        self.assertEqual([answer.status_code for answer in answers], [404] * len(missing))
        pages = set()
        for code, answer in zip(missing, answers, strict=True):
            # Its own address (for the other language) and the number of the request are all that differs.
            text = answer.content.decode().replace(answer.headers["X-Request-Id"], "")
            pages.add(text.replace(f"/periksa/{code}/", ""))
        self.assertEqual(len(pages), 1)
        last = [self.client.get(reverse("records:verdict", args=["C" * 16])) for _n in range(30)][-1]
        self.assertEqual(last.status_code, 429)
        self.assertGreater(int(last.headers["Retry-After"]), 0)
        # Whoever holds a certificate is not kept out by somebody's guessing.
        self.assertEqual(
            self.client.get(reverse("records:verdict", args=[self.home.certificate.code])).status_code, 200
        )

    def test_C05_a_hit_in_any_writing_shows_five_facts_and_no_more(self):
        code = self.home.certificate.code
        spaced = "-".join(code[n : n + 4] for n in range(0, 16, 4))
        for typed in (code, code.lower(), spaced, spaced.lower().replace("-", " ")):
            with self.subTest(typed=typed):
                answer = ask(self.client, BY_NAME["records:verdict"], reverse("records:verdict", args=[typed]), "GET")
                self.assertContains(answer, self.home.who["owner"].name)
                for secret in (self.home.who["owner"].numbers.get().value, "Pranata", self.home.employer.name):
                    self.assertNotContains(answer, secret)


class LinkTests(TestCase):
    def test_N05_an_author_s_link_is_never_fetched_by_us(self):
        """Lint reads the words of a link; nothing of ours opens an address that a person typed."""
        links = (
            "http://127.0.0.1:22/", "http://169.254.169.254/latest", "file:///etc/passwd", "http://user@10.0.0.1/",
            "gopher://x", "//evil.example/x", "http://[::1]/",
        )  # fmt: skip
        unit = {"key": "k", "title": "U", "minutes": 5, "practice": 0, "words": 600, "checks": [], "images": []}
        course = {"title": "K", "jp": 1, "exam": {}, "modules": [{"title": "M", "units": ["k"]}], "claims": []}
        with mock.patch("socket.socket.connect", side_effect=AssertionError("a connection was opened")):
            for link in links:
                with self.subTest(link=link):
                    lint(course, [{**unit, "links": [link]}], [])

    def test_N05_nothing_of_ours_can_open_an_address(self):
        doors = r"urllib\.request|urllib3|http\.client|requests|httpx|aiohttp|socket|ftplib|pycurl"
        opens = re.compile(rf"^\s*(?:from|import) (?:{doors})\b", re.M)
        root = Path(__file__).resolve().parents[2]
        files = [file for part in ("cms", "lms", "talent") for file in sorted((root / part).rglob("*.py"))]
        self.assertGreater(len(files), 100)
        self.assertEqual([str(file) for file in files if opens.search(file.read_text(encoding="utf-8"))], [])

    def test_N05_no_embed_is_fetched(self):
        author = makers.make_person("Bambang", roles=["author"])
        makers.make_course(agency=author.agency)
        client = client_of(author)
        with mock.patch("socket.socket.connect", side_effect=AssertionError("a connection was opened")):
            for path in ("chooser/", "chooser/upload/"):
                data = {"embed-chooser-url": "http://169.254.169.254/latest", "url": "http://169.254.169.254/latest"}
                self.assertLess(client.post(f"/tata-kelola/embeds/{path}", data).status_code, 500)


class TwoEditorsTests(WorldCase):
    def test_C04_the_second_author_sees_the_conflict_and_both_texts(self):
        route = BY_NAME["catalogue:question"]
        seen = route.body(self.home)
        first, second = client_of(self.home.who["author"]), client_of(self.home.who["publisher"])
        url = route.url(self.home)
        self.assertEqual(first.post(url, seen | {"text": "Pertanyaan dari Bambang?"}).status_code, 302)
        answer = second.post(url, seen | {"text": "Pertanyaan dari Pratiwi?"})
        self.assertContains(answer, "Pertanyaan dari Pratiwi?", status_code=409)
        self.assertContains(answer, "Bambang?", status_code=409)  # word by word beside her own
        page = type(self.home.draft.page).objects.get(pk=self.home.draft.page_id)
        kept = page.get_latest_revision_as_object().questions[0]["text"]
        self.assertEqual(kept, "Pertanyaan dari Bambang?")


class CertificateTaskTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        for kept in (frozen.release_by_id, frozen.unit_blob, frozen.checks_of):
            kept.cache_clear()
        cls.run_ = makers.make_run(release=makers.make_release(units=1))
        cls.places = [makers.make_enrolment(run=cls.run_) for _n in range(5)]
        for place in cls.places:
            progress.finish_unit(enrolment=place, unit_key=place.release.units[0]["key"])

    def test_C03_a_task_delivered_three_times_makes_one_file_one_number_one_notice(self):
        certificate = Certificate.everything.order_by("pk").first()
        for _time in range(3):
            records.render({"certificate": certificate.pk})
            outbox.deliver_all()
        self.assertEqual(CertificateFile.everything.filter(certificate=certificate).count(), 1)
        self.assertEqual(Certificate.everything.filter(record=certificate.record).count(), 1)
        self.assertEqual(Notice.everything.filter(key=str(certificate.uuid)).count(), 1)
        self.assertEqual(OutboxMessage.everything.filter(key=str(certificate.uuid)).count(), 1)

    def test_C08_a_batch_stopped_in_the_middle_and_started_again_gives_everybody_one(self):
        agency = self.run_.agency
        organiser = makers.make_person("Hendra", agency=agency, roles=["organiser"]).user
        job = records.start_render_run(run=self.run_, by=organiser)
        with mock.patch.object(papers, "STEP", 2):
            work = records.render_run(job)
            next(work)
            work.close()  # the worker is killed between two steps
            self.assertEqual(CertificateFile.everything.count(), 2)
            self.assertTrue(jobs.run(job.pk))
        files = CertificateFile.everything.values_list("certificate", flat=True)
        self.assertEqual(sorted(files), sorted(Certificate.everything.values_list("pk", flat=True)))
        self.assertEqual(len(files), len(self.places))
