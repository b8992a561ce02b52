"""From an author's blocks to the frozen HTML that learners read. Every unit is sanitised once, here."""

import re
from dataclasses import dataclass, field

from cms.core import files
from cms.core.html import clean_html, plain_text
from lms.catalogue.models import UnitPage

ANCHOR = re.compile(r"<a\b([^>]*)>")
HREF = re.compile(r'\bhref="([^"]*)"')
PAGE_LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
PAGE_KEY = re.compile(r'\bid="(\d+)"')


@dataclass(frozen=True)
class Library:
    """Facts of the pictures and files a unit uses, by key: {digest or url, ...}."""

    images: dict[int, dict] = field(default_factory=dict)
    files: dict[int, dict] = field(default_factory=dict)


def unit_parts(body: list[dict], library: Library | None = None) -> list[dict]:
    """Blocks as ``[{"kind", "html", ...}]``: templates draw the frame of each kind, the HTML inside is clean.

    ``body`` is the stream's raw data; ``library`` has the facts of its pictures and files.
    """
    library = library or Library()
    return [part for block in body if (part := _part(block["type"], block["value"], library))]


def _part(kind: str, value, library: Library) -> dict | None:
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
            **library.images.get(value["image"], {}),
        }
    if kind == "video":
        return {
            "kind": kind,
            "title": value["title"],
            "html": _clean(value["transcript"]),
            **library.files.get(value["file"], {}),
        }
    if kind == "download":
        return {"kind": kind, "title": value["title"], **library.files.get(value["file"], {})}
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


def library_of(body: list[dict], agency, *, keep: bool) -> Library:
    """The pictures and files a unit uses, of the agency's own library and no other (Z04).

    ``keep`` stores them by content, so that nothing is ever replaced in place; a preview shows the library's own.
    """
    from wagtail.documents import get_document_model
    from wagtail.images import get_image_model

    images = {block["value"]["image"] for block in body if block["type"] == "figure"} - {None}
    files_ = {block["value"]["file"] for block in body if block["type"] in ("video", "download")} - {None}
    mine = {"collection__library__agency": agency}
    return Library(
        images={row.pk: _image_fact(row, keep) for row in _rows(get_image_model(), images, mine)},
        files={row.pk: _file_fact(row, keep) for row in _rows(get_document_model(), files_, mine)},
    )


def _rows(model, keys: set, mine: dict):
    return model.objects.filter(pk__in=keys, **mine) if keys else ()


def _image_fact(image, keep: bool) -> dict:
    rendition = image.get_rendition("width-1200|format-webp")
    size = {"width": rendition.width, "height": rendition.height}
    if not keep:
        return {"url": rendition.url, **size}
    with rendition.file.open("rb") as file:
        return {"digest": files.keep(file.read(), kind="image/webp"), **size}


def _file_fact(document, keep: bool) -> dict:
    facts = {"name": document.filename, "size": document.get_file_size(), "type": document.content_type}
    if not keep:
        return {"url": document.url, **facts}
    with document.open_file() as file:
        return {"digest": files.keep(file.read(), kind=document.content_type), **facts}
