"""Form fields for text that people type: one normal form, no characters that hide, lengths in characters (R06, R08)."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.core.text import UnfitText, tidy

MOST_YEARS_AWAY = timedelta(days=3660)


def near_today(day) -> None:
    """A year typed wrong is no plan (D04); far days also have no moment in every zone."""
    if abs(day - timezone.localdate()) > MOST_YEARS_AWAY:
        raise forms.ValidationError(_("Choose a day within ten years of today."))


class TidyLines(forms.CharField):
    """Text of several lines as it may be stored; counted after tidying."""

    def to_python(self, value):
        try:
            text = tidy(super().to_python(value))
        except UnfitText as fault:
            raise forms.ValidationError(_("That text holds characters that cannot be stored.")) from fault
        # What hid is gone now, and with it perhaps all there was.
        text = text.strip() if self.strip else text
        return text or self.empty_value


class TidyText(TidyLines):
    """One line of text: a name, a reason, a title. A line break in it is refused, not mended (R08)."""

    def to_python(self, value):
        text = super().to_python(value)
        if text and ("\n" in text or "\t" in text):
            raise forms.ValidationError(_("Write this in one line."))
        return text
