"""People entered, mended and moved by hand; units and seats (U10, D01, D04, D07, D08, D09, R06, S03)."""

import uuid
from datetime import timedelta
from unittest.mock import patch

from django.core import mail
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from cms.core import outbox
from cms.core.models import AuditEntry
from cms.directory import services
from cms.directory.exceptions import AccountRefused, UnitRefused
from cms.directory.models import JobTitle, Notice, OpenSession, OrgUnit, Person, PersonNumber, Position, User
from cms.directory.rules import NumberFault, parse_number
from tests.cms.directory.door import number_of, past_second_step, sign_in
from tests.makers import make_agency, make_person
from tests.sql import assert_sql

GOOD = "199001012015031955"


class Desk(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.agency = make_agency()
        cls.hana = make_person("Hana Wijaya", agency=cls.agency, roles=["hr_analyst"])
        cls.ani = make_person("Ani Lestari", agency=cls.agency, user=True)
        cls.citra = make_person("Citra Dewi", roles=["hr_analyst"])

    def setUp(self):
        past_second_step(self.client, self.hana.user)

    def add(self, **instead):
        body = {
            "employment": "pns", "number": GOOD, "name": "Dewi Baru", "agency": self.agency.uuid,
            "since": "2020-01-01", "grade": "III/a",
        }  # fmt: skip
        return self.client.post(reverse("directory:add_person"), body | instead, follow=True)

    def faults(self, page, field):
        self.assertEqual(page.status_code, 400)
        return page.context["form"].errors.get(field, [])


class AddTests(Desk):
    def test_a_person_is_entered_with_number_assignment_and_birth_date(self):
        self.add()
        person = Person.everything.get(name="Dewi Baru")
        self.assertEqual((person.agency, person.birth_date.isoformat()), (self.agency, "1990-01-01"))
        self.assertEqual(number_of(person), GOOD)
        self.assertEqual(person.assignments.get().valid_from.isoformat(), "2020-01-01")
        self.assertEqual(AuditEntry.everything.get(verb="add_person").agency_id, self.agency.pk)

    def test_u10_spaces_and_apostrophe_are_cleaned_with_a_note(self):
        page = self.add(number="' 19900101 201503 1 955")
        self.assertEqual(PersonNumber.everything.filter(value=GOOD).count(), 1)
        self.assertContains(page, "A leading apostrophe was removed.")
        self.assertContains(page, "Spaces were removed.")

    def test_u10_each_fault_has_its_own_sentence_and_nothing_is_saved(self):
        faulty = {
            "17": GOOD[:-1], "19": GOOD + "1", "letters": "19900101201503195X", "birth": "199013012015031955",
            "month": "199001012015131955", "sex": "199001012015033955", "sequence": "199001012015031000",
            "age": "199001012000031955",
        }  # fmt: skip
        sentences = set()
        for name, number in faulty.items():
            with self.subTest(fault=name):
                found = self.faults(self.add(number=number), "number")
                self.assertEqual(len(found), 1)
                sentences.add(found[0])
                with self.assertRaises(NumberFault):
                    parse_number(number, "nip")
        self.assertEqual(len(sentences), len(faulty))
        self.assertEqual(Person.everything.filter(name="Dewi Baru").count(), 0)

    def test_u10_d07_a_number_of_another_agency_exists_already_without_whose(self):
        page = self.add(number=number_of(self.citra))
        self.assertIn("already registered", self.faults(page, "number")[0])
        self.assertNotContains(page, "Citra", status_code=400)
        self.assertNotContains(page, str(self.citra.agency), status_code=400)
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number_of(self.citra))
        self.assertIn("already registered", self.faults(self.add(number=wide), "number")[0])

    def test_d09_names_are_taken_unchanged(self):
        names = ["Nu'man", "Dr. H. A., M.Si.", "A", "Ñ", "Suparman", "x" * 200]
        for n, name in enumerate(names):
            self.assertEqual(self.add(number=f"19900101201503{1}{901 + n}", name=name).status_code, 200)
        self.assertEqual(
            set(Person.everything.filter(agency=self.agency).values_list("name", flat=True)) & set(names), set(names)
        )

    def test_d01_a_name_of_201_characters_is_refused_with_the_limit(self):
        self.assertIn("200", self.faults(self.add(name="x" * 201), "name")[0])

    def test_r06_both_forms_of_a_letter_find_each_other(self):
        self.add(name="Rene\u0301 Sitorus\u200b")
        self.assertEqual(Person.everything.filter(name="Ren\u00e9 Sitorus").count(), 1)
        for words in ("Ren\u00e9", "Rene\u0301"):
            page = self.client.post(reverse("directory:people"), {"q": words}, follow=True)
            self.assertContains(page, "Ren\u00e9 Sitorus")

    def test_d04_dates_that_cannot_be_are_refused_at_the_field(self):
        tomorrow = timezone.localdate() + timedelta(days=1)
        for since in ("1900-01-01", "0001-01-01", "9999-12-31", "2026-04-31", tomorrow, "2001-01-01"):
            with self.subTest(since=since):
                self.assertEqual(len(self.faults(self.add(since=since), "since")), 1)

    def test_z04_an_agency_of_somebody_else_is_no_choice(self):
        self.assertEqual(len(self.faults(self.add(agency=self.citra.agency.uuid), "agency")), 1)

    def test_what_was_typed_stays_on_the_page(self):
        page = self.add(number="123", name="Dewi Baru")
        self.assertContains(page, 'value="Dewi Baru"', status_code=400)


class ChangeTests(Desk):
    def test_a_learner_and_citra_change_nothing(self):
        for person in (self.ani, self.citra):
            past_second_step(self.client, person.user)
            for name, body in (
                ("change_person", {"name": "X"}),
                ("set_email", {"email": ""}),
                ("reopen", {"reason": "x"}),
            ):
                answer = self.client.post(reverse(f"directory:{name}", args=[self.ani.uuid]), body)
                self.assertEqual(answer.status_code, 404)
        self.assertEqual(Person.everything.get(pk=self.ani.pk).name, "Ani Lestari")

    def test_d07_an_address_is_one_whatever_its_case_spaces_and_width(self):
        services.set_email(user=self.citra.user, email="Citra@Example.go.id", by=self.hana.user)
        for spelled in ("citra@example.go.id", " CITRA@EXAMPLE.GO.ID ", "ｃｉｔｒａ@example.go.id"):
            with self.assertRaises(AccountRefused):
                services.set_email(user=self.ani.user, email=spelled, by=self.hana.user)
        page = self.client.post(reverse("directory:set_email", args=[self.ani.uuid]), {"email": "citra@example.go.id"})
        self.assertContains(page, "already registered", status_code=400)
        self.assertNotContains(page, "Citra Dewi", status_code=400)

    def test_a_closed_account_is_opened_again_by_a_code_only(self):
        services.deactivate(user=self.ani.user, by=self.hana.user, reason="Cuti")
        self.client.post(reverse("directory:reopen", args=[self.ani.uuid]), {"reason": "Kembali"})
        user = User.everything.get(pk=self.ani.user.pk)
        self.assertEqual((user.is_active, user.must_set_password), (True, True))
        self.assertEqual(AuditEntry.everything.get(verb="reopen").agency_id, self.agency.pk)

    def test_s03_no_name_in_the_title_and_no_number_on_the_page(self):
        for name in ("directory:person_door", "profiles:person", "directory:move_person"):
            page = self.client.get(reverse(name, args=[self.ani.uuid]))
            title = page.content.decode().split("<title>")[1].split("</title>")[0]
            self.assertNotIn("Ani", title)
            self.assertNotContains(page, number_of(self.ani))


class UnitTests(Desk):
    def setUp(self):
        super().setUp()
        self.top = OrgUnit.everything.create(agency=self.agency, code="A", name="Dinas")
        self.middle = OrgUnit.everything.create(agency=self.agency, code="B", name="Bidang", parent=self.top)
        self.low = OrgUnit.everything.create(agency=self.agency, code="C", name="Seksi", parent=self.middle)

    def test_d08_a_unit_below_its_own_child_is_refused_with_the_path(self):
        with self.assertRaisesMessage(UnitRefused, "Dinas › Seksi › Bidang › Dinas"):
            services.change_unit(unit=self.top, name="Dinas", parent=self.low, by=self.hana.user)
        page = self.client.post(
            reverse("directory:change_unit", args=[self.top.uuid]), {"name": "Dinas", "parent": self.low.uuid}
        )
        self.assertContains(page, "Dinas › Seksi › Bidang › Dinas", status_code=400)
        self.assertIsNone(OrgUnit.everything.get(pk=self.top.pk).parent)

    def test_d08_a_unit_below_itself_is_refused(self):
        with self.assertRaisesMessage(UnitRefused, "Dinas › Dinas"):
            services.change_unit(unit=self.top, name="Dinas", parent=self.top, by=self.hana.user)

    def test_d08_a_seat_never_reports_to_itself_through_others(self):
        title = JobTitle.everything.create(code="t", name="Jabatan", family="pelaksana", tier="pelaksana")
        head = services.add_position(unit=self.top, job_title=title, name="Kepala", by=self.hana.user)
        clerk = services.add_position(unit=self.low, job_title=title, name="Staf", reports_to=head, by=self.hana.user)
        with self.assertRaisesMessage(UnitRefused, "Kepala › Staf › Kepala"):
            services.change_position(position=head, name="Kepala", reports_to=clerk, by=self.hana.user)

    def test_the_tree_is_printed_in_order_in_one_statement(self):
        with CaptureQueriesContext(connection):
            self.client.get(reverse("directory:units"))
        with assert_sql(1):
            page = self.client.get(reverse("directory:units"))
        rows = [(row.unit.name, row.depth) for row in page.context["rows"]]
        self.assertEqual(rows, [("Dinas", 0), ("Bidang", 1), ("Seksi", 2)])

    def test_units_are_added_renamed_and_closed(self):
        body = {"agency": self.agency.uuid, "code": "D", "name": "Subbagian", "parent": self.low.uuid}
        self.assertEqual(self.client.post(reverse("directory:add_unit"), body).status_code, 302)
        self.assertEqual(self.client.post(reverse("directory:add_unit"), body).status_code, 400)
        new = OrgUnit.everything.get(code="D")
        self.client.post(reverse("directory:change_unit", args=[new.uuid]), {"name": "Subbag", "parent": self.low.uuid})
        self.assertEqual(OrgUnit.everything.get(code="D").name, "Subbag")
        self.client.post(reverse("directory:close_unit", args=[new.uuid]))
        self.assertEqual(OrgUnit.everything.get(code="D").valid_to, timezone.localdate())

    def test_a_unit_with_people_or_units_stays_open(self):
        Person.everything.filter(pk=self.ani.pk).update(unit=self.low)
        for unit in (self.low, self.top):
            self.client.post(reverse("directory:close_unit", args=[unit.uuid]))
        self.assertEqual(OrgUnit.everything.filter(agency=self.agency, valid_to=None).count(), 3)

    def test_citra_finds_no_unit_and_no_seat_here(self):
        title = JobTitle.everything.create(code="t", name="Jabatan", family="pelaksana", tier="pelaksana")
        seat = Position.everything.create(agency=self.agency, unit=self.low, job_title=title, name="Staf")
        past_second_step(self.client, self.citra.user)
        self.assertEqual(self.client.get(reverse("directory:unit", args=[self.low.uuid])).status_code, 404)
        self.assertEqual(self.client.get(reverse("directory:position", args=[seat.uuid])).status_code, 404)
        for name in ("change_unit", "close_unit", "add_position"):
            answer = self.client.post(reverse(f"directory:{name}", args=[self.low.uuid]), {"name": "X"})
            self.assertEqual(answer.status_code, 404)
        self.assertEqual(self.client.get(reverse("directory:unit", args=[uuid.uuid4()])).status_code, 404)


class SessionTests(Desk):
    def test_sessions_are_found_by_their_account_not_by_decoding_all(self):
        for person in (self.ani, self.citra, self.hana):
            past_second_step(self.client_class(), person.user)
        with assert_sql(0), CaptureQueriesContext(connection) as captured:
            self.assertEqual(len(services.sessions_of(self.ani.user)), 1)
        self.assertEqual(len(captured), 1)
        with patch.object(OpenSession, "get_decoded", side_effect=AssertionError("decoded")):
            services.end_sessions(user=self.ani.user)
        self.assertEqual(services.sessions_of(self.ani.user), [])
        self.assertEqual(len(services.sessions_of(self.citra.user)), 1)

    def test_i15_a_closed_account_has_no_session_left(self):
        browser = self.client_class()
        sign_in(browser, number_of(self.ani))
        self.assertEqual(OpenSession.objects.filter(account_id=self.ani.user.pk).count(), 1)
        services.deactivate(user=self.ani.user, by=self.hana.user, reason="Pensiun")
        self.assertEqual(OpenSession.objects.filter(account_id=self.ani.user.pk).count(), 0)
        self.assertEqual(browser.get(reverse("directory:account")).status_code, 302)

    def test_what_ended_by_itself_is_swept_away(self):
        past_second_step(self.client_class(), self.citra.user)
        OpenSession.objects.filter(account_id=self.citra.user.pk).update(
            expire_date=timezone.now() - timedelta(hours=1)
        )
        self.assertEqual((services.forget_expired_sessions(), services.forget_expired_sessions()), (1, 0))
        self.assertEqual(OpenSession.objects.filter(account_id=self.hana.user.pk).count(), 1)

    def test_nobody_ends_the_session_of_citra(self):
        browser = self.client_class()
        past_second_step(browser, self.citra.user)
        name = services.session_name(browser.session.session_key)
        self.client.post(reverse("directory:end_session"), {"session": name})
        self.assertEqual(len(services.sessions_of(self.citra.user)), 1)


class NoticeTests(Desk):
    def tell(self, person=None, key="1", url="/beranda/"):
        services.notify(
            person_id=(person or self.ani).pk, kind="certificate", key=key,
            text="Your certificate for %(course)s is ready.", params={"course": "Melayani"}, url=url,
        )  # fmt: skip

    def test_opening_one_marks_it_read_and_leads_there(self):
        self.tell()
        self.tell(key="2")
        past_second_step(self.client, self.ani.user)
        notice = Notice.everything.get(key="1")
        answer = self.client.post(reverse("directory:open_notice", args=[notice.uuid]))
        self.assertRedirects(answer, "/beranda/", fetch_redirect_response=False)
        self.assertEqual(list(Notice.everything.filter(read_at=None).values_list("key", flat=True)), ["2"])
        self.client.post(reverse("directory:read_notices"))
        self.assertEqual(Notice.everything.filter(read_at=None).count(), 0)

    def test_z01_citra_neither_sees_nor_opens_it(self):
        self.tell()
        past_second_step(self.client, self.citra.user)
        self.assertEqual(self.client.get(reverse("directory:notices")).context["page"].paginator.count, 0)
        address = reverse("directory:open_notice", args=[Notice.everything.get().uuid])
        self.assertEqual(self.client.post(address).status_code, 404)

    def test_a_foreign_address_is_not_followed(self):
        past_second_step(self.client, self.ani.user)
        for n, url in enumerate(("//evil.example", "https://evil.example/")):
            self.tell(key=str(n), url=url)
            answer = self.client.post(reverse("directory:open_notice", args=[Notice.everything.get(key=str(n)).uuid]))
            self.assertRedirects(answer, reverse("directory:notices"), fetch_redirect_response=False)

    def test_said_twice_is_one_notice_and_one_mail(self):
        User.everything.filter(pk=self.ani.user.pk).update(email="ani@example.go.id")
        self.tell()
        self.tell()
        outbox.deliver_all()
        outbox.deliver_all()
        self.assertEqual((Notice.everything.count(), len(mail.outbox)), (1, 1))

    def test_each_reader_gets_her_language_and_her_clock(self):
        self.agency.timezone = "Asia/Jayapura"
        self.agency.save()
        User.everything.filter(pk=self.ani.user.pk).update(email="ani@example.go.id", language="en")
        with translation.override("id"):
            self.tell()
        outbox.deliver_all()
        self.assertIn("Your certificate for Melayani is ready.", mail.outbox[0].body)
        self.assertIn("WIT", mail.outbox[0].body)
        self.assertEqual(mail.outbox[0].subject, "News from Bestari")

    def test_s03_no_name_and_no_number_in_the_mail(self):
        User.everything.filter(pk=self.ani.user.pk).update(email="x@example.go.id")
        self.tell()
        outbox.deliver_all()
        letter = mail.outbox[0].subject + mail.outbox[0].body
        self.assertEqual([word for word in ("Ani", number_of(self.ani)) if word in letter], [])

    def test_s05_closed_and_suspended_people_get_no_mail(self):
        User.everything.filter(pk=self.ani.user.pk).update(email="ani@example.go.id")
        Person.everything.filter(pk=self.ani.pk).update(legal_status="02")
        self.tell()
        outbox.deliver_all()
        Person.everything.filter(pk=self.ani.pk).update(legal_status=Person.ACTIVE)
        services.deactivate(user=self.ani.user, by=self.hana.user, reason="Pensiun")
        self.tell(key="2")
        outbox.deliver_all()
        self.assertEqual(mail.outbox, [])

    def test_people_on_study_leave_learn_and_get_mail(self):
        User.everything.filter(pk=self.ani.user.pk).update(email="ani@example.go.id")
        Person.everything.filter(pk=self.ani.pk).update(legal_status=Person.ON_STUDY_LEAVE)
        self.tell()
        outbox.deliver_all()
        self.assertEqual(len(mail.outbox), 1)

    def test_the_language_of_mail_is_chosen_by_its_reader(self):
        past_second_step(self.client, self.ani.user)
        self.client.post(reverse("directory:set_language"), {"language": "en"})
        self.assertEqual(User.everything.get(pk=self.ani.user.pk).language, "en")
        self.assertEqual(self.client.post(reverse("directory:set_language"), {"language": "xx"}).status_code, 404)
