"""The outline of a course: modules and units in their order, moved by buttons, by keyboard or by hand."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.directory.api import work_context
from lms.catalogue import rules, services
from lms.catalogue.exceptions import OutlineRefused
from lms.catalogue.forms import CourseForm, ModuleForm, MoveForm, UnitForm
from lms.catalogue.views.desk import desk_required, my_agencies, my_desk


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def desk_new(request):
    """A new, empty course on the desk of one of my agencies."""
    form = CourseForm(request.POST or None, agencies=my_agencies(request.user))
    if request.method == "POST" and form.is_valid():
        course = services.start_course(by=request.user, **form.cleaned_data)
        messages.success(request, _("The course is on the desk. Add units, then write them."))
        return redirect("catalogue:desk_course", course.uuid)
    context = {"form": form, **work_context(request)}
    return render(request, "catalogue/desk_new.html", context, status=422 if form.errors else 200)


def _change(verb: str, key: str, data: dict):
    """The move of ``rules`` that a button asks for."""
    if verb == "place":
        module, after = data["to"]
        if not data["unit"] or not module:
            raise OutlineRefused(_("Choose a unit and where it goes."))
        return partial(rules.place_unit, unit=data["unit"], module=module, after=after)
    return {
        "unit_up": partial(rules.step_unit, unit=key, step=-1),
        "unit_down": partial(rules.step_unit, unit=key, step=1),
        "unit_out": partial(rules.drop_unit, unit=key),
        "module_up": partial(rules.step_module, key=key, step=-1),
        "module_down": partial(rules.step_module, key=key, step=1),
        "module_out": partial(rules.drop_module, key=key),
    }[verb]


@require_POST
@desk_required
def outline_move(request, course_uuid):
    course = my_desk(request, course_uuid)
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This move is not known."))
        return redirect("catalogue:desk_course", course.uuid)
    verb, key = form.cleaned_data["act"]
    try:
        moved = services.arrange(course=course, by=request.user, change=_change(verb, key, form.cleaned_data))
    except OutlineRefused as refusal:
        messages.error(request, refusal.message)
    else:
        if moved:
            messages.success(request, _("Saved in the draft. Learners notice nothing until a release."))
    anchor = f"u-{form.cleaned_data['unit'] or key}" if verb not in ("unit_out", "module_out") else "susunan"
    return redirect_to(course, anchor)


def redirect_to(course, anchor: str):
    answer = redirect("catalogue:desk_course", course.uuid)
    answer["Location"] += f"#{anchor}"
    return answer


@require_POST
@desk_required
def outline_module(request, course_uuid):
    """A new module, or new words for one that is there."""
    course, form = my_desk(request, course_uuid), ModuleForm(request.POST)
    if not form.is_valid():
        return _faulty(request, course, form)
    data = {**form.cleaned_data, "jp": str(form.cleaned_data["jp"])}
    key = request.POST.get("module", "")[:40]
    change = partial(rules.change_module, key=key, **data) if key else partial(rules.add_module, **data)
    try:
        services.arrange(course=course, by=request.user, change=change)
    except OutlineRefused as refusal:
        messages.error(request, refusal.message)
    return redirect_to(course, f"m-{key}" if key else "susunan")


@require_POST
@desk_required
def outline_unit(request, course_uuid):
    """A new unit at the end of a module; its text is written in the editor."""
    course, form = my_desk(request, course_uuid), UnitForm(request.POST)
    if not form.is_valid():
        return _faulty(request, course, form)
    try:
        unit = services.add_unit(
            course=course, module=request.POST.get("module", "")[:40], by=request.user, **form.cleaned_data
        )
    except OutlineRefused as refusal:
        messages.error(request, refusal.message)
        return redirect_to(course, "susunan")
    messages.success(request, _("%(unit)s is in the outline. Write it now, or later.") % {"unit": unit.title})
    return redirect_to(course, f"u-{unit.unit_key}")


def _faulty(request, course, form):
    """The small forms of the outline come back on a page of their own, with what was typed."""
    module = request.POST.get("module", "")[:40]
    context = {"course": course, "form": form, "module": module, **work_context(request)}
    if isinstance(form, UnitForm) and not module:
        raise Http404
    return render(request, "catalogue/desk_outline_form.html", context, status=422)
