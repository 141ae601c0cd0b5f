"""Report hours and working days; no database."""

from datetime import UTC, date, datetime

import pytest

from agreements.business_time import Schedule
from reporting.report_days import (
    first_of_week,
    is_working_day,
    previous_working_day,
    report_instant,
    working_days,
)

WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
PARIS = Schedule("Europe/Paris", WEEK, holidays=["2026-04-06"])
RIYADH = Schedule("Asia/Riyadh", {day: ["09:00-17:00"] for day in ("sun", "mon", "tue", "wed", "thu")})


@pytest.mark.parametrize(
    ("day", "hour", "zone", "instant"),
    [
        (date(2026, 3, 2), 8, "Europe/Paris", datetime(2026, 3, 2, 7, tzinfo=UTC)),
        (date(2026, 3, 30), 8, "Europe/Paris", datetime(2026, 3, 30, 6, tzinfo=UTC)),
        (
            date(2026, 3, 29),
            2,
            "Europe/Paris",
            datetime(2026, 3, 29, 1, tzinfo=UTC),
        ),  # skipped: moves on to 3:00
        (date(2026, 10, 25), 2, "Europe/Paris", datetime(2026, 10, 25, 0, tzinfo=UTC)),  # twice: the first
        (date(2026, 3, 9), 8, "America/New_York", datetime(2026, 3, 9, 12, tzinfo=UTC)),
        (date(2026, 4, 5), 8, "Australia/Lord_Howe", datetime(2026, 4, 4, 21, 30, tzinfo=UTC)),
    ],
)
def test_the_report_hour_is_local(day, hour, zone, instant):
    assert report_instant(day, hour=hour, timezone=zone) == instant


def test_a_day_works_when_any_calendar_opens():
    sunday = date(2026, 3, 8)

    assert not is_working_day(sunday, [PARIS])
    assert is_working_day(sunday, [PARIS, RIYADH])


def test_without_a_calendar_weeks_work_from_monday_to_friday():
    assert [is_working_day(date(2026, 3, day), []) for day in range(2, 9)] == [True] * 5 + [False] * 2


def test_holidays_do_not_work():
    around_easter = list(working_days(date(2026, 4, 2), date(2026, 4, 8), [PARIS]))

    assert around_easter == [date(2026, 4, day) for day in (2, 3, 7, 8)]
    assert previous_working_day(date(2026, 4, 7), [PARIS]) == date(2026, 4, 3)


def test_the_week_begins_with_its_first_working_day():
    assert not first_of_week(date(2026, 4, 6), [PARIS])
    assert first_of_week(date(2026, 4, 7), [PARIS])
    assert not first_of_week(date(2026, 4, 8), [PARIS])


def test_a_closed_fortnight_falls_back_on_the_day_before():
    closed = Schedule("Europe/Paris", {}, open={"2026-06-01": ["09:00-10:00"]})

    assert previous_working_day(date(2026, 4, 7), [closed]) == date(2026, 4, 6)
