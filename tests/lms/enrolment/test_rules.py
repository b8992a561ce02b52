"""Rules over plain values: pasted lines, dates, bands."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lms.enrolment import rules
from lms.enrolment.exceptions import EnrolmentRefused

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("199001012015031001", "199001012015031001"),
        ("19900101 201503 1 001", "199001012015031001"),
        ("'199001012015031001", "199001012015031001"),
        ("199001012015031001\tAni Lestari\tDinas", "199001012015031001"),
        ("199001012015031001;Ani", "199001012015031001"),
        ('"199001012015031001",Ani', "199001012015031001"),
        (",199001012015031001,", "199001012015031001"),
    ],
)
def test_the_number_is_read_out_of_what_people_paste(typed, number):
    (line,) = rules.read_lines(typed)
    assert line.number == number


def test_blank_lines_and_a_heading_are_no_lines_but_keep_their_count():
    lines = rules.read_lines("NIP\tNama\n\n199001012015031001\tAni\r\n  \n199001012015031002\tBudi\n")
    assert [(line.at, line.number) for line in lines] == [(3, "199001012015031001"), (5, "199001012015031002")]


def test_a_thousand_lines_are_read_and_one_more_is_refused():
    assert len(rules.read_lines("1\n" * 1000)) == 1000
    with pytest.raises(EnrolmentRefused) as refusal:
        rules.read_lines("1\n" * 1001)
    assert "1000" in str(refusal.value)
    assert "1001" in str(refusal.value)


def test_each_unfit_number_has_a_reason_of_its_own():
    unfit = [
        "19900101201503100",
        "1990010120150310011",
        "19900101201503100A",
        "199013012015031001",
        "199001012015033001",
    ]
    reasons = {rules.why_unknown(number) for number in unfit}
    assert len(reasons) == len(unfit)
    assert rules.why_unknown("199001012015031001") not in reasons
    # Digits 13 and 14 of a PPPK number are no month: that is no reason to refuse it.
    assert rules.why_unknown("199001012022211001") == rules.why_unknown("199001012015031001")


@pytest.mark.parametrize(
    ("dates", "faulty"),
    [
        ((1, 30, 1, 20), []),
        ((1, 1, 1, 1), []),
        ((2, 1, 1, 1), ["ends_on"]),
        ((1, 30, 10, 9), ["enrol_until"]),
        ((1, 20, 1, 21), ["enrol_until"]),
        ((9, 8, 7, 6), ["ends_on", "enrol_until"]),
    ],
)
def test_dates_in_the_wrong_order_are_named_by_field(dates, faulty):
    names = ("starts_on", "ends_on", "enrol_from", "enrol_until")
    faults = rules.date_faults(**{name: date(2026, 11, day) for name, day in zip(names, dates, strict=True)})
    assert list(faults) == faulty


def test_the_window_closes_at_midnight_where_the_run_is(monkeypatch):
    late = datetime(2026, 11, 21, 16, 30, tzinfo=ZoneInfo("UTC"))  # 23.30 WIB, already the 22nd in WIT
    monkeypatch.setattr(rules.timezone, "now", lambda: late)
    assert rules.today_in("Asia/Jakarta") == date(2026, 11, 21)
    assert rules.today_in("Asia/Jayapura") == date(2026, 11, 22)


def test_everybody_stands_in_exactly_one_band():
    bands = rules.distribution(list(range(101)))
    assert [band.count for band in bands] == [1, 24, 25, 25, 25, 1]
    assert [band.label for band in bands] == ["0%", "1–24%", "25–49%", "50–74%", "75–99%", "100%"]
    assert max(band.share for band in bands) == 100
    assert [band.share for band in rules.distribution([])] == [0] * 6


@pytest.mark.parametrize(
    ("place", "standing"),
    [
        (("waiting", 0, None), "waiting"),
        (("active", 0, None), "not_started"),
        (("active", 0, NOW - timedelta(days=1)), "under_way"),
        (("active", 50, NOW - timedelta(days=14)), "under_way"),
        (("active", 50, NOW - timedelta(days=15)), "quiet"),
        (("completed", 100, NOW - timedelta(days=99)), "completed"),
    ],
)
def test_where_somebody_stands(place, standing):
    assert rules.standing(*place, NOW) == standing
