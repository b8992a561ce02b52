"""HR corrects the JP of a person of its agency: by a counter-entry with a reason, never by touching a line (I06)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.core.audit import looked_at
from cms.core.hooks import sections_of
from cms.directory.api import role_required, work_context
from cms.directory.models import Grant
from lms.records import permissions, queries, services
from lms.records.exceptions import RecordRefused
from lms.records.forms import CorrectionForm
from lms.records.views.own import ledger_context

hr_required = role_required(*Grant.HR_ROLES)


def person_served(request, uuid):
    """A person whose JP the one who asks may correct; to anybody else she is not there."""
    return get_object_or_404(permissions.correctable_by(request.user).select_related("agency"), uuid=uuid)


def ways_to(request, person) -> dict:
    """The way up from here: her card stands on a higher floor."""
    return {"ways": sections_of("ledger_over", request, person)}


@require_safe
@hr_required
def ledger_of(request, person_uuid, year=None):
    """A person's Buku JP with a way to correct each line; the look is written down."""
    person = person_served(request, person_uuid)
    context = ledger_context(person, year or timezone.localdate().year) | ways_to(request, person)
    looked_at(request.user, person, "JP ledger")
    return render(request, "records/ledger_of.html", context | work_context(request))


@require_http_methods(["GET", "HEAD", "POST"])
@hr_required
def correct(request, person_uuid, entry_uuid):
    person = person_served(request, person_uuid)
    source = queries.source_to_correct(person, entry_uuid)
    if source is None:
        raise Http404
    form = CorrectionForm(request.POST if request.method == "POST" else None, most=source.first.jp)
    if request.method == "POST" and form.is_valid() and _corrected(request, source, form):
        messages.success(request, _("The correction stands in the ledger, and the person has been told."))
        return redirect("records:ledger_of_year", person.uuid, source.first.year)
    looked_at(request.user, person, "JP ledger")
    context = {"person": person, "source": source, "form": form, **ways_to(request, person), **work_context(request)}
    return render(request, "records/correct.html", context, status=422 if form.errors else 200)


def _corrected(request, source, form: CorrectionForm) -> bool:
    data = form.cleaned_data
    try:
        services.correct_jp(entry=source.first, by=request.user, reason=data["reason"], to=data["to"])
    except RecordRefused as refusal:
        form.add_error("to", str(refusal))
    return not form.errors
