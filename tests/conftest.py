"""Fixtures that more than one package needs: a real browser and the two accessibility checkers."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SNIFFER = ROOT / "node_modules" / "html_codesniffer" / "build" / "HTMLCS.js"
SNIFF = """() => new Promise(done => HTMLCS.process('WCAG2AA', document, () => done(
  HTMLCS.getMessages().filter(said => said.type === HTMLCS.ERROR)
    .map(said => said.code + ': ' + said.element.outerHTML.slice(0, 120)))))"""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The machine's own browser: BESTARI_CHROMIUM names one, else whatever is on the path."""
    named = os.environ.get("BESTARI_CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser():
    """Chromium, one a test process; a test takes ``page`` instead, which starts with no cookies."""
    executable = chromium()
    if executable is None:
        pytest.skip("no chromium (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; the database calls of a test are not part of it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Chromium refuses its sandbox to root, which is who runs a CI container.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=executable, args=[*arguments, "--disable-dev-shm-usage"])
        yield chrome
        chrome.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser):
    # bypass_csp lets axe be injected; what the policy refuses is tested on the header itself.
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="id-ID", bypass_csp=True) as context:
        context.set_default_timeout(15_000)
        yield context.new_page()


@pytest.fixture
def axe_faults():
    """``axe_faults(page)``: what axe finds on the page as shown, "rule: target" a line; a good page gives []."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed (needs npm; see .ci/assets)")

    def faults(page) -> list[str]:
        page.add_script_tag(path=str(AXE))
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", AXE_TAGS)
        return [f"{fault['id']}: {node['target'][0]}" for fault in found["violations"] for node in fault["nodes"]]

    return faults


@pytest.fixture
def sniffer_faults():
    """``sniffer_faults(page)``: the same question to HTML_CodeSniffer, the engine inside pa11y: "code: element"."""
    if not SNIFFER.exists():
        pytest.skip("html_codesniffer is not installed (needs npm; see .ci/assets)")

    def faults(page) -> list[str]:
        page.add_script_tag(path=str(SNIFFER))
        return page.evaluate(SNIFF)

    return faults


@pytest.fixture(autouse=True)
def forget_releases():
    """Releases never change, so a process keeps them; a rolled-back test database gives their keys to others.

    Before a test and after it: what a class sets up for its tests comes before any fixture of a test.
    """
    _forget()
    yield
    _forget()


def _forget() -> None:
    from django.core.cache import caches

    from cms.core.keeping import forget
    from lms.catalogue import queries
    from lms.competencies import queries as dictionary

    forget()
    dictionary.forget()
    caches["default"].clear()  # Wagtail keeps small pictures there by the key of the large one
    for kept in (queries.release_by_id, queries.unit_blob, queries.checks_of, queries.offers_at):
        kept.cache_clear()
