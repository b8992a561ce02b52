"""Settings: the rules that law or office may change, by date. For technical admins; no personal data."""

from decimal import Decimal

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cms.core.rulebook import RULES, RuleRefused, change_rule, follow_rule_for_all, forget, own_to_give_back
from cms.directory.api import role_required, work_context
from cms.directory.forms import RuleForAllForm, RuleForm
from cms.directory.models import Grant
from cms.directory.queries import rule_shown

rules_required = role_required(Grant.Role.TECHNICAL)


@require_safe
@rules_required
def rules(request):
    forget()  # what another process wrote a moment ago stands here at once
    context = {"title": _("Settings"), "rules": [rule_shown(key) for key in RULES]}
    return render(request, "directory/rules.html", work_context(request) | context)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_required
def change(request, key):
    if key not in RULES:
        raise Http404
    forget()
    form = RuleForm(request.POST if request.method == "POST" else None, viewer=request.user,
                    national=bool(RULES[key].national))  # fmt: skip
    if request.method == "POST" and form.is_valid() and _changed(request, key, form):
        messages.success(request, _("The new value is kept. It counts from its day on."))
        return redirect("directory:rules")
    context = {"title": _("Change a rule"), "form": form, "rule": rule_shown(key)}
    status = 422 if form.errors else 200
    return render(request, "directory/rule.html", work_context(request) | context, status=status)


def _changed(request, key: str, form: RuleForm) -> bool:
    data = form.cleaned_data
    try:
        change_rule(key=key, value=Decimal(data["value"]), valid_from=data["valid_from"], by=request.user,
                    reason=data["reason"], legal_basis=data["legal_basis"],
                    agency_id=data["agency"].pk if data.get("agency") else None)  # fmt: skip
    except RuleRefused as refusal:
        form.add_error(refusal.field, refusal.message)
    return not form.errors


@require_http_methods(["GET", "HEAD", "POST"])
@rules_required
def follow_for_all(request, key):
    """One agency gives its own value back."""
    if key not in RULES or RULES[key].national:
        raise Http404
    forget()
    form = RuleForAllForm(request.POST if request.method == "POST" else None, viewer=request.user,
                          own=own_to_give_back(key))  # fmt: skip
    if request.method == "POST" and form.is_valid() and _given_back(request, key, form):
        messages.success(request, _("From that day on the agency follows the rule for all again."))
        return redirect("directory:rules")
    context = {"title": _("Follow the rule for all again"), "form": form, "rule": rule_shown(key)}
    status = 422 if form.errors else 200
    return render(request, "directory/rule_for_all.html", work_context(request) | context, status=status)


def _given_back(request, key: str, form: RuleForAllForm) -> bool:
    data = form.cleaned_data
    try:
        follow_rule_for_all(key=key, agency_id=data["agency"].pk, valid_from=data["valid_from"], by=request.user,
                            reason=data["reason"])  # fmt: skip
    except RuleRefused as refusal:
        form.add_error(refusal.field, refusal.message)
    return not form.errors
