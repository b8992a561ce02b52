"""The question bank of a course, one question a screen, and the final exam drawn from it."""

import secrets
from collections import Counter

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.directory.api import work_context
from lms.catalogue import queries, rules, services
from lms.catalogue.exceptions import DraftMoved
from lms.catalogue.forms import ExamForm, QuestionForm
from lms.catalogue.models import QuestionVersion
from lms.catalogue.views.changes import word_diff
from lms.catalogue.views.desk import desk_required, my_desk
from lms.competencies import queries as competencies

USES = ("check", "exam")


@require_safe
@desk_required
def questions(request, course_uuid):
    course = my_desk(request, course_uuid)
    draft, units, bank = queries.draft_of(course.page)
    use, cell = request.GET.get("untuk", ""), request.GET.get("sel", "")
    places = {key: unit["title"] for unit in units for key in unit["checks"]}
    faults = {f.ref: f.text for f in queries.findings_of(draft, units, bank) if f.place == "question"}
    rows = [
        {
            "row": row,
            "kind": kind_label(row),
            "competency": _name(row.get("competency", "")),
            "difficulty": rules.difficulty_word(row.get("difficulty") or ""),
            "place": places.get(row.get("key"), ""),
            "fault": faults.get(str(row.get("key"))),
        }
        for row in bank
        if isinstance(row, dict) and (use not in USES or row.get("use") == use) and (not cell or cell == _cell_of(row))
    ]
    counts = Counter(row.get("use") for row in bank if isinstance(row, dict))
    context = {
        "course": course,
        "rows": rows,
        "use": use if use in USES else "",
        "narrowed": bool(cell),
        "checks": counts["check"],
        "exams": counts["exam"],
        "total": len(bank),
        "kinds": QuestionVersion.Kind.choices,
        **work_context(request),
    }
    return render(request, "catalogue/desk_questions.html", context)


def _cell_of(row: dict) -> str:
    return f"{row.get('competency', '')}:{row.get('difficulty', '')}"


def kind_label(row: dict) -> str:
    return dict(QuestionVersion.Kind.choices).get(row.get("kind"), _("unknown kind"))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def question_new(request, course_uuid, kind):
    course = my_desk(request, course_uuid)
    if kind not in QuestionVersion.Kind.values:
        raise Http404
    form = QuestionForm(request.POST or None, kind=kind, units=_units(course))
    if request.method == "POST" and form.is_valid():
        row = {"key": _new_key(form.cleaned_data), **form.row()}
        services.save_question(course=course, row=row, by=request.user)
        messages.success(request, _("The question is in the bank."))
        return redirect("catalogue:questions", course.uuid)
    return _question_page(request, course, form)


def _new_key(data: dict) -> str:
    """A lasting key that says something; the ending keeps two of the same words apart."""
    words = slugify(data["text"])[:30].strip("-") or "soal"
    return f"{'u' if data['use'] == 'exam' else 'c'}-{words}-{secrets.token_hex(3)}"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def question(request, course_uuid, key):
    course = my_desk(request, course_uuid)
    old = _row(course, key)
    form = QuestionForm(request.POST or None, kind=old.get("kind", ""), old=old, units=_units(course))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_question(course=course, row=form.row(), by=request.user, seen=form.cleaned_data["seen"])
        except DraftMoved as refusal:
            # The form keeps what was typed; sent again it starts from what stands there now.
            form.data = {**form.data.dict(), "seen": rules.question_digest(old)}
            return _question_page(request, course, form, moved=refusal.message, pieces=_both(old, form.row()))
        messages.success(request, _("The question is saved in the draft."))
        return redirect("catalogue:questions", course.uuid)
    return _question_page(request, course, form)


def _units(course) -> list[tuple[str, str]]:
    """Key and title of the units of the outline, in its order."""
    draft, units, _bank = queries.draft_of(course.page)
    titles = {unit["key"]: unit["title"] for unit in units}
    return [(key, titles[key]) for module in draft["modules"] for key in module["units"] if key in titles]


def _row(course, key: str) -> dict:
    bank = course.page.get_latest_revision_as_object().questions
    row = next((row for row in bank if isinstance(row, dict) and row.get("key") == key), None)
    if row is None or row.get("kind") not in QuestionVersion.Kind.values:
        raise Http404
    return row


def _both(theirs: dict, mine: dict) -> list:
    return word_diff(_words(theirs), _words(mine))


def _words(row: dict) -> str:
    options = [
        f"{'[✓]' if o.get('correct') else '[ ]'} {o.get('text')} {o.get('why') or ''}" for o in row.get("options", [])
    ]
    answer = ""
    if "answer" in row:
        answer = f"{rules.as_written(row['answer'])} ± {rules.as_written(row.get('tolerance', 0))}"
    return " ".join([str(row.get("text")), *options, answer, str(row.get("reason") or "")])


def _question_page(request, course, form, *, moved: str = "", pieces=()):
    context = {
        "course": course,
        "form": form,
        "kind": kind_label({"kind": form.kind}),
        "key": form.old.get("key", ""),
        "corrected": _corrected(course, form.old),
        "moved": moved,
        "pieces": pieces,
        **work_context(request),
    }
    status = 409 if moved else 422 if form.errors else 200
    return render(request, "catalogue/desk_question.html", context, status=status)


def _corrected(course, row: dict) -> list:
    """What differs between a draft question and its key as corrected for learners; nothing when they agree."""
    found = queries.corrected_keys(course.page_id, row["key"]) if row.get("key") else []
    if not found or not rules.holds_old_key(row, found[0].body, found[0].key):
        return []
    return _both(row, rules.with_key(row, found[0].key))


@require_POST
@desk_required
def question_delete(request, course_uuid, key):
    course = my_desk(request, course_uuid)
    services.delete_question(course=course, key=key, by=request.user)
    messages.success(request, _("The question left the bank. Releases keep the version they froze."))
    return redirect("catalogue:questions", course.uuid)


@require_POST
@desk_required
def take_key(request, course_uuid, key):
    """The key that a facilitator corrected for learners, taken into the draft by its author."""
    course = my_desk(request, course_uuid)
    _row(course, key)
    if services.take_corrected_key(course=course, key=key, by=request.user):
        messages.success(request, _("The draft now holds the corrected key."))
    else:
        messages.info(request, _("The draft and the key for learners agree already."))
    return redirect("catalogue:question", course.uuid, key)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def exam(request, course_uuid):
    course = my_desk(request, course_uuid)
    page = course.page.get_latest_revision_as_object()
    pool = Counter(
        (row.get("competency", ""), row.get("difficulty", ""))
        for row in page.questions
        if isinstance(row, dict) and row.get("use") == "exam"
    )
    old = page.exam if isinstance(page.exam, dict) else {}
    form = ExamForm(request.POST or None, exam=old, pass_score=page.pass_score, pool=pool)
    if request.method == "POST" and form.is_valid():
        services.save_exam(
            course=course, exam=form.as_exam(), pass_score=form.cleaned_data["pass_score"], by=request.user
        )
        messages.success(request, _("The exam is saved in the draft."))
        return redirect("catalogue:desk_course", course.uuid)
    small = {(c.code, c.difficulty): c for c in _cells(old, pool) if c.is_small}
    context = {
        "course": course,
        "form": form,
        "cells": [
            {"name": _name(code), "code": code, "word": rules.difficulty_word(hard), "have": have, "field": bound,
             "small": small.get((code, hard)), "key": f"{code}:{hard}"}
            for code, hard, have, bound in form.cell_rows
        ],
        "small": len(small),
        **work_context(request),
    }  # fmt: skip
    return render(request, "catalogue/desk_exam.html", context, status=422 if form.errors else 200)


def _cells(exam: dict, pool: dict) -> list:
    return rules.cells_of(exam.get("cells") or [], pool, again=int(exam.get("attempts") or 1) > 1)


def _name(code: str) -> str:
    """A competency as people call it; "" for a code that the dictionary does not know."""
    found = competencies.names().get(code)
    return found.label if found else ""
