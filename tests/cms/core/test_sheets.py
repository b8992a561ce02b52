"""U08: nothing a person typed is a formula in a spreadsheet."""

import pytest

from cms.core.sheets import neutral


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_u08_what_a_spreadsheet_would_calculate_stays_text(text):
    assert neutral(text) == "'" + text


def test_u08_everything_else_is_left_as_it_is():
    assert [neutral(cell) for cell in ("Ani", "", 5, None, "a=b")] == ["Ani", "", 5, None, "a=b"]
