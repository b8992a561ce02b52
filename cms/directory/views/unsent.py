"""What was typed when the sign-in had ended: shown to its account, sent by one press, or thrown away."""

import re

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from cms.core.hooks import TYPED
from cms.directory.api import signed_in, work_context
from cms.directory.services import unsent

# Fields that many forms have; a form with its own words registers them (`cms.core.hooks.add_typed`).
LABELS = {
    "answer": gettext_lazy("Answer to the person"), "comment": gettext_lazy("Comment"), "name": gettext_lazy("Name"),
    "number": gettext_lazy("NIP or other number"), "numbers": gettext_lazy("NIP, one a line"),
    "place": gettext_lazy("Place"), "q": gettext_lazy("Search"), "reason": gettext_lazy("Reason"),
    "title": gettext_lazy("Title"), "words": gettext_lazy("In your words"),
}  # fmt: skip
# Keys, marks and plain numbers: the form's own, nothing a person would recognise without its page.
MACHINE = re.compile(r"[a-z0-9_.:-]*")


@require_safe
@signed_in
def unsent_form(request):
    form = unsent.waiting(request)
    if form is None:  # sent or thrown away, older than half an hour, or another account's
        return redirect(settings.LOGIN_REDIRECT_URL)
    shown, more = _in_words(request.user, form)
    context = {"title": _("Not sent yet"), "form": form, "shown": shown, "more": more}
    return render(request, "directory/unsent.html", work_context(request) | context)


def _in_words(user, form) -> tuple[list, int]:
    """(label, value) of what a person can recognise, and how many fields more there are."""
    try:
        match = resolve(form.path.partition("?")[0])
    except Resolver404:
        return [], len(form.fields)
    if tell := TYPED.get(match.view_name):
        return tell(user, match.kwargs, _typed(form)), 0
    shown = [
        (LABELS.get(name, _("What you typed")), value)
        for name, value in form.fields
        if value.strip() and (name in LABELS or not MACHINE.fullmatch(value))
    ]
    return shown, sum(bool(value) for _name, value in form.fields) - len(shown)


def _typed(form) -> MultiValueDict:
    typed = MultiValueDict()
    for name, value in form.fields:
        typed.appendlist(name, value)
    return typed


@require_POST
@sensitive_post_parameters()
@signed_in
def send_unsent(request):
    """On its way with the fields and the token of the page she pressed on: 307 keeps what the browser sends."""
    form = unsent.take(request)
    if form is None:
        messages.info(request, _("Nothing waits to be sent."))
        return redirect(settings.LOGIN_REDIRECT_URL)
    return redirect(form.path, preserve_request=True)


@require_POST
@signed_in
def discard_unsent(request):
    form = unsent.take(request)
    if form is None:
        return redirect(settings.LOGIN_REDIRECT_URL)
    messages.info(request, _("Thrown away. Nothing was sent."))
    return redirect(form.page)
