"""How forms refuse: never 500, what was typed is still there, each fault stands at its field (W07)."""

import re
from html import escape, unescape
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from tests.gate import odd, snapshots
from tests.gate.people import Browsers, WorldCase, ask
from tests.gate.routes import BY_NAME, ROUTES

REFUSED = (400, 409, 413, 422)
# Addresses whose form is empty or only hidden: there is nothing to type and nothing to refuse.
TYPED = [r for r in ROUTES if r.changes and r.fields]
SUMMARY = re.compile(r'role="alert".*?</(?:div|section)>', re.S)


class RefusalCase(WorldCase):
    def send(self, route, **instead):
        """The body of the table with some fields ``instead``, from a fresh browser, undone afterwards."""
        with snapshots.undone():
            client = Browsers(self.home, self.world.national)[route.sender]
            return ask(client, route, route.url(self.home), "POST", self.home, extra=instead)


class FormWalkTests(RefusalCase):
    def test_every_route_that_takes_text_names_its_fields(self):
        """What a form page shows for typing is listed in the table, so that no field escapes the walks below."""
        for route in ROUTES:
            if not (route.reads and route.changes) or route.outsider == "door":
                continue
            with self.subTest(route=route.name), snapshots.undone():
                page = Browsers(self.home, self.world.national)[route.sender].get(route.url(self.home))
                form = page.context and page.context.get("form")
                if isinstance(form, forms.BaseForm):
                    shown = {name for name, f in form.fields.items() if not isinstance(f.widget, forms.HiddenInput)}
                    self.assertEqual(shown - set(route.fields) - set(route.query), set())

    def test_nothing_at_all_is_refused_at_the_field(self):
        for route in TYPED:
            with self.subTest(route=route.name):
                answer = self.send(route, **dict.fromkeys(route.fields, ""))
                if not route.needs:
                    self.assertNotEqual(answer.status_code, 500)
                    continue
                self.assertIn(answer.status_code, REFUSED)
                self._explains(route, answer)

    def test_odd_text_in_every_field_is_taken_or_refused_with_the_text_kept(self):
        for route in TYPED:
            for name, kind in route.fields.items():
                for value in getattr(odd, kind):
                    with self.subTest(route=route.name, field=name, value=value[:40]):
                        answer = self.send(route, **{name: value})
                        self.assertLess(answer.status_code, 500)
                        if answer.status_code in REFUSED:
                            self._explains(route, answer)
                            self._keeps_what_was_typed(route, answer, name, value)

    def test_R07_nul_is_refused_in_every_field_and_in_a_name(self):
        for route in ROUTES:
            if not route.changes or route.json:
                continue
            for value in odd.UNFIT:
                for extra in ({name: value for name in route.fields} or {"x": value}, {"a\x00": "1"}):
                    with self.subTest(route=route.name, value=value):
                        client = self.home_browsers[route.sender]
                        self.assertEqual(client.post(route.url(self.home), extra).status_code, 400)
                        body = "&".join(f"{k}={v}" for k, v in extra.items()).replace("\x00", "%00")
                        plain = client.post(
                            route.url(self.home), body, content_type="application/x-www-form-urlencoded"
                        )
                        self.assertEqual(plain.status_code, 400)

    def _explains(self, route, answer):
        """A summary on top that links to fields on the page, and the message tied to the field."""
        text = answer.content.decode()
        summary = SUMMARY.search(text)
        self.assertIsNotNone(summary, "no summary of faults")
        ids = set(re.findall(r'\bid="([^"]+)"', text))
        for target in re.findall(r'href="#([^"]*)"', summary.group()):
            self.assertIn(target, ids)
        for described in re.findall(r'aria-describedby="([^"]+)"', text):
            self.assertLessEqual(set(described.split()), ids)
        form = next(
            (
                answer.context.get(n)
                for n in ("form", "code_form", "close_form", "email_form", "change_form", "seat_form")
                if _faulty(answer, n)
            ),
            None,
        )
        if form is not None:
            for name in form.errors:
                if name != "__all__" and not isinstance(form.fields[name].widget, forms.HiddenInput):
                    self.assertIn(f"{form[name].auto_id}_error", text, f"no message at {name}")
                    self.assertIn('aria-invalid="true"', text)

    def _keeps_what_was_typed(self, route, answer, name, value):
        if route.fields[name] in ("CHOICES", "COUNTS", "FEW") or "password" in name or not value.strip():
            return
        kept = unescape(answer.content.decode())
        one_line = value.replace("\r\n", "\n").strip()
        self.assertTrue(one_line in kept.replace("\r\n", "\n") or escape(value) in kept, "what was typed is lost")


def _faulty(answer, name) -> bool:
    form = answer.context.get(name) if answer.context else None
    return isinstance(form, forms.BaseForm) and form.is_bound and bool(form.errors)


class QueryTests(WorldCase):
    def test_R04_only_listed_names_reach_a_list(self):
        for route in ROUTES:
            if not route.reads:
                continue
            for query in odd.LOOKUPS:
                with self.subTest(route=route.name, query=query):
                    client = self.home_browsers[route.sender]
                    self.assertEqual(client.get(route.url(self.home), query).status_code, 400)

    def test_R05_R07_odd_words_in_every_query(self):
        for route in ROUTES:
            if not route.reads or not route.query:
                continue
            for name in route.query:
                for value in odd.WORDS:
                    with self.subTest(route=route.name, name=name, value=value[:40]):
                        client, query = self.home_browsers[route.sender], urlencode({name: value})
                        answer = ask(client, route, route.url(self.home), "GET", QUERY_STRING=query)
                        self.assertIn(answer.status_code, (200, 302, 404))
                with self.subTest(route=route.name, name=name, value="NUL"):
                    client = self.home_browsers[route.sender]
                    self.assertEqual(client.get(route.url(self.home), {name: "a\x00"}).status_code, 400)

    def test_R07_nul_in_a_cookie_is_refused(self):
        """A quoted cookie may spell out any byte, and PostgreSQL takes no NUL."""
        for name in (
            "sessionid",
            "csrftoken",
            "messages",
            "known_browser",
            "known_browser_en",
            "unsent",
            "django_language",
        ):
            for url in (reverse("account_login"), reverse("player:home"), reverse("pages:home")):
                with self.subTest(name=name, url=url):
                    answer = self.client.get(url, headers={"Cookie": f'{name}="{"a" * 16}\\000{"b" * 15}"'})
                    self.assertEqual(answer.status_code, 400)

    def test_R05_percent_and_underscore_are_letters(self):
        for name in ("directory:people", "profiles:people"):
            route = BY_NAME[name]
            for words in ("%%%", "_", "%", "An_", "A%i"):
                with self.subTest(route=name, words=words):
                    client = self.home_browsers["hr_head"]
                    answer = client.post(route.url(self.home), {"q": words}, follow=True)
                    self.assertNotContains(answer, "Ani Lestari")
