"""The screens of the demo world, found by walking: every demo account follows the links it is shown.

`make bench` measures them and `make pictures` photographs them, so a new screen joins both by being linked.
"""

from collections import deque
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.contrib.auth import get_user_model
from django.http import Http404
from django.test import Client
from django.urls import resolve

STARTS = ("/", "/beranda/")
HOST = "localhost"
# Other languages look alike, Wagtail's own screens are not ours, signing out ends the walk, files are no screens.
NOT_WALKED = ("/en/", "/tata-kelola/", "/akun/", "/static/", "/berkas/")
MANY_PAGES = {"wagtail_serve"}  # one route, many screens


@dataclass(frozen=True)
class Screen:
    route: str
    who: str  # username, or "" for nobody
    path: str

    @property
    def name(self) -> str:
        return self.path.strip("/") if self.route in MANY_PAGES else self.route


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes):
        if tag == "a" and (address := dict(attributes).get("href")):
            self.found.append(address)


def demo_accounts() -> list:
    return list(get_user_model().everything.filter(is_demo=True, is_active=True).order_by("pk"))


def client_of(user) -> Client:
    client = Client(SERVER_NAME=HOST)
    if user is not None:
        client.force_login(user)
    return client


def walk() -> list[Screen]:
    """One screen a route, by the first account that is shown it; nobody goes first."""
    found: dict[str, Screen] = {}
    for user in [None, *demo_accounts()]:
        for screen in _walk_as(user):
            found.setdefault(screen.name, screen)
    return list(found.values())


def _walk_as(user):
    client, waiting, seen = client_of(user), deque(STARTS), set()
    who = user.get_username() if user else ""
    while waiting:
        path = waiting.popleft()
        screen = _screen_at(path, who)
        if screen is None or screen.name in seen:
            continue
        seen.add(screen.name)
        response = client.get(path)
        if response.status_code in (301, 302):
            waiting.append(_local(path, response["Location"]))
        elif response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            yield screen
            waiting.extend(_links_of(path, response))


def _screen_at(path: str, who: str) -> Screen | None:
    if not path or path.startswith(NOT_WALKED):
        return None
    try:
        return Screen(resolve(urlsplit(path).path).view_name, who, path)
    except Http404:
        return None


def _links_of(path: str, response) -> list[str]:
    parser = _Links()
    parser.feed(response.content.decode())
    return [_local(path, address) for address in parser.found]


def _local(base: str, address: str) -> str:
    """The path with its query if it lies on this site, else ""."""
    parts = urlsplit(urldefrag(urljoin(f"http://{HOST}{base}", address)).url)
    if parts.hostname != HOST or parts.scheme != "http":
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
