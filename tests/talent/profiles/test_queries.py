"""The level a job asks for against the level held."""

from datetime import date, timedelta

from django.core.management import call_command
from django.utils import timezone

from lms.catalogue import services as catalogue
from lms.competencies.models import Competency
from talent.profiles.models import JobStandard
from talent.profiles.queries import gaps_of
from tests.makers import make_person, make_release
from tests.sql import assert_sql
from tests.talent.profiles.test_views import TalentTestCase, evidence, place


class StandardTests(TalentTestCase):
    def test_loading_twice_writes_nothing_more(self):
        self.assertEqual(JobStandard.everything.count(), 14 * 9)
        JobStandard.everything.filter(tier="MU").update(level=5)
        call_command("load_standards", verbosity=0)
        self.assertEqual(JobStandard.everything.count(), 14 * 9)
        self.assertEqual(set(JobStandard.everything.filter(tier="MU").values_list("level", flat=True)), {3})

    def test_each_tier_asks_for_its_level(self):
        for tier, level in (("utama", 5), ("pratama", 4), ("MA", 4), ("PM", 1), ("pelaksana", 1)):
            with self.subTest(tier=tier):
                standings = gaps_of(place(make_person(), tier=tier))
                self.assertEqual([s.required for s in standings], [level] * 9)

    def test_the_position_wins_over_the_tier(self):
        m5 = Competency.everything.get(code="M.5")
        JobStandard.everything.create(position=self.ani.position, competency=m5, level=5, valid_from=date(2020, 1, 1))
        levels = {s.competency.code: s.required for s in gaps_of(self.ani)}
        self.assertEqual((levels["M.5"], levels["M.1"]), (5, 3))

    def test_a_standard_that_ended_or_has_not_begun_asks_nothing(self):
        m5 = Competency.everything.get(code="M.5")
        today = timezone.localdate()
        past = {"valid_from": date(2020, 1, 1), "valid_to": today}
        for dates in (past, {"valid_from": today + timedelta(days=1)}):
            JobStandard.everything.create(position=self.ani.position, competency=m5, level=5, **dates)
        self.assertEqual({s.required for s in gaps_of(self.ani)}, {3})

    def test_no_position_or_no_tier_means_no_standard(self):
        self.assertEqual(gaps_of(self.hana), [])
        self.assertEqual(gaps_of(place(make_person(), tier="")), [])


class HeldTests(TalentTestCase):
    def standing(self, code="M.5"):
        return next(s for s in gaps_of(self.ani) if s.competency.code == code)

    def test_the_highest_valid_level_counts(self):
        self.assertEqual((self.standing().state, self.standing().held), ("unknown", None))
        evidence(self.ani, level=2)
        self.assertEqual((self.standing().state, self.standing().missing), ("short", 1))
        evidence(self.ani, level=3, observed_on=date(2026, 1, 5))
        self.assertEqual((self.standing().state, self.standing().held), ("met", 3))

    def test_expired_future_and_superseded_evidence_does_not_count(self):
        today = timezone.localdate()
        evidence(self.ani, level=5, valid_until=today)
        evidence(self.ani, level=5, observed_on=today + timedelta(days=1))
        wrong = evidence(self.ani, level=5)
        evidence(self.ani, level=2, supersedes=wrong)
        self.assertEqual(self.standing().held, 2)

    def test_one_statement_whatever_there_is(self):
        gaps_of(self.ani)  # from here on the process knows the courses
        for more in (1, 3):
            for _n in range(more):
                evidence(self.ani)
            with self.subTest(more=more), assert_sql(1):
                gaps_of(self.ani)

    def test_the_courses_that_close_a_gap_two_at_most_and_at_once_after_a_release(self):
        make_release(title="Melayani satu")
        self.assertEqual([c.title for c in self.standing().courses], ["Melayani satu"])
        later = [make_release(title=f"Melayani {word}") for word in ("dua", "tiga")]
        with assert_sql(2):  # the gaps; the courses, once after each release
            courses = self.standing().courses
        self.assertEqual([c.title for c in courses], ["Melayani dua", "Melayani satu"])
        with assert_sql(1):
            self.standing()
        # The next release of a course that is not the last one released: its new words count.
        self.release_again(later[0].course, "Melayani lebih baik")
        self.assertEqual([c.title for c in self.standing().courses], ["Melayani lebih baik", "Melayani satu"])

    def release_again(self, course, title):
        author = course.agency.people.get(name="Bambang Penulis").user
        publisher = course.agency.people.get(name="Pratiwi Penerbit").user
        desk = course.page.get_latest_revision_as_object()
        desk.title = title
        desk.save_revision(user=author)
        catalogue.approve(review=catalogue.submit(course=course, by=author), by=publisher)

    def test_a_met_level_needs_no_course_and_a_course_that_leads_no_further_is_not_named(self):
        make_release()  # proves level 3
        evidence(self.ani, level=3)
        self.assertEqual(self.standing().courses, ())
        m5 = Competency.everything.get(code="M.5")
        JobStandard.everything.create(position=self.ani.position, competency=m5, level=5, valid_from=date(2020, 1, 1))
        self.assertEqual((self.standing().state, self.standing().courses), ("short", ()))
