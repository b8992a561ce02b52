"""The filters above the list of people, and the purpose of an export."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.forms import TidyText
from cms.directory.models import JobTitle, Person

BANDS = [("", _("any")), ("none", _("no JP yet")), ("below", _("below the target")), ("reached", _("target reached"))]
GAPS = [
    ("", _("any")),
    ("short", _("below the standard")),
    ("unknown", _("not yet assessed")),
    ("met", _("all met")),
]
SORTS = [("name", _("name")), ("jp", _("fewest JP first")), ("-jp", _("most JP first")), ("gaps", _("most gaps first"))]


class PeopleFilter(forms.Form):
    """What may stand in the address: nothing that names a person (S03); the search words go by POST."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)
    family = forms.ChoiceField(
        label=_("Kind of job"), required=False, choices=[("", _("all jobs")), *JobTitle.Family.choices]
    )  # fmt: skip
    employment = forms.ChoiceField(
        label=_("Employment"), required=False, choices=[("", _("all")), *Person.Employment.choices]
    )
    band = forms.ChoiceField(label=_("JP this year"), choices=BANDS, required=False)
    gap = forms.ChoiceField(label=_("Competencies"), choices=GAPS, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=SORTS, required=False)

    def __init__(self, data, *, units):
        super().__init__(data)
        self.units = {str(unit.uuid): unit for unit in units}
        names = [(key, unit.name) for key, unit in self.units.items()]
        self.fields["unit"].choices = [("", _("all units")), *names]

    @property
    def wanted(self) -> dict:
        """What is asked for and understood; a filter nobody knows filters nothing, and its field says so."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def asked(self) -> dict:
        """The same with the unit's key in place of its address name."""
        found = self.wanted
        if unit := self.units.get(found.get("unit")):
            found["unit"] = unit.pk
        return found


class ExportForm(forms.Form):
    """Names leave the house: what for, in words that stay in the audit and in the sheet (I14, S04)."""

    purpose = TidyText(
        label=_("What is this list for?"), min_length=10, max_length=200,
        help_text=_("It is written into the audit and onto the sheet. For example: training plan 2027, letter 800/12."),
    )  # fmt: skip
