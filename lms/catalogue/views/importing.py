"""A folder of text files becomes drafts: checked, shown, then imported."""

import io
import zipfile
from pathlib import Path

from django.apps import apps
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.directory.api import work_context
from lms.catalogue import queries, services
from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.forms import ImportForm
from lms.catalogue.models import ImportDraft
from lms.catalogue.rules.uploads import unpacked
from lms.catalogue.views.changes import fact_labels, word_diff
from lms.catalogue.views.desk import desk_required, my_agencies

EXAMPLE = Path("data") / "contoh-kursus"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def desk_import(request):
    """An upload is read whole: every fault is shown and nothing kept, or the preview comes."""
    form = ImportForm(request.POST or None, request.FILES or None, agencies=my_agencies(request.user))
    if request.method == "POST" and form.is_valid():
        staged = services.stage_import(
            folder=form.cleaned_data["folder"], agency=form.cleaned_data["agency"], by=request.user
        )
        return redirect("catalogue:import_preview", staged.uuid)
    context = {"form": form, **work_context(request)}
    return render(request, "catalogue/desk_import.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def import_preview(request, draft_uuid):
    """What the folder would change; the same button that shows it also imports it."""
    rows = ImportDraft.objects_of(request.user).filter(agency__in=my_agencies(request.user))
    staged = get_object_or_404(rows.select_related("agency"), uuid=draft_uuid)
    folder, agency = unpacked(bytes(staged.folder)), staged.agency
    try:
        if request.method == "POST":
            course = services.import_course(files=folder.texts, media=folder.media, agency=agency, by=request.user)
            services.unstage_import(staged=staged)
            messages.success(
                request, _("%(course)s is on the desk. Learners see nothing of it yet.") % {"course": course.title}
            )
            return redirect("catalogue:desk_course", course.uuid)
        plan = queries.plan_import(folder, agency)
    except ImportRefused as refusal:
        for fault in refusal.faults:
            messages.error(request, fault)
        return redirect("catalogue:desk_import")
    labels = fact_labels()
    context = {
        "plan": plan,
        "agency": agency,
        "facts": [labels.get(name, name) for name in plan.facts],
        "units": [{"row": row, "pieces": word_diff(row.before, row.after) if row.before else []} for row in plan.units],
        "questions": [row for row in plan.questions if row.what != "same"],
        **work_context(request),
    }
    return render(request, "catalogue/desk_import_preview.html", context)


@require_safe
@desk_required
def import_example(request):
    """A small folder that imports as it is, to begin from; packed when asked for."""
    root = Path(apps.get_app_config("catalogue").path) / EXAMPLE
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as folder:
        for path in sorted(root.rglob("*")):
            if path.is_file():
                folder.write(path, Path("contoh-kursus") / path.relative_to(root))
    answer = HttpResponse(data.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="contoh-kursus.zip"'
    return answer
