"""The content policy: the same on every page, and no page's own policy becomes that of the next one."""

from csp.middleware import CSPMiddleware
from django.http import HttpResponse
from django.test import RequestFactory, SimpleTestCase

from cms.core.middleware import Policy


class PolicyTests(SimpleTestCase):
    def of(self, middleware, **marks):
        header = {"Content-Security-Policy": marks.pop("header")} if "header" in marks else {}
        response = HttpResponse(headers=header)
        vars(response).update(marks)
        middleware.get_response = lambda request: response
        return middleware(RequestFactory().get("/"))["Content-Security-Policy"]

    def test_every_page_gets_what_the_library_would_give_it(self):
        ours, theirs = Policy(lambda request: None), CSPMiddleware(lambda request: None)
        pages = [
            {"header": "default-src 'none'; sandbox"}, {}, {"_csp_update": {"style-src": "'unsafe-inline'"}}, {},
            {"header": "sandbox"}, {"_csp_replace": {"img-src": ["data:"]}}, {},
        ]  # fmt: skip
        for marks in pages:
            with self.subTest(marks):
                self.assertEqual(self.of(ours, **marks), self.of(theirs, **marks))
        self.assertIn("default-src 'self'", self.of(ours))
