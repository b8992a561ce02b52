"""S03: what may be typed about people goes by POST, so that no address, history or log of a proxy holds it."""

import re

from django.urls import reverse

from tests.gate.people import WorldCase, ask
from tests.gate.routes import BY_NAME, ROUTES

FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.S)
TYPED = re.compile(r'<(?:textarea\b[^>]*|input\b(?![^>]*type="(?:hidden|checkbox|radio|submit|date|number)")[^>]*)>')
COURSES = "catalogue:list"  # words for courses, which are public


def forms_that_write_addresses(page: str):
    """What may be typed into forms whose answers stand in the address."""
    for attributes, inside in FORM.findall(page):
        if 'method="post"' not in attributes:
            yield from ((attributes, field) for field in TYPED.findall(inside))


class AddressTests(WorldCase):
    def test_S03_no_form_writes_what_is_typed_about_people_into_an_address(self):
        courses = {f'action="{reverse(COURSES)}"', f'action="/en{reverse(COURSES)}"'}
        for route in ROUTES:
            if not route.reads or route.is_public or route.outsider == "door":
                continue
            with self.subTest(route=route.name):
                page = ask(self.home_browsers[route.sender], route, route.url(self.home), "GET")
                if "html" not in page.headers.get("Content-Type", ""):
                    continue
                wrong = [
                    (attributes, field)
                    for attributes, field in forms_that_write_addresses(page.content.decode())
                    if not any(action in attributes for action in courses)
                ]
                self.assertEqual(wrong, [])

    def test_S03_searched_words_narrow_the_list_and_are_in_no_address_of_the_answer(self):
        for name, role in (
            ("records:desk", "publisher"), ("assessment:examine", "organiser"), ("enrolment:run", "organiser"),
            ("directory:people", "hr_head"), ("profiles:people", "hr_head"),
        ):  # fmt: skip
            url, client = BY_NAME[name].url(self.home), self.home_browsers[role]
            with self.subTest(name=name):
                answer = client.post(url, {"q": "ani lestari"})
                self.assertEqual(answer.status_code, 302)
                self.assertNotIn("lestari", answer["Location"])
                page = client.get(url)
                self.assertContains(page, "Ani Lestari")
                self.assertNotContains(page, "Joko Susilo")
                self.assertNotIn("q=", " ".join(re.findall(r'href="([^"]*)"', page.content.decode())))
                client.post(url, {"q": "joko"})
                self.assertNotContains(client.get(url), "Ani Lestari")
