"""The screens of Wagtail that authors work in: no fault for axe and a silent console (W01, N04).

Nothing is left out of the checks: what axe found in Wagtail's own parts was mended from outside (docs/decisions/0044).
"""

import pytest

pytestmark = pytest.mark.browser
SHELVES = (
    "/tata-kelola/",
    "/tata-kelola/pages/",
    "/tata-kelola/images/",
    "/tata-kelola/documents/",
    "/tata-kelola/images/add/",
)


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


def test_the_picker_of_days_opens(visit):
    with visit("facilitator") as page:
        page.goto("/tata-kelola/pages/")
        assert page.locator("[data-chooser]").count() == 0
        assert page.locator(".xdsoft_datetimepicker").count() >= 1
