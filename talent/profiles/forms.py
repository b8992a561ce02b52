"""The filters above the list of people."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.text import search_words
from cms.directory.rules import sign_in_key

BANDS = [("", _("any")), ("none", _("no JP yet")), ("below", _("below 20 JP")), ("reached", _("20 JP or more"))]


class PeopleFilter(forms.Form):
    q = forms.CharField(
        label=_("Part of the name, or the whole number"),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": 200}),
    )
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    band = forms.ChoiceField(label=_("JP this year"), choices=BANDS, required=False)

    def __init__(self, data, *, units):
        super().__init__(data)
        self.fields["unit"].choices = [("", _("all units")), *((str(unit.uuid), unit.name) for unit in units)]

    def clean_q(self):
        # A number may be typed with the spaces of a card.
        return sign_in_key(search_words(self.cleaned_data["q"]))

    @property
    def wanted(self) -> dict:
        """What is asked for and understood; a filter nobody knows filters nothing, and its field says so."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
