"""Courses that must be completed first: nobody enrols past them, and an organiser only with a reason (L54)."""

from django.test import TestCase
from django.urls import reverse

from cms.core.models import AuditEntry
from lms.catalogue import services as catalogue
from lms.enrolment import queries, services
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.models import Enrolment, EnrolmentEvent
from tests import makers
from tests.lms.enrolment.test_services import bulk_people, number_of
from tests.sql import assert_sql

ACTIVE, WAITING, COMPLETED, CANCELLED = Enrolment.State.values
WHY = "Sudah mengikuti pelatihan tatap muka yang setara"


def make_release_after(*required, **shape):
    """A released course that requires others: ``required`` are their releases."""
    files = makers.course_files(**shape)
    slugs = ", ".join(release.course.slug for release in required)
    files["kursus.md"] = files["kursus.md"].replace("outcomes:", f"requires: [{slugs}]\noutcomes:")
    agency = makers.make_agency("Kementerian PANRB")
    author, publisher = (makers.make_person(agency=agency, roles=[role]).user for role in ("author", "publisher"))
    course = catalogue.import_course(files=files, agency=agency, by=author)
    return catalogue.approve(review=catalogue.submit(course=course, by=author), by=publisher)


class RequiredCase(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.basics = makers.make_release(title="Dasar pelayanan", units=1)
        cls.release = make_release_after(cls.basics, title="Pelayanan lanjut", units=1)
        cls.agency = cls.release.course.agency
        cls.budi = makers.make_person("Budi Santoso", agency=cls.agency, roles=["organiser"]).user
        cls.ani = makers.make_person("Ani Lestari", agency=cls.agency, user=True)
        cls.dewi = makers.make_person("Dewi Anggraini", agency=cls.agency, user=True)
        cls.run_ = makers.make_run(release=cls.release)
        cls.first = makers.make_run(release=cls.basics)

    def complete(self, person, state=COMPLETED):
        return makers.make_enrolment(run=self.first, learner=person, state=state)


class SelfEnrolTests(RequiredCase):
    def enrol(self, person):
        return services.enrol(run=self.run_, learner=person, by=person.user)

    def test_L54_nobody_enrols_before_completing_what_the_release_requires(self):
        for state in (None, ACTIVE, CANCELLED):
            Enrolment.everything.filter(learner=self.ani).delete()
            if state:
                self.complete(self.ani, state)
            with self.subTest(state=state), self.assertRaises(EnrolmentRefused) as refusal:
                self.enrol(self.ani)
            self.assertIn("Dasar pelayanan", str(refusal.exception))
        self.assertFalse(Enrolment.everything.filter(run=self.run_).exists())

    def test_L54_whoever_completed_it_enrols_even_while_taking_it_again(self):
        self.complete(self.ani)
        makers.make_enrolment(run=self.first, learner=self.ani, cycle=2)
        self.assertEqual(self.enrol(self.ani).state, ACTIVE)

    def test_L54_the_rule_is_the_one_of_the_run_s_own_release(self):
        free = makers.make_run(release=makers.make_release(units=1))
        self.assertEqual(services.enrol(run=free, learner=self.ani, by=self.ani.user).state, ACTIVE)

    def test_every_required_course_must_be_complete(self):
        other = makers.make_release(title="Etika pelayanan", units=1)
        run = makers.make_run(release=make_release_after(self.basics, other, units=1))
        self.complete(self.ani)
        with self.assertRaises(EnrolmentRefused) as refusal:
            services.enrol(run=run, learner=self.ani, by=self.ani.user)
        self.assertIn("Etika pelayanan", str(refusal.exception))
        self.assertNotIn("Dasar pelayanan", str(refusal.exception))

    def test_what_requires_nothing_is_not_asked_about(self):
        with assert_sql(0):
            self.assertEqual(queries.lacking(self.basics, {self.ani.pk}), {})
            self.assertEqual(queries.required_of(self.basics, self.ani), [])


class ScreenTests(RequiredCase):
    def page(self, person=None):
        self.client.force_login((person or self.ani).user)
        return self.client.get(reverse("enrolment:enrol", args=[self.run_.uuid]))

    def test_the_page_says_what_comes_first_and_how_far_the_person_is(self):
        link = reverse("catalogue:course", args=[self.basics.course.slug])
        response = self.page()
        self.assertContains(response, f'<a href="{link}">Dasar pelayanan</a>')
        self.assertContains(response, "You have no place on it yet")
        self.assertNotContains(response, 'type="submit" class="btn')
        place = makers.make_enrolment(run=self.first, learner=self.ani)
        response = self.page()
        self.assertContains(response, "0 of 1 units done")
        self.assertContains(response, reverse("player:resume", args=[place.uuid]))

    def test_the_button_opens_once_it_is_complete(self):
        self.assertIsNotNone(self.page().context["refusal"])
        self.complete(self.ani)
        response = self.page()
        self.assertEqual(response.context["refusal"], "")
        self.assertEqual([one.done for one in response.context["required"]], [True])

    def test_posting_without_it_is_refused_in_words(self):
        self.page()
        response = self.client.post(reverse("enrolment:enrol", args=[self.run_.uuid]))
        self.assertContains(response, "Complete first: Dasar pelayanan.", status_code=409)

    def test_the_public_page_names_it_without_another_statement(self):
        address = reverse("catalogue:course", args=[self.release.course.slug])
        self.client.get(address)
        link = reverse("catalogue:course", args=[self.basics.course.slug])
        with assert_sql(3):
            self.assertContains(self.client.get(address), f'<a href="{link}">Dasar pelayanan</a>')


class ManyTests(RequiredCase):
    def test_the_dry_run_names_who_lacks_what_and_leaves_them_out(self):
        self.complete(self.dewi)
        text = "\n".join(map(number_of, (self.ani, self.dewi)))
        lines = services.check_many(self.run_, text)
        self.assertEqual([line.state for line in lines], ["lacks", "ok"])
        self.assertIn("Dasar pelayanan", lines[0].message)
        outcome = services.enrol_many(run=self.run_, numbers=text, by=self.budi)
        self.assertEqual((outcome.seated, outcome.left_out), (1, 1))

    def test_with_a_reason_they_get_a_place_and_the_reason_is_kept(self):
        self.complete(self.dewi)
        text = "\n".join(map(number_of, (self.ani, self.dewi)))
        services.enrol_many(run=self.run_, numbers=text, by=self.budi, excuse=WHY)
        place = Enrolment.everything.get(run=self.run_, learner=self.ani)
        self.assertEqual(EnrolmentEvent.everything.get(enrolment=place).reason, WHY)
        self.assertEqual(EnrolmentEvent.everything.get(enrolment__learner=self.dewi).reason, "list")
        detail = AuditEntry.everything.get(verb="enrol_many").detail
        self.assertEqual((detail["excused"], detail["reason"]), ([str(place.uuid)], WHY))

    def test_who_lacks_it_takes_no_seat_from_the_next(self):
        self.complete(self.dewi)
        run = makers.make_run(release=self.release, seats=1)
        lines = services.check_many(run, "\n".join(map(number_of, (self.ani, self.dewi))))
        self.assertEqual([line.state for line in lines], ["lacks", "ok"])

    def test_a_thousand_people_cost_one_statement_more(self):
        numbers = bulk_people(1000, self.agency)
        with assert_sql(4):  # numbers with people, their standings, what they completed, seats
            lines = services.check_many(self.run_, "\n".join(numbers))
        self.assertEqual({line.state for line in lines}, {"lacks"})


class OrganiserScreenTests(RequiredCase):
    def send(self, **data):
        self.client.force_login(self.budi)
        return self.client.post(reverse("enrolment:add", args=[self.run_.uuid]), data)

    def test_enrolling_anyway_asks_for_a_reason(self):
        response = self.send(numbers=number_of(self.ani), anyway="on")
        self.assertContains(response, "Say why people get a place", status_code=422)
        response = self.send(numbers=number_of(self.ani), anyway="on", excuse=WHY)
        self.assertEqual(response.context["fit"], 1)
        self.assertContains(response, WHY)
        self.send(numbers=number_of(self.ani), anyway="on", excuse=WHY, commit="1")
        self.assertTrue(Enrolment.everything.filter(run=self.run_, learner=self.ani).exists())

    def test_a_reason_without_the_tick_excuses_nobody(self):
        self.send(numbers=number_of(self.ani), excuse=WHY, commit="1")
        self.assertFalse(Enrolment.everything.filter(run=self.run_).exists())

    def test_a_course_without_requirements_does_not_ask(self):
        self.client.force_login(self.basics.course.agency.people.get(name="Pratiwi Penerbit").user)
        organiser = makers.make_person(agency=self.basics.course.agency, roles=["organiser"]).user
        self.client.force_login(organiser)
        response = self.client.get(reverse("enrolment:add", args=[self.first.uuid]))
        self.assertNotContains(response, 'name="excuse"')
