"""Releases at the same moment: what requires what is settled one after another (L54, D08)."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from unittest import mock

import pytest
from django.apps import apps
from django.db import connections, transaction
from django.test import TransactionTestCase
from wagtail.models import Collection, Page

from cms.core import sealed
from lms.catalogue import queries, services
from lms.catalogue.exceptions import ReleaseRefused
from lms.catalogue.models import Course
from tests import makers

TOGETHER = 0.7  # seconds that one release waits for the other in the middle; two that are held apart never meet
TREES = (Page, Collection)


@pytest.mark.postgresql
class RequiringEachOtherTests(TransactionTestCase):
    """On PostgreSQL, where two releases really run beside each other; SQLite has one writer."""

    def setUp(self):
        # Drafts are pages, so what a test writes is spread over half the tables: each is put back as it was found.
        tables = [
            one for one in apps.get_models(include_auto_created=True) if one._meta.managed and not one._meta.proxy
        ]
        self.before = {model: list(model._base_manager.values_list("pk", flat=True)) for model in tables}
        self.roots = [(model, row.pk, row.numchild) for model in TREES for row in model.get_root_nodes()]
        self.agency = makers.make_agency("Kementerian PANRB")
        self.author = makers.make_person(agency=self.agency, roles=["author"]).user
        self.publisher = makers.make_person(agency=self.agency, roles=["publisher"]).user
        makers.load_dictionary()
        self.files = {code: makers.course_files(title=f"Kursus {code}", code=code, units=1) for code in "AB"}
        with mock.patch("lms.catalogue.services.drafts.first_home"):  # the site's own pages stay as they are
            self.courses = {code: self.take(code) for code in "AB"}
        for course in self.courses.values():
            self.release(course)

    def _fixture_teardown(self):
        with sealed.lifted(reason="test teardown"), transaction.atomic():
            for model, kept in self.before.items():
                rows = model._base_manager.exclude(pk__in=kept)
                rows._raw_delete(rows.db)
            for model, pk, numchild in self.roots:
                model.objects.filter(pk=pk).update(numchild=numchild)

    def take(self, code, *required):
        files = self.files[code]
        text = files["kursus.md"].replace("outcomes:", f"requires: [{', '.join(required)}]\noutcomes:")
        return services.import_course(files=files | {"kursus.md": text}, agency=self.agency, by=self.author)

    def release(self, course):
        return services.release(course=course, by=self.publisher)

    def released_together(self) -> list:
        """Release all courses at once, each waiting for the others when its draft has been checked."""
        checked, asked = Barrier(len(self.courses)), queries.required_courses

        def meeting(slugs):
            with suppress(BrokenBarrierError):
                checked.wait(TOGETHER)
            return asked(slugs)

        def turn(course):
            try:
                return self.release(course)
            except ReleaseRefused as refusal:
                return refusal
            finally:
                connections.close_all()

        with mock.patch.object(queries, "required_courses", meeting), ThreadPoolExecutor(len(self.courses)) as pool:
            return list(pool.map(turn, self.courses.values()))

    def test_D08_L54_two_released_in_the_same_second_do_not_require_each_other(self):
        first, second = self.courses.values()
        self.take("A", second.slug)
        self.take("B", first.slug)
        made = self.released_together()
        (refusal,) = [one for one in made if isinstance(one, ReleaseRefused)]
        self.assertIn("in turn", " ".join(finding.text for finding in refusal.findings))
        now = [course.current_release.requires for course in Course.everything.filter(agency=self.agency)]
        self.assertEqual(sorted(len(required) for required in now), [0, 1])

    def test_releases_that_require_nothing_wait_for_nobody(self):
        for code, files in self.files.items():
            self.files[code] = files | {"kursus.md": files["kursus.md"].replace("Tentang", "Lebih jauh tentang")}
            self.take(code)
        self.assertEqual([release.number for release in self.released_together()], [2, 2])
