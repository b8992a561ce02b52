"""Screens of the exam: cover, paper, check before submitting, result."""

import math
import time
from collections import Counter
from decimal import Decimal
from threading import Lock
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.core.serving import POLICY
from cms.directory.api import person_required
from lms.assessment import forms, queries, rendering, rules, services
from lms.assessment.exceptions import AnswerRefused, StartRefused, SubmitRefused
from lms.assessment.models import Attempt
from lms.competencies import queries as competencies

SAVES_A_MINUTE, TOLD_FROM = 120, 30
_saves, _saves_lock = Counter(), Lock()  # of this minute only
ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def _exam_or_404(release):
    exam = queries.exam_of(release.uuid)
    if exam is None:
        raise Http404
    return exam


def _found(row):
    if row is None:
        raise Http404
    return row


def _clock(moment, person) -> str:
    return timezone.localtime(moment, ZoneInfo(person.agency.timezone)).strftime("%H.%M.%S")


def _ends_at(attempt, person) -> str:
    """When the exam ends, in the learner's own zone: "10.42 WIB" (D05)."""
    zone = ZoneInfo(person.agency.timezone)
    return f"{timezone.localtime(attempt.deadline_at, zone):%H.%M} {ZONES.get(str(zone), '')}".strip()


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def cover(request, enrolment):
    """What the exam counts for, before the clock runs; POST starts it."""
    place = _found(queries.own_place(request.user, enrolment))
    exam = _exam_or_404(place.release)
    if request.method == "POST":
        try:
            attempt = services.start(enrolment=place, by=request.user)
            return redirect("assessment:take", attempt=attempt.uuid)
        except StartRefused as refusal:
            messages.error(request, refusal.message)
            return redirect("assessment:cover", enrolment=place.uuid)
    return render(request, "assessment/cover.html", _cover_context(place, exam))


def _cover_context(place, exam) -> dict:
    used, allowed = place.last_number or 0, queries.allowed_attempts(place, exam)
    left = queries.units_left(place, exam) if place.has_units_left else []
    return {
        "place": place,
        "exam": exam,
        "attempts": queries.attempts_on(place),
        "allowed": allowed,
        "minutes": exam.minutes + (place.extra_minutes or 0),
        "tries_left": max(0, allowed - used) if allowed else None,
        "next_number": used + 1,
        "why_not": ""
        if place.open_uuid
        else rules.why_not_start(
            active=place.state == place.State.ACTIVE, units_left=place.has_units_left, used=used, allowed=allowed
        ),
        "units_left": [{"title": title, "url": rendering.unit_url(place.uuid, key)} for key, title in left],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def take(request, attempt):
    """The paper. Without JavaScript each button of the form saves all answers."""
    attempt = _found(queries.own_attempt(request.user, attempt))
    if request.method == "POST":
        return _take_post(request, attempt)
    if services.close_if_due(attempt=attempt).state != Attempt.State.OPEN:
        return redirect("assessment:result", attempt=attempt.uuid)
    return _paper(request, attempt)


def _take_post(request, attempt):
    typed = forms.answers_in(request.POST, queries.paper(attempt))
    try:
        seq, drafts = rules.read_seq(request.POST.get("seq", "")), rules.read_drafts(typed)
    except AnswerRefused as refusal:
        return _paper(request, attempt, answers=typed, fault=refusal.message, status=422)
    try:
        saved = services.save(attempt_uuid=attempt.uuid, learner_id=request.person.pk, seq=seq, answers=drafts)
    except Attempt.DoesNotExist as gone:  # the place was given up meanwhile
        raise Http404 from gone
    if saved.outcome == "stale":
        attempt.save_seq = saved.seq
        words = _(
            "These answers were changed in another window. What you typed here is below: compare, then save again."
        )
        return _paper(request, attempt, answers=typed, fault=words, status=409)
    if saved.outcome == "closed":
        messages.warning(request, _("The exam is over. These last answers are kept aside and do not count."))
        return redirect("assessment:result", attempt=attempt.uuid)
    return _next_step(request, attempt)


def _next_step(request, attempt):
    if "review" in request.POST:
        return redirect("assessment:review", attempt=attempt.uuid)
    step = request.POST.get("next", "")
    mark = f"#soal-{int(step)}" if step.isascii() and step.isdigit() and len(step) < 4 else ""
    return redirect(reverse("assessment:take", args=[attempt.uuid]) + mark)


def _paper(request, attempt, *, answers=None, fault="", status=200):
    exam = queries.exam_of(attempt.release.uuid)
    slots = queries.paper(attempt, answers)
    context = {
        "attempt": attempt,
        "exam": exam,
        "numbers": rendering.numbers(slots),
        "questions": rendering.questions(slots),
        "count": len(slots),
        "answered": sum(slot.is_answered for slot in slots),
        "faults": [slot for slot in slots if slot.fault],
        "fault": fault,
        # The number the form's next save carries: two windows with the same number cannot both be kept.
        "seq": attempt.save_seq + 1,
        "seconds_left": _seconds_left(attempt),
        "ends_at": _ends_at(attempt, request.person),
    }
    return render(request, "assessment/take.html", context, status=status)


def _seconds_left(attempt) -> int:
    return max(0, math.floor((attempt.deadline_at - timezone.now()).total_seconds()))


@require_POST
@xframe_options_exempt
def save(request, attempt):
    """Autosave: JSON in, JSON out; 401 so that the page can ask for a sign-in without losing anything (E07)."""
    if not request.user.is_authenticated or request.user.person is None:
        return _problem(401, _("Your sign-in has ended. Sign in again in another window; your answers are kept here."))
    if int(request.META.get("CONTENT_LENGTH") or 0) > forms.MOST_BYTES:
        return _problem(413, _("The answers are larger than 64 kB."))
    if wait := _too_fast(attempt):
        response = _problem(429, _("Saved too often. Your earlier answers are kept; wait a moment."))
        response["Retry-After"] = str(wait)
        return response
    try:
        seq, answers = forms.read_save(request.body)
    except AnswerRefused as refusal:
        return _problem(400, refusal.message)
    try:
        saved = services.save(attempt_uuid=attempt, learner_id=request.user.person_id, seq=seq, answers=answers)
    except Attempt.DoesNotExist:
        return _problem(404, _("This exam was not found."))
    return _receipt(request, saved)


def _receipt(request, saved):
    if saved.outcome == "saved":
        response = JsonResponse({"seq": saved.seq, "saved_at": _clock(saved.at, request.user.person)})
        response["Content-Security-Policy"] = POLICY  # as strict as can be, and short: it comes with every save (B03)
        return response
    if saved.outcome == "stale":
        words = _("This exam is open in another window too. The newer answers from there were taken over.")
        return _problem(409, words, outcome="stale", seq=saved.seq, answers=saved.answers)
    words = _("Time is up or the exam was submitted. Answers sent now do not count.")
    return _problem(409, words, outcome="closed", seq=saved.seq)


def _problem(status: int, detail: str, **more):
    return JsonResponse(
        {"type": "about:blank", "title": str(status), "detail": detail, **more},
        status=status,
        content_type="application/problem+json",
    )


@require_safe
def time_left(request, attempt):
    """How many seconds remain: the page asks before it warns, for an examiner may have given more (W06)."""
    if not request.user.is_authenticated or request.user.person is None:
        return _problem(401, _("Your sign-in has ended. Sign in again in another window; your answers are kept here."))
    row = services.with_all_minutes(attempt=_found(queries.own_attempt(request.user, attempt)))
    return JsonResponse(
        {
            "left": _seconds_left(row) if row.state == Attempt.State.OPEN else 0,
            "ends_at": _ends_at(row, request.user.person),
        }
    )


def _too_fast(attempt_uuid) -> int:
    """Seconds to wait when an attempt saves more than 120 times a minute; 0 when it may go on (E10).

    An autosave may cost one statement and no way to a cache, so each process counts for itself. Only what saves much
    faster than a person types is counted together, in the cache: shared where that is (`CACHE_URL`).
    """
    minute, second = divmod(int(time.time()), 60)
    with _saves_lock:
        if _saves["minute"] != minute:
            _saves.clear()
            _saves["minute"] = minute
        _saves[attempt_uuid] += 1
        here = _saves[attempt_uuid]
    if here < TOLD_FROM:
        return 0
    key = f"saves:{attempt_uuid}:{minute}"
    cache.add(key, 0, 120)
    try:
        everywhere = cache.incr(key, here if here == TOLD_FROM else 1)
    except ValueError:  # a full cache threw the count out this moment: no save may fail for that
        everywhere = here
    return 60 - second if everywhere > SAVES_A_MINUTE else 0


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def review(request, attempt):
    """Which questions are still empty, then submit."""
    attempt = _found(queries.own_attempt(request.user, attempt))
    if services.close_if_due(attempt=attempt).state != Attempt.State.OPEN:
        return redirect("assessment:result", attempt=attempt.uuid)
    slots = queries.paper(attempt)
    faults = [slot for slot in slots if slot.fault]
    if request.method == "POST" and not faults:
        try:
            services.submit(attempt=attempt, by=request.user)
            return redirect("assessment:result", attempt=attempt.uuid)
        except SubmitRefused as refusal:
            messages.error(request, refusal.message)
    context = {
        "attempt": attempt,
        "exam": queries.exam_of(attempt.release.uuid),
        "slots": slots,
        "answered": sum(slot.is_answered for slot in slots),
        "faults": faults,
        "seconds_left": _seconds_left(attempt),
        "ends_at": _ends_at(attempt, request.person),
    }
    return render(request, "assessment/review.html", context, status=422 if request.method == "POST" else 200)


def _named_cells(rows) -> list[tuple]:
    """(name, code, right of how many) of each competency; a paper about a single one has its score already."""
    cells = rules.cell_scores((row.competency, Decimal(row.is_right)) for row in rows)
    names = competencies.names() if len(cells) > 1 else {}
    return [(names[code].label if code in names else "", code, cell) for code, cell in cells.items()]


@require_safe
@person_required
def result(request, attempt):
    """The score, with reasons and the way back to the units."""
    attempt = _found(queries.own_attempt(request.user, attempt))
    attempt = services.close_if_due(attempt=attempt)
    if attempt.state == Attempt.State.OPEN:
        return redirect("assessment:take", attempt=attempt.uuid)
    exam = queries.exam_of(attempt.release.uuid)
    rows = queries.corrected(attempt)
    enrolment = attempt.enrolment
    allowed = queries.allowed_attempts(attempt, exam)
    may_again = enrolment.state == enrolment.State.ACTIVE and (not allowed or attempt.last_number < allowed)
    grade = attempt.score if attempt.grade is None else attempt.grade
    passed = grade >= exam.pass_score
    context = {
        "attempt": attempt,
        "exam": exam,
        # While another try is open the right options stay closed; reasons and units help her prepare.
        "marked": rendering.marked(rows, enrolment.uuid, shows_right=passed or not may_again),
        "count": len(rows),
        "right": sum(row.is_right for row in rows),
        "may_again": may_again,
        "grade": grade,
        "passed": passed,
        "cells": _named_cells(rows),
        "submitted_at": timezone.localtime(attempt.submitted_at, ZoneInfo(request.person.agency.timezone)),
    }
    return render(request, "assessment/result.html", context)
