"""Forms of the HR desk about accounts and roles."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.forms import TidyText, near_today
from cms.directory.forms.door import TidyForm
from cms.directory.models import Agency, DoorCode, Grant
from cms.directory.permissions import GIVES, holds
from cms.directory.queries import agencies_where, units_served
from cms.directory.rules import sign_in_key

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class GiveCodeForm(TidyForm):
    kind = forms.ChoiceField(label=_("What for"), choices=DoorCode.Kind.choices, widget=forms.RadioSelect)


class ReasonForm(TidyForm):
    reason = TidyText(label=_("Reason"), max_length=200)


class EmailForm(TidyForm):
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)

    def clean_email(self):
        return sign_in_key(self.cleaned_data["email"])


class PurposeForm(TidyForm):
    """An auditor's request to see one person."""

    number = forms.CharField(label=_("NIP of the person"), max_length=60)
    purpose = TidyText(
        label=_("Purpose and number of the assignment letter"), min_length=10, max_length=200,
        help_text=_("The person reads this sentence with every look."),
    )  # fmt: skip

    def clean_number(self):
        return sign_in_key(self.cleaned_data["number"])


class RuleForm(TidyForm):
    """A new value of a rule by date, for all or for one agency; the bounds are the rule's own."""

    agency = forms.ModelChoiceField(
        label=_("For"), queryset=None, to_field_name="uuid", required=False, empty_label=_("all agencies"),
        help_text=_("An agency's own value comes before the one for all, also when that one changes later."),
    )  # fmt: skip
    # Far beyond every rule: the rule's own bounds are said with its name.
    value = forms.IntegerField(
        label=_("New value"), min_value=0, max_value=1_000_000, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    valid_from = forms.DateField(
        label=_("From"), widget=DAY, validators=[near_today], help_text=_("Tomorrow at the earliest.")
    )
    legal_basis = TidyText(
        label=_("Legal basis"), max_length=200, required=False,
        help_text=_("Regulation, article. Leave empty to keep what is written above."),
    )  # fmt: skip
    reason = TidyText(
        label=_("Reason"), min_length=3, max_length=200, help_text=_("One sentence; it is kept in the audit trail.")
    )

    def __init__(self, *args, viewer, national: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if national:
            del self.fields["agency"]
        else:
            self.fields["agency"].queryset = Agency.objects.visible_to(viewer).on().order_by("name")


class RuleForAllForm(TidyForm):
    """An agency gives its own value of a rule back; only those are offered that have one, or have planned one."""

    agency = forms.ModelChoiceField(
        label=_("Agency"), queryset=None, to_field_name="uuid",
        error_messages={"invalid_choice": _("This agency has no value of its own from tomorrow on.")},
    )  # fmt: skip
    valid_from = forms.DateField(
        label=_("From"), widget=DAY, validators=[near_today], help_text=_("Tomorrow at the earliest.")
    )
    reason = TidyText(
        label=_("Reason"), min_length=3, max_length=200, help_text=_("One sentence; it is kept in the audit trail.")
    )

    def __init__(self, *args, viewer, own: set[int], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.visible_to(viewer).filter(pk__in=own).order_by("name")


class GrantForm(TidyForm):
    """A role for somebody in the giver's agency or unit."""

    number = forms.CharField(label=_("NIP of the person"), max_length=60)
    role = forms.ChoiceField(label=_("Role"), choices=Grant.Role.choices)
    agency = forms.ModelChoiceField(label=_("Agency"), queryset=None, to_field_name="uuid", empty_label=None)
    below = forms.ModelChoiceField(
        label=_("Only for this unit and the units below it"), queryset=None, to_field_name="uuid", required=False,
        empty_label=_("the whole agency"),
    )  # fmt: skip
    valid_to = forms.DateField(label=_("Until (not included)"), required=False, widget=DAY)
    reason = TidyText(
        label=_("Reason"), max_length=200, help_text=_("For example the number of the assignment letter.")
    )

    def __init__(self, *args, giver, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.visible_to(giver).on()
        # Programme roles are national; every other giver gives inside the agencies of her own grants.
        if not holds(giver, Grant.Role.MINISTRY):
            agencies = agencies.filter(pk__in=agencies_where(giver, *GIVES))
        self.fields["agency"].queryset = agencies
        self.fields["below"].queryset = units_served(giver, Grant.Role.HR_HEAD)
        offered = {role for own, roles in GIVES.items() if holds(giver, own) for role in roles}
        # All roles are understood, so that asking for too much is refused in words and written down (Z09).
        self.fields["role"].widget.choices = [c for c in Grant.Role.choices if c[0] in offered]

    def clean_number(self):
        return sign_in_key(self.cleaned_data["number"])

    def clean_valid_to(self):
        day = self.cleaned_data["valid_to"]
        if day and not timezone.localdate() < day < timezone.localdate() + timedelta(days=3660):
            raise forms.ValidationError(_("Choose a day after today and within ten years."))
        return day

    def clean(self):
        data = super().clean()
        unit, agency = data.get("below"), data.get("agency")
        if unit and agency and unit.agency_id != agency.pk:
            self.add_error("below", _("The unit belongs to another agency."))
        return data
