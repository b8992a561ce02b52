"""Screens of whoever examines a run: tries, one paper, more time, questions and their keys."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cms.core.audit import audit, looked_at
from cms.core.search import keep_words, words_of
from cms.directory.api import role_required, work_context
from cms.directory.models import Grant
from lms.assessment import queries, services
from lms.assessment.exceptions import ExamineRefused
from lms.assessment.forms import GradeForm, KeyForm, MoreForm
from lms.catalogue.rules import difficulty_word
from lms.competencies import queries as competencies

EXAMINERS = (Grant.Role.FACILITATOR, Grant.Role.ORGANISER)
PEOPLE_A_PAGE = 100
SHOWN_CHANGES = 100


def _facilitates(user, run) -> bool:
    return queries.runs_facilitated(user).filter(pk=run.pk).exists()


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*EXAMINERS)
def examine(request, run):
    """Everybody on the run with tries, grade, what runs now and what came too late (E04)."""
    run = get_object_or_404(queries.runs_examined(request.user), uuid=run)
    if request.method == "POST":
        keep_words(request, f"exam:{run.uuid}")
        return redirect("assessment:examine", run.uuid)
    exam = queries.exam_of(run.release.uuid)
    sitters = queries.exam_sitters(run) if exam else []
    words = words_of(request, f"exam:{run.uuid}")
    shown = [s for s in sitters if words.casefold() in s.place.learner.name.casefold()]
    audit(request.user, "read_exam_scores", run)
    context = {
        "run": run,
        "exam": exam,
        "now": timezone.now(),
        "page": Paginator(shown, PEOPLE_A_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "sitting": sum(s.open is not None for s in sitters),
        "passed": sum(exam is not None and (s.place.score or 0) >= exam.pass_score for s in sitters),
        "tried": sum(bool(s.attempts) for s in sitters),
        "late": sum(s.has_late for s in sitters),
        "facilitates": _facilitates(request.user, run),
        **work_context(request),
    }
    return render(request, "assessment/examine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(*EXAMINERS)
def more(request, place):
    """More time or tries for one person."""
    place = get_object_or_404(queries.places_examined(request.user), uuid=place)
    form = MoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.allow_more(enrolment=place, by=request.user, **form.cleaned_data)
        except ExamineRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Given. The learner is told, and a running exam has its minutes at once."))
            return redirect("assessment:examine", place.run.uuid)
    context = {
        "place": place,
        "form": form,
        "exam": queries.exam_of(place.run.release.uuid),
        "given": queries.overrides_of(place),
        **work_context(request),
    }
    return render(request, "assessment/more.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Grant.Role.FACILITATOR)
def answers(request, attempt):
    """One paper with its answers, for the facilitator of the class alone; and another grade for it."""
    attempt = get_object_or_404(queries.attempts_to_examine(request.user), uuid=attempt)
    is_over = attempt.state != attempt.State.OPEN
    form = GradeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            services.override_grade(attempt=attempt, score=given["grade"], by=request.user, reason=given["reason"])
        except ExamineRefused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("The new grade counts from now on, and the learner is told."))
            return redirect("assessment:answers", attempt.uuid)
    looked_at(request.user, attempt.enrolment.learner, "exam_answers")
    context = {
        "attempt": attempt,
        "exam": queries.exam_of(attempt.release.uuid),
        "rows": queries.corrected(attempt) if is_over else [],
        "slots": [] if is_over else queries.paper(attempt),
        "late": queries.paper(attempt, attempt.late_answers["answers"]) if attempt.late_answers else [],
        "history": queries.history_of(attempt),
        "form": form,
        **work_context(request),
    }
    return render(request, "assessment/answers.html", context, status=422 if form.errors else 200)


@require_safe
@role_required(Grant.Role.FACILITATOR)
def questions(request, run):
    """The questions, the hardest first: a key that is wrong shows itself here; and the blueprint they are drawn by."""
    run = get_object_or_404(queries.runs_facilitated(request.user), uuid=run)
    cells, rows = queries.cells_of_run(run), queries.pool_of(run)
    chosen = _chosen(cells, request.GET.get("sel", ""))
    if chosen:
        rows = [row for row in rows if _cell_of(row["question"]) == _cell_of(chosen)]
    names = competencies.names()
    context = {
        "run": run,
        "rows": [{**row, **_in_words(row["question"].competency, names, row["question"].difficulty)} for row in rows],
        "cells": [{"cell": cell, **_in_words(cell.code, names, cell.difficulty)} for cell in cells],
        "chosen": chosen,
        "small": sum(cell.is_small for cell in cells),
        "may_correct": _may_correct(run),
        **work_context(request),
    }
    return render(request, "assessment/questions.html", context)


def _chosen(cells: list, number: str):
    """The cell that the address narrows the list to, by its place in the blueprint."""
    known = number.isascii() and number.isdigit() and len(number) < 4 and 0 < int(number) <= len(cells)
    return cells[int(number) - 1] if known else None


def _cell_of(thing) -> tuple[str, str]:
    return getattr(thing, "competency", None) or thing.code, thing.difficulty


def _in_words(code: str, names: dict, difficulty: str) -> dict:
    return {"name": names[code].label if code in names else "", "code": code, "word": difficulty_word(difficulty)}


def _may_correct(run) -> bool:
    """A key belongs to the course, so only classes of the agency that owns it mend it."""
    return run.agency_id == run.course.agency_id


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(Grant.Role.FACILITATOR)
def question(request, run, key):
    """One question and its key; a corrected key is tried out first, then applied."""
    run = get_object_or_404(queries.runs_facilitated(request.user), uuid=run)
    found = queries.question_in(run, key)
    if found is None or not _may_correct(run):
        raise Http404
    form, changes = KeyForm(request.POST or None, question=found), None
    if request.method == "POST" and form.is_valid():
        newest = queries.newest_version(found.pk)
        changes = queries.changes_by(newest, form.cleaned_data["key"])
        if "apply" in request.POST:
            try:
                return _apply(request, run, newest, form, len(changes))
            except ExamineRefused as refusal:
                form.add_error(None, refusal.message)
    context = {
        "run": run,
        "question": found,
        "form": form,
        "changes": changes,
        "own": [c for c in changes or [] if c.attempt.enrolment.run_id == run.pk][:SHOWN_CHANGES],
        "passing": sum(c.passes_now for c in changes or []),
        **work_context(request),
    }
    return render(request, "assessment/question.html", context, status=422 if form.errors else 200)


def _apply(request, run, newest, form, count: int):
    services.correct_key(
        newest=newest, key=form.cleaned_data["key"], by=request.user, reason=form.cleaned_data["reason"]
    )
    told = ngettext("%(count)s grade rose.", "%(count)s grades rose.", count) % {"count": count}
    messages.success(request, _("The key is corrected.") + " " + told)
    return redirect("assessment:questions", run.uuid)
