"""Every screen of the demo world, in a real browser: no fault for two checkers, no sideways scroll, a silent console.

Two looks of each screen: a desk in light, a telephone in dark (W01, W03 target-size, W05, N04's policy in practice).
"""

from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from tests.e2e import screens
from tests.e2e.conftest import DESK, PHONE
from tests.e2e.test_keyboard import faults_by_tab

pytestmark = pytest.mark.browser
LOOKS = {"desk, light": (DESK, "light"), "telephone, dark": (PHONE, "dark")}
NARROW = {"width": 320, "height": 640}
BETWEEN = (768, 1024)  # a tablet upright and on its side: the rail stands, a table has half of a desk's width
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Entries of the bottom bar whose word is cut, in two lines, or in the next one's way, or whose target is small.
CRAMPED = """() => [...document.querySelectorAll(".rail > div > ul > li > a, .rail .sheet > summary")].filter(one => {
    if (!one.checkVisibility()) return false;
    const box = one.getBoundingClientRect();
    const word = [...one.querySelectorAll("span")].find(span => span.checkVisibility()).getBoundingClientRect();
    return box.width < 44 || box.height < 44 || word.height > 24 || word.left < box.left || word.right > box.right
        || box.left < 0 || box.right > innerWidth;
}).map(one => one.textContent)"""
# What the walk must have met, or it proves little.
EXPECTED = {
    "pages:home", "catalogue:list", "catalogue:course", "player:home", "player:unit", "assessment:cover",
    "records:mine", "records:certificate", "records:verify", "profiles:people", "profiles:person", "profiles:me",
    "profiles:access_log", "enrolment:runs", "enrolment:run", "enrolment:new", "catalogue:desk",
    "catalogue:desk_course", "catalogue:review", "directory:people", "directory:account", "directory:notices",
    "account_login",
}  # fmt: skip

# Beside the twelve of test_keyboard.py: screens that are only met by walking.
BY_KEYBOARD = ("enrolment:run", "profiles:person", "catalogue:review", "assessment:take")


@pytest.fixture(scope="module")
def walked(site, visit) -> list:
    with ExitStack() as stack:
        pages = {role: stack.enter_context(visit(role)) for role in ("", *site.accounts)}
        begin_the_exam(pages["learner_ready"])
        found = screens.walk(pages)
        # A button leads to the paper, not a link, so the walk passes it by.
        paper = urlsplit(pages["learner_ready"].url).path
        return [*found, type(found[0])("assessment:take", "learner_ready", paper)]


def begin_the_exam(page) -> None:
    """A paper in progress, so that its screen is among those walked."""
    page.goto("/beranda/")
    page.locator("a[href*='/ujian/'], a[href*='/belajar/']").first.click()
    page.wait_for_url("**/ujian/**")
    if "/kerja/" not in page.url:
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/ujian/kerja/**")


def test_the_walk_meets_the_screens_that_carry_the_product(walked):
    assert EXPECTED - {screen.route for screen in walked} == set()


@pytest.mark.parametrize("look", LOOKS)
def test_W01_no_fault_for_axe_nor_for_the_second_engine(look, walked, visit, axe_faults, sniffer_faults):
    viewport, scheme = LOOKS[look]
    faults = {}
    for role in sorted({screen.who for screen in walked}):
        with visit(role, viewport=viewport, color_scheme=scheme, bypass_csp=True) as page:
            for screen in (one for one in walked if one.who == role):
                page.goto(screen.path)
                if found := axe_faults(page) + sniffer_faults(page):
                    faults[screen.name, screen.path] = found
    assert faults == {}


@pytest.mark.parametrize("route", BY_KEYBOARD)
def test_W02_every_stop_is_seen_and_none_is_a_trap(route, walked, visit):
    screen = next(one for one in walked if one.route == route)
    # Without the glide of a smooth scroll: what counts is where a stop comes to rest.
    with visit(screen.who, reduced_motion="reduce") as page:
        page.goto(screen.path)
        assert faults_by_tab(page) == []


def test_W05_nothing_scrolls_sideways_and_the_console_is_silent(walked, visit):
    """320 px is what 400 % zoom leaves of a 1280 px window."""
    faults = {}
    for role in sorted({screen.who for screen in walked}):
        with visit(role, viewport=NARROW) as page:
            said = []
            page.on(
                "console", lambda message, said=said: said.append(message.text) if message.type == "error" else None
            )
            page.on("pageerror", lambda error, said=said: said.append(str(error)))
            for screen in (one for one in walked if one.who == role):
                said.clear()
                page.goto(screen.path)
                over = {width: sideways_at(page, width) for width in (*BETWEEN, NARROW["width"])}
                if any(over.values()) or said:
                    faults[screen.name, screen.path] = (over, list(said))
    assert faults == {}


def sideways_at(page, width: int) -> int:
    page.set_viewport_size({**NARROW, "width": width})
    return page.evaluate(SIDEWAYS)


@pytest.mark.parametrize(("width", "entries"), [(320, 4), (360, 5)])
def test_W03_the_words_of_the_bottom_bar_have_room_in_both_languages(width, entries, site, visit):
    cramped = {}
    for role in site.accounts:
        with visit(role, viewport={"width": width, "height": 700}) as page:
            for path in ("/beranda/", "/en/beranda/"):
                page.goto(path)
                assert page.locator(".rail > div > ul > li:visible").count() == entries
                if found := page.evaluate(CRAMPED):
                    cramped[role, path] = found
    assert cramped == {}
