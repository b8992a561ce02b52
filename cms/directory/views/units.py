"""The HR desk about units and seats: the tree, one unit, one seat."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.directory import services
from cms.directory.api import role_required, work_context
from cms.directory.exceptions import DirectoryRefused
from cms.directory.forms import AddSeatForm, AddUnitForm, SeatForm, UnitForm
from cms.directory.models import Grant
from cms.directory.queries import positions_served, seats_of, unit_tree, units_served

hr_required = role_required(*Grant.HR_ROLES)


def _tried(form, verb, **more) -> bool:
    """Carry out a service; what it refuses becomes an error of the form."""
    try:
        verb(**more)
    except DirectoryRefused as refusal:
        form.add_error(None, refusal.message)
    return not form.errors


@hr_required
def units(request):
    context = {"title": _("Units and positions"), "rows": unit_tree(request.user)}
    return render(request, "directory/units.html", work_context(request) | context)


@hr_required
def add_unit(request):
    form = AddUnitForm(request.POST or None, officer=request.user)
    sent = request.method == "POST" and form.is_valid()
    if sent and _tried(form, services.add_unit, by=request.user, **form.cleaned_data):
        messages.success(request, _("The unit is added."))
        return redirect("directory:units")
    context = {"title": _("Add a unit"), "form": form, "button": _("Save the unit"), "back": "directory:units"}
    status = 400 if form.errors else 200
    return render(request, "directory/desk_form.html", work_context(request) | context, status=status)


def _unit_served(request, unit_uuid):
    return get_object_or_404(units_served(request.user, *Grant.HR_ROLES), uuid=unit_uuid)


@hr_required
def unit(request, unit_uuid):
    """One unit: its name and place in the tree, its seats and who holds them."""
    row = _unit_served(request, unit_uuid)
    return _unit_page(request, row)


def _unit_page(request, row, *, status=200, form=None, seat_form=None):
    initial = {"name": row.name, "parent": row.parent.uuid if row.parent else None}
    context = {
        "title": _("Unit"),
        "unit": row,
        "seats": seats_of(row),
        "form": form or UnitForm(initial=initial, officer=request.user),
        "seat_form": seat_form or AddSeatForm(officer=request.user, prefix="seat"),
    }
    return render(request, "directory/unit.html", work_context(request) | context, status=status)


@require_POST
@hr_required
def change_unit(request, unit_uuid):
    row = _unit_served(request, unit_uuid)
    form = UnitForm(request.POST, officer=request.user)
    if form.is_valid() and _tried(form, services.change_unit, unit=row, by=request.user, **form.cleaned_data):
        messages.success(request, _("The unit is saved."))
        return redirect("directory:unit", row.uuid)
    row.refresh_from_db()
    return _unit_page(request, row, form=form, status=400)


@require_POST
@hr_required
def close_unit(request, unit_uuid):
    row = _unit_served(request, unit_uuid)
    try:
        services.close_unit(unit=row, by=request.user)
    except DirectoryRefused as refusal:
        messages.error(request, refusal.message)
        return redirect("directory:unit", row.uuid)
    messages.success(request, _("The unit is closed from today. Its history stays."))
    return redirect("directory:units")


@require_POST
@hr_required
def add_position(request, unit_uuid):
    row = _unit_served(request, unit_uuid)
    form = AddSeatForm(request.POST, officer=request.user, prefix="seat")
    if form.is_valid() and _tried(form, services.add_position, unit=row, by=request.user, **form.cleaned_data):
        messages.success(request, _("The position is added."))
        return redirect("directory:unit", row.uuid)
    return _unit_page(request, row, seat_form=form, status=400)


@hr_required
def position(request, position_uuid):
    """One seat: its name, and the seat it reports to."""
    rows = positions_served(request.user).select_related("unit", "reports_to", "agency")
    row = get_object_or_404(rows, uuid=position_uuid)
    initial = {"name": row.name, "reports_to": row.reports_to.uuid if row.reports_to else None}
    form = SeatForm(request.POST or None, initial=initial, officer=request.user)
    sent = request.method == "POST" and form.is_valid()
    if sent and _tried(form, services.change_position, position=row, by=request.user, **form.cleaned_data):
        messages.success(request, _("The position is saved."))
        return redirect("directory:unit", row.unit.uuid)
    context = {"title": _("Position"), "form": form, "button": _("Save the position"), "back": "directory:units"}
    status = 400 if form.errors else 200
    return render(request, "directory/desk_form.html", work_context(request) | context, status=status)
