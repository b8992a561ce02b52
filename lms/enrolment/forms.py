"""Forms of runs and places."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.core.forms import TidyLines, TidyText, near_today
from lms.enrolment.rules import MOST_SEATS, date_faults

ZONES = [("Asia/Jakarta", "WIB"), ("Asia/Makassar", "WITA"), ("Asia/Jayapura", "WIT")]
DATES = ("starts_on", "ends_on", "enrol_from", "enrol_until")
# 1,000 numbers with names beside them, as spreadsheets copy them.
LONGEST_PASTE = 200_000


def _date(label: str, help_text: str = "") -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, widget=picker, validators=[near_today])


class RunForm(forms.Form):
    """What an organiser decides about a new run; course, release, agency and number are not for her to type."""

    name = TidyText(label=_("Name of the run"), max_length=120)
    starts_on = _date(_("First day"))
    ends_on = _date(_("Last day"))
    enrol_from = _date(_("Enrolment opens"))
    enrol_until = _date(_("Enrolment closes"), _("The last day on which people can enrol."))
    seats = forms.IntegerField(
        label=_("Seats"),
        required=False,
        min_value=1,
        max_value=MOST_SEATS,
        help_text=_("Leave empty when there is no limit. Whoever comes later goes on the waiting list."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    place = TidyText(label=_("Place"), max_length=120, required=False, help_text=_("Leave empty for a course online."))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=ZONES)
    open_to_all = forms.BooleanField(label=_("People from other agencies may enrol"), required=False, initial=True)

    def clean(self):
        data = super().clean()
        if all(data.get(field) for field in DATES):
            for field, sentence in date_faults(**{name: data[name] for name in DATES}).items():
                self.add_error(field, sentence)
        return data


class PasteForm(forms.Form):
    """A list of numbers, one a line, copied from a letter or a spreadsheet."""

    numbers = TidyLines(
        label=_("NIP, one a line"),
        max_length=LONGEST_PASTE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("At most 1,000 lines. Spaces and apostrophes do not matter; columns after the first are ignored."),
    )
    anyway = forms.BooleanField(
        label=_("Also enrol people who have not completed a required course"),
        required=False,
        help_text=_("Without this they are left out."),
    )
    excuse = TidyText(
        label=_("Why all the same?"),
        min_length=3,
        max_length=200,
        required=False,
        help_text=_("One sentence. It is kept with each of these places and in the audit trail."),
    )

    def __init__(self, *args, requires: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not requires:
            del self.fields["anyway"], self.fields["excuse"]

    def clean(self):
        data = super().clean()
        if not data.get("anyway"):
            data.pop("excuse", None)
        elif not data.get("excuse") and "excuse" not in self.errors:
            self.add_error("excuse", _("Say why people get a place without the required course."))
        return data


class LeaveForm(forms.Form):
    reason = TidyText(
        label=_("Why is this place given up?"),
        min_length=3,
        max_length=200,
        help_text=_("One sentence. The organiser reads it; what was learned so far is kept."),
    )


class FacilitatorsForm(forms.Form):
    """Who leads this class; nobody chosen leaves it to every facilitator of the agency."""

    facilitators = forms.MultipleChoiceField(
        label=_("Facilitators of this run"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only they see its participants and answers. With nobody chosen, every facilitator does."),
    )

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = {str(user.uuid): user for user in offered}
        self.fields["facilitators"].choices = [(key, user.get_full_name()) for key, user in self.offered.items()]

    @property
    def users(self) -> list:
        return [self.offered[key] for key in self.cleaned_data["facilitators"]]
