"""The units of an outline as list items. Thirty of them stand on every page of a course, so no template draws them:
each is written once a process in each of its states, and a page fills in the address of the place."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cms.core.html import as_drawn
from cms.core.keeping import Kept
from cms.core.templatetags.look import icon

register = template.Library()
ROW = '<li><a href="{}"{}>{}<span>{}{}</span><small>{} m</small></a></li>'
CLOSED = '<li><span class="u">{}<span>{}{}</span><small>{} m</small></span></li>'
PLACE = "\ue000"  # no author writes it: a private character means nothing outside
_kept = Kept(1000)  # some 8 kB each


@register.simple_tag
def modules(place, address: str, at: str) -> SafeString:
    """All modules of a place's release. Whoever stands at the same unit of the same release sees the same but for the
    address of the place, so it is kept for all of them. ``address`` is that of the unit ``at``; the others differ from
    it in the key alone."""
    before, _at, after = address.partition(at)
    known = (get_language(), place.release.digest, frozenset(place.done), place.locked, at, after)
    drawn = _kept.get(known)
    if drawn is None:
        context = {"outline": place.outline, "at": at, "after": after}
        drawn = _kept.put(known, render_to_string("player/_modules.html", context))
    return as_drawn(drawn.replace(PLACE, before))


@register.simple_tag
def unit_links(units: list[dict], at: str, after: str) -> SafeString:
    """The units of a module, the address of the place still to be filled in."""
    language = get_language()
    rows = [
        _row(one["key"], one["title"], one["minutes"], one["done"], one["locked"], one["key"] == at, after, language)
        for one in units
    ]
    return as_drawn("".join(rows))


@lru_cache(maxsize=20_000)  # half a kilobyte each
def _row(key: str, title: str, minutes: int, done: bool, locked: bool, is_here: bool, after: str, language: str) -> str:
    if locked:
        return format_html(CLOSED, icon("lock", "state"), title, _said(_("locked")), minutes)
    here = format_html(' aria-current="{}"', "step") if is_here else ""
    sign = icon("ok", "state ok") if done else icon("now", "state on") if is_here else icon("todo", "state")
    return format_html(ROW, f"{PLACE}{key}{after}", here, sign, title, _said(_("done")) if done else "", minutes)


def _said(word: str) -> SafeString:
    return format_html('<span class="vh">, {}</span>', word)
