"""Screens of learning: home, unit, finish."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.core import files
from cms.core.html import as_safe
from cms.core.serving import file_response
from cms.directory.api import person_required, role_required, work_context
from lms.assessment import rules as marking
from lms.assessment.exceptions import AnswerRefused
from lms.catalogue import services as catalogue
from lms.catalogue.queries import release_by_id
from lms.catalogue.rules import as_written
from lms.enrolment.models import CourseRun
from lms.enrolment.permissions import SEES_RUNS
from lms.player import panels, queries
from lms.player.forms import ReportForm
from lms.progress import services as progress
from lms.progress.exceptions import UnitIncomplete
from lms.records.queries import certificates_of

LEAN = "hemat"  # the cookie of whoever saves data
MOST_PARTS = 999


@require_safe
@person_required
def home(request):
    return render(request, "player/home.html", {**work_context(request), **panels.home(request)})


def _place(request, uuid) -> queries.Place:
    place = queries.own_place(request.person.pk, uuid)
    if place is None:
        raise Http404
    return place


@require_safe
@person_required
def resume(request, place):
    """Lead to the exact unit and part where the reader was, on whatever device (L18)."""
    place = _place(request, place)
    if place.here is None and place.release.rules["exam"] and place.enrolment.state == queries.ACTIVE:
        return redirect("assessment:cover", place.enrolment.uuid)
    key = place.here["key"] if place.here else place.release.units[0]["key"]
    address = reverse("player:unit", args=[place.enrolment.uuid, key])
    return redirect(f"{address}#b-{place.part_to_open}" if place.part_to_open else address)


def _open_unit(request, uuid, key) -> tuple[queries.Place, queries.UnitPage]:
    """The place and its unit, when both exist and the unit is open to the reader."""
    place = _place(request, uuid)
    page = queries.unit_page(place, str(key))
    if page is None or str(key) in place.locked:
        raise Http404
    return place, page


@require_safe
@person_required
def unit(request, place, key):
    place, key = _place(request, place), str(key)
    if lock := place.lock_of(key):
        return _locked(request, place, lock, key)
    page = queries.unit_page(place, key)
    if page is None:
        raise Http404
    if str(place.enrolment.last_unit) != key:
        progress.visit(enrolment=place.enrolment, unit_key=key)
    return render(request, "player/unit.html", _unit_context(request, place, page, None))


def _locked(request, place, lock, key):
    """What to finish first, with a link; who facilitates the run may look all the same (L20)."""
    page = queries.unit_page(place, lock.target)
    looks = CourseRun.objects.visible_to(request.user).filter(pk=place.enrolment.run_id).exists()
    context = {"place": place, "lock": lock, "page": page, "key": key, "looks": looks}
    return render(request, "player/locked.html", context, status=403)


@dataclass(frozen=True)
class Refused:
    """An answer to a check that cannot be read, as it was typed, and why."""

    version: int
    typed: str
    fault: str


def _unit_context(request, place, page, form, refused: Refused | None = None) -> dict:
    saved_at = max(filter(None, (page.saved_at, place.enrolment.last_activity)), default=None)
    return {
        "place": place,
        "page": page,
        # Asked only where they are not kept.
        "parts": lambda: [_shown(part, page, refused) for part in page.blob.data["parts"]],
        "form": form,  # with what was wrong in it, or None
        "faulty": form is not None,
        "blank": ReportForm,  # made only where it is not kept
        "done": (done := page.unit["key"] in place.done),
        "onward": _onward(place, page, done),
        "is_saved": saved_at is not None,
        "saved": f"{timezone.localtime(saved_at):%H.%M.%S}" if saved_at else "",
        "lean": _is_lean(request),
        "alternate_url": reverse("player:unit", args=[place.enrolment.uuid, page.unit["key"]]),
    }


def _onward(place, page, done: bool) -> str:
    """What the button at the end does: finish this unit, or go to the next one, the end, or what is still missing."""
    if not done:
        return "finish"
    return "next" if page.after else "missing" if place.missing else "end"


def _is_lean(request) -> bool:
    """Whether pictures wait for a click: the person's own choice, else what the browser asks for (L91)."""
    chosen = request.COOKIES.get(LEAN)
    return chosen == "1" if chosen else request.headers.get("Save-Data", "").lower() == "on"


@require_POST
@person_required
def save_data(request):
    """Switch pictures off or on for this person on this device; a year, not longer."""
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    response = redirect(back if safe else "player:home")
    wanted = "1" if request.POST.get("lean") == "1" else "0"
    response.set_cookie(
        LEAN, wanted, max_age=31_536_000, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return response


def _shown(part: dict, page, refused: Refused | None = None) -> dict:
    """A frozen part with its HTML marked safe (cleaned at release) and its check question filled in."""
    shown = {**part, "html": as_safe(part.get("html", "")), "steps": [as_safe(s) for s in part.get("steps", [])]}
    if "digest" in part:
        shown["address"] = reverse("player:file", args=[part["digest"]])
    if part["kind"] == "check":
        number, version = next((n, v) for n, v in enumerate(page.checks, 1) if v.question_key == part["question"])
        answer = page.answers.get(version.pk)
        shown |= {"version": version, "number": number, "answer": answer, "why": _why(version, answer)}
        if refused and refused.version == version.pk:
            return shown | {"typed": refused.typed, "fault": refused.fault}
        shown["typed"] = as_written(answer.answer) if answer and version.kind == "numeric" else ""
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
    place, page = _open_unit(request, place, key)
    version = next((v for v in page.checks if str(v.pk) == request.POST.get("question")), None)
    if version is None:
        raise Http404
    try:
        answer = _read(version, request.POST)
    except AnswerRefused as refusal:
        refused = Refused(version.pk, request.POST.get("answer", ""), refusal.message)
        context = _unit_context(request, place, page, ReportForm(), refused)
        return render(request, "player/unit.html", context, status=422)
    right = marking.mark(version.kind, version.key, answer) == 1
    progress.answer_check(enrolment=place.enrolment, version=version, answer=answer, is_right=right)
    return redirect(f"{_unit_address(place, key)}#soal-{version.pk}")


def _unit_address(place, key) -> str:
    return reverse("player:unit", args=[place.enrolment.uuid, key])


def _read(version, data):
    """The answer in its one form, as exams read it; raises ``AnswerRefused`` with what to do."""
    raw = data.getlist("answer")
    if version.kind == "numeric":
        raw = raw[0].strip() if raw else ""
    answer = marking.read_answer(version.kind, raw, [option["id"] for option in version.body.get("options", [])])
    if answer is None:
        raise AnswerRefused(_("Choose an answer first."))
    return answer


@require_POST
@person_required
def finish(request, place, key):
    place, page = _open_unit(request, place, key)
    try:
        progress.finish_unit(
            enrolment=place.enrolment, unit_key=str(key), checks=page.checks, answered=frozenset(page.answers)
        )
    except UnitIncomplete as refusal:
        messages.error(request, _("Not complete yet: %(why)s") % {"why": refusal})
        return redirect(f"{_unit_address(place, key)}#belum")
    if page.after:
        return redirect("player:unit", place.enrolment.uuid, page.after["key"])
    if place.enrolment.state == queries.COMPLETED:
        return redirect("player:done", place.enrolment.uuid)
    return redirect("player:resume", place.enrolment.uuid)


@require_POST
@person_required
def reach(request, place, key):
    """The reader came to part n of a unit: one UPDATE, sent by the page now and then (L18)."""
    part = request.POST.get("part", "")
    if not (part.isascii() and part.isdigit() and 0 < int(part[:6]) <= MOST_PARTS):
        return JsonResponse({"detail": _("No such part.")}, status=400)
    leaving = request.POST.get("leaving") == "1"
    if not progress.reach(
        place_uuid=place, person_id=request.person.pk, unit_key=str(key), part=int(part), leaving=leaving
    ):
        if leaving and queries.own_place(request.person.pk, place):
            return JsonResponse({"saved": ""})  # the reader is in another unit by now
        raise Http404
    return JsonResponse({"saved": f"{timezone.localtime():%H.%M.%S}"})


@require_safe
@person_required
def done(request, place):
    place = _place(request, place)
    rows = certificates_of(request.person.pk).filter(record__enrolment=place.enrolment)
    certificate = rows.first()
    # What the completion credited: a course taken again may add nothing.
    jp = Decimal(certificate.facts["jp"]) if certificate else place.release.jp
    context = {**work_context(request), "place": place, "certificate": certificate, "credited": jp}
    return render(request, "player/done.html", context)


@require_POST
@person_required
def report(request, place, key):
    place, key = _place(request, place), str(key)
    page = queries.unit_page(place, key)
    if page is None:
        raise Http404
    form = ReportForm(request.POST)
    if not form.is_valid():
        return render(request, "player/unit.html", _unit_context(request, place, page, form), status=400)
    catalogue.report_fault(release=place.release, unit_key=key, person=request.person, text=form.cleaned_data["text"])
    messages.success(request, _("Thank you. The author of this course has your note."))
    return redirect("player:unit", place.enrolment.uuid, key)


@require_safe
@role_required(*SEES_RUNS)
def look(request, run, key=None):
    """A unit of a run as its facilitators and organisers read it: no lock, no progress, nothing to send (L20)."""
    run = get_object_or_404(CourseRun.objects.visible_to(request.user), uuid=run)
    place = queries.Place(None, release_by_id(run.release_id), set())
    page = queries.unit_page(place, str(key or place.release.units[0]["key"]))
    if page is None:
        raise Http404
    context = {
        "place": place,
        "run": run,
        "page": page,
        "parts": [_shown(part, page) for part in page.blob.data["parts"]],
        "lean": _is_lean(request),
    }
    return render(request, "player/look.html", context)


@require_safe
@person_required
def file(request, digest):
    """A picture, video or file of a release, for whoever has a place on it, runs it or works on it (Z11)."""
    row = queries.file_for(request.user, digest)
    if row is None:
        raise Http404
    return file_response(request, files.open_file(digest), kind=row.type, name=row.name, digest=digest)
