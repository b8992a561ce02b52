"""Draws the figures of our courses: ``docs/figures/*.html`` into the folder that each names in its title.

A course is a folder of text and pictures, so the pictures are committed; run this after a change of a figure.
"""

import io
import sys
from pathlib import Path

import prepare  # first: it sets the path
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.conftest import chromium

FIGURES = prepare.ROOT / "docs" / "figures"
COURSES = prepare.ROOT / "lms" / "catalogue" / "data"


def drawn(page, source: Path) -> tuple[Path, bytes]:
    page.goto(source.as_uri())
    page.evaluate("document.fonts.ready")
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True)))
    out = io.BytesIO()
    # Few colours, so that the picture weighs a tenth (B02).
    picture.convert("RGB").quantize(48).save(out, "PNG", optimize=True)
    return COURSES / page.title(), out.getvalue()


def main() -> None:
    executable = chromium()
    if executable is None:
        sys.exit("No chromium on this machine (Debian: apt-get install chromium).")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 720, "height": 400}, device_scale_factor=1.5)
        for source in sorted(FIGURES.glob("*.html")):
            path, data = drawn(page, source)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            print(f"{path.relative_to(prepare.ROOT)}: {len(data) / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
