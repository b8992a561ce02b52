"""C02: the same POST twice is one act."""

import uuid
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from cms.core import idempotency
from cms.core.models import RepeatGuard
from cms.directory.models import DoorCode
from cms.directory.services import revoke
from lms.catalogue.models import UnitReport
from lms.enrolment.models import CourseRun, Enrolment
from tests import makers
from tests.gate.people import client_of


class FormTests(TestCase):
    """The fault report is the form where twice would be twice: nothing in its table forbids it."""

    @classmethod
    def setUpTestData(cls):
        cls.place = makers.make_enrolment()
        key = cls.place.release.units[0]["key"]
        cls.unit = reverse("player:unit", args=[cls.place.uuid, key])
        cls.report = reverse("player:report", args=[cls.place.uuid, key])

    def setUp(self):
        self.client.force_login(self.place.learner.user)

    def send(self, text="Tanggal pada tabel keliru.", key="k1", client=None, **more):
        return (client or self.client).post(self.report, {"text": text, "send_once": key, **more})

    def test_C02_the_page_carries_a_new_key_each_time(self):
        first, second = (self.client.get(self.unit).content.decode() for _n in range(2))
        keys = [page.split('name="send_once" value="')[1][:36] for page in (first, second)]
        self.assertEqual([str(uuid.UUID(key)) for key in keys], keys)
        self.assertNotEqual(*keys)

    def test_C02_same_key_and_content_gives_the_same_answer_and_one_row(self):
        first, second = self.send(), self.send()
        self.assertEqual((first.status_code, first["Location"]), (302, self.unit))
        self.assertEqual((second.status_code, second["Location"]), (302, self.unit))
        self.assertEqual(second["Idempotency-Replayed"], "true")
        self.assertEqual(UnitReport.everything.count(), 1)

    def test_C02_another_token_on_the_page_is_still_the_same_content(self):
        self.send(csrfmiddlewaretoken="a" * 64)
        self.assertEqual(self.send(csrfmiddlewaretoken="b" * 64)["Idempotency-Replayed"], "true")

    def test_C02_same_key_and_other_content_is_422(self):
        self.send()
        answer = self.send(text="Yang lain lagi.")
        self.assertContains(answer, "sent before with other content", status_code=422)
        self.assertEqual(UnitReport.everything.count(), 1)

    def test_C02_every_file_of_a_field_is_content(self):
        """A folder is sent as many files of one name; the last one alone says little."""

        def folder(*texts):
            return {"files": [SimpleUploadedFile(f"{n}.md", text.encode()) for n, text in enumerate(texts)]}

        self.send(**folder("satu", "dua"))
        self.assertEqual(self.send(**folder("lain", "dua")).status_code, 422)
        self.assertEqual(self.send(**folder("satu", "dua"))["Idempotency-Replayed"], "true")

    def test_C02_while_the_first_runs_the_second_is_409(self):
        self.send()
        RepeatGuard.everything.update(answer=None)
        answer = self.send()
        self.assertEqual((answer.status_code, answer["Retry-After"]), (409, "2"))
        self.assertEqual(UnitReport.everything.count(), 1)

    def test_C02_after_a_killed_process_one_repetition_takes_over(self):
        self.send()
        UnitReport.everything.all().delete()  # as if its transaction had never been committed
        RepeatGuard.everything.update(answer=None, begun_at=timezone.now() - timedelta(minutes=2))
        self.assertEqual(self.send().status_code, 302)
        self.assertEqual(self.send()["Idempotency-Replayed"], "true")
        self.assertEqual(UnitReport.everything.count(), 1)

    def test_C02_a_refusal_may_be_mended_under_the_same_key(self):
        self.assertEqual(self.send(text="").status_code, 400)
        self.assertEqual(self.send(text="Sekarang lengkap.").status_code, 302)
        self.assertEqual(UnitReport.everything.get().text, "Sekarang lengkap.")

    def test_C02_without_a_key_nothing_is_kept(self):
        self.client.post(self.report, {"text": "Sekali."})
        self.assertEqual(RepeatGuard.everything.count(), 0)

    def test_C02_a_key_too_long_is_refused(self):
        self.assertEqual(self.send(key="k" * 101).status_code, 400)
        self.assertEqual(UnitReport.everything.count(), 0)

    def test_C02_Z01_the_key_of_another_person_opens_nothing(self):
        self.send()
        other = Client()
        other.force_login(makers.make_person("Citra Maharani", user=True).user)
        self.assertEqual(self.send(client=other).status_code, 404)
        self.assertEqual(UnitReport.everything.count(), 1)

    def test_C02_a_signed_out_request_leaves_no_row(self):
        self.assertEqual(self.send(client=Client()).status_code, 302)
        self.assertEqual(RepeatGuard.everything.count(), 0)

    def test_rows_are_kept_for_a_day(self):
        self.send()
        self.send(key="k2")
        old = timezone.now() - timedelta(days=1, minutes=1)
        RepeatGuard.everything.filter(pk=RepeatGuard.everything.first().pk).update(begun_at=old)
        self.assertEqual(idempotency.forget_old(), 1)
        self.assertEqual(RepeatGuard.everything.count(), 1)


class HeaderTests(TestCase):
    """A program sends the header."""

    def test_C02_enrolling_twice_with_one_key_gives_one_place_and_the_same_answer(self):
        run, ani = makers.make_run(), makers.make_person(user=True)
        self.client.force_login(ani.user)
        address = reverse("enrolment:enrol", args=[run.uuid])
        answers = [self.client.post(address, headers={"Idempotency-Key": "daftar-1"}) for _n in range(2)]
        self.assertEqual([(a.status_code, a["Location"]) for a in answers], [(302, "/beranda/")] * 2)
        self.assertEqual(Enrolment.everything.filter(learner=ani).count(), 1)

    def test_C02_Z01_two_people_with_the_same_key_have_an_answer_each(self):
        run = makers.make_run(seats=1)
        address, key = reverse("enrolment:enrol", args=[run.uuid]), {"Idempotency-Key": "1"}
        people = [makers.make_person(name, user=True) for name in ("Ani Lestari", "Budi Santoso")]
        browsers = [client_of(person) for person in people]
        for repeated in (False, True):
            for browser in browsers:
                answer = browser.post(address, headers=key)
                self.assertEqual((answer.status_code, "Idempotency-Replayed" in answer), (302, repeated))
        self.assertEqual(Enrolment.everything.filter(run=run).count(), 2)

    def test_C02_programs_get_a_problem_document(self):
        run, ani = makers.make_run(), makers.make_person(user=True)
        self.client.force_login(ani.user)
        address = reverse("enrolment:enrol", args=[run.uuid])
        headers = {"Idempotency-Key": "daftar-2", "Accept": "application/json"}
        self.client.post(address, headers=headers)
        answer = self.client.post(address, {"more": "1"}, headers=headers)
        self.assertEqual((answer.status_code, answer["Content-Type"]), (422, "application/problem+json"))


class SecretTests(TestCase):
    def test_C02_a_code_shown_once_is_shown_again_to_the_repetition_and_lies_nowhere_in_clear(self):
        agency = makers.make_agency()
        hr = makers.make_person("Dwi Hastuti", agency=agency, roles=["hr_analyst"]).user
        ani = makers.make_person(agency=agency, user=True)
        self.client.force_login(hr)
        session = self.client.session
        session["second_factor"] = True
        session.save()
        address = reverse("directory:give_code", args=[ani.uuid])
        first, second = (self.client.post(address, {"kind": "recover", "send_once": "kode-1"}) for _n in range(2))
        self.assertEqual(first.status_code, 200, first.content.decode()[-900:])
        self.assertEqual(first.content, second.content)
        self.assertEqual(DoorCode.everything.filter(person=ani).count(), 1)
        self.assertNotIn(b"-", bytes(RepeatGuard.everything.get().answer)[:6])
        self.assertNotIn(b"kode-1", bytes(RepeatGuard.everything.get().answer))

    def test_C02_I15_the_kept_answer_ends_with_the_right_to_it(self):
        agency = makers.make_agency()
        hr = makers.make_person("Dwi Hastuti", agency=agency, roles=["hr_analyst"]).user
        ani = makers.make_person(agency=agency, user=True)
        browser = client_of(hr.person)
        address, form = reverse("directory:give_code", args=[ani.uuid]), {"kind": "recover", "send_once": "kode-1"}
        code = browser.post(address, form).context["code"]
        revoke(grant=hr.grants.get(), by=None, reason="uji")
        answer = browser.post(address, form)
        self.assertNotContains(answer, code, status_code=409)
        self.assertEqual(DoorCode.everything.filter(person=ani).count(), 1)


class RunTests(TestCase):
    def test_C02_a_double_click_opens_one_run(self):
        release = makers.make_release()
        boss = makers.make_person("Hendra Gunawan", agency=release.course.agency, roles=["organiser"]).user
        self.client.force_login(boss)
        session = self.client.session
        session["second_factor"] = True
        session.save()
        day = timezone.localdate()
        form = {
            "name": "Angkatan I", "starts_on": day, "ends_on": day, "enrol_from": day, "enrol_until": day, "seats": "",
            "place": "", "open_to_all": "on", "time_zone": "Asia/Jakarta", "send_once": "buka-1",
        }  # fmt: skip
        address = reverse("enrolment:new", args=[release.course.uuid])
        answers = [self.client.post(address, form) for _n in range(2)]
        self.assertEqual([a.status_code for a in answers], [302, 302])
        self.assertEqual(answers[0]["Location"], answers[1]["Location"])
        self.assertEqual(CourseRun.everything.filter(course=release.course).count(), 1)
