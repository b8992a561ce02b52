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
NOT_WALKED = ("/en/", "/tata-kelola/", "/akun/keluar/", "/static/", "/berkas/", "/dokumen/")
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
    """A client past the door, its second step taken."""
    client = Client(SERVER_NAME=HOST)
    if user is not None:
        client.force_login(user)
        session = client.session
        session["second_factor"] = True
        session.save()
    return client


@dataclass(frozen=True)
class Answer:
    """What a walker needs of a response: a redirect's target, or the HTML of a page; neither for the rest."""

    target: str = ""
    html: str = ""


def walk() -> list[Screen]:
    """One screen a route, by the first account that is shown it; nobody goes first."""
    return walk_as({user.get_username() if user else "": _fetch(user) for user in [None, *demo_accounts()]})


def walk_as(fetches: dict) -> list[Screen]:
    """The same for any way of asking: ``{who: path -> Answer}``."""
    found: dict[str, Screen] = {}
    for who, fetch in fetches.items():
        for screen in _walk_with(fetch, who):
            found.setdefault(screen.name, screen)
    return list(found.values())


def _fetch(user):
    client = client_of(user)

    def fetch(path: str) -> Answer:
        response = client.get(path)
        if response.status_code in (301, 302):
            return Answer(target=response["Location"])
        is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
        return Answer(html=response.content.decode() if is_page else "")

    return fetch


def _walk_with(fetch, who: str):
    waiting, seen = deque(STARTS), set()
    while waiting:
        path = waiting.popleft()
        screen = _screen_at(path, who)
        if screen is None or screen.name in seen:
            continue
        seen.add(screen.name)
        answer = fetch(path)
        if answer.target:
            waiting.append(_local(path, answer.target))
        elif answer.html:
            yield screen
            waiting.extend(_links_of(path, answer.html))


def _screen_at(path: str, who: str) -> Screen | None:
    if not path or path.startswith(NOT_WALKED):
        return None
    try:
        return Screen(resolve(urlsplit(path).path).view_name, who, path)
    except Http404:
        return None


def _links_of(path: str, html: str) -> list[str]:
    parser = _Links()
    parser.feed(html)
    return [_local(path, address) for address in parser.found]


def _local(base: str, address: str) -> str:
    """The path with its query if it lies on this site, else ""."""
    parts = urlsplit(urldefrag(urljoin(f"http://{HOST}{base}", address)).url)
    if parts.hostname != HOST or parts.scheme != "http":
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
