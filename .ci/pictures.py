"""Photographs every screen of the demo world into var/pictures: phone and desk, light and dark.

The few that README shows go into docs/pictures as well.
"""

import os
import re
import socket
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import prepare  # first: it sets the path and the settings
import screens
import serve
from django.conf import settings
from django.contrib.auth import get_user_model
from playwright.sync_api import sync_playwright

from lms.player.management import world
from tests.conftest import chromium

FOLDER = prepare.ROOT / "var" / "pictures"
WIDTHS = {360: 780, 1440: 900}
SCHEMES = ("light", "dark")
SHOWN = prepare.ROOT / "docs" / "pictures"
# What README and the how-to show: name, role, path, width.
FEW = (
    ("beranda", "learner_midway", "/beranda/", 1440),
    ("kursus", "", "/kursus/operator-sp4n-lapor/", 1440),
    ("talenta", "hr_analyst", "/talenta/", 1440),
    ("beranda-ponsel", "learner_midway", "/beranda/", 360),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def site():
    number = free_port()
    with tempfile.TemporaryDirectory() as folder:
        child = serve.web("127.0.0.1", number, Path(folder) / "sign-ins")
        child.start()
        try:
            serve.wait_for("127.0.0.1", number, child)
            yield f"http://{screens.HOST}:{number}"
        finally:
            child.process.terminate()
            child.stop(time.monotonic() + serve.PATIENCE)


def session_of(user) -> str:
    return screens.client_of(user).cookies[settings.SESSION_COOKIE_NAME].value


def file_name(screen: screens.Screen, width: int, scheme: str) -> str:
    words = re.sub(r"[^\w]+", "-", screen.name).strip("-") or "home"
    return f"{words}-{width}-{scheme}.png"


def photograph(chrome, address: str, shown: list[screens.Screen], sessions: dict[str, str]) -> int:
    count = 0
    for width, height in WIDTHS.items():
        for scheme in SCHEMES:
            for who in sorted({screen.who for screen in shown}):
                context = chrome.new_context(
                    viewport={"width": width, "height": height}, color_scheme=scheme, locale="id-ID"
                )
                if who:
                    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": sessions[who], "url": address}
                    context.add_cookies([cookie])
                page = context.new_page()
                for screen in shown:
                    if screen.who == who:
                        page.goto(address + screen.path)
                        page.screenshot(path=FOLDER / file_name(screen, width, scheme), full_page=True)
                        count += 1
                context.close()
    return count


def username_of(role: str) -> str:
    row = next((row for row in world.accounts(everyone=True) if row["role"] == role), None)
    people = get_user_model().everything
    return people.get(person__numbers__value=row["sign_in"]).get_username() if row else ""


def photograph_the_few(chrome, address: str, sessions: dict[str, str]) -> None:
    SHOWN.mkdir(parents=True, exist_ok=True)
    for name, role, path, width in FEW:
        context = chrome.new_context(viewport={"width": width, "height": WIDTHS[width]}, locale="id-ID")
        if role:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": sessions[role], "url": address}
            context.add_cookies([cookie])
        page = context.new_page()
        page.goto(address + path)
        page.reload()  # the first visit does not wait for the house's letters
        page.screenshot(path=SHOWN / f"{name}.jpg", type="jpeg", quality=80)
        context.close()


def main() -> None:
    executable = chromium()
    if executable is None:
        sys.exit("No chromium on this machine (Debian: apt-get install chromium).")
    prepare.main()
    shown = screens.walk()
    sessions = {user.get_username(): session_of(user) for user in screens.demo_accounts()}
    # Before the browser: its event loop would hide the database.
    by_role = {role: sessions[username_of(role)] for _name, role, _path, _width in FEW if role}
    FOLDER.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with site() as address, sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=executable, args=arguments)
        count = photograph(chrome, address, shown, sessions)
        photograph_the_few(chrome, address, by_role)
        chrome.close()
    print(f"{count} pictures of {len(shown)} screens in {FOLDER.relative_to(prepare.ROOT)}.")


if __name__ == "__main__":
    main()
