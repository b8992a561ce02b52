"""The one place where a box of text is sanitised. nh3 is the wall; bleach only links plain addresses before it."""

from functools import lru_cache

import bleach
import nh3
from django.utils.safestring import SafeString, mark_safe

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "dl", "dt", "em", "figcaption", "figure",
    "h2", "h3", "h4", "hr", "i", "img", "li", "ol", "p", "pre", "s", "small", "strong", "sub", "sup", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "*": {"lang", "title"},
    "a": {"href", "title", "hreflang"},
    "abbr": {"title"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = {"http", "https", "mailto", "tel"}


def clean_html(dirty: str, *, link_addresses: bool = False) -> str:
    """HTML with only the allow-list left. Links to a scheme outside ``SCHEMES`` lose the link, keep the text (R02)."""
    if link_addresses:
        dirty = bleach.linkify(dirty)
    return nh3.clean(
        dirty, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow"
    )


def as_safe(cleaned_digest_html: str) -> SafeString:
    """Mark the HTML of a frozen blob as safe. Only text that passed ``clean_html`` may come here."""
    return mark_safe(cleaned_digest_html)


def as_drawn(html: str) -> SafeString:
    """Mark as safe what our own templates drew. Whatever was put into it since must have been escaped."""
    return SafeString(html)  # what mark_safe comes to for a text; a page does so some thirty times


@lru_cache(maxsize=512)
def plain_text(html: str) -> str:
    """The words alone, for search, word counts and summaries."""
    return " ".join(nh3.clean(html.replace("><", "> <"), tags=set()).split())
