"""The gate itself: managers, models without a grant, probing, roles that end in mid-flow, traces of looks and acts."""

import logging
import uuid
from datetime import timedelta
from unittest import mock

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.test import SimpleTestCase
from django.urls import reverse
from django.utils import timezone

from cms.core.models import AuditEntry, RateHit
from cms.core.probing import MISSES
from cms.core.scope import ScopedManager, ScopedQuerySet
from cms.directory import services as directory
from cms.directory.models import Grant, Person, Reach
from lms.records.models import JPEntry
from tests import makers
from tests.gate import snapshots
from tests.gate.people import WorldCase, ask, client_of
from tests.gate.routes import BY_NAME, ROUTES
from tests.gate.test_routes import addresses

OURS = ("cms.", "lms.", "talent.")


def our_models():
    return [m for m in apps.get_models() if m.__module__.startswith(OURS)]


def scoped():
    return [model for model in our_models() if isinstance(getattr(model, "objects", None), ScopedManager)]


def names_people(model) -> bool:
    return any(
        f.is_relation and f.related_model in (Person, Person.user.related.related_model) and f.concrete
        for f in model._meta.get_fields()
        if f.name not in ("given_by", "released_by", "submitted_by", "decided_by", "approved_by")
    )


class ManagerTests(SimpleTestCase):
    def test_I09_the_bare_manager_raises(self):
        self.assertGreater(len(scoped()), 10)
        for model in scoped():
            for act in ("all", "count", "first", "exists", "get", "values_list", "filter", "iterator"):
                with self.subTest(model=model.__name__, act=act), self.assertRaises(PermissionError):
                    getattr(model.objects, act)()

    def test_I09_every_scoped_model_says_who_sees_its_rows(self):
        for model in scoped():
            with self.subTest(model=model.__name__):
                rows = type(model.everything.all())
                self.assertTrue(issubclass(rows, ScopedQuerySet))
                self.assertIsNot(rows.visible_to, ScopedQuerySet.visible_to)

    def test_I09_a_model_about_people_is_scoped_or_stays_inside(self):
        """Rows that name a person have ``objects``, or a screen cannot get at them at all (the architecture test)."""
        open_ones = [
            m._meta.label for m in our_models()
            if names_people(m) and m not in scoped() and not m._meta.proxy and "objects" in m.__dict__
            and m._meta.label != "directory.User"
        ]  # fmt: skip
        self.assertEqual(open_ones, [])

    def test_Z10_nobody_acts_as_another(self):
        disguises = ("impersonat", "hijack", "act_as", "act-as", "sebagai", "loginas", "sudo")
        odd = [
            (name, path) for name, path, _view in addresses() if any(d in f"{name}{path}".lower() for d in disguises)
        ]
        self.assertEqual(odd, [])


class NoGrantTests(WorldCase):
    def test_I09_without_a_grant_there_are_no_rows_of_others(self):
        stranger = makers.make_person("Wayan Tanpa Hak", agency=self.away.employer, user=True)
        for model in scoped():
            if model._meta.label in ("directory.Agency",):
                continue  # names of agencies are public
            with self.subTest(model=model.__name__):
                own = {Person: "pk", Grant: "user__person"}.get(model)
                rows = model.objects.visible_to(stranger.user)
                mine = list(rows.exclude(**{own: stranger.pk}) if own else rows)
                self.assertEqual(mine, [])
                self.assertEqual(list(model.objects.visible_to(AnonymousUser())), [])
                self.assertEqual(list(model.objects.visible_to(None)), [])

    def test_I09_the_same_walk_with_a_grant_is_not_empty(self):
        seen = {m.__name__ for m in scoped() for p in self.home.who.values() if m.objects.visible_to(p.user).exists()}
        lacking = {m.__name__ for m in scoped()} - seen
        self.assertLessEqual(len(lacking), 4, lacking)


class ProbingTests(WorldCase):
    def setUp(self):
        super().setUp()
        cache.clear()
        self.addCleanup(cache.clear)

    def probe(self, client, times, **more):
        urls = [reverse("profiles:person", args=[uuid.uuid4()]) for _n in range(times)]
        return [client.get(url, **more).status_code for url in urls]

    def test_Z13_a_thousand_ids_in_a_row_end_at_a_wall_and_in_the_audit(self):
        hana = self.away.who["hr_head"]
        client = client_of(hana)
        with self.assertLogs("cms.core.probing", logging.WARNING) as logged:
            answers = self.probe(client, MISSES + 40)  # after that a thousand more are answered alike
        self.assertEqual(answers, [404] * MISSES + [429] * 40)
        events = AuditEntry.everything.filter(verb="probing")
        self.assertEqual([(e.actor_id, e.agency_id) for e in events], [(hana.user.pk, hana.agency_id)])
        self.assertEqual(len(logged.records), 1)
        self.assertNotIn(hana.name, logged.output[0])
        # The wall closes what is there as well, so that an answer never tells a hit from a miss.
        own = client.get(reverse("profiles:person", args=[hana.uuid]))
        self.assertEqual(own.status_code, 429)
        self.assertGreater(int(own["Retry-After"]), 0)
        # Pages without an id stay open, and other people notice nothing.
        self.assertEqual(client.get(reverse("player:home")).status_code, 200)
        self.assertEqual(self.probe(self.away_browsers["hr_analyst"], 1), [404])

    def test_Z13_the_wall_opens_again(self):
        client = self.away_browsers["hr_head"]
        self.assertEqual(self.probe(client, MISSES + 1)[-1], 429)
        cache.clear()
        RateHit.everything.all().update(resets_at=timezone.now() - timedelta(seconds=1))
        self.assertEqual(self.probe(client, 1), [404])

    def test_Z13_forms_are_counted_like_pages(self):
        client, hidden = self.away_browsers["hr_head"], self.home.person.uuid
        with mock.patch("cms.core.probing.MISSES", 5):
            urls = [reverse("directory:set_email", args=[uuid.uuid4()]) for _n in range(5)]
            self.assertEqual([client.post(url, {"email": ""}).status_code for url in urls], [404] * 5)
            self.assertEqual(client.post(reverse("directory:set_email", args=[hidden])).status_code, 429)

    def test_Z13_misses_of_public_pages_are_not_counted(self):
        client = self.away_browsers["owner"]
        for n in range(3):
            client.get(reverse("catalogue:course", args=[f"tidak-ada-{n}"]))
        self.assertFalse(RateHit.everything.filter(key__startswith="probing").exists())


class HalfOpenDoorTests(WorldCase):
    """A session that passed the first step alone opens what leads to the second, by no method anything else."""

    def closed_to(self, client, role, page):
        known = snapshots.known_keys()
        before = snapshots.facts(known)
        for route in ROUTES:
            if role not in route.opens or route.is_public or route.outsider == "door":
                continue
            for method in route.methods.split():
                with self.subTest(route=route.name, method=method, role=role):
                    answer = ask(client, route, route.url(self.home), method, self.home)
                    self.assertEqual((answer.status_code, answer.url.split("?")[0]), (302, page))
        self.assertEqual(set(snapshots.differences(before, snapshots.facts(known))), set())

    def test_A07_without_the_second_factor_only_the_set_up_page_opens(self):
        for role in ("publisher", "hr_analyst", "hr_head"):
            client = client_of(self.home.who[role], second_factor=False)
            self.closed_to(client, role, reverse("mfa_activate_totp"))
            self.assertEqual(client.post("/tata-kelola/").url, reverse("mfa_activate_totp"))

    def test_A07_a_password_that_must_be_set_anew_comes_before_everything(self):
        ani = self.home.who["owner"]
        type(ani.user).everything.filter(pk=ani.user.pk).update(must_set_password=True)
        self.closed_to(client_of(ani), "owner", reverse("account_change_password"))


class MidFlowTests(WorldCase):
    """I15: what ends, ends on the next request, on every path."""

    def open_paths(self, role):
        """Addresses that ``role`` of home can read now, with the browser in which she reads them."""
        client = client_of(self.home.who[role])
        routes = [r for r in ROUTES if r.reads and role in r.opens and not r.is_public and r.outsider != "door"]
        return client, routes

    def test_I15_A06_a_closed_account_is_out_everywhere(self):
        for role in ("owner", "colleague", "author", "publisher", "organiser", "hr_analyst", "superior"):
            client, routes = self.open_paths(role)
            admin = client.get("/tata-kelola/").status_code
            directory.deactivate(user=self.home.who[role].user, by=None, reason="uji")
            for route in routes:
                with self.subTest(role=role, route=route.name):
                    answer = ask(client, route, route.url(self.home), "GET")
                    if route.name == "assessment:time_left":  # asked by the page itself, which needs no redirect
                        self.assertEqual(answer.status_code, 401)
                        continue
                    self.assertEqual(answer.status_code, 302)
                    self.assertTrue(answer.url.startswith(reverse("account_login")))
            if role == "colleague":
                save = BY_NAME["assessment:save"]
                self.assertEqual(ask(client, save, save.url(self.home), "POST", self.home).status_code, 401)
                self.home.open_attempt.refresh_from_db()
                self.assertEqual(self.home.open_attempt.state, "open")  # answers so far are kept
            if admin == 200:
                self.assertNotEqual(client.get("/tata-kelola/").status_code, 200)

    def _gone(self, role, end):
        client, routes = self.open_paths(role)
        own = {r.name for r in routes if "colleague" in r.opens}  # everybody's own pages stay
        lost = [r for r in routes if r.name not in own and r.opens[role] not in ("o", "all")]
        self.assertTrue(lost)
        end()
        for route in lost:
            with self.subTest(role=role, route=route.name):
                self.assertIn(ask(client, route, route.url(self.home), "GET").status_code, (302, 403, 404))
                if ask(client, route, route.url(self.home), "GET").status_code == 302:
                    self.fail("a redirect tells that there is something")

    def test_I15_a_revoked_grant_opens_nothing_more(self):
        for role in ("author", "publisher", "organiser", "facilitator", "hr_analyst", "hr_head"):
            grant = Grant.everything.get(user=self.home.who[role].user, role=role)
            self._gone(role, lambda grant=grant: directory.revoke(grant=grant, by=None, reason="uji"))

    def test_I15_an_expired_grant_opens_nothing_more(self):
        today = timezone.localdate()
        for role in ("author", "organiser", "facilitator", "hr_analyst", "hr_head"):
            rows = Grant.everything.filter(user=self.home.who[role].user, role=role)
            self._gone(
                role,
                lambda rows=rows: rows.update(valid_from=today - timedelta(days=9), valid_to=today),
            )

    def test_I15_a_transfer_moves_the_record_and_ends_the_rights(self):
        ani, person = self.home.who["owner"], BY_NAME["profiles:person"]
        before, after = self.home_browsers["hr_head"], self.away_browsers["hr_head"]
        url = person.url(self.home)
        self.assertEqual((before.get(url).status_code, after.get(url).status_code), (200, 404))
        directory.transfer(person=ani, agency=self.away.employer, by=None)
        self.assertEqual((before.get(url).status_code, after.get(url).status_code), (404, 200))
        # Ani keeps what she earned.
        self.assertEqual(JPEntry.everything.filter(person=ani).count(), 1)
        self.assertEqual(client_of(ani).get(reverse("records:mine")).status_code, 200)
        analyst = self.home.who["hr_analyst"]
        browser = client_of(analyst)
        self.assertEqual(browser.get(reverse("profiles:people")).status_code, 200)
        directory.transfer(person=analyst, agency=self.away.employer, by=None)
        self.assertEqual(browser.get(reverse("profiles:people")).status_code, 404)

    def test_I15_the_admin_closes_with_the_grant(self):
        author = self.home.who["author"]
        browser = client_of(author)
        edit = reverse("wagtailadmin_pages:edit", args=[self.home.draft.page_id])
        self.assertEqual(browser.get(edit).status_code, 200)
        directory.revoke(grant=Grant.everything.get(user=author.user), by=None, reason="uji")
        self.assertNotEqual(browser.get(edit).status_code, 200)

    def test_Z06_I15_a_reach_that_ended_opens_nothing(self):
        """A superior is her superior only as long as the seats say so."""
        person, budi = BY_NAME["profiles:person"], self.home.who["superior"]
        browser = client_of(budi)
        self.assertEqual(browser.get(person.url(self.home)).status_code, 200)
        directory.transfer(person=self.home.who["owner"], agency=self.home.employer, by=None)
        self.assertEqual(browser.get(person.url(self.home)).status_code, 404)


class OwnClassTests(WorldCase):
    """Z06: a facilitator opens the classes that are hers, whatever else her agency runs."""

    def test_Z06_a_facilitator_of_class_1_does_not_find_class_2(self):
        fajar, run = self.home.who["facilitator"], self.home.run
        other = makers.make_person("Rini Fasilitator", agency=self.home.owner, roles=["facilitator"])
        paths = [r.url(self.home) for r in ROUTES if r.reads and "run" in r.keys and "facilitator" in r.opens]
        paths = [path for path in paths if "/daftar/" not in path]
        self.assertGreater(len(paths), 2)
        mine, theirs = client_of(fajar), client_of(other)
        screen = reverse("enrolment:facilitators", args=[run.uuid])

        def seen(client):
            return {client.get(path).status_code for path in paths}

        self.assertEqual((seen(mine), seen(theirs)), ({200}, {200}))
        organiser = self.home_browsers["organiser"]
        self.assertEqual(organiser.post(screen, {"facilitators": [str(other.user.uuid)]}).status_code, 302)
        self.assertEqual((seen(mine), seen(theirs)), ({404}, {200}))
        self.assertNotContains(mine.get(reverse("enrolment:runs")), run.name)
        self.assertEqual(AuditEntry.everything.filter(verb="name_facilitators").count(), 1)
        # Named and taken off again: it is everybody's as before.
        organiser.post(screen, {"facilitators": [str(other.user.uuid), str(fajar.user.uuid)]})
        self.assertEqual((seen(mine), seen(theirs)), ({200}, {200}))
        organiser.post(screen, {})
        self.assertEqual((seen(mine), seen(theirs)), ({200}, {200}))

    def test_Z04_nobody_of_another_agency_is_named(self):
        screen = reverse("enrolment:facilitators", args=[self.home.run.uuid])
        outsider = str(self.away.who["facilitator"].user.uuid)
        answer = self.home_browsers["organiser"].post(screen, {"facilitators": [outsider]})
        self.assertEqual(answer.status_code, 422)
        self.assertFalse(Reach.everything.filter(what="run").exists())
