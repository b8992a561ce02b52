"""The talent profile: HR's list and export, a person's page, a superior's team, counts, an auditor's request."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.core.audit import audit, looked_at
from cms.core.rulebook import rule
from cms.core.search import keep_words, words_of
from cms.core.sheets import XLSX
from cms.directory import services as directory
from cms.directory.api import person_required, role_required, work_context
from cms.directory.exceptions import DirectoryRefused
from cms.directory.forms import PurposeForm
from cms.directory.models import Grant, Person
from cms.directory.queries import (
    looks_at,
    looks_shown,
    open_reaches,
    person_by_number,
    reach_to,
    units_served,
)
from cms.directory.rules import sign_in_key
from talent.profiles import queries, rendering
from talent.profiles.forms import ExportForm, PeopleFilter
from talent.profiles.permissions import SEES_PEOPLE, leads

PAGE = 50
MOST_EXPORTED = 10_000
SEEN_AS = {"hr": "talent profile", "superior": "team profile", "auditor": "audited profile"}


def _people(request):
    """People HR reviews: of the agencies or units of her grants, herself included like any other."""
    return Person.objects.visible_to(request.user).served_by(request.user)


def _filter(request) -> PeopleFilter:
    return PeopleFilter(request.GET, units=units_served(request.user, *SEES_PEOPLE))


def _found(request, form):
    """The people asked for; ``sort`` is left out where only counting matters."""
    return queries.find_people(_people(request), q=sign_in_key(words_of(request, "talent")), **form.asked)


@role_required(*SEES_PEOPLE)
def people(request):
    """The people of an agency or unit: found, counted, sorted, in three statements."""
    if request.method == "POST":
        keep_words(request, "talent")
        return redirect(f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)
    form = _filter(request)
    found = _found(request, form)
    counts = queries.cohort_counts(found)
    wanted, words = form.wanted, words_of(request, "talent")
    # The counts say how many there are, so the paginator need not ask.
    page = Paginator(range(counts.people), PAGE).get_page(request.GET.get("page"))
    start = (page.number - 1) * PAGE
    context = {
        "filters": form,
        "page": page,
        "rows": queries.page_of(found, wanted.get("sort", "name"), start, start + PAGE),
        "counts": counts,
        "words": words,
        "filtered": bool(words or set(wanted) - {"sort"}),
        "query": f"{urlencode(wanted)}&" if wanted else "",
        "year": timezone.localdate().year,
    }
    return render(request, "profiles/people.html", {**work_context(request), **context})


@role_required(*SEES_PEOPLE)
def xlsx(request):
    """The list as filtered, once its purpose is said; leaves an audit row (I14)."""
    form, filters = ExportForm(request.POST or None), _filter(request)
    found = _found(request, filters)
    count = found.count()
    if request.method == "POST" and form.is_valid() and count <= MOST_EXPORTED:
        return _sheet(
            request,
            list(queries.ordered(queries.listed(found), filters.wanted.get("sort", "name"))),
            filters,
            form.cleaned_data["purpose"],
        )
    context = {"form": form, "count": count, "most": MOST_EXPORTED, "query": urlencode(filters.wanted)}
    status = 400 if form.errors or (request.method == "POST" and count > MOST_EXPORTED) else 200
    return render(request, "profiles/export.html", {**work_context(request), **context}, status=status)


@transaction.atomic
def _sheet(request, rows, filters, purpose: str):
    named = sorted({*filters.wanted, *(["q"] if words_of(request, "talent") else [])})
    detail = {"what": "people", "rows": len(rows), "filters": named, "purpose": purpose}
    audit(request.user, "export", request.user.person, detail=detail)
    manifest = rendering.Manifest(
        by=request.user.get_full_name(), agency=str(request.person.agency), at=timezone.localtime(), purpose=purpose,
        filters=named, rows=len(rows),
    )  # fmt: skip
    response = HttpResponse(rendering.people_xlsx(rows, manifest), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="pegawai.xlsx"'
    return response


@require_safe
@person_required
def person(request, uuid):
    """One person's profile. Who may not see her gets the answer for nobody; the look is written down."""
    rows = queries.seen_as(request.user, Person.objects.visible_to(request.user).filter(merged_into=None))
    row = get_object_or_404(queries.with_post(rows), uuid=uuid)
    if row.seen_as not in SEEN_AS:
        raise Http404
    purpose = reach_to(request.user, row).purpose if row.seen_as == "auditor" else ""
    looked_at(request.user, row, SEEN_AS[row.seen_as], purpose=purpose)
    return _profile(request, row, row.seen_as)


@require_safe
@person_required
def me(request):
    own = queries.with_post(Person.objects.visible_to(request.user))
    return _profile(request, get_object_or_404(own, pk=request.person.pk), "own")


def _profile(request, row, seen_as: str):
    own = row.pk == request.person.pk
    context = {
        "own": own,
        "seen_as": "own" if own else seen_as,
        "profile": queries.profile_of(row),
        "target": rule("jp_target", row.agency_id),
        "corrects_jp": getattr(row, "jp_correctable", False),
        "printed_at": timezone.localtime(),
    }
    return render(request, "profiles/person.html", {**work_context(request), **context})


@require_safe
@person_required
def access_log(request):
    """Who looked at me, from where, when, at what, why (I14)."""
    page = Paginator(looks_at(request.person), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "looks": looks_shown(page.object_list)}
    return render(request, "profiles/access_log.html", {**work_context(request), **context})


@require_safe
@person_required
def team(request):
    """Direct reports: how far they are, JP, gaps. Who leads nobody has no such page."""
    if not leads(request.user):
        raise Http404
    context = {"members": queries.team_of(request.user)}
    context["year"] = timezone.localdate().year
    return render(request, "profiles/team.html", {**work_context(request), **context})


@require_safe
@role_required(Grant.Role.MINISTRY)
def national(request):
    """Counts by agency, without names; groups under five are hidden (Z07)."""
    rows, totals = queries.national_counts()
    context = {"rows": rows, "totals": totals, "year": timezone.localdate().year}
    return render(request, "profiles/national.html", {**work_context(request), **context})


@role_required(Grant.Role.AUDITOR)
def ask(request):
    """An auditor asks for one person's record: number and purpose, seven days, every look written down."""
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (row := _asked(request, form)):
        messages.success(request, _("Open for seven days. The person reads your purpose with every look."))
        return redirect("profiles:person", row.uuid)
    context = {"form": form, "open": open_reaches(request.user)}
    status = 400 if form.errors else 200
    return render(request, "profiles/ask.html", {**work_context(request), **context}, status=status)


def _asked(request, form):
    row = person_by_number(form.cleaned_data["number"])
    if row is None:
        form.add_error("number", _("Nobody is known by this number."))
        return None
    try:
        directory.ask_to_see(person=row, by=request.user, purpose=form.cleaned_data["purpose"])
    except DirectoryRefused as refusal:
        form.add_error(None, refusal.message)
        return None
    return row
