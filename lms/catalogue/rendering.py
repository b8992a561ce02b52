"""From an author's blocks to the frozen HTML that learners read. Every unit is sanitised once, here."""

import re

from cms.core import files
from cms.core.html import clean_html, plain_text
from lms.catalogue.models import UnitPage

ANCHOR = re.compile(r"<a\b([^>]*)>")
HREF = re.compile(r'\bhref="([^"]*)"')
PAGE_LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
PAGE_KEY = re.compile(r'\bid="(\d+)"')


def unit_parts(body: list[dict], images: dict[int, dict] | None = None) -> list[dict]:
    """Blocks as ``[{"kind", "html", ...}]``: templates draw the frame of each kind, the HTML inside is clean.

    ``body`` is the stream's raw data; ``images`` maps an image key to {url, width, height}.
    """
    return [part for block in body if (part := _part(block["type"], block["value"], images or {}))]


def _part(kind: str, value, images: dict) -> dict | None:
    if kind == "heading":
        return {"kind": kind, "title": str(value)}
    if kind == "text":
        return {"kind": kind, "html": _clean(value)}
    if kind == "check":
        return {"kind": kind, "question": str(value)}
    if kind in ("callout", "regulation"):
        return {**value, "kind": kind, "text": "", "html": _clean(value["text"])}
    if kind == "steps":
        return {"kind": kind, "title": value.get("title", ""), "steps": [_clean(_item(s)) for s in value["steps"]]}
    if kind == "table":
        rows = [[str(_item(cell)) for cell in _item(row)] for row in value["rows"]]
        return {"kind": kind, "caption": value.get("caption", ""), "head": rows[0] if rows else [], "rows": rows[1:]}
    if kind == "figure":
        return {
            "kind": kind,
            "alt": value.get("alt", ""),
            "caption": value.get("caption", ""),
            **images.get(value["image"], {}),
        }
    if kind == "video":
        return {
            "kind": kind,
            "title": value["title"],
            "file": value["file"],
            "html": _clean(value["transcript"]),
        }
    if kind == "download":
        return {"kind": kind, "title": value["title"], "file": value["file"]}
    return None


def _clean(html) -> str:
    return clean_html(_unit_links(str(html)))


def _unit_links(html: str) -> str:
    """Wagtail's links to pages, as links from unit to unit: learners never meet the pages."""
    if 'linktype="page"' not in html:
        return html
    keys = {int(key[1]) for tag in PAGE_LINK.findall(html) if (key := PAGE_KEY.search(tag))}
    units = dict(UnitPage.objects.filter(pk__in=keys).values_list("pk", "unit_key"))

    def href(tag: re.Match) -> str:
        key = PAGE_KEY.search(tag[0])
        unit = units.get(int(key[1])) if key else None
        return f'<a href="../{unit}/">' if unit else "<a>"

    return PAGE_LINK.sub(href, html)


def _item(value):
    """ListBlock stores {"type": "item", "value": ...}; imports store plain values."""
    return value["value"] if isinstance(value, dict) and "value" in value else value


def text_of(parts: list[dict]) -> str:
    """All words of a unit, for search and for counting."""
    words = []
    for part in parts:
        words += [part.get("title", ""), part.get("caption", ""), plain_text(part.get("html", ""))]
        words += [plain_text(step) for step in part.get("steps", [])]
        words += [cell for row in [part.get("head", []), *part.get("rows", [])] for cell in row]
    return " ".join(word for word in words if word)


def links_of(parts: list[dict]) -> list[str]:
    """Where the links of a unit lead; "" for one that leads nowhere."""
    html = [text for part in parts for text in (part.get("html", ""), *part.get("steps", []))]
    tags = [tag for text in html for tag in ANCHOR.findall(text)]
    return [found[1] if (found := HREF.search(tag)) else "" for tag in tags]


def image_facts(keys: set[int]) -> dict[int, dict]:
    """Renditions of the images, stored by content so that nothing is ever replaced in place."""
    from wagtail.images import get_image_model

    out = {}
    for image in get_image_model().objects.filter(pk__in=keys):
        rendition = image.get_rendition("width-1200|format-webp")
        with rendition.file.open("rb") as file:
            digest = files.keep(file.read(), kind="image/webp")
        out[image.pk] = {"digest": digest, "width": rendition.width, "height": rendition.height}
    return out
