"""Awkward times: evenings, holidays, nights, and the two Sundays on which the clock is changed."""

import pytest

from agreements.business_time import Schedule
from measurement.enums import ClockState
from measurement.measures.response import measure
from tests.measurement.builders import (
    LONDON,
    NIGHTS,
    NOBODY_KNOWN,
    PARIS,
    at,
    call,
    promise,
    request,
    subject,
)

ALWAYS_PARIS = Schedule(
    "Europe/Paris", {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
)
LORD_HOWE = Schedule("Australia/Lord_Howe", {"sun": ["00:00-06:00"]})

CASES = [
    # schedule, zone, within, start, due, allowed seconds
    (
        LONDON,
        "Europe/London",
        "4 business hours",
        "2026-04-02 16:30",
        "2026-04-07 12:00",
        14_400,
    ),  # over Easter
    (PARIS, "Europe/Paris", "2 business hours", "2026-03-06 16:00", "2026-03-09 10:00", 7_200),
    (PARIS, "Europe/Paris", "2 business hours", "2026-03-06 20:00", "2026-03-09 11:00", 7_200),
    (
        PARIS,
        "Europe/Paris",
        "2 business hours",
        "2026-04-06 10:00",
        "2026-04-07 11:00",
        7_200,
    ),  # Easter Monday
    (PARIS, "Europe/Paris", "1 business days", "2026-03-06 16:00", "2026-03-09 16:00", 28_800),
    (PARIS, "Europe/Paris", "1 business days", "2026-04-03 16:00", "2026-04-07 16:00", 28_800),
    (PARIS, "Europe/Paris", "0 business days", "2026-03-06 10:00", "2026-03-06 17:00", 25_200),
    (PARIS, "Europe/Paris", "0 business days", "2026-03-07 10:00", "2026-03-09 17:00", 28_800),
    (PARIS, "Europe/Paris", "24 hours", "2026-03-28 12:00", "2026-03-29 13:00", 86_400),  # 23 hours long
    (PARIS, "Europe/Paris", "24 hours", "2026-10-24 12:00", "2026-10-25 11:00", 86_400),  # 25 hours long
    (ALWAYS_PARIS, "Europe/Paris", "24 business hours", "2026-03-29 00:00", "2026-03-30 01:00", 86_400),
    (ALWAYS_PARIS, "Europe/Paris", "24 business hours", "2026-10-25 00:00", "2026-10-25 23:00", 86_400),
    (NIGHTS, "Europe/Paris", "10 business hours", "2026-03-06 21:00", "2026-03-08 00:00", 36_000),
    (
        NIGHTS,
        "Europe/Paris",
        "8 business hours",
        "2026-03-28 22:00",
        "2026-04-03 23:00",
        28_800,
    ),  # a night of 7 hours
    (
        NIGHTS,
        "Europe/Paris",
        "8 business hours",
        "2026-10-24 22:00",
        "2026-10-25 05:00",
        28_800,
    ),  # a night of 9 hours
    (
        LORD_HOWE,
        "Australia/Lord_Howe",
        "2 business hours",
        "2026-04-05 00:30",
        "2026-04-05 02:00",
        7_200,
    ),  # half an hour twice
    (PARIS, "Europe/Paris", "1 days", "2028-02-28 12:00", "2028-02-29 12:00", 86_400),
]


@pytest.mark.parametrize(("schedule", "zone", "within", "start", "due", "allowed"), CASES)
def test_the_deadline_is_the_instant_at_which_the_time_is_used(schedule, zone, within, start, due, allowed):
    terms = promise(within, schedule=schedule)
    started, expected = at(start, zone), at(due, zone)

    def state(stop):
        return measure(
            [terms], subject(request(started), call(stop)), NOBODY_KNOWN, as_of=at("2030-01-01 00:00")
        )[0]

    clock = state(expected)
    assert (clock.due_at, clock.allowed_seconds, clock.state) == (expected, allowed, ClockState.MET)
    assert state(expected.replace(second=1)).state is ClockState.LATE


def test_the_warning_comes_after_its_share_of_the_open_seconds():
    (clock,) = measure(
        [promise("4 business hours", schedule=PARIS)],
        subject(request(at("2026-03-06 14:00", "Europe/Paris"))),
        NOBODY_KNOWN,
        as_of=at("2026-03-06 14:00"),
    )
    assert clock.due_at == at("2026-03-09 10:00", "Europe/Paris")
    assert clock.warn_at == at("2026-03-06 17:00", "Europe/Paris")
