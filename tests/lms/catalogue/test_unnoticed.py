"""L2, L120: whatever happens on a course's desk, those who learn from a release of it see the same bytes."""

import re
from datetime import timedelta
from decimal import Decimal

import time_machine
from django.test import TestCase
from django.urls import reverse
from django.utils import timezone
from wagtail.rich_text import RichText

from cms.directory.models import Notice
from lms.assessment import services as assessment
from lms.assessment.queries import papers
from lms.catalogue import queries, rules, services
from lms.catalogue.models import Course, CoursePage, UnitPage
from lms.enrolment import services as enrolment
from lms.progress import services as progress
from lms.records.models import Certificate
from tests import makers
from tests.lms.assessment import makers as exams
from tests.lms.player.makers import keys_of, make_course_of

# Fresh on every answer, whatever was asked.
TOKENS = re.compile(rb'name="(csrfmiddlewaretoken|send_once)" value="[\w-]+"')
KEPT = (queries.release_by_id, queries.unit_blob, queries.checks_of, papers.exam_of)


class UnnoticedCase(TestCase):
    """Ani is in the middle of the course, Budi sits its exam, Wati holds its certificate; all on release 1."""

    @classmethod
    def setUpTestData(cls):
        cls.release = make_course_of(4, sequential=True, exam=True)
        cls.course = Course.everything.get(pk=cls.release.course_id)
        cls.author = cls.course.agency.people.get(name="Bambang Penulis").user
        cls.publisher = cls.course.agency.people.get(name="Pratiwi Penerbit").user
        cls.keys = [unit["key"] for unit in cls.release.units]
        run = makers.make_run(release=cls.release)
        cls.ani, cls.budi, cls.wati = (makers.make_person(name, user=True) for name in ("Ani", "Budi", "Wati"))
        cls.middle, cls.sitting, cls.through = (
            makers.make_enrolment(run=run, learner=learner) for learner in (cls.ani, cls.budi, cls.wati)
        )
        for place, count in ((cls.middle, 2), (cls.sitting, 4), (cls.through, 4)):
            for key in cls.keys[:count]:
                progress.finish_unit(enrolment=place, unit_key=key)
        cls.paper = assessment.start(enrolment=cls.sitting, by=None)
        cls.passed = cls.pass_exam()
        cls.certificate = Certificate.everything.get(record__enrolment=cls.through)
        cls.moment = timezone.now() + timedelta(seconds=1)

    @classmethod
    def pass_exam(cls):
        attempt = assessment.start(enrolment=cls.through, by=None)
        answers = exams.right_answers(attempt)
        assessment.save(attempt_uuid=attempt.uuid, learner_id=cls.wati.pk, seq=1, answers=answers)
        attempt.refresh_from_db()
        return assessment.submit(attempt=attempt, by=cls.wati.user)

    def addresses(self) -> dict:
        """Who opens what: every page of somebody who learns, and the status it must have."""
        units = [("player:unit", self.middle.uuid, key) for key in self.keys]
        own = [("player:home",), ("records:mine",), ("records:ledger",)]
        return {
            self.ani: [
                *own, *units, ("player:resume", self.middle.uuid), ("assessment:cover", self.middle.uuid),
                ("enrolment:leave", self.middle.uuid),
                ("enrolment:enrol", self.middle.run.uuid),
            ],
            self.budi: [
                *own, ("assessment:cover", self.sitting.uuid), ("assessment:take", self.paper.uuid),
                ("assessment:review", self.paper.uuid),
            ],
            self.wati: [
                *own, *(("player:unit", self.through.uuid, key) for key in self.keys),
                ("player:done", self.through.uuid), ("assessment:result", self.passed.uuid),
                ("assessment:cover", self.through.uuid), ("records:certificate", self.certificate.uuid),
            ],
            None: [("records:verdict", self.certificate.code)],
        }  # fmt: skip

    def public(self) -> list:
        return [("catalogue:course", self.course.slug), ("catalogue:list",)]

    def pages(self, *, public: bool = True) -> dict:
        """The bytes of every page at one frozen moment, read from the database and not from what a process keeps."""
        for kept in KEPT:
            kept.cache_clear()
        wanted = self.addresses()
        if public:
            wanted[None] = [*wanted[None], *self.public()]
        with time_machine.travel(self.moment, tick=False):
            return {key: page for who, names in wanted.items() for key, page in self.read(who, names)}

    def read(self, who, names):
        client = self.client_class()
        if who is not None:
            client.force_login(who.user)
        for name, *args in names:
            answer = client.get(reverse(name, args=args))
            body = TOKENS.sub(rb"\1", answer.content)
            yield (who and who.name, name, *map(str, args)), (answer.status_code, answer.get("Location", ""), body)

    def assert_same(self, before: dict, after: dict):
        for key, page in before.items():
            self.assertEqual(page, after[key], key)
        self.assertEqual(before.keys(), after.keys())

    # What an author does, through the services and pages of her desk.

    def unit(self, n: int) -> UnitPage:
        return UnitPage.objects.get(unit_key=self.keys[n]).get_latest_revision_as_object()

    def draft(self) -> CoursePage:
        return CoursePage.objects.get(pk=self.course.page_id).get_latest_revision_as_object()

    def edit_units(self):
        for n in (0, 1):
            page = self.unit(n)
            page.title, page.goal, page.minutes = f"Judul baru {n}", "Tujuan baru", 12
            fresh = RichText(f"<p>{'Kalimat baru sama sekali untuk unit ini. ' * 170}</p>")
            page.body = [(b.block_type, fresh if b.block_type == "text" else b.value) for b in page.body]
            page.save_revision(user=self.author)
            page.get_latest_revision().publish(user=self.author)  # as a superuser might try

    def edit_course(self):
        page = self.draft()
        page.title, page.promise, page.about = "Judul kursus baru", "Janji baru.", "Tentang yang baru."
        page.sequential, page.level, page.outcomes = False, 4, ["Menulis ulang"]
        page.save_revision(user=self.author)

    def reorder(self):
        changed = services.arrange(
            course=self.course, by=self.author, change=lambda now: rules.step_unit(now, self.keys[3], -1)
        )
        self.assertTrue(changed)

    def add_unit(self):
        module = queries.modules_of(self.draft())[0]["key"]
        page = services.add_unit(course=self.course, module=module, title="Unit 5", minutes=12, by=self.author)
        page.body = [("text", RichText(f"<p>{'Unit yang baru ditulis. ' * 360}</p>"))]
        page.save_revision(user=self.author)

    def delete_unit(self):
        UnitPage.objects.get(unit_key=self.keys[2]).delete()
        services.arrange(course=self.course, by=self.author, change=lambda now: rules.drop_unit(now, self.keys[2]))

    def change_exam(self):
        page = self.draft()
        cells = [{"code": "M.5", "difficulty": "sedang", "draw": 1}]
        exam = {**page.exam, "title": "Ujian lain", "minutes": 5, "questions": 1, "attempts": 1, "cells": cells}
        services.save_exam(course=self.course, exam=exam, pass_score=90, by=self.author)

    def change_questions(self):
        bank = {row["key"]: row for row in self.draft().questions}
        for key in ("cek-1", "uji-0", "uji-1"):
            row = bank[key]
            options = [{**option, "correct": not option["correct"], "why": "Lain."} for option in row["options"]]
            fresh = {**row, "text": f"Soal baru {key}?", "options": options, "reason": "Alasan lain."}
            services.save_question(course=self.course, row=fresh, by=self.author, seen=rules.question_digest(row))
        services.delete_question(course=self.course, key="uji-2", by=self.author)

    def steps(self) -> tuple:
        return (
            self.edit_units, self.edit_course, self.reorder, self.add_unit, self.delete_unit, self.change_exam,
            self.change_questions,
        )  # fmt: skip

    def rewrite_and_release(self):
        for step in self.steps():
            step()
        review = services.submit(course=self.course, by=self.author)
        with self.captureOnCommitCallbacks(execute=True):
            fresh = services.approve(review=review, by=self.publisher)
        self.course.refresh_from_db()
        return fresh

    def delete_course(self):
        self.course.page.delete()
        self.course.refresh_from_db()


class UnnoticedTests(UnnoticedCase):
    def setUp(self):
        self.pages()  # the first round moves "where I was"; the next finds it where the last one left it
        self.before = self.pages()

    def test_what_is_compared_is_what_learners_see(self):
        codes = {key: page[0] for key, page in self.before.items()}
        locked = {key: code for key, code in codes.items() if code not in (200, 302)}
        self.assertEqual(locked, {("Ani", "player:unit", str(self.middle.uuid), self.keys[3]): 403})
        self.assertEqual({key[1] for key, code in codes.items() if code == 302}, {"player:resume"})
        self.assertIn(b"Unit 1", self.before["Ani", "player:unit", str(self.middle.uuid), self.keys[0]][2])
        self.assert_same(self.before, self.pages())

    def test_L2_L120_no_edit_on_the_desk_is_noticed_by_anyone_who_learns(self):
        for step in self.steps():
            with self.subTest(step.__name__):
                step()
                self.assert_same(self.before, self.pages())

    def test_L2_L120_a_deleted_course_page_is_not_noticed(self):
        self.delete_course()
        self.assertIsNone(self.course.page)
        self.assert_same(self.before, self.pages())

    def test_L2_L120_a_new_release_leaves_everyone_on_the_old_one(self):
        mine = {key: page for key, page in self.before.items() if not key[1].startswith("catalogue:")}
        fresh = self.rewrite_and_release()
        self.assertEqual((fresh.number, self.course.current_release), (2, fresh))
        self.assertNotEqual([unit["key"] for unit in fresh.units], self.keys)
        self.assert_same(mine, self.pages(public=False))
        self.delete_course()
        self.assert_same(mine, self.pages(public=False))
        for place in (self.middle, self.sitting, self.through):
            place.refresh_from_db()
            self.assertEqual((place.release, keys_of(place)), (self.release, self.keys))
        self.assertContains(self.client.get(reverse("catalogue:course", args=[self.course.slug])), "Judul kursus baru")

    def test_L120_a_notice_about_her_run_names_the_course_as_she_knows_it(self):
        self.rewrite_and_release()
        with time_machine.travel(self.moment + timedelta(days=25), tick=False):
            enrolment.tell_of_runs()
        told = Notice.everything.get(person=self.ani, kind="run_ends")
        self.assertEqual(told.words.split(",")[0], "Melayani warga")

    def test_L120_who_is_in_the_middle_finishes_what_she_began(self):
        self.rewrite_and_release()
        self.delete_course()
        for key in self.keys[2:]:
            progress.finish_unit(enrolment=self.middle, unit_key=key)
        attempt = assessment.start(enrolment=self.middle, by=None)
        answers = exams.right_answers(attempt)
        assessment.save(attempt_uuid=attempt.uuid, learner_id=self.ani.pk, seq=1, answers=answers)
        attempt.refresh_from_db()
        marked = assessment.submit(attempt=attempt, by=self.ani.user)
        self.assertEqual((marked.release, marked.score, marked.passed), (self.release, Decimal(100), True))
        certificate = Certificate.everything.get(record__enrolment=self.middle)
        self.assertEqual(certificate.facts["course"], "Melayani warga")
