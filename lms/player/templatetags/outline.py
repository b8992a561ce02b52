"""The units of an outline as list items. Thirty of them stand on every page of a course, so no template draws them."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from cms.core.templatetags.look import icon

register = template.Library()
ROW = '<li><a href="{}"{}>{}<span>{}{}</span><small>{} m</small></a></li>'
CLOSED = '<li><span class="u">{}<span>{}{}</span><small>{} m</small></span></li>'


@register.simple_tag
def unit_links(units: list[dict], address: str, at: str):
    """``address`` is that of the unit ``at``; the others differ from it in the key alone."""
    words = {name: format_html('<span class="vh">, {}</span>', word) for name, word in _words()}
    return format_html_join("", "{}", ((_row(unit, address, at, words),) for unit in units))


def _words():
    return ("locked", _("locked")), ("done", _("done"))


def _row(unit: dict, address: str, at: str, words: dict):
    if unit["locked"]:
        return format_html(CLOSED, icon("lock", "state"), unit["title"], words["locked"], unit["minutes"])
    is_here, here = unit["key"] == at, ""
    if is_here:
        here = format_html(' aria-current="{}"', "step")
    sign = icon("ok", "state ok") if unit["done"] else icon("now", "state on") if is_here else icon("todo", "state")
    said = words["done"] if unit["done"] else ""
    return format_html(ROW, address.replace(at, unit["key"]), here, sign, unit["title"], said, unit["minutes"])
