"""Fixtures of the browser flows: the running site, and a person at its door."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.site import Site

SEEN = Path(__file__).resolve().parents[2] / "var" / "e2e"
PHONE, DESK = {"width": 360, "height": 780}, {"width": 1440, "height": 900}


@pytest.fixture(scope="session")
def site(tmp_path_factory, browser):
    running = Site(tmp_path_factory.mktemp("bestari"))
    yield running.start()
    running.stop()


@pytest.fixture(scope="session")
def visit(site, browser):
    """``with visit(role) as page``: a browser of that person, signed in by typing; without role a stranger."""
    return visits(site, browser)


def visits(site, browser):
    kept: dict[str, dict] = {}

    @contextmanager
    def visiting(role: str = "", **options):
        options = {"viewport": DESK, "locale": "id-ID", "base_url": site.address, **options}
        if role and role not in kept:
            with _page(browser, **{**options, "java_script_enabled": True}) as page:
                sign_in(page, site, role)
                kept[role] = page.context.storage_state()
        with _page(browser, storage_state=kept.get(role), **options) as page:
            yield page

    return visiting


@contextmanager
def _page(browser, **options):
    """A page in a context of its own; when something fails on it, what it showed is said and kept as a picture."""
    with browser.new_context(**options) as context:
        context.set_default_timeout(20_000)
        page = context.new_page()
        try:
            yield page
        except Exception as fault:
            SEEN.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=SEEN / "last.png", full_page=True)
            fault.add_note(f"on {page.url} (picture: {SEEN / 'last.png'}):\n{page.inner_text('body')[:3000]}")
            raise


def sign_in(page, site, role: str) -> None:
    """As a person does it: number, password and, where the role asks for it, the code of the telephone."""
    account = site.accounts[role]
    page.goto("/akun/masuk/")
    page.get_by_label("NIP atau e-mail").fill(account["sign_in"])
    page.get_by_label("Kata sandi").fill(account["password"])
    page.get_by_role("button", name="Masuk").click()
    if account["totp_secret"]:
        page.locator("input[name=code]").fill(site.code_of(role))
        page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/beranda/")
