"""A unit's draft as its learners would read it."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cms.core.html import as_safe
from cms.directory.api import work_context
from lms.catalogue import rules
from lms.catalogue.models import UnitPage
from lms.catalogue.rendering import library_of, unit_parts
from lms.catalogue.views.desk import desk_required, my_desk


@require_safe
@desk_required
def desk_preview(request, course_uuid, unit_key):
    """A unit's draft as its learners would read it; answers go nowhere."""
    course = my_desk(request, course_uuid)
    unit = get_object_or_404(UnitPage.objects.child_of(course.page), unit_key=unit_key).get_latest_revision_as_object()
    body = list(unit.body.raw_data)
    parts = unit_parts(body, library_of(body, course.agency, keep=False))
    questions = course.page.get_latest_revision_as_object().questions
    context = {"course": course, "unit": unit, "pieces": _pieces(parts, questions), **work_context(request)}
    return render(request, "catalogue/desk_preview.html", context)


def _pieces(parts: list[dict], questions: list) -> list[dict]:
    """Runs of text for the player's own template, and check questions between them, which here only show."""
    known = {row["key"]: row for row in questions if not rules.question_fault(row)}
    pieces: list[dict] = []
    for part in parts:
        if part["kind"] == "check":
            row = known.get(part["question"])
            shown = {"check": rules.question_body(row)[0], "kind": row["kind"]} if row else {"check": None}
            pieces.append(shown | {"key": part["question"]})
        elif pieces and "parts" in pieces[-1]:
            pieces[-1]["parts"].append(_shown(part))
        else:
            pieces.append({"parts": [_shown(part)]})
    return pieces


def _shown(part: dict) -> dict:
    html, steps = as_safe(part.get("html", "")), [as_safe(step) for step in part.get("steps", [])]
    return {**part, "address": part.get("url", ""), "html": html, "steps": steps}
