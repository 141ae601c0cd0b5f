"""Business days: open dates are counted, the wall-clock time is kept."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agreements.business_time import NeverOpenError, Schedule

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Schedule("Europe/Paris", {day: ["09:00-17:00"] for day in WORKDAYS}, holidays=["2026-04-06"])
LUNCH = Schedule("Europe/Paris", {day: ["09:00-12:30", "13:30-18:00"] for day in WORKDAYS})
SHORT_FRIDAY = Schedule(
    "Europe/Paris", {**{day: ["08:00-18:00"] for day in WORKDAYS[:4]}, "fri": ["10:00-12:00"]}
)
NIGHT = Schedule("Europe/Paris", {day: ["22:00-06:00"] for day in WORKDAYS})
ALL_DAY = Schedule("Europe/Paris", {day: ["00:00-24:00"] for day in (*WORKDAYS, "sat", "sun")})
SUNDAY_GAP = Schedule(
    "Europe/Paris", {"sat": ["01:00-05:00"], "sun": ["02:10-02:50"], "mon": ["01:00-05:00"]}
)
PARIS = ZoneInfo("Europe/Paris")


def local(schedule, text, days):
    start = datetime.fromisoformat(text)
    start = start if start.tzinfo else start.replace(tzinfo=PARIS)
    return schedule.add_business_days(start, days).astimezone(PARIS).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("schedule", "start", "days", "due"),
    [
        pytest.param(OFFICE, "2026-05-08T16:00", 1, "2026-05-11T16:00+02:00", id="friday to monday"),
        pytest.param(OFFICE, "2026-05-04T10:00", 5, "2026-05-11T10:00+02:00", id="a week"),
        pytest.param(OFFICE, "2026-04-03T10:00", 1, "2026-04-07T10:00+02:00", id="over Easter Monday"),
        pytest.param(
            OFFICE, "2026-05-08T20:00", 1, "2026-05-12T09:00+02:00", id="closed: begins at the next opening"
        ),
        pytest.param(OFFICE, "2026-05-08T17:00", 0, "2026-05-11T17:00+02:00", id="a closing is closed"),
        pytest.param(
            OFFICE, "2026-05-08T10:00", 0, "2026-05-08T17:00+02:00", id="zero days: the same day's closing"
        ),
        pytest.param(OFFICE, "2026-05-09T10:00", 0, "2026-05-11T17:00+02:00", id="zero days from a saturday"),
        pytest.param(
            LUNCH, "2026-05-08T10:00", 0, "2026-05-08T18:00+02:00", id="zero days: the last closing"
        ),
        pytest.param(LUNCH, "2026-05-08T12:45", 1, "2026-05-11T13:30+02:00", id="lunch: begins after it"),
        pytest.param(
            SHORT_FRIDAY, "2026-05-07T16:00", 1, "2026-05-08T12:00+02:00", id="clamped to the last closing"
        ),
        pytest.param(
            SHORT_FRIDAY, "2026-05-07T08:30", 1, "2026-05-08T10:00+02:00", id="clamped to the first opening"
        ),
        pytest.param(
            NIGHT, "2026-05-09T02:00", 0, "2026-05-09T06:00+02:00", id="friday's night ends on saturday"
        ),
        pytest.param(
            NIGHT, "2026-05-09T02:00", 1, "2026-05-12T02:00+02:00", id="stays in the target date's night"
        ),
        pytest.param(
            NIGHT, "2026-05-08T23:00", 1, "2026-05-11T23:00+02:00", id="an evening stays an evening"
        ),
        pytest.param(
            NIGHT, "2026-05-08T12:00", 2, "2026-05-12T22:00+02:00", id="a noon begins at ten in the evening"
        ),
        pytest.param(
            ALL_DAY, "2026-03-28T02:30", 1, "2026-03-29T03:30+02:00", id="a skipped time moves forward"
        ),
        pytest.param(
            ALL_DAY, "2026-10-24T02:30", 1, "2026-10-25T02:30+02:00", id="an ambiguous time is the first"
        ),
        pytest.param(
            ALL_DAY, "2026-10-25T02:30+01:00", 1, "2026-10-26T02:30+01:00", id="from the second 02:30"
        ),
        pytest.param(
            ALL_DAY, "2026-10-25T02:30+01:00", 0, "2026-10-26T00:00+01:00", id="zero days of 25 hours"
        ),
        pytest.param(ALL_DAY, "2026-03-29T12:00", 1, "2026-03-30T12:00+02:00", id="after the change"),
        pytest.param(
            SUNDAY_GAP, "2026-03-28T02:00", 1, "2026-03-30T02:00+02:00", id="a skipped window is no open date"
        ),
        pytest.param(ALL_DAY, "2024-02-28T12:00", 1, "2024-02-29T12:00+01:00", id="leap day"),
    ],
)
def test_business_days(schedule, start, days, due):
    assert local(schedule, start, days) == due


def test_an_overlap_of_a_night_and_a_morning_belongs_to_the_morning():
    schedule = Schedule("UTC", {"fri": ["22:00-06:00"], "sat": ["05:00-12:00"]})
    saturday = datetime(2026, 5, 9, 5, 30, tzinfo=UTC)

    assert schedule.add_business_days(saturday, 0) == datetime(2026, 5, 9, 12, tzinfo=UTC)


def test_a_deadline_never_lies_before_its_start():
    schedule = Schedule("UTC", {"fri": ["22:00-06:00"], "sat": ["04:00-05:00"]})
    start = datetime(2026, 5, 9, 5, 30, tzinfo=UTC)

    assert schedule.add_business_days(start, 1) == start


def test_a_date_whose_breaks_close_it_is_not_counted():
    schedule = Schedule(
        "UTC", {day: ["09:00-17:00"] for day in WORKDAYS}, breaks={"2026-05-12": ["08:00-18:00"]}
    )

    assert schedule.add_business_days(datetime(2026, 5, 11, 10, tzinfo=UTC), 1) == datetime(
        2026, 5, 13, 10, tzinfo=UTC
    )


def test_a_date_that_a_zone_skips_is_not_counted():
    apia = ZoneInfo("Pacific/Apia")
    schedule = Schedule("Pacific/Apia", {day: ["09:00-17:00"] for day in WORKDAYS})

    due = schedule.add_business_days(datetime(2011, 12, 29, 10, tzinfo=apia), 1)
    assert due == datetime(2012, 1, 2, 10, tzinfo=apia)  # Friday 30 December 2011 did not exist there


def test_negative_days_and_days_that_never_come_are_refused():
    start = datetime(2026, 5, 11, 10, tzinfo=UTC)
    with pytest.raises(ValueError, match="-1 is negative"):
        OFFICE.add_business_days(start, -1)
    with pytest.raises(NeverOpenError):
        Schedule("UTC", {}, open={"2026-05-11": ["09:00-17:00"]}).add_business_days(start, 1)
