"""The screens of Wagtail that authors work in: no fault for axe, a silent console, a keyboard (W01, W02, N04).

Nothing is left out of the checks: what axe found in Wagtail's own parts was mended from outside (docs/decisions/0057).
"""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import SNIFFER
from tests.e2e.conftest import DESK
from tests.e2e.keys import Keys
from tests.e2e.test_keyboard import faults_by_tab

pytestmark = pytest.mark.browser
SHELVES = (
    "/tata-kelola/",
    "/tata-kelola/pages/",
    "/tata-kelola/images/",
    "/tata-kelola/documents/",
    "/tata-kelola/images/add/",
)
# A long unit has a stop for every tool of every block.
MOST_STOPS = 600
TWICE_AS_LARGE = {"width": 640, "height": 400}  # what 200 % leaves of a small screen: the bars take half of it

# What HTML_CodeSniffer says of what is on the screen: Wagtail keeps templates, and forms without a field, out of sight.
SHOWN = """() => new Promise(done => HTMLCS.process('WCAG2AA', document, () => done(HTMLCS.getMessages()
  .filter(said => said.type === HTMLCS.ERROR).map(said => [said.code, said.element])
  .filter(([_code, at]) => (at.matches('form') ? [...at.elements] : [at]).some(part => part.checkVisibility()))
  .map(([code, at]) => code + ': ' + at.outerHTML.slice(0, 120)))))"""


@pytest.fixture(scope="module")
def units(visit) -> list[str]:
    """The editors that an author's desk leads to."""
    with visit("facilitator") as page:
        page.goto("/meja/")
        page.goto(page.locator("main a[href^='/meja/']", has_text="SP4N-LAPOR!").first.get_attribute("href"))
        return page.eval_on_selector_all(
            "main a[href*='/edit/']", "links => links.map(one => one.getAttribute('href'))"
        )


def test_W01_the_editor_has_no_fault_for_axe_and_its_console_is_silent(units, visit, axe_faults):
    unit = units[-1]
    paths = [*SHELVES, *units[:2], unit, unit.replace("edit/", "history/")]
    faults, said = {}, []
    with visit("facilitator") as page:
        page.on("console", lambda message: said.append((page.url, message.text)) if message.type == "error" else None)
        for path in paths:
            page.goto(path)
            page.wait_for_load_state("networkidle")
    with visit("facilitator", bypass_csp=True) as page:
        for path in paths:
            page.goto(path)
            page.wait_for_load_state("networkidle")
            if found := axe_faults(page):
                faults[path] = found
    assert (faults, said) == ({}, [])


@pytest.mark.parametrize(("desk", "viewport"), [(0, DESK), (0, TWICE_AS_LARGE), (-1, DESK)])
def test_W02_no_stop_of_the_editor_lies_under_its_bars(desk, viewport, units, visit):
    """The course's desk is the first, the others are its units. Wagtail glides to a stop unless our styles stop it."""
    with visit("facilitator", viewport=viewport) as page:
        page.goto(units[desk])
        page.wait_for_load_state("networkidle")
        assert faults_by_tab(page, MOST_STOPS) == []


def insert_block(page, keys, kind: str, way: str = "Tab") -> None:
    """The first block of the body: its menu opens on Enter, the search in it finds the kind."""
    keys.to(page.locator("[id*=body-section] button.c-sf-add-button"), way).press("Enter")
    search = page.locator("[role=combobox]").locator("visible=true")
    expect(search).to_be_visible()
    keys.to(search).type(kind)
    expect(page.locator("[role=option]").locator("visible=true")).to_have_count(1)
    keys.press("Enter")


def test_W02_a_block_is_written_moved_and_saved_by_keyboard(units, visit):
    words = "Ditulis tanpa tetikus"
    with visit("facilitator", reduced_motion="reduce") as page:
        page.goto(units[-1])
        page.wait_for_load_state("networkidle")
        keys = Keys(page)
        insert_block(page, keys, "judul")
        field = page.locator("[data-streamfield-child] input[type=text]").first
        expect(field).to_be_focused()
        keys.type(words)
        block = field.locator("xpath=ancestor::*[@data-streamfield-child][1]")
        place = "it => [...it.parentElement.children].indexOf(it)"
        moving, before = block.element_handle(), block.evaluate(place)
        keys.to(block.get_by_role("button", name="Geser ke bawah"), "Shift+Tab").press("Enter")
        page.wait_for_function(f"([it, before]) => ({place})(it) > before", arg=[moving, before])
        with page.expect_response(lambda answer: answer.request.method == "POST" and "/edit/" in answer.url):
            keys.press("Control+s")
        page.goto(units[-1])
        kept = page.locator("[data-streamfield-child] input[type=text]").evaluate_all("all => all.map(it => it.value)")
        assert words in kept


@pytest.fixture
def window_faults(axe_faults):
    """What both engines find on the screen while a window of choice is open."""

    def faults(page) -> list[str]:
        page.add_script_tag(path=str(SNIFFER))
        return axe_faults(page) + page.evaluate(SHOWN)

    return faults


def open_window(page, keys, button) -> None:
    keys.to(button).press("Enter")
    expect(page.locator(".modal [name=q]")).to_be_visible()
    page.wait_for_function("document.querySelector('.modal').contains(document.activeElement)")


def test_W01_W02_a_required_course_is_found_and_chosen_by_keyboard(units, visit, window_faults):
    with visit("facilitator", reduced_motion="reduce", bypass_csp=True) as page:
        page.goto(units[0])
        page.wait_for_load_state("networkidle")
        keys, section = Keys(page), page.locator("[id*=requires-section]").first
        keys.to(section.locator("button.c-sf-add-button")).press("Enter")
        open_window(page, keys, section.get_by_role("button", name="Pilih kursus").first)
        assert window_faults(page) == []
        # The list is asked for anew while one types; the answer to the whole word is the last.
        with page.expect_response(re.compile(r"q=pelindungan$")):
            keys.to(page.locator(".modal [name=q]")).type("pelindungan")
        found = page.locator(".modal [data-chooser-modal-choice]")
        expect(found).to_have_count(1)
        keys.to(found).press("Enter")
        chosen = section.locator("[data-chooser-title]").first
        expect(chosen).to_have_text("Dasar pelindungan data pribadi · KemenPANRB")
        # What opened the window is gone; the focus is on what can be done with the choice.
        expect(section.locator(".chosen button").first).to_be_focused()


def test_W01_W02_the_windows_of_pictures_and_files(units, visit, window_faults):
    with visit("facilitator", reduced_motion="reduce", bypass_csp=True) as page:
        page.goto(units[-1])
        page.wait_for_load_state("networkidle")
        keys = Keys(page)
        for kind, way in (("gambar", "Tab"), ("unduhan", "Shift+Tab")):
            insert_block(page, keys, kind, way)
            choose = page.locator(".chooser__choose-button").locator("visible=true").first
            expect(choose).to_be_focused()
            open_window(page, keys, choose)
            assert window_faults(page) == []
            keys.press("Escape")
            expect(choose).to_be_focused()


def test_the_picker_of_days_opens(visit):
    with visit("facilitator") as page:
        page.goto("/tata-kelola/pages/")
        assert page.locator("[data-chooser]").count() == 0
        assert page.locator(".xdsoft_datetimepicker").count() >= 1
