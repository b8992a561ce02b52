"""Forms of a new course and of its outline."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.core.forms import TidyText


class CourseForm(forms.Form):
    """The least that a course needs to begin; the rest is written on its desk."""

    agency = forms.ModelChoiceField(None, label=gettext_lazy("Agency"), empty_label=None)
    title = TidyText(label=gettext_lazy("Title"), max_length=200)
    code = TidyText(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Short and lasting, for instance LAPOR-OP. Importing the same code renews this course."),
    )
    promise = TidyText(
        label=gettext_lazy("Promise"),
        max_length=300,
        help_text=gettext_lazy("One sentence: what people can do afterwards."),
    )
    jp = forms.DecimalField(
        label=gettext_lazy("JP"), min_value=Decimal("0.5"), max_value=999, max_digits=5, decimal_places=1, localize=True
    )

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        offer_agencies(self, agencies)

    def clean(self):
        data = super().clean()
        agency, code = data.get("agency"), data.get("code")
        if agency and code and agency.courses.filter(code__iexact=code).exists():
            self.add_error("code", _("Your agency already has a course with this code."))
        return data


def offer_agencies(form, agencies) -> None:
    """The agencies where this person writes; one alone leaves nothing to choose."""
    form.fields["agency"].queryset = agencies
    if len(agencies) == 1:
        form.fields["agency"].initial = agencies[0]
        form.fields["agency"].widget = forms.HiddenInput()


class MoveForm(forms.Form):
    """One move in the outline: a button says ``act:key``; a unit that goes elsewhere also says where."""

    ACTS = ("unit_up", "unit_down", "unit_out", "module_up", "module_down", "module_out", "place")

    act = forms.CharField(max_length=80)
    unit = forms.CharField(max_length=36, required=False)
    to = forms.CharField(max_length=100, required=False)

    def clean_act(self):
        verb, _colon, key = self.cleaned_data["act"].partition(":")
        if verb not in self.ACTS:
            raise forms.ValidationError(_("This move is not known."))
        return verb, key

    def clean_to(self):
        """``module`` alone is its beginning; ``module:unit`` is behind that unit."""
        module, _colon, after = self.cleaned_data["to"].partition(":")
        return module, after


class ModuleForm(forms.Form):
    title = TidyText(label=gettext_lazy("Title of the module"), max_length=200)
    jp = forms.DecimalField(
        label=gettext_lazy("JP"), min_value=0, max_value=999, max_digits=5, decimal_places=1, localize=True, initial=1
    )
    outcome = TidyText(label=gettext_lazy("What people can do after it"), max_length=300, required=False)


class UnitForm(forms.Form):
    title = TidyText(label=gettext_lazy("Title of the unit"), max_length=200)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=600, initial=15)
