"""Screens about people in a real browser: no fault for axe in either theme, no sideways scroll, one printed page."""

import re
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connections
from django.urls import reverse

from cms.directory import services
from tests.cms.directory.door import past_second_step
from tests.makers import make_agency, make_person
from tests.talent.profiles.test_views import earn, evidence, place

pytestmark = pytest.mark.django_db
HOST = "http://testserver"


@pytest.fixture
def cast():
    call_command("load_standards", verbosity=0)
    agency = make_agency()
    hesti = make_person("Hesti Kepala", agency=agency, roles=["hr_head"])
    ani = place(make_person("Ani Lestari", agency=agency, user=True))
    for code, level in (("M.1", 4), ("M.2", 1), ("M.5", 3)):
        evidence(ani, code=code, level=level)
    earn(ani, 12)
    services.notify(person_id=hesti.pk, kind="x", key="1", text="Kabar", url="/beranda/")
    services.give_code(person=ani, kind="factor", by=hesti.user)
    services.deactivate(user=make_person("Budi Lama", agency=agency, user=True).user, by=None, reason="Pensiun")
    return hesti, ani


@pytest.fixture
def open_as(page, client):
    """``open_as(person, path)``: the page as that person sees it, answered by the test client in this thread."""
    connection = connections["default"]

    def answer(route):
        connections["default"] = connection
        request, parts = route.request, urlsplit(route.request.url)
        if parts.path.startswith("/static/"):
            found = finders.find(parts.path.removeprefix("/static/"))
            return route.fulfill(path=found) if found else route.fulfill(status=404)
        response = client.generic(request.method, parts.path, request.post_data_buffer or b"", QUERY_STRING=parts.query)
        headers = {name: value for name, value in response.headers.items() if name.lower() != "content-length"}
        return route.fulfill(status=response.status_code, headers=headers, body=response.content)

    page.route("**/*", answer)

    def go(person, path):
        if person:
            past_second_step(client, person.user)
        else:
            client.logout()
        page.goto(HOST + path)

    return go


def screens(ani):
    desk = [
        reverse(f"directory:{name}")
        for name in ("account", "sessions", "notices", "people", "add_person", "units", "add_unit", "grants",
                     "waiting_codes", "acts", "looks")
    ]  # fmt: skip
    desk += [reverse(f"directory:{name}", args=[ani.uuid]) for name in ("person_door", "move_person")]
    desk.append(reverse("directory:unit", args=[ani.unit.uuid]))
    talent = [reverse(f"profiles:{name}") for name in ("people", "xlsx", "me", "access_log")]
    talent.append(reverse("profiles:person", args=[ani.uuid]))
    words = [reverse("competencies:dictionary"), reverse("competencies:competency", args=["M.5"])]
    return desk + talent + words


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_W01_no_screen_about_people_has_a_fault(cast, open_as, page, axe_faults, scheme):
    hesti, ani = cast
    page.emulate_media(color_scheme=scheme)
    found = {}
    for path in screens(ani):
        open_as(hesti, path)
        if faults := axe_faults(page):
            found[path] = faults
    assert found == {}


def test_W05_no_screen_scrolls_sideways_at_320(cast, open_as, page):
    hesti, ani = cast
    page.set_viewport_size({"width": 320, "height": 800})
    wide = {}
    for path in screens(ani):
        open_as(hesti, path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[path] = width
    assert wide == {}


def test_W01_the_door_has_no_fault(cast, open_as, page, axe_faults):
    for path in (reverse("account_login"), reverse("directory:use_code")):
        open_as(None, path)
        assert axe_faults(page) == []


def test_the_talent_card_prints_on_one_page(cast, open_as, page):
    hesti, ani = cast
    for code in ("M.3", "M.4", "M.6", "M.7", "M.8", "SK.1"):
        evidence(ani, code=code, level=2)
    open_as(hesti, reverse("profiles:person", args=[ani.uuid]))
    printed = page.pdf(format="A4", print_background=True)
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 1


def test_paste_and_password_managers_are_let_in(open_as, page):
    open_as(None, reverse("account_login"))
    fields = {name: page.get_attribute(f"#id_{name}", "autocomplete") for name in ("login", "password")}
    assert fields == {"login": "username", "password": "current-password"}
    assert page.evaluate("document.querySelectorAll('[onpaste]').length") == 0
