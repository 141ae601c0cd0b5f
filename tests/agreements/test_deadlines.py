from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.business_time import ALWAYS_OPEN, NeverOpenError, Schedule
from agreements.deadlines import Moment, begin, due, used, warn_at, worked_deadlines
from agreements.durations import parse_duration

PARIS = ZoneInfo("Europe/Paris")
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE = Schedule("Europe/Paris", {day: ["09:00-17:00"] for day in WORKDAYS}, holidays=["2026-05-14"])
LUNCH = Schedule("Europe/Paris", {day: ["09:00-12:00", "14:00-18:00"] for day in WORKDAYS})


def paris(text):
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def due_in_paris(within, start, *pauses, schedule=OFFICE, outside_hours="count"):
    spans = [(paris(a), b and paris(b)) for a, b in pauses]
    found = due(schedule, paris(start), parse_duration(within), spans, outside_hours)
    return found and found.astimezone(PARIS).replace(tzinfo=None).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("within", "start", "deadline"),
    [
        ("3 days", "2026-05-08T16:00", "2026-05-11T16:00"),
        ("24 hours", "2026-03-28T16:00", "2026-03-29T17:00"),  # the clock jumps, 24 hours do not
        ("2 business hours", "2026-05-08T16:00", "2026-05-11T10:00"),
        ("1 business hour", "2026-05-08T16:00", "2026-05-08T17:00"),
        ("2 business hours", "2026-05-09T12:00", "2026-05-11T11:00"),
        ("30 business minutes", "2026-05-13T16:45", "2026-05-15T09:15"),  # over Ascension
        ("1 business day", "2026-05-08T16:00", "2026-05-11T16:00"),
        ("0 business days", "2026-05-08T16:00", "2026-05-08T17:00"),
        ("0 business hours", "2026-05-08T18:00", "2026-05-11T09:00"),
    ],
)
def test_the_three_measures_are_never_mixed(within, start, deadline):
    assert due_in_paris(within, start) == deadline


@pytest.mark.parametrize(
    ("within", "outside_hours", "begun"),
    [
        ("2 hours", "count", "2026-05-09T12:00"),
        ("2 hours", "next_opening", "2026-05-11T09:00"),
        ("2 hours", "ignore", None),
        ("2 business hours", "count", "2026-05-11T09:00"),
        ("2 business hours", "ignore", None),
        ("1 business day", "next_opening", "2026-05-11T09:00"),
        ("1 business day", "ignore", None),
    ],
)
def test_a_start_in_closed_time_begins_as_the_terms_say(within, outside_hours, begun):
    found = begin(OFFICE, paris("2026-05-09T12:00"), parse_duration(within), outside_hours)

    assert found == (begun and paris(begun))
    assert (due_in_paris(within, "2026-05-09T12:00", outside_hours=outside_hours) is None) == (begun is None)


@pytest.mark.parametrize("outside_hours", ["count", "next_opening", "ignore"])
def test_a_start_in_open_time_begins_at_once(outside_hours):
    start = paris("2026-05-08T10:00:00.75")

    assert begin(OFFICE, start, parse_duration("2 hours"), outside_hours) == paris("2026-05-08T10:00")


def test_an_unknown_rule_and_a_naive_start_are_refused():
    with pytest.raises(ValueError, match="sometimes"):
        begin(OFFICE, paris("2026-05-08T10:00"), parse_duration("2 hours"), "sometimes")
    with pytest.raises(ValueError, match="aware datetime"):
        begin(OFFICE, datetime(2026, 5, 8, 10), parse_duration("2 hours"))


@pytest.mark.parametrize(
    ("within", "pauses", "deadline"),
    [
        # elapsed: the paused elapsed time is added
        ("4 hours", [("2026-05-08T11:00", "2026-05-08T12:00")], "2026-05-08T15:00"),
        ("4 hours", [("2026-05-08T09:00", "2026-05-08T11:00")], "2026-05-08T15:00"),
        ("4 hours", [("2026-05-08T14:00", "2026-05-08T15:00")], "2026-05-08T14:00"),
        (
            "4 hours",
            [("2026-05-08T13:00", "2026-05-08T20:00"), ("2026-05-08T20:30", "2026-05-08T21:00")],
            "2026-05-08T21:30",
        ),
        ("4 hours", [("2026-05-08T11:00", None)], None),
        ("4 hours", [("2026-05-08T14:00", None)], "2026-05-08T14:00"),
        ("0 hours", [("2026-05-08T09:00", None)], "2026-05-08T10:00"),
        # business time: paused open time does not count
        ("4 business hours", [("2026-05-08T16:00", "2026-05-11T10:00")], "2026-05-08T14:00"),
        ("8 business hours", [("2026-05-08T16:00", "2026-05-11T10:00")], "2026-05-11T12:00"),
        ("8 business hours", [("2026-05-08T18:00", "2026-05-11T08:00")], "2026-05-11T10:00"),
        ("8 business hours", [("2026-05-08T16:00", None)], None),
        ("7 business hours", [("2026-05-08T17:00", None)], "2026-05-08T17:00"),
        # business days: the paused open time before the deadline is added to it
        ("1 business day", [("2026-05-08T16:00", "2026-05-11T10:00")], "2026-05-11T12:00"),
        ("1 business day", [("2026-05-08T18:00", "2026-05-11T08:00")], "2026-05-11T10:00"),
        ("1 business day", [("2026-05-11T09:00", "2026-05-11T13:00")], "2026-05-11T14:00"),
        ("1 business day", [("2026-05-11T10:00", None)], "2026-05-11T10:00"),
        ("1 business day", [("2026-05-11T09:59", None)], None),
        ("0 business days", [("2026-05-08T16:00", "2026-05-08T16:30")], "2026-05-11T09:30"),
        # overlapping, empty and unordered pauses
        (
            "4 hours",
            [("2026-05-08T12:00", "2026-05-08T13:00"), ("2026-05-08T11:00", "2026-05-08T12:30")],
            "2026-05-08T16:00",
        ),
        ("4 hours", [("2026-05-08T12:00", None), ("2026-05-08T11:00", "2026-05-08T11:00")], None),
    ],
)
def test_paused_time_does_not_count(within, pauses, deadline):
    assert due_in_paris(within, "2026-05-08T10:00", *pauses) == deadline


def test_a_deadline_in_closed_time_is_moved_by_open_pauses_only():
    pause = ("2026-05-11T12:30", "2026-05-11T15:00")

    # Monday 13:00 lies in the lunch break: no open time was paused before it.
    assert due_in_paris("3 hours", "2026-05-11T10:00", schedule=LUNCH) == "2026-05-11T13:00"
    afternoon = Schedule("Europe/Paris", {"fri": ["12:00-18:00"], "mon": ["09:00-12:00", "14:00-18:00"]})
    assert due_in_paris("1 business day", "2026-05-08T13:00", pause, schedule=afternoon) == "2026-05-11T13:00"
    earlier = ("2026-05-11T11:30", "2026-05-11T15:00")
    assert (
        due_in_paris("1 business day", "2026-05-08T13:00", earlier, schedule=afternoon) == "2026-05-11T15:30"
    )


HOURS = st.integers(0, 24 * 14).map(lambda hours: timedelta(hours=hours))
PAUSES = st.lists(st.tuples(HOURS, HOURS), max_size=4)


@settings(max_examples=150, deadline=None)
@given(HOURS, PAUSES, st.sampled_from(["5 hours", "2 days", "3 business hours", "20 business hours"]))
def test_the_deadline_is_the_earliest_instant_at_which_the_allowed_time_is_used(after, spans, within):
    start, duration = paris("2026-05-06T00:00").astimezone(UTC), parse_duration(within)
    pauses = [(start + a, start + b) for a, b in spans]
    begun = begin(OFFICE, start + after, duration)

    deadline = due(OFFICE, start + after, duration, pauses)

    assert used(OFFICE, begun, deadline, duration, pauses) == duration.seconds
    assert used(OFFICE, begun, deadline - timedelta(seconds=1), duration, pauses) == duration.seconds - 1


@settings(max_examples=100, deadline=None)
@given(HOURS, PAUSES, st.integers(0, 4))
def test_business_days_are_extended_by_the_paused_open_time_before_the_deadline(after, spans, days):
    start, duration = (
        paris("2026-05-06T00:00").astimezone(UTC) + after,
        parse_duration(f"{days} business days"),
    )
    pauses = [(start + a, start + b) for a, b in spans]
    begun, unpaused = begin(OFFICE, start, duration), due(OFFICE, start, duration)

    deadline = due(OFFICE, start, duration, pauses)

    open_seconds = OFFICE.elapsed(begun, deadline)
    paused = open_seconds - used(OFFICE, begun, deadline, duration, pauses)
    assert OFFICE.elapsed(unpaused, deadline) == paused


def test_used_counts_in_the_durations_own_unit():
    start, until = paris("2026-05-08T16:00"), paris("2026-05-11T10:00")
    pauses = [(paris("2026-05-08T16:30"), paris("2026-05-08T18:00"))]

    assert used(OFFICE, start, until, parse_duration("1 day"), pauses) == (66 - 1.5) * 3600
    assert used(OFFICE, start, until, parse_duration("2 business hours"), pauses) == 1.5 * 3600
    assert (
        used(OFFICE, start, until, parse_duration("1 business day"), [(paris("2026-05-11T09:30"), None)])
        == 1.5 * 3600
    )
    assert used(OFFICE, until, start, parse_duration("1 day")) == 0


def test_the_warning_comes_at_its_share_of_the_open_seconds():
    assert warn_at(OFFICE, paris("2026-05-08T15:00"), paris("2026-05-11T11:00"), Fraction(3, 4)) == paris(
        "2026-05-11T10:00"
    )
    assert warn_at(OFFICE, paris("2026-05-08T15:00"), paris("2026-05-08T16:00"), 0.5) == paris(
        "2026-05-08T15:30"
    )
    assert warn_at(ALWAYS_OPEN, paris("2026-03-29T00:00"), paris("2026-03-29T05:00"), 0.5) == paris(
        "2026-03-29T03:00"
    )


def test_the_warning_of_a_deadline_in_closed_time_comes_at_its_share_of_the_elapsed_seconds():
    assert warn_at(OFFICE, paris("2026-05-09T10:00"), paris("2026-05-09T14:00"), Fraction(3, 4)) == paris(
        "2026-05-09T13:00"
    )


def in_paris(worked):
    return [
        (
            example.moment,
            example.start.astimezone(PARIS).isoformat()[:16],
            example.due and example.due.astimezone(PARIS).isoformat()[:16],
        )
        for example in worked
    ]


def test_three_awkward_deadlines_are_worked_out():
    worked = worked_deadlines(OFFICE, parse_duration("2 business hours"), as_of=paris("2026-05-05T12:00"))

    assert in_paris(worked) == [
        (Moment.MID_MORNING, "2026-05-06T10:00", "2026-05-06T12:00"),
        (Moment.BEFORE_CLOSING, "2026-05-08T16:30", "2026-05-11T10:30"),
        (Moment.BEFORE_HOLIDAY, "2026-05-13T15:00", "2026-05-13T17:00"),
    ]


def test_without_a_holiday_ahead_a_night_is_worked_out():
    worked = worked_deadlines(LUNCH, parse_duration("1 business day"), as_of=paris("2026-05-05T12:00"))

    assert in_paris(worked)[2] == (Moment.NIGHT, "2026-05-06T13:00", "2026-05-07T14:00")


def test_around_the_clock_has_its_three_moments_too():
    worked = worked_deadlines(ALWAYS_OPEN, parse_duration("24 hours"), as_of=paris("2026-05-05T12:00"))

    assert [(e.moment, e.start.isoformat()[:16], e.due - e.start) for e in worked] == [
        (Moment.MID_MORNING, "2026-05-06T10:00", timedelta(days=1)),
        (Moment.BEFORE_CLOSING, "2026-05-08T17:30", timedelta(days=1)),
        (Moment.NIGHT, "2026-05-06T03:00", timedelta(days=1)),
    ]


def test_an_ignored_night_has_no_deadline():
    worked = worked_deadlines(
        Schedule("UTC", {"mon": ["09:00-10:00"]}),
        parse_duration("2 minutes"),
        as_of=paris("2026-05-05T12:00"),
        outside_hours="ignore",
    )

    assert worked[2].moment is Moment.NIGHT
    assert worked[2].due is None
    assert worked[0].due is not None


def test_an_empty_calendar_has_no_examples():
    with pytest.raises(NeverOpenError):
        worked_deadlines(Schedule("UTC", {}), parse_duration("2 hours"), as_of=paris("2026-05-05T12:00"))


def test_examples_lie_after_the_day_they_are_asked_on():
    as_of = paris("2026-05-13T16:00")
    worked = worked_deadlines(OFFICE, parse_duration("1 day"), as_of=as_of)

    assert all(example.start > as_of for example in worked)
    assert date(2026, 5, 15) == worked[0].start.astimezone(PARIS).date()
