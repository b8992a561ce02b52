"""Every address of the project has a row in ``routes``: a new one without it fails here (robustness 5)."""

from django.test import SimpleTestCase
from django.urls import URLPattern, get_resolver

from tests.gate.routes import BY_NAME, ELSEWHERE, ROUTES

ADMIN = "tata-kelola/"


def addresses(resolver=None, spaces=(), before=""):
    """``(name, path, view)`` of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield ":".join([*spaces, str(entry.name)]), path, entry.callback
        else:
            inside = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from addresses(entry, inside, path)


def ours():
    return {name: view for name, path, view in addresses() if not path.startswith(ADMIN)}


class RouteTableTests(SimpleTestCase):
    maxDiff = None

    def test_every_address_has_a_row(self):
        self.assertEqual(sorted(set(ours()) - set(BY_NAME) - set(ELSEWHERE)), [])

    def test_every_row_has_an_address(self):
        self.assertEqual(sorted((set(BY_NAME) | set(ELSEWHERE)) - set(ours())), [])

    def test_no_row_stands_twice(self):
        self.assertEqual(len(BY_NAME), len(ROUTES))
