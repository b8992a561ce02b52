"""Screens of learning: home, unit, finish."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.core import files
from cms.core.hooks import sections_of
from cms.core.html import as_safe
from cms.directory.api import person_required, work_context
from lms.assessment import rules as marking
from lms.catalogue import services as catalogue
from lms.enrolment.models import Enrolment
from lms.player import queries
from lms.player.forms import ReportForm
from lms.progress import services as progress
from lms.records.queries import certificates_of, jp_of


@require_safe
@person_required
def home(request):
    places = queries.learning_of(request.person)
    active = [p for p in places if p.enrolment.state == Enrolment.State.ACTIVE]
    total, lines = jp_of(request.person.pk, timezone.localdate().year)
    context = {
        "current": active[0] if active else None,
        "places": places,
        "jp_total": total,
        "jp_lines": lines[:5],
        "certificates": certificates_of(request.person.pk)[:3],
        "sections": sections_of("home", request, request.person),
        "now": timezone.localtime(),
    }
    return render(request, "player/home.html", {**work_context(request), **context})


def _place(request, uuid) -> queries.Place:
    rows = Enrolment.objects.visible_to(request.user).filter(learner=request.person).select_related("run")
    enrolment = get_object_or_404(rows, uuid=uuid)
    if enrolment.state not in (Enrolment.State.ACTIVE, Enrolment.State.COMPLETED):
        raise Http404
    return queries.place_of(enrolment)


@require_safe
@person_required
def resume(request, place):
    """Lead to the exact unit: the last one opened if it is not done, else the next one (L18)."""
    place = _place(request, place)
    last = str(place.enrolment.last_unit or "")
    unit = place.next_unit
    key = last if last and last not in place.done else (unit["key"] if unit else place.release.units[0]["key"])
    if not unit and place.missing and place.missing[0].target == "exam":
        return redirect("assessment:cover", place.enrolment.uuid)
    return redirect("player:unit", place.enrolment.uuid, key)


@require_safe
@person_required
def unit(request, place, key):
    place, key = _place(request, place), str(key)
    page = queries.unit_page(place, key)
    if page is None:
        raise Http404
    if lock := place.lock_of(key):
        return render(request, "player/locked.html", {"place": place, "lock": lock}, status=403)
    if place.enrolment.last_unit is None or str(place.enrolment.last_unit) != key:
        progress.visit(enrolment=place.enrolment, unit_key=key)
    return render(request, "player/unit.html", _unit_context(place, page, ReportForm()))


def _unit_context(place, page, form) -> dict:
    return {
        "place": place,
        "page": page,
        "parts": [_shown(part, page) for part in page.blob.data["parts"]],
        "form": form,
        "done": page.unit["key"] in place.done,
    }


def _shown(part: dict, page) -> dict:
    """A frozen part with its HTML marked safe (cleaned at release) and its check question filled in."""
    shown = {**part, "html": as_safe(part.get("html", "")), "steps": [as_safe(s) for s in part.get("steps", [])]}
    if part["kind"] == "check":
        number, version = next((n, v) for n, v in enumerate(page.checks, 1) if v.question_key == part["question"])
        answer = page.answers.get(version.pk)
        shown |= {"version": version, "number": number, "answer": answer, "why": _why(version, answer)}
    return shown


def _why(version, answer) -> list[str]:
    """The reason of a check, only after it was answered (Z08)."""
    if answer is None:
        return []
    chosen = answer.answer if isinstance(answer.answer, list) else [answer.answer]
    whys = [version.key.get("whys", {}).get(str(one), "") for one in chosen]
    return [why for why in [*whys, version.key.get("reason", "")] if why]


@require_POST
@person_required
def check(request, place, key):
    """Keep the answer to one check and show the reason."""
    place, key = _place(request, place), str(key)
    page = queries.unit_page(place, key)
    if page is None or place.lock_of(key):
        raise Http404
    version = next((v for v in page.checks if str(v.pk) == request.POST.get("question")), None)
    if version is None:
        raise Http404
    answer = _read(version, request.POST)
    if answer is None:
        messages.error(request, _("Choose an answer first."))
    else:
        right = marking.mark(version.kind, version.key, answer) == 1
        progress.answer_check(enrolment=place.enrolment, version=version, answer=answer, is_right=right)
    return redirect(f"{request.path.removesuffix('cek/')}#soal-{version.pk}")


def _read(version, data):
    raw = data.getlist("answer")
    known = {option["id"] for option in version.body["options"]}
    if version.kind == "numeric":
        return raw[0][:40] if raw and raw[0].strip() else None
    chosen = [one for one in raw if one in known]
    return (chosen if version.kind == "multiple" else chosen[0]) if chosen else None


@require_POST
@person_required
def finish(request, place, key):
    place, key = _place(request, place), str(key)
    page = queries.unit_page(place, key)
    if page is None or place.lock_of(key):
        raise Http404
    if page.unanswered:
        messages.error(
            request,
            _("Not complete yet: answer check %(list)s first.") % {"list": ", ".join(map(str, page.unanswered))},
        )
        return redirect(f"{request.path.removesuffix('selesai/')}#belum")
    progress.finish_unit(enrolment=place.enrolment, unit_key=key)
    if place.enrolment.state == Enrolment.State.COMPLETED and not page.after:
        return redirect("player:done", place.enrolment.uuid)
    if page.after:
        return redirect("player:unit", place.enrolment.uuid, page.after["key"])
    return redirect("player:resume", place.enrolment.uuid)


@require_safe
@person_required
def done(request, place):
    place = _place(request, place)
    rows = certificates_of(request.person.pk).filter(record__enrolment=place.enrolment)
    return render(request, "player/done.html", {**work_context(request), "place": place, "certificate": rows.first()})


@require_POST
@person_required
def report(request, place, key):
    place, key = _place(request, place), str(key)
    page = queries.unit_page(place, key)
    if page is None:
        raise Http404
    form = ReportForm(request.POST)
    if not form.is_valid():
        return render(request, "player/unit.html", _unit_context(place, page, form), status=400)
    catalogue.report_fault(release=place.release, unit_key=key, person=request.person, text=form.cleaned_data["text"])
    messages.success(request, _("Thank you. The author of this course has your note."))
    return redirect("player:unit", place.enrolment.uuid, key)


@require_safe
def picture(request, digest):
    """A picture of a release, by content: it never changes, so it may be kept for a year."""
    if not files.is_kept(digest, kind="image/webp"):
        raise Http404
    response = HttpResponse(files.read(digest), content_type="image/webp")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
