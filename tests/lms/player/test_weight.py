"""B01, B02: what a screen weighs on the line, its files compressed as production serves them."""

import gzip
import re

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import TestCase
from django.urls import reverse
from django.utils import translation

from tests import makers
from tests.lms.player.makers import keys_of, make_place

STATIC = re.compile(r'(?:href|src)="/static/([^"]+)"')
IN_CSS = re.compile(r'url\("\.\./([^"]+)"\)')
KB = 1024


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 9))


def files_of(html: str) -> dict[str, bytes]:
    """Every file of ours that the page names, and what its style sheets name in turn."""
    found = {}
    names = list(dict.fromkeys(STATIC.findall(html)))
    while names:
        name = names.pop()
        path = finders.find(name)
        if path is None or name in found:  # the font is there when npm was
            continue
        with open(path, "rb") as file:
            found[name] = file.read()
        if name.endswith(".css"):
            names += IN_CSS.findall(found[name].decode())
    return found


def weigh(html: str) -> dict[str, int]:
    kinds = {"css": 0, "js": 0, "woff2": 0, "svg": 0}
    files = files_of(html)
    for name, data in files.items():
        kind = name.rpartition(".")[2]
        kinds[kind] += len(data) if kind == "woff2" else packed(data)
    # Pages themselves are not compressed: they carry tokens (BREACH).
    return {**kinds, "html": len(html.encode()), "requests": len(files) + 1}


class WeightTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.ani = makers.make_person(user=True)
        cls.place = make_place(learner=cls.ani, units=4, exam=True)

    def setUp(self):
        translation.activate("id")
        self.addCleanup(translation.activate, "id")

    def page(self, name, *args) -> str:
        return self.client.get(reverse(name, args=args)).content.decode()

    def test_B01_a_first_visit_is_100_kB_in_12_requests_and_a_second_20_kB(self):
        for name, args in (
            ("pages:home", ()),
            ("catalogue:list", ()),
            ("catalogue:course", (self.place.course.slug,)),
            ("pages:help", ()),
        ):
            with self.subTest(name):
                found = weigh(self.page(name, *args))
                first = sum(size for kind, size in found.items() if kind != "requests")
                self.assertLessEqual(first, 100 * KB, found)
                self.assertLessEqual(found["requests"], 12)
                self.assertLessEqual(found["html"], 20 * KB)

    def test_B02_a_unit_is_150_kB_with_30_of_script_20_of_style_and_no_font(self):
        self.client.force_login(self.ani.user)
        html = self.page("player:unit", self.place.uuid, keys_of(self.place)[0])
        found = weigh(html)
        # tokens.css names the font, but no rule of this frame uses it, so a browser does not fetch it.
        self.assertIn('<body class="focus">', html)
        total = sum(size for kind, size in found.items() if kind not in ("requests", "woff2"))
        self.assertLessEqual(total, 150 * KB, found)
        self.assertLessEqual(found["js"], 30 * KB)
        self.assertLessEqual(found["css"], 20 * KB)
        self.assertNotIn('rel="preload"', html)

    def test_L91_pictures_are_lazy_and_have_their_size(self):
        address = f"/gambar/{'a' * 64}/"
        part = {"kind": "figure", "address": address, "alt": "Loket", "caption": "", "width": 1200, "height": 800}
        shown = render_to_string("player/_parts.html", {"parts": [part], "lean": False})
        for attribute in ('loading="lazy"', 'width="1200"', 'height="800"', 'alt="Loket"'):
            self.assertIn(attribute, shown)
        lean = render_to_string("player/_parts.html", {"parts": [part], "lean": True})
        self.assertNotIn("<img", lean)
        self.assertIn("Loket", lean)
        self.assertIn(address, lean)

    def test_no_script_or_style_stands_inside_a_page(self):
        self.client.force_login(self.ani.user)
        for html in (self.page("player:home"), self.page("player:unit", self.place.uuid, keys_of(self.place)[0])):
            self.assertNotRegex(html, r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=")
