"""Whatever is sent to whichever address by whomever: an answer, never a fault of ours (robustness 3, R07, D02).

Hypothesis mixes names, values, headers and callers; the same mixture at every run. The walks with a fixed list, which
also say what the answer must be, are in ``test_refusals.py``.
"""

import json
import os
from urllib.parse import quote, urlencode

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.core.models import RateHit
from tests.gate import odd, snapshots
from tests.gate.people import WorldCase
from tests.gate.routes import PRIVATE_KEYS, ROUTES, value_of

LISTS = (
    odd.TEXTS, odd.WORDS, odd.NUMBERS, odd.DATES, odd.CHOICES, odd.COUNTS, odd.UNFIT,
    ("\ud800", "a\udfffb", "-0", "[]", "{}", "null", "\x1b[0m", "\x7f", "%00", "a&b=c", "1;2"),
)  # fmt: skip
values = st.one_of(st.sampled_from([value for one in LISTS for value in one]), st.text(max_size=30))
contents = st.one_of(
    st.binary(max_size=60), st.sampled_from([b"%PDF-1.7", b"PK\x03\x04", b"---\n", b"- {key: [", b"\xff\xfe"])
)
FILES = {"files", "berkas"}
COMMON = ("page", "q", "next", "p", "csrfmiddlewaretoken", "send_once")
headers = st.dictionaries(
    st.sampled_from(
        ["Accept", "Accept-Language", "Referer", "Range", "If-None-Match", "If-Modified-Since", "Idempotency-Key",
         "X-Request-Id", "X-Forwarded-For", "X-Requested-With", "Cookie"]
    ),
    values.map(lambda text: quote(text, safe=" ;,=*/-:", errors="surrogatepass")), max_size=2,
)  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | values,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(values, inside, max_size=3),
    max_leaves=8,
)


MORE = int(os.environ.get("BESTARI_FUZZ", "1"))  # a night's run: BESTARI_FUZZ=50


def mixture(examples: int):
    return settings(
        max_examples=examples * MORE, derandomize=True, deadline=None, database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip


def pairs(names):
    """Names may come twice, with two values."""
    return st.lists(st.tuples(st.sampled_from(sorted({*names, *COMMON})), values), min_size=1, max_size=5)


def encoded(fields) -> str:
    return urlencode(fields, errors="surrogatepass")


def multipart(fields, name: str, title: str, data: bytes) -> bytes:
    """What a browser sends for a form with a file, with a name of the file that no browser would send."""
    parts = [f'name="{key}"\r\n\r\n{value}' for key, value in fields if key != name]
    head = "".join(f"--rim\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    head += f'--rim\r\nContent-Disposition: form-data; name="{name}"; filename="{title}"\r\n\r\n'
    return head.encode(errors="surrogatepass") + data + b"\r\n--rim--\r\n"


class FuzzTests(WorldCase):
    def callers(self, route):
        """Mostly who may; the same role of another agency, nobody, and a role that is never about people."""
        may = self.home_browsers[route.sender]
        return st.sampled_from([
            may, may, may, self.away_browsers[route.sender], self.home_browsers["anonymous"],
            self.home_browsers["technical"],
        ])  # fmt: skip

    def send(self, browser, method, url, data=b"", **more):
        """A fault of ours is raised by the client itself."""
        with snapshots.undone():
            RateHit.everything.all().delete()
            answer = browser.generic(method, url, data, **more)
            self.assertLess(answer.status_code, 500, answer.status_code)

    def test_R07_D02_any_query_of_any_address(self):
        for route in ROUTES:
            if route.reads:
                with self.subTest(route=route.name):
                    self.look_at(route, route.url(self.home))

    def look_at(self, route, url):
        @mixture(20 if route.query else 6)
        @given(self.callers(route), pairs(route.query), headers)
        def look(browser, fields, lines):
            self.send(browser, "GET", url, QUERY_STRING=encoded(fields), headers=lines)

        look()

    def test_R07_D02_any_word_in_an_address(self):
        for route in ROUTES:
            for key in set(route.keys) - PRIVATE_KEYS - {"year"}:
                with self.subTest(route=route.name, key=key):
                    self.go_to(route, str(value_of(self.home, key)))

    def go_to(self, route, word):
        url, method = route.url(self.home), route.methods.split()[0]

        @mixture(15)
        @given(self.callers(route), values)
        def go(browser, other):
            self.send(browser, method, url.replace(word, quote(other, safe="", errors="surrogatepass")))

        go()

    def test_R07_D02_any_form_sent_to_any_address(self):
        for route in ROUTES:
            body = route.body(self.home) if route.changes and not route.json else None
            if body is not None and not FILES & set(body):
                with self.subTest(route=route.name):
                    self.fill_in(route, body)

    def fill_in(self, route, body):
        url = route.url(self.home)

        @mixture(20 if route.fields else 6)
        @given(self.callers(route), pairs({*route.fields, *body}), st.booleans())
        def send(browser, fields, rest):
            kept = [(name, value) for name, value in body.items() if rest and name not in dict(fields)]
            form = encoded([*kept, *fields])
            self.send(browser, "POST", url, form, content_type="application/x-www-form-urlencoded")

        send()

    def test_R07_N07_any_json_sent_to_the_autosave(self):
        for route in ROUTES:
            if route.json:
                with self.subTest(route=route.name):
                    self.save_to(route)

    def save_to(self, route):
        url, names = route.url(self.home), st.sampled_from(["seq", "answers", "0", "1", "x"])
        answers = st.dictionaries(names, anything)
        bodies = anything | answers | st.fixed_dictionaries({"seq": st.integers(1, 2**31), "answers": answers})

        @mixture(60)
        @given(self.callers(route), bodies, st.booleans())
        def save(browser, body, ascii_only):
            text = json.dumps(body, ensure_ascii=ascii_only).encode(errors="surrogatepass")
            self.send(browser, "POST", url, text, content_type="application/json")

        save()

    def test_U05_U06_any_file_under_any_name(self):
        for route in ROUTES:
            body = route.body(self.home) if route.changes else {}
            for name in FILES & set(body):
                with self.subTest(route=route.name):
                    self.upload_to(route, body, name)

    def upload_to(self, route, body, name):
        url = route.url(self.home)

        @mixture(25)
        @given(self.callers(route), values, contents, pairs(set(body) - {name}))
        def upload(browser, title, data, fields):
            form = multipart([*body.items(), *fields], name, title, data)
            self.send(browser, "POST", url, form, content_type="multipart/form-data; boundary=rim")

        upload()
