"""What the moment decides about a stored clock."""

import pytest

from measurement.enums import ClockState
from measurement.measures.response import measure
from measurement.states import end_of, is_open_at, seconds_at, state_at
from tests.measurement.builders import (
    ALWAYS_OPEN,
    CONTACT,
    RAE,
    KnownWorld,
    at,
    call,
    fact,
    promise,
    request,
    selector,
    subject,
)

LATER = at("2026-12-31 00:00")
PAUSABLE = {"pause": (selector("case.paused"),), "resume": (selector("case.resumed"),)}


def clock_of(terms, *facts, as_of=LATER, world=None):
    (clock,) = measure([terms], subject(*facts), world or KnownWorld(), as_of=as_of)
    return clock


@pytest.mark.parametrize(
    ("when", "state", "is_open"),
    [
        ("08:59:59", None, False),
        ("09:00", "running", True),
        ("11:00", "running", True),
        ("11:00:01", "overdue", True),
        ("12:00", "late", False),
        ("18:00", "late", False),
    ],
)
def test_the_states_of_a_clock_that_is_done_late(when, state, is_open):
    clock = clock_of(promise(), request("09:00"), call("12:00"))
    assert (state_at(clock, at(when)), is_open_at(clock, at(when))) == (state, is_open)


@pytest.mark.parametrize(
    ("when", "state"),
    [
        ("09:30", "running"),
        ("10:00", "paused"),
        ("14:59", "paused"),
        ("15:00", "running"),
        ("16:01", "overdue"),
    ],
)
def test_the_states_of_a_clock_with_a_pause(when, state):
    clock = clock_of(
        promise(**PAUSABLE), request("09:00"), fact("case.paused", "10:00"), fact("case.resumed", "15:00")
    )
    assert (clock.due_at, state_at(clock, at(when))) == (at("16:00"), state)


def test_a_pause_without_an_end_keeps_it_paused():
    clock = clock_of(promise(**PAUSABLE), request("09:00"), fact("case.paused", "10:00"))
    assert state_at(clock, at("09:59")) is ClockState.RUNNING
    assert state_at(clock, LATER) is ClockState.PAUSED


def test_a_clock_to_be_given_up_ends_by_waiting_alone():
    stored = clock_of(promise(give_up="1 hours"), request("09:00"), as_of=at("09:30"))
    assert (stored.state, end_of(stored)) == (ClockState.RUNNING, at("12:00"))
    assert [state_at(stored, at(when)) for when in ("11:30", "12:00", "13:00")] == [ClockState.OVERDUE] * 3
    assert [is_open_at(stored, at(when)) for when in ("11:30", "12:00", "12:00:01")] == [True, True, False]
    assert seconds_at(stored, ALWAYS_OPEN, LATER).elapsed == 3 * 3600


def test_what_was_done_before_the_start_is_met_from_the_start_on():
    clock = clock_of(promise(early="1 hours"), call("08:30"), request("09:00"))
    assert [state_at(clock, at(when)) for when in ("08:45", "09:00", "10:00")] == [
        None,
        ClockState.MET,
        ClockState.MET,
    ]


def test_seconds_of_a_running_clock_are_derived():
    world = KnownWorld({(CONTACT, "owner"): [(at("08:00"), None), (at("09:10"), RAE)]})
    clock = clock_of(
        promise(**PAUSABLE),
        request("09:00"),
        fact("case.paused", "09:30"),
        fact("case.resumed", "09:40"),
        world=world,
        as_of=at("10:00"),
    )
    seconds = seconds_at(clock, ALWAYS_OPEN, at("10:00"))
    assert (seconds.elapsed, seconds.business, seconds.paused, seconds.unassigned) == (3_600, 3_000, 600, 600)
    before = seconds_at(clock, ALWAYS_OPEN, at("08:00"))
    assert (before.elapsed, before.business, before.paused, before.unassigned) == (0, 0, 0, 0)
