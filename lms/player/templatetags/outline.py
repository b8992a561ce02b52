"""The units of an outline as list items. Thirty of them stand on every page of a course, so no template draws them:
each is written once a process in each of its states, and a page fills in the address of the place."""

from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.core.html import as_drawn
from cms.core.templatetags.look import icon

register = template.Library()
ROW = '<li><a href="{}"{}>{}<span>{}{}</span><small>{} m</small></a></li>'
CLOSED = '<li><span class="u">{}<span>{}{}</span><small>{} m</small></span></li>'
PLACE = "\ue000"  # no author writes it: a private character means nothing outside


@register.simple_tag
def unit_links(units: list[dict], address: str, at: str) -> SafeString:
    """``address`` is that of the unit ``at``; the others differ from it in the key alone."""
    language, (before, _at, after) = get_language(), address.partition(at)
    rows = [
        _row(one["key"], one["title"], one["minutes"], one["done"], one["locked"], one["key"] == at, after, language)
        for one in units
    ]
    return as_drawn("".join(rows).replace(PLACE, before))


@lru_cache(maxsize=20_000)  # half a kilobyte each
def _row(key: str, title: str, minutes: int, done: bool, locked: bool, is_here: bool, after: str, language: str) -> str:
    if locked:
        return format_html(CLOSED, icon("lock", "state"), title, _said(_("locked")), minutes)
    here = format_html(' aria-current="{}"', "step") if is_here else ""
    sign = icon("ok", "state ok") if done else icon("now", "state on") if is_here else icon("todo", "state")
    return format_html(ROW, f"{PLACE}{key}{after}", here, sign, title, _said(_("done")) if done else "", minutes)


def _said(word: str) -> SafeString:
    return format_html('<span class="vh">, {}</span>', word)
