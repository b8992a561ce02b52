"""A prepared statement gives what its queryset gives, for every call, and refuses what would go stale."""

import time
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Value, When
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from cms.core.models import LongJob
from cms.core.prepared import Prepared, PreparedUpdate, Unfit
from cms.directory.models import Agency, Person, PersonNumber
from lms.records.models import JPEntry
from tests.makers import make_person
from tests.sql import assert_sql


def _people(agency, since, day):
    numbers = PersonNumber.everything.on(day).filter(person=OuterRef("pk"))
    rows = Person.everything.filter(agency=agency, recorded_at__gt=since).annotate(known=Exists(numbers))
    return rows.select_related("agency__region").order_by("name")


class PreparedTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani, cls.citra = make_person("Ani Lestari"), make_person("Citra Maharani")

    def test_it_gives_the_rows_of_its_queryset_for_each_value(self):
        ask, since, day = Prepared(_people), timezone.now() - timedelta(days=1), timezone.localdate()
        for person in (self.ani, self.citra, self.ani):
            values = {"agency": person.agency_id, "since": since, "day": day}
            with assert_sql(1):
                rows = ask(**values)
                shown = [(row.pk, row.name, row.agency.name, row.agency.region, row.known) for row in rows]
            expected = list(_people(**values))
            assert rows == expected == [person]
            assert shown == [(e.pk, e.name, e.agency.name, e.agency.region, e.known) for e in expected]
        assert ask(agency=self.ani.agency_id, since=timezone.now(), day=day) == []

    def test_every_kind_of_value_finds_its_place(self):
        by_uuid = Prepared(lambda key: Person.everything.filter(uuid=key))
        assert by_uuid(key=self.ani.uuid) == [self.ani]
        assert by_uuid.one(key=self.citra.uuid) == self.citra
        assert by_uuid.one(key=uuid.uuid4()) is None
        by_year = Prepared(lambda year: JPEntry.everything.filter(year=year))
        assert (by_year(year=2026), by_year(year=1999)) == ([], [])
        by_name = Prepared(lambda name: Person.everything.filter(name=name))
        assert by_name(name="Ani Lestari") == [self.ani]
        assert by_name(name="x' OR '1'='1") == []
        by_part = Prepared(lambda part: Person.everything.filter(name__icontains=part))
        assert by_part(part="ani les") == [self.ani]
        assert by_part(part="%") == []

    def test_bare_rows_say_whether_anything_changed(self):
        ask = Prepared(lambda name: Person.everything.filter(name=name).select_related("agency"))
        before = ask(name="Ani Lestari").bare
        assert ask(name="Ani Lestari").bare == before
        Agency.everything.filter(pk=self.ani.agency_id).update(short_name="Lain")
        assert ask(name="Ani Lestari").bare != before

    @pytest.mark.postgresql
    def test_the_server_keeps_its_plan(self):
        by_name = Prepared(lambda name: Person.everything.filter(name=name).order_by("-name", "uuid"))
        for name in ("Ani Lestari", "Citra Maharani"):
            by_name(name=name)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE %s",
                ['%ORDER BY "directory_person"."name" DESC, "directory_person"."uuid"%'],
            )
            assert cursor.fetchall() == [(2,)]

    def test_a_clock_inside_is_refused(self):
        stale = Prepared(lambda agency: Person.everything.filter(agency=agency, birth_date__lt=date.today()))
        with pytest.raises(Unfit, match="a date of its own"):
            stale(agency=1)

    def test_a_value_that_is_not_a_parameter_is_refused(self):
        with pytest.raises(Unfit, match="not among the parameters: odd"):
            Prepared(lambda agency, odd: Person.everything.filter(agency=agency))(agency=1, odd=5)


class PreparedUpdateTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.row, cls.other = (LongJob.everything.create(kind=kind, owner_id=1) for kind in ("a", "b"))

    def test_it_changes_the_rows_meant_and_says_how_many(self):
        mark = PreparedUpdate(
            lambda key, note, before: (
                LongJob.everything.filter(uuid=key, recorded_at__lt=before),
                {"payload": note, "done": F("done") + 1},
            )
        )
        later = timezone.now() + timedelta(minutes=1)
        for n, note in enumerate(({"a": ["b", 1]}, {}, {"\ue000": "'%s"}), 1):
            with assert_sql(1):
                assert mark(key=self.row.uuid, note=note, before=later) == 1
            self.row.refresh_from_db()
            assert (self.row.payload, self.row.done) == (note, n)
        assert mark(key=self.row.uuid, note={}, before=timezone.now() - timedelta(days=1)) == 0
        assert mark(key=uuid.uuid4(), note={}, before=later) == 0
        self.other.refresh_from_db()
        assert (self.other.payload, self.other.done) == ({}, 0)

    def test_yes_no_and_numbers_with_decimals(self):
        mark = PreparedUpdate(
            lambda pk, is_on, at: (
                LongJob.everything.filter(pk=pk),
                {"payload": {"on": is_on}, "done": Case(When(done__lt=Value(at), then=7), default=0)},
            )
        )
        for is_on, at, done in ((True, Decimal("0.50"), 7), (False, Decimal("-1.25"), 0), (True, Decimal("100.00"), 7)):
            assert mark(pk=self.row.pk, is_on=is_on, at=at) == 1
            self.row.refresh_from_db()
            assert (self.row.payload, self.row.done) == ({"on": is_on}, done)

    def test_a_clock_inside_is_refused(self):
        stale = PreparedUpdate(lambda key: (LongJob.everything.filter(pk=key), {"recorded_at": timezone.now()}))
        with pytest.raises(Unfit, match="a date of its own"):
            stale(key=1)


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_connection_the_server_ended_is_noticed_without_a_statement():
    ours = connection.copy()
    try:
        ours.connect()
        assert ours.is_usable()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [ours.connection.info.backend_pid])
        until = time.monotonic() + 5
        while ours.is_usable() and time.monotonic() < until:
            time.sleep(0.02)
        assert not ours.is_usable()
    finally:
        ours.close()


class ConvenienceTests(TransactionTestCase):
    """A mark that nobody was told is kept need not wait for the disk."""

    def _fixture_teardown(self):
        LongJob.everything.filter(pk=self.row.pk).delete()  # not flush(): sealed tables refuse it

    def test_only_alone_and_only_for_itself(self):
        self.row = LongJob.everything.create(kind="mark", owner_id=1, payload={})
        mark = PreparedUpdate(lambda pk, done: (LongJob.everything.filter(pk=pk), {"done": done}), durable=False)
        seen = []

        def note(execute, sql, params, many, context):
            if sql.startswith("UPDATE"):  # SQLite's BEGIN comes by here too
                seen.append("synchronous_commit" in sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            assert mark(pk=self.row.pk, done=1) == 1
            with transaction.atomic():  # what others write with it must not be lost
                assert mark(pk=self.row.pk, done=2) == 1
        assert seen == [connection.vendor == "postgresql", False]
        self.row.refresh_from_db()
        assert self.row.done == 2
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT setting = reset_val FROM pg_settings WHERE name = 'synchronous_commit'")
                assert cursor.fetchone() == (True,)
