"""A learner takes a place, or gives one up."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.core.rulebook import rule
from cms.directory.api import person_required, work_context
from lms.enrolment import permissions, queries, rules, services
from lms.enrolment.exceptions import EnrolmentRefused
from lms.enrolment.forms import LeaveForm
from lms.enrolment.models import Enrolment


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def enrol(request, run_uuid):
    """The public course page is cacheable; the button with its token, and what is known of the person, stand here."""
    run = queries.run_to_enrol_on(run_uuid)
    if run is None:
        raise Http404
    if request.method != "POST":
        return render(request, "enrolment/enrol.html", _enrol_context(request, run))
    try:
        place = services.enrol(run=run, learner=request.person, by=request.user)
    except EnrolmentRefused as refusal:
        # Here, not as a message: the course page is public and shows none.
        context = _enrol_context(request, run) | {"refusal": refusal.message}
        return render(request, "enrolment/enrol.html", context, status=409)
    if place.state == Enrolment.State.WAITING:
        messages.info(request, _("The run is full. You are on the waiting list and will be told when a seat is free."))
    else:
        messages.success(request, _("You have a place on %(run)s.") % {"run": run.name})
    return redirect("player:home")


def _enrol_context(request, run) -> dict:
    """What a person should know before she says yes: seats, her own history, what comes first, and why not when not."""
    seats = queries.seats_of(run)
    return {
        "run": run,
        **seats,
        **queries.history_on(run.course, request.person),
        "offer": rules.offer(run, **seats, today=rules.today_in(run.timezone)),
        "refusal": services.refusal_of(run, request.person),
        "required": queries.required_of(run.release, request.person),
        "pays_again": bool(rule("jp_second_cycle", request.person.agency_id)),
        **work_context(request),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def leave(request, enrolment_uuid):
    """Give a place up, with a reason: the learner her own, an organiser anybody's on the run."""
    places = Enrolment.objects.visible_to(request.user).select_related("run", "learner")
    place = get_object_or_404(places.distinct(), uuid=enrolment_uuid)
    if not permissions.may_cancel(request.user, place):
        raise Http404
    is_own = place.learner_id == request.person.pk
    if place.state == Enrolment.State.COMPLETED:
        messages.info(request, _("This course is completed; its record stays."))
        return _back(place, is_own)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel(enrolment=place, by=request.user, reason=form.cleaned_data["reason"])
        except EnrolmentRefused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The place on %(run)s has been given up.") % {"run": place.run.name})
        return _back(place, is_own)
    context = {"form": form, "place": place, "is_own": is_own, **work_context(request)}
    return render(request, "enrolment/leave.html", context, status=422 if form.errors else 200)


def _back(place, is_own: bool):
    return redirect("player:home") if is_own else redirect("enrolment:run", run_uuid=place.run.uuid)
