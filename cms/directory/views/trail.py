"""The trail: what was done, and who looked at whom. Reading only; nobody changes a line (robustness 5)."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.core.verbs import VERBS, said, told
from cms.directory.api import role_required, work_context
from cms.directory.models import DataRequest, DoorCode, Grant
from cms.directory.permissions import reads_trail
from cms.directory.queries import acts_seen, acts_shown, looks_seen, looks_shown

PAGE = 50
trail_required = role_required(Grant.Role.HR_HEAD, Grant.Role.AUDITOR)


def _older(rows, request):
    """One page by key: the next page starts where this one ended, whatever was added meanwhile."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], (found[PAGE - 1].pk if len(found) > PAGE else None)


@require_safe
@trail_required
def acts(request):
    _refuse_others(request)
    verb = request.GET.get("verb", "")
    rows = acts_seen(request.user)
    if verb in VERBS:
        rows = rows.filter(verb=verb)
    entries, before = _older(rows, request)
    shown = [{"act": act, "words": said(act.verb), "details": told(_named(act.detail))} for act in acts_shown(entries)]
    context = {"title": _("Audit"), "rows": shown, "before": before, "verb": verb, "verbs": sorted(VERBS.items())}
    return render(request, "directory/acts.html", work_context(request) | context)


def _named(detail: dict) -> dict:
    """The detail with the name of a role or a kind in place of its key."""
    kinds = dict(DoorCode.Kind.choices) | dict(DataRequest.Kind.choices)
    names = {"role": dict(Grant.Role.choices), "kind": kinds}
    return detail | {key: str(words[detail[key]]) for key, words in names.items() if detail.get(key) in words}


@require_safe
@trail_required
def looks(request):
    _refuse_others(request)
    entries, before = _older(looks_seen(request.user), request)
    context = {"title": _("Looks at records"), "looks": looks_shown(entries), "before": before}
    return render(request, "directory/looks.html", work_context(request) | context)


def _refuse_others(request) -> None:
    """An HR head of one unit reads no trail: it tells of the whole agency."""
    if not reads_trail(request.user):
        raise Http404
