"""The screens of Wagtail that authors work in: no fault for axe, a silent console, a keyboard (W01, W02, N04).

Nothing is left out of the checks: what axe found in Wagtail's own parts was mended from outside (docs/decisions/0057).
"""

import pytest

from tests.e2e.conftest import DESK
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


def test_the_picker_of_days_opens(visit):
    with visit("facilitator") as page:
        page.goto("/tata-kelola/pages/")
        assert page.locator("[data-chooser]").count() == 0
        assert page.locator(".xdsoft_datetimepicker").count() >= 1
