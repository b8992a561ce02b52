"""A folder of text files becomes drafts."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.directory.api import work_context
from lms.catalogue import services
from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.forms import ImportForm
from lms.catalogue.views.desk import desk_required, my_agencies


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def desk_import(request):
    """A folder of text files becomes drafts. With a fault nothing is written, and every fault is shown."""
    form = ImportForm(request.POST or None, request.FILES or None, agencies=my_agencies(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            course = services.import_course(
                files=form.cleaned_data["texts"], agency=form.cleaned_data["agency"], by=request.user
            )
        except ImportRefused as refusal:
            form.add_error(None, refusal.faults)
        else:
            messages.success(
                request, _("%(course)s is on the desk. Learners see nothing of it yet.") % {"course": course.title}
            )
            return redirect("catalogue:desk_course", course.uuid)
    context = {"form": form, **work_context(request)}
    return render(request, "catalogue/desk_import.html", context, status=422 if form.errors else 200)
