"""Small pictures and parts that screens share: icons, bars, rings, fields. SVG is built by format_html only."""

import uuid
from datetime import datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone, translation
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.http import escape_leading_slashes
from django.utils.translation import gettext as _

register = template.Library()

ROUND = "M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4Z"
# Our own outline set on a 20-unit grid; a word always stands beside an icon.
ICONS = {
    "home": "M3 9.2 10 3l7 6.2V16a1 1 0 0 1-1 1h-4v-5H8v5H4a1 1 0 0 1-1-1Z",
    "book": "M10 5.5C8.5 4 6 3.5 3 3.5V15c3 0 5.5.5 7 2 1.5-1.5 4-2 7-2V3.5c-3 0-5.5.5-7 2ZM10 5.5V17",
    "cal": "M4 5h12a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM3 9h14M7 3v3.5M13 3v3.5",
    "award": "M10 2.8a4.7 4.7 0 1 1 0 9.4 4.7 4.7 0 0 1 0-9.4ZM7 11.5 6 17.5l4-2 4 2-1-6",
    "target": ROUND + "M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7Z",
    "users": "M7.5 3.5a3 3 0 1 1 0 6 3 3 0 0 1 0-6ZM2 17c0-3 2.5-5 5.5-5s5.5 2 5.5 5M13.5 3.7a3 3 0 0 1 0 5.6M15 12.3"
    "c2 .7 3 2.4 3 4.7",
    "chat": "M3 4h14v9.5H9L5.5 17v-3.5H3Z",
    "help": ROUND + "M8 8.2a2 2 0 1 1 2.8 1.8c-.6.3-.8.7-.8 1.4M10 14h.01",
    "search": "M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM13 13l4 4",
    "bell": "M5 13.5V9a5 5 0 0 1 10 0v4.5l1.5 1.5h-13ZM8.5 17.5h3",
    "globe": ROUND + "M3 10h14M10 2.8c4 4.5 4 10 0 14.4M10 2.8c-4 4.5-4 10 0 14.4",
    "clock": ROUND + "M10 6v4.3l2.8 1.7",
    "left": "M16 10H4M9 5l-5 5 5 5",
    "right": "M4 10h12M11 5l5 5-5 5",
    "up": "M10 16V4M5 9l5-5 5 5",
    "down": "M10 4v12M5 11l5 5 5-5",
    "todo": ROUND,
    "check": "m4 10.5 4 4 8-9",
    "ok": ROUND + "M6.8 10.2l2.3 2.3 4.2-4.7",
    "now": ROUND + "M10 8.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3Z",
    "chev": "m5 8 5 5 5-5",
    "info": ROUND + "M10 9v5M10 6.2h.01",
    "alert": "M10 3 18 16.5H2ZM10 8v4M10 14.3h.01",
    "list": "M7.5 5H17M7.5 10H17M7.5 15H17M3.5 5h.01M3.5 10h.01M3.5 15h.01",
    "bars": "M4 17v-6M10 17V4M16 17V8",
    "steps": "M3 17h4v-5h4V7h4V3h2",
    "file": "M5 3h7l4 4v10H5ZM12 3v4h4M8 11h5M8 14h5",
    "print": "M6 7V3h8v4M6 14H3V8.5A1.5 1.5 0 0 1 4.5 7h11A1.5 1.5 0 0 1 17 8.5V14h-3M6 11.5h8V17H6Z",
    "shield": "m10 2.8 6 2.2v5c0 4-3 6-6 7.3C7 16 4 14 4 10V5Z",
    "sliders": "M3 6h8M15 6h2M13 3.8v4.4M3 14h2M9 14h8M7 11.8v4.4",
    "lock": "M5 9h10v8H5ZM7 9V6.5a3 3 0 0 1 6 0V9",
    "play": "M6 4v12l10-6Z",
    "video": "M3 5.5h9v9H3ZM12 8.8l5-2.8v8l-5-2.8",
    "download": "M10 3v10M6 9l4 4 4-4M4 17h12",
    "edit": "m4 16 1-4 8.5-8.5 3 3L8 15ZM11.5 5.5l3 3",
    "trash": "M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11",
    "plus": "M10 4v12M4 10h12",
    "x": "M5 5l10 10M15 5 5 15",
    "more": "M4.5 10h.01M10 10h.01M15.5 10h.01",
    "out": "M8 4H4v12h4M12 6l4 4-4 4M16 10H8",
}
MARK = (
    "M11.2 11.2C5.5 11.2 2 7.5 2 2c5.5 0 9.2 3.5 9.2 9.2Z",
    "M12.8 11.2C12.8 5.5 16.5 2 22 2c0 5.5-3.5 9.2-9.2 9.2Z",
    "M11.2 12.8c0 5.7-3.7 9.2-9.2 9.2 0-5.5 3.5-9.2 9.2-9.2Z",
    "M12.8 12.8c5.7 0 9.2 3.7 9.2 9.2-5.5 0-9.2-3.5-9.2-9.2Z",
)


ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, css: str = "i"):
    """An icon; ``css`` is "i", or "state ok" and the like in outlines."""
    return format_html('<svg class="{}" viewBox="0 0 20 20" aria-hidden="true"><path d="{}"/></svg>', css, ICONS[name])


@register.simple_tag
def send_once():
    """A hidden key for a form that creates something: sent twice, it is carried out once (core.idempotency)."""
    return format_html('<input type="hidden" name="send_once" value="{}">', uuid.uuid4())


@register.simple_tag
@lru_cache(maxsize=1)
def brandmark():
    paths = format_html_join("", '<path d="{}"/>', ((d,) for d in MARK))
    return format_html('<svg viewBox="0 0 24 24" aria-hidden="true"><g fill="currentColor">{}</g></svg>', paths)


@register.simple_tag(takes_context=True)
def other_language(context):
    """A link to this page in the other language. It reads the path alone, so a public page may be kept by anybody."""
    request = context.get("request")
    here = context.get("alternate_url") or (request.get_full_path() if request else "/")
    if (translation.get_language() or "id")[:2] == "id":
        path, code, name = f"/en{here}", "en", "English"
    else:
        path, code, name = (
            escape_leading_slashes(here.removeprefix("/en")),
            "id",
            format_html('<span class="hide-s">{} </span>Indonesia', "Bahasa"),
        )
    link = '<a class="lang" href="{}" lang="{}" hreflang="{}">{}<span>{}</span></a>'
    return format_html(link, path, code, code, icon("globe"), name)


@register.simple_tag
def progress_bar(done, total, css: str = "bar"):
    """A bar with the share of ``done`` in ``total``; the words stand beside it, so the picture is silent."""
    share = round(100 * min(1, float(done) / float(total)), 2) if total else 0
    return format_html(
        '<svg class="{}" aria-hidden="true"><rect class="t" width="100%" height="8" rx="4"/>'
        '<rect class="f" width="{}%" height="8" rx="4"/></svg>',
        css,
        share,
    )


@register.simple_tag
def jp_blocks(value, css: str = "jpb"):
    """One block a JP, a half one for a half; at most eight, for the number stands beside them."""
    jp_value = min(8, float(value or 0))
    widths = [min(1, jp_value - n) for n in range(int(jp_value + 0.99))]
    start = 96 - 12 * len(widths)
    blocks = ((start + 12 * n, round(10 * width, 1)) for n, width in enumerate(widths))
    rects = format_html_join("", '<rect x="{}" width="{}" height="8" rx="2"/>', blocks)
    return format_html('<svg class="{}" viewBox="0 0 94 8" aria-hidden="true">{}</svg>', css, rects)


@register.simple_tag
def unit_bar(steps, css: str = "bar s"):
    """One segment a unit of a module: done full, the one being read ("now") half and in the colour of now."""
    width = (100 - 0.9 * (len(steps) - 1)) / (len(steps) or 1)
    parts = []
    for n, step in enumerate(steps):
        at = n * (width + 0.9)
        parts.append(("t", round(at, 2), round(width, 2)))
        if step == "done":
            parts.append(("f", round(at, 2), round(width, 2)))
        elif step == "now":
            parts.append(("now", round(at, 2), round(width / 2, 2)))
    rects = format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="6" rx="3"/>', parts)
    return format_html('<svg class="{}" aria-hidden="true">{}</svg>', css, rects)


@register.simple_tag
def matrix_row(cells):
    """One cell a module: [(done, total)]. Empty, part or full; the words stand beside it."""
    return _matrix(tuple(cells))


@lru_cache(maxsize=4096)  # many people stand alike
def _matrix(cells: tuple):
    width = (100 - 1.2 * (len(cells) - 1)) / (len(cells) or 1)
    parts = []
    for n, (done, total) in enumerate(cells):
        at, share = n * (width + 1.2), done / total if total else 0
        parts.append(("t", round(at, 2), round(width, 2)))
        if share:
            parts.append(("f" if share == 1 else "p", round(at, 2), round(width * share, 2)))
    rects = format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="16" rx="3"/>', parts)
    return format_html('<svg class="bar cells" aria-hidden="true">{}</svg>', rects)


@register.simple_tag
def matrix_words(cells):
    """What ``matrix_row`` shows, to be read aloud."""
    return _matrix_words(tuple(cells), translation.get_language())


@lru_cache(maxsize=4096)
def _matrix_words(cells: tuple, language: str) -> str:
    return " ".join(f"{_('Module')} {n}: {done}/{total}." for n, (done, total) in enumerate(cells, 1))


@register.simple_tag
def module_bar(modules, css: str = "bar l"):
    """One segment a module, as wide as the module has units; ``modules``: [(done, total)]."""
    all_units = sum(total for _done, total in modules) or 1
    gap, at, parts = 0.9, 0.0, []
    room = 100 - gap * (len(modules) - 1)
    for done, total in modules:
        width = room * total / all_units
        parts.append(("t", at, width))
        if done:
            share = done / total
            parts.append(("f" if share == 1 else "now", at, width * share))
        at += width + gap
    shapes = ((css_class, round(x, 2), round(width, 2)) for css_class, x, width in parts)
    rects = format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="12" rx="3"/>', shapes)
    return format_html('<svg class="{}" aria-hidden="true">{}</svg>', css, rects)


@register.simple_tag
def jp_ring(value, target, label: str):
    """The yearly ring; ``label`` is read aloud instead of the picture."""
    around = 351.86
    share = min(Decimal(1), Decimal(value) / Decimal(target)) if target else Decimal(0)
    return format_html(
        '<svg class="ring" viewBox="0 0 132 132" role="img" aria-label="{}"><circle class="t" cx="66" cy="66" r="56"/>'
        '{}<text x="66" y="72">{}</text><text x="66" y="92">{}</text></svg>',
        label,
        # A round line of no length would still draw its two ends.
        _arc(round(float(share) * around, 2), around) if share else "",
        jp(value),
        _("of %(n)s JP") % {"n": jp(target)},
    )


def _arc(length: float, around: float):
    return format_html(
        '<circle class="f" cx="66" cy="66" r="56" stroke-dasharray="{} {}" transform="rotate(-90 66 66)"/>',
        length,
        around,
    )


@register.simple_tag
def pips(held, required=0):
    """Five pips: held filled, required but not held outlined.

    ``held`` None is not assessed: what is required (all, when nothing is) stands hollow, and the word comes with it,
    because the picture itself is silent.
    """
    level, required = int(held or 0), int(required or 0)
    until, empty = (required or 5, "u") if held is None else (required, "miss")
    kinds = ("f" if n <= level else empty if n <= until else "" for n in range(1, 6))
    cells = ((kind, 0.75 + 18 * n) for n, kind in enumerate(kinds))
    rects = format_html_join("", '<rect class="{}" x="{}" y=".75" width="14.5" height="10.5" rx="3"/>', cells)
    picture = format_html('<span class="pips"><svg viewBox="0 0 90 12" aria-hidden="true">{}</svg></span>', rects)
    return picture if held is not None else format_html("{}{}", picture, _("not yet assessed"))


@register.simple_tag
def held_bars(held, required):
    """Two bars on a scale of five: held above, required below; a dashed outline where nothing was assessed."""
    if held is None:
        top = format_html('<rect class="{}" x="0.5" y="0.5" width="99%" height="7" rx="3"/>', "none")
    else:
        held, kind = int(held), "have" if int(held) >= int(required or 0) else "less"
        top = format_html('<rect class="{}" width="{}%" height="8" rx="3"/>', kind, held * 20)
    need = (
        format_html('<rect class="need" y="11" width="{}%" height="7" rx="3"/>', int(required) * 20) if required else ""
    )
    return format_html('<svg aria-hidden="true">{}{}</svg>', top, need)


@register.simple_tag
def percent(part, whole) -> str:
    """A share in whole percent: 42%."""
    return f"{round(100 * part / whole)}%" if whole else ""


@register.filter
def jp(value) -> str:
    """JP with one decimal at most: 9, 4,5."""
    return _jp(value or 0, translation.get_language())


@lru_cache(maxsize=2000)
def _jp(value, language: str) -> str:
    # A sum made by SQLite is not exact; adding 0 takes the sign off a zero.
    value = Decimal(value).quantize(Decimal("0.1")) + 0
    return number_format(value.to_integral() if value == value.to_integral() else value.normalize(), use_l10n=True)


@register.filter
def moment(at, zone: str = "") -> str:
    """A point in time: 21 November 2026, 14.30 WITA. ``zone`` is an IANA name; without it, the reader's."""
    return f"{date_format(_local(at, zone), 'j F Y')}, {clock(at, zone)}" if at else ""


@register.filter
def day(at, form: str) -> str:
    """The day of a moment where the reader is, as ``date`` writes it; each is written once a process."""
    return _day(timezone.localtime(at).date(), form, translation.get_language())


@lru_cache(maxsize=2000)
def _day(on, form: str, language: str) -> str:
    return date_format(on, form)


@register.filter
def clock(at, zone: str = "") -> str:
    """14.30 WITA."""
    local = _local(at, zone)
    return f"{local:%H.%M} {zone_name(str(local.tzinfo))}"


@register.filter
def level_word(level) -> str:
    """The official word of a competency level, 1 to 5 (PermenPANRB 38/2017)."""
    words = (_("understands"), _("basic"), _("intermediate"), _("advanced"), _("expert"))
    return words[int(level) - 1] if str(level).isdigit() and 1 <= int(level) <= 5 else ""


@register.filter
def mode_word(mode: str) -> str:
    """How a course is taken, in the reader's language; any other word stays as its author wrote it."""
    words = {"daring": _("Online"), "campuran": _("Blended"), "klasikal": _("Classroom"), "mandiri": _("Self-paced")}
    return words.get(mode, mode)


@register.filter
def last_moment(day, zone: str) -> str:
    """The end of a day where something takes place, and for a reader elsewhere also on her clock (D05)."""
    end = datetime.combine(day, time(23, 59), ZoneInfo(zone))
    here = timezone.localtime(end)
    words = f"{date_format(day, 'j F Y')}, {clock(end, zone)}"
    if here.utcoffset() == end.utcoffset():
        return words
    other = "" if here.date() == day else f"{date_format(here, 'j F')}, "
    return f"{words} ({other}{clock(end)})"


@register.filter
def zone_name(zone: str) -> str:
    """WIB, WITA or WIT for an IANA name; any other zone keeps its own."""
    return ZONES.get(zone, zone)


def _local(at, zone: str):
    return timezone.localtime(at, ZoneInfo(zone) if zone else None)


@register.filter
def number(value) -> str:
    """A count as people read it: 4.700.005 in Indonesian, 4,700,005 in English."""
    return number_format(value, use_l10n=True, force_grouping=True) if value is not None else ""


@register.filter
def lookup(mapping, key):
    return mapping.get(key)


@register.inclusion_tag("components/field.html")
def field(bound):
    """A form field with label, help and error, tied together for screen readers (W07)."""
    described = [
        f"{bound.auto_id}_{part}" for part, text in (("help", bound.help_text), ("error", bound.errors)) if text
    ]
    kind = bound.field.widget.__class__.__name__
    is_check, is_group = kind == "CheckboxInput", kind in ("RadioSelect", "CheckboxSelectMultiple")
    attrs = {} if is_check or is_group else {"class": "in"}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return {"bound": bound, "widget": bound.as_widget(attrs=attrs), "is_check": is_check, "is_group": is_group}


@register.filter
def mask(number: str) -> str:
    """A personal number as lists show it: 1980**** (S03)."""
    return f"{number[:4]}{'*' * max(0, len(number) - 4)}" if number else ""
