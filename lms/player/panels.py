"""What the learner's home shows, put together from four reads: places, JP, certificates, and the cards from above."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.core.addresses import path_to
from cms.core.hooks import sections_of
from cms.core.rulebook import rule
from cms.core.templatetags.look import clock
from lms.player import queries, rules
from lms.records.queries import jp_on_home

LINES = 4


def home(request) -> dict:
    """The variables of ``player/home.html``; four statements with the learning cards."""
    person, now = request.person, timezone.localtime()
    today = now.date()
    places = queries.learning_of(person)
    active = [place for place in places if place.enrolment.state == queries.ACTIVE]
    current = active[0] if active else None
    events = [event for place in places for event in _events(place, today)]
    return {
        "now": now,
        "today": today,
        "greeting": rules.greeting(now.hour),
        "current": current,
        "current_due": bool(current) and rules.is_due(today, current.enrolment.run.ends_on),
        "places": [(place, place.enrolment.run.ends_on < today) for place in places],
        "needs": _needs(places, today),
        "jp": _jp(person, today, current),
        "week": rules.week_of(today, events),
        "events": rules.upcoming(today, events),
        "certificates": queries.recent_certificates(person.pk),
        "sections": sections_of("home", request, person),
    }


def _jp(person, today: date, current) -> dict:
    total, lines = jp_on_home(person.pk, today.year)
    target = rule("jp_target", person.agency_id, on=today)
    last = date(today.year, 12, 31)
    return {
        "total": total,
        "target": target,
        "lacking": max(target - total, 0),
        "lines": lines[:LINES],
        "more": max(len(lines) - LINES, 0),
        "last": last,
        "days_left": rules.days_left(today, last),
        "promised": current.release if current else None,
    }


def _events(place: queries.Place, today: date) -> list[rules.Event]:
    """What happens near ``today`` on one place."""
    run, course, out = place.enrolment.run, place.release.title, []
    begins, ends = rules.is_near(today, run.starts_on), rules.is_near(today, run.ends_on)
    if place.enrolment.state != queries.ACTIVE:
        words = _("You wait for a seat")
        return [rules.Event(run.starts_on, course, f"{run.name} · {words}", "")] if begins else []
    if begins:
        out.append(rules.Event(run.starts_on, course, _("%(run)s begins") % {"run": run.name}, _go(place)))
    if ends:
        words = _("%(run)s ends, 23.59") % {"run": run.name}
        out.append(rules.Event(run.ends_on, course, words, _go(place), due=True))
    if ends := place.enrolment.exam_ends:
        local = timezone.localtime(ends)
        words = _("Exam in progress, until %(time)s") % {"time": clock(ends)}
        out.append(rules.Event(local.date(), course, words, _exam_of(place), due=True))
    return out


def _exam_of(place: queries.Place) -> str:
    return path_to("assessment:cover", place.enrolment.uuid)


def _needs(places: list[queries.Place], today: date) -> list[dict]:
    """The line under the greeting: what needs the learner today, most pressing first, three at most."""
    needs = [need for place in places if (need := _need_of(place, today))]
    return sorted(needs, key=lambda need: need["order"])[:3]


def _need_of(place: queries.Place, today: date) -> dict | None:
    run, title = place.enrolment.run, place.release.title
    if place.enrolment.state != queries.ACTIVE:
        return None
    if ends := place.enrolment.exam_ends:
        words = _("Exam in progress until %(time)s: %(course)s") % {"time": clock(ends), "course": title}
        return {"order": 0, "icon": "clock", "due": True, "words": words, "url": _exam_of(place)}
    if rules.is_due(today, run.ends_on):
        return {"order": 1, "icon": "clock", "due": True, "words": _ends(title, run, today), "url": _go(place)}
    if run.starts_on > today and rules.is_due(today, run.starts_on):
        return {"order": 2, "icon": "cal", "due": False, "words": _starts(title, run, today), "url": _go(place)}
    if place.release.rules["exam"] and not place.exam_lock and not place.is_out_of_tries:
        words = _("The exam of %(course)s is open") % {"course": title}
        return {"order": 3, "icon": "award", "due": False, "words": words, "url": _exam_of(place)}
    return None


def _go(place: queries.Place) -> str:
    return path_to("player:resume", place.enrolment.uuid)


def _ends(title: str, run, today: date) -> str:
    days = rules.days_left(today, run.ends_on)
    if days == 0:
        return _("%(course)s ends today, 23.59") % {"course": title}
    words = ngettext("%(course)s ends in %(n)s day", "%(course)s ends in %(n)s days", days)
    return words % {"course": title, "n": days}


def _starts(title: str, run, today: date) -> str:
    days = rules.days_left(today, run.starts_on)
    if days == 1:
        return _("%(course)s begins tomorrow") % {"course": title}
    return _("%(course)s begins in %(n)s days") % {"course": title, "n": days}
