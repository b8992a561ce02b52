"""From an author's blocks to the frozen HTML that learners read. Every unit is sanitised once, here."""

import re

from cms.core import files
from cms.core.html import clean_html, plain_text

HREF = re.compile(r'href="([^"]*)"')


def unit_parts(body: list[dict], images: dict[int, dict] | None = None) -> list[dict]:
    """Blocks as ``[{"kind", "html", ...}]``: templates draw the frame of each kind, the HTML inside is clean.

    ``body`` is the stream's raw data; ``images`` maps an image key to {url, width, height}.
    """
    return [part for block in body if (part := _part(block["type"], block["value"], images or {}))]


def _part(kind: str, value, images: dict) -> dict | None:
    if kind == "heading":
        return {"kind": kind, "title": str(value)}
    if kind == "text":
        return {"kind": kind, "html": clean_html(str(value))}
    if kind == "check":
        return {"kind": kind, "question": str(value)}
    if kind in ("callout", "regulation"):
        return {**value, "kind": kind, "text": "", "html": clean_html(str(value["text"]))}
    if kind == "steps":
        return {"kind": kind, "title": value.get("title", ""), "steps": [clean_html(_item(s)) for s in value["steps"]]}
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
            "html": clean_html(str(value["transcript"])),
        }
    if kind == "download":
        return {"kind": kind, "title": value["title"], "file": value["file"]}
    return None


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
    return [href for part in parts for href in HREF.findall(part.get("html", ""))]


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
