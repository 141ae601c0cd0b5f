"""Presence held against the agreed hours, in seconds worked out by hand; and its laws."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.business_time import Schedule
from measurement.in_force import parts
from measurement.periods import Span
from measurement.staffing import staffed, unite
from tests.measurement.test_targets import PARIS, WEEK, instant, promised

HOUR = 3600
Stretches = list[tuple[str, str]]


def covered(
    presence: Stretches, *, first: str, after: str, until: str | None = None
) -> tuple[int, int, Stretches]:
    promise = promised("coverage", target=">= 95%", per="week")
    found = staffed(
        parts([promise], Span(instant(first), instant(after))),
        [(instant(start), instant(end)) for start, end in presence],
        until=instant(until or after),
    )
    zone = PARIS.calendar.zone
    shown = [tuple(f"{at.astimezone(zone):%a %H:%M}" for at in gap) for gap in found.gaps]
    return found.covered, found.agreed, shown  # type: ignore[return-value]


MONDAY = {"first": "2026-03-30", "after": "2026-03-31"}


@pytest.mark.parametrize(
    ("presence", "seconds", "gaps"),
    [
        ([], 0, [("Mon 09:00", "Mon 12:30"), ("Mon 13:30", "Mon 18:00")]),
        ([("2026-03-30 08:30", "2026-03-30 19:00")], 8 * HOUR, []),
        # one hour of lunch is agreed with nobody; two people at once are one
        (
            [("2026-03-30 09:00", "2026-03-30 11:00"), ("2026-03-30 10:00", "2026-03-30 12:00")],
            3 * HOUR,
            [("Mon 12:00", "Mon 12:30"), ("Mon 13:30", "Mon 18:00")],
        ),
        (
            [("2026-03-30 09:15", "2026-03-30 12:30"), ("2026-03-30 13:30", "2026-03-30 18:00")],
            int(7.75 * HOUR),
            [("Mon 09:00", "Mon 09:15")],
        ),
        (
            [("2026-03-30 09:00", "2026-03-30 10:00"), ("2026-03-30 10:00", "2026-03-30 12:30")],
            int(3.5 * HOUR),
            [("Mon 13:30", "Mon 18:00")],
        ),
    ],
)
def test_a_day_of_eight_agreed_hours(presence: Stretches, seconds: int, gaps: Stretches) -> None:
    assert covered(presence, **MONDAY) == (seconds, 8 * HOUR, gaps)


def test_a_week_with_a_holiday_asks_for_four_days() -> None:
    presence = [(f"2026-04-{day:02} 09:00", f"2026-04-{day:02} 18:00") for day in (7, 8, 9)]
    assert covered(presence, first="2026-04-06", after="2026-04-13") == (
        24 * HOUR,
        32 * HOUR,
        [("Fri 09:00", "Fri 12:30"), ("Fri 13:30", "Fri 18:00")],
    )


def test_a_running_week_is_judged_as_far_as_it_is() -> None:
    presence = [("2026-03-30 09:00", "2026-03-30 18:00"), ("2026-03-31 09:00", "2026-03-31 18:00")]
    found = covered(presence, first="2026-03-30", after="2026-04-06", until="2026-03-31 10:00")
    assert found == (9 * HOUR, 9 * HOUR, [])


def test_a_week_without_agreed_hours_asks_for_nothing() -> None:
    assert covered([], first="2026-04-04", after="2026-04-06") == (0, 0, [])


def test_a_night_on_which_the_clocks_change_is_as_long_as_it_was() -> None:
    nights = Schedule("Europe/Paris", {"sat": ["22:00-06:00"]})
    promise = promised("coverage", target=">= 95%", per="week", schedule=nights)
    for week, hours in (("2026-03-23", 7), ("2026-03-16", 8), ("2026-10-19", 9)):
        start = instant(week)
        span = Span(start, instant(f"{datetime.fromisoformat(week) + timedelta(days=7):%Y-%m-%d}"))
        assert staffed(parts([promise], span), [], until=span.end).agreed == hours * HOUR


def test_each_version_asks_for_its_own_hours() -> None:
    long = Schedule("Europe/Paris", {day: ["08:00-20:00"] for day in WEEK})
    versions = [
        promised("coverage", target=">= 95%", per="week", ends="2026-04-01"),
        promised("coverage", target=">= 95%", per="week", starts="2026-04-01", number=2, schedule=long),
    ]
    span = Span(instant("2026-03-30"), instant("2026-04-06"))
    assert staffed(parts(versions, span), [], until=span.end).agreed == (2 * 8 + 3 * 12) * HOUR


MIDNIGHT = instant("2026-03-30")
minutes = st.integers(-60, 7 * 24 * 60).map(lambda minute: MIDNIGHT + timedelta(minutes=minute))
presences = st.lists(st.tuples(minutes, minutes).map(lambda pair: (min(pair), max(pair))), max_size=8)


@given(presence=presences)
def test_gaps_and_staffed_time_are_the_agreed_time(presence: list[tuple[datetime, datetime]]) -> None:
    promise = promised("coverage", target=">= 95%", per="week")
    span = Span(instant("2026-03-30"), instant("2026-04-06"))
    found = staffed(parts([promise], span), presence, until=span.end)
    at = [MIDNIGHT + timedelta(minutes=minute) for minute in range(7 * 24 * 60)]
    present = {one for one in at if any(start <= one < end for start, end in presence)}
    agreed = {one for one in at if promise.schedule.is_open(one)}
    assert (found.agreed, found.covered) == (len(agreed) * 60, len(agreed & present) * 60)
    assert sum(((end - start) for start, end in found.gaps), timedelta()) == timedelta(
        seconds=found.agreed - found.covered
    )


@given(presence=presences)
def test_united_stretches_are_in_order_and_apart(presence: list[tuple[datetime, datetime]]) -> None:
    assert all(first[1] < second[0] for first, second in pairwise(unite(presence)))
