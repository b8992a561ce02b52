"""Who may keep a page: signed-in pages nobody, public pages everybody (I13, N04, N06)."""

from tests.gate.people import WorldCase, ask
from tests.gate.routes import ROUTES

CACHEABLE = {
    "pages:home",
    "catalogue:list",
    "catalogue:course",
    "competencies:dictionary",
    "competencies:competency",
    "records:verify",
    "pages:help",
    "pages:accessibility",
    "pages:privacy",
    "pages:site_pages",
    "pages:site_page",
}
PRIVATE = {"private", "no-store"}


def words_of(response) -> set[str]:
    return {word.strip() for word in response.headers.get("Cache-Control", "").split(",")}


class CacheTests(WorldCase):
    def test_I13_N06_a_page_for_somebody_is_never_stored(self):
        for route in ROUTES:
            if not route.reads or route.name in CACHEABLE:
                continue
            for role in ("anonymous", route.sender, "colleague"):
                with self.subTest(route=route.name, role=role):
                    answer = ask(self.home_browsers[role], route, route.url(self.home), "GET")
                    self.assertLessEqual(
                        PRIVATE, words_of(answer) | ({"private"} if "no-store" in words_of(answer) else set())
                    )

    def test_I13_the_answer_to_a_form_is_never_stored(self):
        for route in ROUTES:
            if not route.changes or route.outsider == "door":
                continue
            with self.subTest(route=route.name):
                answer = ask(self.home_browsers["colleague"], route, route.url(self.home), "POST", self.home)
                self.assertLessEqual(PRIVATE, words_of(answer))

    def test_I13_a_public_page_is_the_same_for_all_and_carries_no_cookie(self):
        for route in ROUTES:
            if route.name not in CACHEABLE:
                continue
            for before in ("", "/en"):
                url = before + route.url(self.home)
                answers = [
                    ask(self.home_browsers[role], route, url, "GET") for role in ("anonymous", "owner", "hr_head")
                ]
                answers.append(self.client.get(url, headers={"Accept-Language": "en", "Cookie": "x=y"}))
                with self.subTest(url=url):
                    self.assertEqual([answer.status_code for answer in answers], [200] * 4)
                    self.assertEqual(len({answer.content for answer in answers}), 1)
                    for answer in answers:
                        self.assertIn("public", words_of(answer))
                        self.assertFalse(answer.cookies)
                        self.assertNotIn("Vary", answer.headers)

    def test_I13_a_verdict_is_the_same_for_all(self):
        route = next(r for r in ROUTES if r.name == "records:verdict")
        url = route.url(self.home)
        answers = [ask(self.home_browsers[role], route, url, "GET") for role in ("anonymous", "owner", "hr_head")]
        self.assertEqual(len({without_number(answer) for answer in answers}), 1)
        self.assertFalse(any(answer.cookies for answer in answers))

    def test_N04_every_answer_says_who_may_frame_it(self):
        for route in ROUTES:
            if not route.reads:
                continue
            with self.subTest(route=route.name):
                answer = ask(self.home_browsers[route.sender], route, route.url(self.home), "GET")
                policy = answer.headers["Content-Security-Policy"]
                self.assertIn("frame-ancestors 'self'", policy)
                self.assertNotIn("unsafe-", policy)
                self.assertEqual(answer.headers["X-Frame-Options"], "SAMEORIGIN")
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
                self.assertEqual(answer.headers["Referrer-Policy"], "same-origin")


def without_number(answer) -> bytes:
    return answer.content.replace(answer.headers["X-Request-Id"].encode(), b"")
