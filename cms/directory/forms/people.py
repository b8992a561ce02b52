"""Forms about people, units and seats. Every choice is limited to what the officer serves (Z04)."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.forms import TidyText
from cms.directory.forms.door import TidyForm
from cms.directory.models import Agency, Grant, Person, PersonNumber
from cms.directory.queries import (
    agencies_where,
    job_title_of,
    number_is_known,
    positions_served,
    serves_whole_agency,
    units_served,
)  # fmt: skip
from cms.directory.rules import YOUNGEST_AT_APPOINTMENT, NumberFault, parse_number, sign_in_key

FIRST_DAY = date(1945, 8, 17)
KINDS = {
    Person.Employment.PNS: PersonNumber.Kind.NIP,
    Person.Employment.PPPK: PersonNumber.Kind.NI_PPPK,
    Person.Employment.EXTERNAL: PersonNumber.Kind.EXTERNAL,
}
ALREADY = _(
    "This number is already registered. If the person has just come from another agency, her former HR unit enters "
    "the move."
)


def day_field(label, **more):
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **more)


def past_day(day):
    """A day of this republic, not after today (D04)."""
    if day and not FIRST_DAY <= day <= timezone.localdate():
        raise forms.ValidationError(_("Choose a day from 17 August 1945 up to today."))
    return day


class PlaceFields(TidyForm):
    """Unit and seat, of those the officer serves."""

    org_unit = forms.ModelChoiceField(label=_("Unit"), queryset=None, to_field_name="uuid", required=False)
    position = forms.ModelChoiceField(
        label=_("Position"), queryset=None, to_field_name="uuid", required=False, empty_label=_("no position yet"),
        help_text=_("A position belongs to its unit; choosing one sets the unit as well."),
    )  # fmt: skip

    def __init__(self, *args, officer, **kwargs):
        super().__init__(*args, **kwargs)
        self.whole = serves_whole_agency(officer)
        self.fields["org_unit"].queryset = units_served(officer, *Grant.HR_ROLES)
        self.fields["org_unit"].empty_label = _("no unit yet") if self.whole else None
        self.fields["position"].queryset = positions_served(officer).select_related("unit")
        self.fields["position"].label_from_instance = lambda seat: f"{seat.name} ({seat.unit.name})"

    def _require_a_unit(self, data):
        # Who looks after one unit would lose sight of a person outside it.
        if not self.whole and not data.get("org_unit") and not data.get("position"):
            self.add_error("org_unit", _("Choose a unit you look after."))


class AddPersonForm(PlaceFields):
    employment = forms.ChoiceField(label=_("Employment"), choices=Person.Employment.choices, widget=forms.RadioSelect)
    number = forms.CharField(
        label=_("NIP, NI PPPK or other number"), max_length=60,
        help_text=_("18 digits for PNS and PPPK; spaces do not matter."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    name = TidyText(label=_("Name as in the appointment letter"), max_length=200)
    agency = forms.ModelChoiceField(label=_("Agency"), queryset=None, to_field_name="uuid", empty_label=None)
    grade = forms.CharField(label=_("Grade"), max_length=8, required=False, help_text=_("For example III/c."))
    since = day_field(_("Serves there since"))
    field_order = ["employment", "number", "name", "agency", "org_unit", "position", "grade", "since"]

    def __init__(self, *args, officer, **kwargs):
        super().__init__(*args, officer=officer, **kwargs)
        agencies = agencies_where(officer, *Grant.HR_ROLES)
        self.fields["agency"].queryset = Agency.objects.visible_to(officer).filter(pk__in=agencies)
        self.notes, self.born = [], None

    def clean_since(self):
        return past_day(self.cleaned_data["since"])

    def clean(self):
        data = super().clean()
        self._require_a_unit(data)
        self._read_number(data)
        self._compare_days(data)
        place = data.get("position") or data.get("org_unit")
        if place and data.get("agency") and place.agency_id != data["agency"].pk:
            self.add_error("org_unit", _("The unit belongs to another agency."))
        return data

    def _read_number(self, data):
        typed, employment = data.get("number"), data.get("employment")
        if not typed or not employment:
            return
        data["kind"] = KINDS[employment]
        if employment != Person.Employment.EXTERNAL:
            try:
                parsed = parse_number(typed, data["kind"])
            except NumberFault as fault:
                self.add_error("number", fault.message)
                return
            typed, self.notes, self.born = parsed.value, list(parsed.notes), parsed.birth_date
        data["number"] = sign_in_key(typed)
        if number_is_known(data["number"]):
            self.add_error("number", ALREADY)

    def _compare_days(self, data):
        since = data.get("since")
        if self.born and since and since.year - self.born.year < YOUNGEST_AT_APPOINTMENT:
            self.add_error("since", _("Nobody serves before the age of 17; compare with the date of birth."))


class ChangePersonForm(TidyForm):
    name = TidyText(label=_("Name as in the appointment letter"), max_length=200)
    grade = forms.CharField(label=_("Grade"), max_length=8, required=False)


class MoveForm(PlaceFields):
    """Mutasi: inside the agency to a unit or seat, or to another agency, whose HR then gives unit and seat."""

    agency = forms.ModelChoiceField(
        label=_("Agency"), queryset=None, to_field_name="uuid", empty_label=None,
        help_text=_("Another agency gives unit and position itself; leave them empty."),
    )  # fmt: skip
    on = day_field(_("From"))
    field_order = ["agency", "org_unit", "position", "on"]

    def __init__(self, *args, officer, person, **kwargs):
        super().__init__(*args, officer=officer, **kwargs)
        self.person = person
        self.fields["agency"].queryset = Agency.objects.visible_to(officer).on()

    def clean_on(self):
        return past_day(self.cleaned_data["on"])

    def clean(self):
        data = super().clean()
        agency, place = data.get("agency"), data.get("position") or data.get("org_unit")
        if agency is None:
            return data
        if agency.pk == self.person.agency_id:
            self._require_a_unit(data)
        if place and place.agency_id != agency.pk:
            self.add_error("org_unit", _("The unit belongs to another agency."))
        return data


class UnitForm(TidyForm):
    name = TidyText(label=_("Name of the unit"), max_length=200)
    parent = forms.ModelChoiceField(
        label=_("Stands below"), queryset=None, to_field_name="uuid", required=False, empty_label=_("nothing: top")
    )

    def __init__(self, *args, officer, **kwargs):
        super().__init__(*args, **kwargs)
        self.whole = serves_whole_agency(officer)
        self.fields["parent"].queryset = units_served(officer, *Grant.HR_ROLES)
        if not self.whole:
            self.fields["parent"].empty_label = None
            self.fields["parent"].required = True


class AddUnitForm(UnitForm):
    code = forms.CharField(label=_("Code"), max_length=40, help_text=_("As in the organisation decree; unique."))
    agency = forms.ModelChoiceField(label=_("Agency"), queryset=None, to_field_name="uuid", empty_label=None)
    field_order = ["agency", "code", "name", "parent"]

    def __init__(self, *args, officer, **kwargs):
        super().__init__(*args, officer=officer, **kwargs)
        agencies = agencies_where(officer, *Grant.HR_ROLES)
        self.fields["agency"].queryset = Agency.objects.visible_to(officer).filter(pk__in=agencies)


class SeatForm(TidyForm):
    name = TidyText(label=_("Name of the position"), max_length=200)
    reports_to = forms.ModelChoiceField(
        label=_("Reports to"), queryset=None, to_field_name="uuid", required=False, empty_label=_("nobody here"),
        help_text=_("Whoever holds that position sees JP and competency evidence of whoever holds this one."),
    )  # fmt: skip

    def __init__(self, *args, officer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reports_to"].queryset = positions_served(officer).select_related("unit")
        self.fields["reports_to"].label_from_instance = lambda seat: f"{seat.name} ({seat.unit.name})"


class AddSeatForm(SeatForm):
    job_title = forms.CharField(
        label=_("Job title"), max_length=200, help_text=_("The name or code in the list of job titles."),
        widget=forms.TextInput(attrs={"list": "job-titles", "autocomplete": "off"}),
    )  # fmt: skip
    field_order = ["name", "job_title", "reports_to"]

    def clean_job_title(self):
        title = job_title_of(self.cleaned_data["job_title"])
        if title is None:
            raise forms.ValidationError(_("No job title has this name or code."))
        return title
