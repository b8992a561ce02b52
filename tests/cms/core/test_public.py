"""A kept page is drawn once for what it says, and anew as soon as anything it prints has changed."""

from datetime import timedelta

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import RequestFactory, TestCase
from django.urls import reverse
from django.utils import timezone

from cms.core.public import kept_page
from cms.core.rows import Listed, Unknown, bare
from cms.directory.models import Agency
from lms.catalogue.models import Course
from lms.competencies import queries as competencies
from lms.enrolment.models import CourseRun, Enrolment
from tests import makers
from tests.lms.player.makers import make_course_of


class KeptPageTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.release = make_course_of(units=2, title="Melayani warga")
        cls.course, cls.klass = cls.release.course, makers.make_run(release=cls.release, seats=5)

    def read(self, name="catalogue:course"):
        return self.client.get(reverse(name, args=[self.course.slug] if name == "catalogue:course" else []))

    def test_it_is_drawn_once(self):
        for name in ("pages:home", "catalogue:list", "catalogue:course"):
            with self.subTest(name):
                first, again = self.read(name), self.read(name)
                assert (bool(first.templates), again.templates) == (True, [])
                assert first.content == again.content

    def test_a_place_given_shows_at_once(self):
        self.assertContains(self.read(), "0 of 5")
        makers.make_enrolment(run=self.klass, learner=makers.make_person())
        self.assertContains(self.read(), "1 of 5")
        Enrolment.everything.update(state="cancelled")
        self.assertContains(self.read(), "0 of 5")

    def test_a_change_by_sql_alone_shows_at_once(self):
        for name in ("pages:home", "catalogue:list", "catalogue:course"):
            Agency.everything.filter(pk=self.course.agency_id).update(short_name="Lama")
            self.assertContains(self.read(name), "Lama")
            Agency.everything.filter(pk=self.course.agency_id).update(short_name="Baru")
            self.assertContains(self.read(name), "Baru")
            self.assertNotContains(self.read(name), "Lama")

    def test_the_day_changes_what_a_run_says(self):
        self.assertContains(self.read(), f"/daftar/{self.klass.uuid}/")
        CourseRun.everything.update(enrol_until=timezone.localdate() - timedelta(days=1))
        self.assertNotContains(self.read(), f"/daftar/{self.klass.uuid}/")

    def test_a_new_release_shows_at_once(self):
        self.assertContains(self.read(), "Melayani warga")
        other = make_course_of(units=1, title="Melayani semua")
        Course.everything.filter(pk=other.course_id).update(current_release=None)
        Course.everything.filter(pk=self.course.pk).update(current_release=other)
        self.assertContains(self.read(), "Melayani semua")

    def test_I13_a_message_waits_for_a_page_of_ones_own(self):
        request = RequestFactory().get("/")
        request.session, request.COOKIES = {}, {}
        stored = HttpResponse()
        storage = CookieStorage(request)
        storage.add(messages.SUCCESS, "Hanya untukmu")
        storage.update(stored)
        self.client.cookies["messages"] = stored.cookies["messages"].value
        for _again in range(2):
            page = self.read()
            self.assertNotContains(page, "Hanya untukmu")
            self.assertEqual((page.cookies, page.has_header("Vary")), ({}, False))
        self.assertContains(self.client.get(reverse("account_login")), "Hanya untukmu")


class BareTests(TestCase):
    def test_a_model_without_its_row_is_refused(self):
        with pytest.raises(Unknown, match="directory.Agency does not carry its row"):
            kept_page(RequestFactory().get("/"), "pages/home.html", {"agency": makers.make_person().agency})

    def test_a_sealed_row_and_one_that_was_read_are_known(self):
        release = make_course_of(units=1, title="Beku")
        assert bare([release]) == (("catalogue.Release", release.pk),)
        assert bare({"a": [Listed([1], "x")]}) == (("a", ("x",)),)
        names = competencies.names()
        assert names and all(isinstance(bare(one), tuple) for one in names.values())
