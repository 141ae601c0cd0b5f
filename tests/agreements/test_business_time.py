import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from agreements.business_time import (
    ALWAYS_OPEN,
    NeverOpenError,
    Schedule,
    WindowError,
    parse_week,
    parse_window,
)

PARIS = ZoneInfo("Europe/Paris")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = {day: ["09:00-17:00"] for day in WORKDAYS}


def paris(text, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS, fold=fold)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture(scope="module")
def office():
    return Schedule("Europe/Paris", OFFICE, holidays=["2026-04-06"])


def test_a_weekend_and_a_holiday_do_not_count(office):
    assert office.elapsed(paris("2026-04-03T16:00"), paris("2026-04-07T10:00")) == 2 * 3600


def test_any_zone_goes_in_and_utc_comes_out(office):
    start = paris("2026-04-07T09:00").astimezone(timezone(timedelta(hours=-7)))

    end = office.add(start, 3600)

    assert end == paris("2026-04-07T10:00")
    assert end.tzinfo is UTC


def test_parts_of_a_second_are_dropped_before_measuring(office):
    start = paris("2026-04-07T09:00:00.999999")

    assert office.elapsed(start, paris("2026-04-07T09:00:02.000001")) == 2
    assert office.add(start, 1) == paris("2026-04-07T09:00:01")
    assert office.elapsed(utc("1969-12-31T23:00:00.5"), utc("1969-12-31T23:00:00")) == 0


def test_an_allowed_time_that_ends_at_closing_ends_at_the_closing(office):
    assert office.add(paris("2026-04-03T16:00"), 3600) == paris("2026-04-03T17:00")
    assert office.add(paris("2026-04-03T16:00"), 3601) == paris("2026-04-07T09:00:01")


def test_walking_back_over_a_whole_day_ends_at_its_opening(office):
    assert office.add(paris("2026-04-08T09:00"), -8 * 3600) == paris("2026-04-07T09:00")


def test_zero_seconds_give_the_start_or_the_next_opening(office):
    assert office.add(paris("2026-04-03T12:00"), 0) == paris("2026-04-03T12:00")
    assert office.add(paris("2026-04-03T17:00"), 0) == paris("2026-04-07T09:00")


def test_zero_seconds_backward_give_the_start_or_the_previous_closing(office):
    assert office.add(paris("2026-04-03T12:00"), 0, backward=True) == paris("2026-04-03T12:00")
    assert office.add(paris("2026-04-03T17:00"), 0, backward=True) == paris("2026-04-03T17:00")
    assert office.add(paris("2026-04-07T08:59"), 0, backward=True) == paris("2026-04-03T17:00")


def test_an_opening_is_open_and_a_closing_is_not(office):
    assert office.is_open(paris("2026-04-03T09:00"))
    assert not office.is_open(paris("2026-04-03T17:00"))


@pytest.mark.parametrize(
    ("windows", "day", "hours"),
    [
        (["02:30-03:15"], "2026-03-29", 0.25),
        (["02:30-03:15"], "2026-10-25", 1.25),
        (["02:10-02:50"], "2026-03-29", 0),
        (["00:00-24:00"], "2026-03-29", 23),
        (["00:00-24:00"], "2026-10-25", 25),
    ],
)
def test_membership_is_by_wall_clock_on_the_nights_that_change(windows, day, hours):
    schedule = Schedule("Europe/Paris", {"sun": windows})

    assert (
        schedule.elapsed(paris(f"{day}T00:00"), paris(f"{day}T23:59:59") + timedelta(seconds=1))
        == hours * 3600
    )


def test_a_night_window_belongs_to_the_day_it_starts_on():
    schedule = Schedule("Europe/Paris", {"fri": ["22:00-06:00"]}, holidays=["2026-05-15"])

    assert schedule.elapsed(paris("2026-05-08T00:00"), paris("2026-05-10T00:00")) == 8 * 3600
    assert schedule.elapsed(paris("2026-05-15T00:00"), paris("2026-05-17T00:00")) == 0  # its morning too


def test_a_holiday_leaves_the_night_that_runs_into_it():
    schedule = Schedule("UTC", {"thu": ["22:00-06:00"], "fri": ["22:00-06:00"]}, holidays=["2026-05-15"])

    assert schedule.segments(utc("2026-05-14T00:00"), utc("2026-05-18T00:00")) == [
        (utc("2026-05-14T22:00"), utc("2026-05-15T06:00"))
    ]


def test_overlapping_windows_count_once_also_across_midnight():
    schedule = Schedule("UTC", {"mon": ["09:00-12:00", "11:00-13:00", "22:00-06:00"], "tue": ["05:00-07:00"]})

    assert schedule.segments(utc("2026-05-11T00:00"), utc("2026-05-13T00:00")) == [
        (utc("2026-05-11T09:00"), utc("2026-05-11T13:00")),
        (utc("2026-05-11T22:00"), utc("2026-05-12T07:00")),
    ]


def test_open_replaces_the_weeks_windows_and_beats_holidays():
    schedule = Schedule(
        "UTC",
        OFFICE,
        holidays=[date(2026, 12, 25)],
        open={date(2026, 12, 25): ["10:00-12:00"], "2026-12-24": []},
    )

    assert schedule.elapsed(utc("2026-12-24T00:00"), utc("2026-12-26T00:00")) == 2 * 3600


def test_breaks_are_closed():
    schedule = Schedule("UTC", OFFICE, breaks={"2026-05-11": [("10:00", "11:30")]})

    assert schedule.elapsed(utc("2026-05-11T00:00"), utc("2026-05-12T00:00")) == 6.5 * 3600


def test_an_empty_calendar_has_no_open_time_and_says_so():
    never = Schedule("Europe/Paris", {})

    assert never.elapsed(utc("2026-01-01T00:00"), utc("2027-01-01T00:00")) == 0
    for question in (
        lambda: never.add(utc("2026-01-01T00:00"), 0),
        lambda: never.add(utc("2026-01-01T00:00"), 1),
        lambda: never.add(utc("2026-01-01T00:00"), -1),
        lambda: never.add(utc("2026-01-01T00:00"), 0, backward=True),
        lambda: never.add_business_days(utc("2026-01-01T00:00"), 1),
        lambda: never.add_many([0], [1]),
    ):
        with pytest.raises(NeverOpenError):
            question()


def test_a_calendar_of_single_dates_ends_with_them():
    schedule = Schedule("UTC", {}, open={"2026-12-26": ["10:00-12:00"]})

    assert schedule.add(utc("2020-01-01T00:00"), 7200) == utc("2026-12-26T12:00")
    assert schedule.add_many([0, 0], [7200, 1]).tolist() == [1798286400, 1798279201]
    with pytest.raises(NeverOpenError):
        schedule.add(utc("2020-01-01T00:00"), 7201)


def test_absurd_dates_are_answered():
    assert ALWAYS_OPEN.elapsed(utc("0001-01-01T00:00"), utc("1900-01-01T00:01")) == 60
    assert ALWAYS_OPEN.add(utc("0001-01-01T00:00"), 60) == utc("1900-01-01T00:01")
    assert ALWAYS_OPEN.elapsed_many([-(2**60)], [2**60]).tolist() == [300 * 365 * 86400 + 73 * 86400]


def test_compiling_further_in_either_direction_changes_no_answer(office):
    fresh = Schedule("Europe/Paris", OFFICE, holidays=["2026-04-06"])
    first = fresh.elapsed(paris("2026-04-03T16:00"), paris("2026-04-07T10:00"))
    fresh.elapsed(paris("2012-01-01T00:00"), paris("2013-01-01T00:00"))
    fresh.elapsed(paris("2040-01-01T00:00"), paris("2041-01-01T00:00"))

    assert fresh.elapsed(paris("2026-04-03T16:00"), paris("2026-04-07T10:00")) == first == 7200
    assert fresh.elapsed(paris("2012-01-01T00:00"), paris("2041-01-01T00:00")) == sum(
        office.elapsed(paris(f"{year}-01-01T00:00"), paris(f"{year + 1}-01-01T00:00"))
        for year in range(2012, 2041)
    )


def test_offsets_of_odd_seconds_and_windows_of_odd_minutes_are_exact():
    # Until 1911 Paris kept its own time, 9 minutes 21 seconds ahead of Greenwich: no grid fits.
    schedule = Schedule("Europe/Paris", {day: ["09:01-16:58"] for day in WORKDAYS})
    starts = np.arange(int(utc("1910-03-01T00:00").timestamp()), int(utc("1910-04-01T00:00").timestamp()), 97)
    few = starts[::1000].tolist()

    assert schedule.is_open(utc("1910-03-01T08:51:39"))
    assert not schedule.is_open(utc("1910-03-01T08:51:38"))
    assert schedule.elapsed(utc("1910-03-01T00:00"), utc("1910-03-02T00:00")) == (7 * 60 + 57) * 60
    added, elapsed = schedule.add_many(starts, 4001), schedule.elapsed_many(starts, starts + 86_399)
    instants = [datetime.fromtimestamp(epoch, UTC) for epoch in few]
    assert added[::1000].tolist() == [int(schedule.add(at, 4001).timestamp()) for at in instants]
    day = timedelta(seconds=86_399)
    assert elapsed[::1000].tolist() == [schedule.elapsed(at, at + day) for at in instants]


@pytest.mark.parametrize("wrong", [datetime(2026, 5, 5), date(2026, 5, 5), None, "2026-05-05"])
def test_a_naive_instant_is_refused(office, wrong):
    aware = utc("2026-05-05T00:00")
    for question in (
        lambda: office.elapsed(aware, wrong),
        lambda: office.add(wrong, 1),
        lambda: office.add_business_days(wrong, 1),
        lambda: office.is_open(wrong),
        lambda: office.segments(wrong, aware),
    ):
        with pytest.raises(ValueError, match="aware datetime"):
            question()


def test_arrays_broadcast_and_take_whole_seconds_only(office):
    start = int(paris("2026-04-07T09:00").timestamp())

    assert office.elapsed_many(start, [[start + 60], [start - 60]]).tolist() == [[60], [0]]
    assert office.add_many([], []).tolist() == []
    with pytest.raises(ValueError, match="starts: expected whole epoch seconds"):
        office.elapsed_many(np.array([1.5]), np.array([2.5]))


def test_equal_rules_are_equal_schedules_and_share_one_when_cached():
    first = Schedule("Europe/Paris", OFFICE, holidays=["2026-04-06"])
    second = Schedule(
        "Europe/Paris", {day: [("09:00", "17:00")] for day in WORKDAYS}, holidays=[date(2026, 4, 6)]
    )

    assert first == second
    assert hash(first) == hash(second)
    assert first != ALWAYS_OPEN
    assert Schedule.cached("Europe/Paris", OFFICE) is Schedule.cached("Europe/Paris", OFFICE)
    assert pickle.loads(pickle.dumps(first)) == first


@pytest.mark.parametrize(
    ("window", "message"),
    [
        ("09:00-09:00", "window: 09:00-09:00 is empty; write 00:00-24:00 for a whole day"),
        ("25:00-26:00", "window: 25:00 is no time of day; write 00:00 to 24:00"),
        ("09:60-10:00", "window: 09:60 is no time of day"),
        ("24:00-06:00", "window: 24:00-06:00 starts at 24:00; write it from 00:00 on the next day"),
        ("9h-17h", "window: '9h' is not a time; write HH:MM"),
        ("09:00", "window: 09:00 is not a window; write HH:MM-HH:MM"),
        (("09:00", "10:00", "11:00"), "is not a window"),
        (900, "window: 900 is not a window"),
        (("٠٩:٠٠", "10:00"), "is not a time"),
    ],
)
def test_a_bad_window_is_named_with_what_to_write(window, message):
    with pytest.raises(WindowError) as error:
        parse_window(window)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"week": {"monday": []}}, "week.monday: unknown day; use mon, tue"),
        (
            {"week": {"mon": "09:00-17:00"}},
            'week.mon: expected a list of windows, got 09:00-17:00; write ["09:00-17:00"]',
        ),
        ({"week": {"mon": ["09:00-12:00", "13:00-13:00"]}}, "week.mon[1]: 13:00-13:00 is empty"),
        ({"week": ["mon"]}, "week: expected days with their windows"),
        (
            {"timezone": "Europe/Pariss"},
            "timezone: unknown time zone 'Europe/Pariss'; did you mean Europe/Paris",
        ),
        ({"timezone": "../etc/passwd"}, "timezone: unknown time zone"),
        ({"timezone": None}, "timezone: expected an IANA zone name"),
        ({"holidays": ["2026-02-30"]}, "holidays[0]: 2026-02-30 is not a date; write YYYY-MM-DD"),
        ({"holidays": "2026-05-01"}, "holidays: expected a list of dates"),
        ({"open": {"2026-12-26": ["10:00"]}}, "open.2026-12-26[0]: 10:00 is not a window"),
        ({"breaks": ["2026-12-26"]}, "breaks: expected dates with their windows"),
    ],
)
def test_bad_rules_are_named_with_what_to_write(rules, message):
    given = {"timezone": "UTC", "week": {}, **rules}
    with pytest.raises(WindowError) as error:
        Schedule(given.pop("timezone"), given.pop("week"), **given)
    assert message in str(error.value)


def test_a_week_is_read_in_its_order_without_its_closed_days():
    week = parse_week({"sun": None, "tue": ["22:00-06:00"], "mon": [("13:00", "24:00"), "09:00-13:00"]})

    assert week == {"mon": ((9 * 3600, 86400),), "tue": ((22 * 3600, 30 * 3600),)}
    assert list(week) == ["mon", "tue"]
