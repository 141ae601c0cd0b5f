"""How a clock is held, cancelled, failed, deleted and given up."""

import pytest

from agreements.terms.values import Condition
from measurement.enums import ClockState
from measurement.measures.response import measure
from measurement.verdicts import Note, Reason, Role
from tests.measurement.builders import (
    NEVER,
    NOBODY_KNOWN,
    PARIS,
    at,
    call,
    fact,
    paris,
    promise,
    request,
    selector,
    subject,
)

LATER = at("2026-12-31 00:00")
ENDS = promise(
    pause=(selector("case.paused"),),
    resume=(selector("case.resumed"),),
    cancel=(selector("lead.rejected"),),
    fail=(selector("call.abandoned"),),
)


def held(when):
    return fact("case.paused", when)


def resumed(when):
    return fact("case.resumed", when)


def only(terms, *facts, as_of=LATER, **about):
    (clock,) = measure([terms], subject(*facts, **about), NOBODY_KNOWN, as_of=as_of)
    return clock


def notes(clock):
    return [entry["note"] for entry in clock.evidence if entry["role"] == Role.IGNORED]


class TestPauses:
    def test_paused_time_does_not_count(self):
        clock = only(ENDS, request("09:00"), held("10:00"), resumed("15:00"), call("16:00"))
        assert (clock.state, clock.due_at, clock.stopped_at) == (ClockState.MET, at("16:00"), at("16:00"))
        assert (clock.elapsed_seconds, clock.business_seconds, clock.paused_seconds) == (
            25_200,
            7_200,
            18_000,
        )

    def test_while_paused_the_deadline_is_unknown(self):
        clock = only(ENDS, request("09:00"), held("10:00"))
        assert (clock.state, clock.due_at, clock.warn_at, clock.gives_up_at) == (
            ClockState.PAUSED,
            None,
            None,
            None,
        )

    def test_several_pauses_add_up(self):
        clock = only(ENDS, request("09:00"), held("09:30"), resumed("10:00"), held("10:30"), resumed("12:00"))
        assert (clock.state, clock.due_at) == (ClockState.RUNNING, at("13:00"))

    def test_a_pause_in_a_pause_and_a_resume_without_one_do_nothing(self):
        clock = only(ENDS, request("09:00"), resumed("09:10"), held("10:00"), held("11:00"), resumed("12:00"))
        assert (clock.due_at, notes(clock)) == (at("13:00"), [Note.NOT_PAUSED, Note.ALREADY_PAUSED])

    @pytest.mark.parametrize("when", ["11:00", "11:30"])
    def test_a_pause_at_or_after_the_deadline_moves_nothing(self, when):
        clock = only(ENDS, request("09:00"), held(when), resumed("15:00"), call("16:00"))
        assert (clock.due_at, clock.state, clock.paused_seconds) == (at("11:00"), ClockState.LATE, 0)
        assert notes(clock) == [Note.AFTER_DUE, Note.NOT_PAUSED]

    def test_a_stop_in_a_pause_is_in_time_and_ends_it(self):
        clock = only(ENDS, request("09:00"), held("10:00"), call("18:00"), resumed("19:00"))
        assert (clock.state, clock.due_at, clock.paused_seconds) == (ClockState.MET, at("19:00"), 28_800)

    def test_a_cancel_in_a_pause_cancels(self):
        clock = only(ENDS, request("09:00"), held("10:00"), fact("lead.rejected", "18:00"))
        assert (clock.state, clock.elapsed_seconds, clock.paused_seconds) == (
            ClockState.CANCELLED,
            32_400,
            28_800,
        )

    def test_at_one_instant_pauses_come_before_resumes(self):
        clock = only(ENDS, request("09:00"), resumed("10:00"), held("10:00"))
        assert (clock.state, clock.due_at) == (ClockState.RUNNING, at("11:00"))

    def test_a_pause_at_the_start_counts(self):
        clock = only(ENDS, request("09:00"), held("09:00"), resumed("10:00"))
        assert clock.due_at == at("12:00")

    def test_a_pause_before_the_start_is_nothing_to_this_clock(self):
        assert only(ENDS, held("08:00"), request("09:00")).due_at == at("11:00")

    def test_a_pause_over_a_closed_night_moves_nothing(self):
        terms = promise("2 business hours", schedule=PARIS, pause=ENDS.terms.pause, resume=ENDS.terms.resume)
        clock = only(
            terms,
            request(paris("2026-03-04 16:00")),
            held(paris("2026-03-04 18:00")),
            resumed(paris("2026-03-05 08:00")),
        )
        assert clock.due_at == paris("2026-03-05 10:00")

    def test_a_pause_on_a_business_day_moves_the_deadline_by_its_open_time(self):
        terms = promise("1 business days", schedule=PARIS, pause=ENDS.terms.pause, resume=ENDS.terms.resume)
        clock = only(
            terms,
            request(paris("2026-03-04 10:00")),
            held(paris("2026-03-04 16:00")),
            resumed(paris("2026-03-05 10:00")),
        )
        assert (clock.due_at, clock.allowed_seconds) == (paris("2026-03-05 12:00"), 28_800)


class TestCancel:
    @pytest.mark.parametrize(
        ("when", "state"),
        [("09:00", "cancelled"), ("10:00", "cancelled"), ("11:00", "cancelled"), ("11:00:01", "overdue")],
    )
    def test_after_the_deadline_the_clock_ends_but_the_miss_stands(self, when, state):
        clock = only(ENDS, request("09:00"), fact("lead.rejected", when), call("15:00"))
        assert (clock.state, clock.ended_at, clock.stopped_at, clock.reason) == (
            state,
            at(when),
            None,
            Reason.CANCELLED,
        )

    def test_a_stop_at_the_same_instant_comes_first(self):
        clock = only(ENDS, request("09:00"), fact("lead.rejected", "10:00", "a"), call("10:00", "b"))
        assert clock.state is ClockState.MET

    def test_a_cancel_comes_before_a_failure(self):
        wait = Condition("data.wait", "lt", 20)
        call_wait = promise(
            "2 minutes",
            start=(selector("call.received"),),
            stop=(selector("call.answered"),),
            cancel=(selector("call.abandoned", where=(wait,)),),
            fail=(selector("call.abandoned"),),
            subject="contact",
        )
        short = fact("call.abandoned", "09:00:10", data={"wait": 10})
        long = fact("call.abandoned", "09:01:00", data={"wait": 60})
        assert only(call_wait, fact("call.received", "09:00"), short).state is ClockState.CANCELLED
        assert only(call_wait, fact("call.received", "09:00"), long).state is ClockState.FAILED

    def test_after_a_cancel_a_start_opens_the_next(self):
        found = measure(
            [ENDS],
            subject(request("09:00"), fact("lead.rejected", "09:30"), request("10:00")),
            NOBODY_KNOWN,
            as_of=LATER,
        )
        assert [clock.state for clock in found] == [ClockState.CANCELLED, ClockState.RUNNING]


@pytest.mark.parametrize("when", ["09:00", "10:00", "15:00"])
def test_what_can_no_longer_be_done_has_failed_whenever(when):
    clock = only(ENDS, request("09:00"), fact("call.abandoned", when))
    assert (clock.state, clock.ended_at, clock.reason) == (ClockState.FAILED, at(when), Reason.FAILED)


class TestDeletion:
    def test_it_cancels_the_open_clock_and_says_so(self):
        clock = only(ENDS, request("09:00"), deleted_at=at("10:00"))
        assert (clock.state, clock.reason, clock.ended_at) == (
            ClockState.CANCELLED,
            Reason.DELETED,
            at("10:00"),
        )

    def test_after_the_deadline_the_miss_stands(self):
        clock = only(ENDS, request("09:00"), deleted_at=at("12:00"))
        assert (clock.state, clock.reason) == (ClockState.OVERDUE, Reason.DELETED)

    def test_a_clock_that_ended_before_is_left_alone(self):
        assert only(ENDS, request("09:00"), call("09:30"), deleted_at=at("10:00")).state is ClockState.MET

    def test_it_counts_from_its_instant(self):
        assert (
            only(ENDS, request("09:00"), deleted_at=at("10:00"), as_of=at("09:59")).state
            is ClockState.RUNNING
        )

    def test_a_start_after_it_opens_nothing(self):
        assert (
            measure([ENDS], subject(request("10:01"), deleted_at=at("10:00")), NOBODY_KNOWN, as_of=LATER)
            == []
        )


class TestGivingUp:
    TERMS = promise(give_up="3 hours")  # due at 11:00, given up at 14:00

    @pytest.mark.parametrize(
        ("as_of", "ended"),
        [("13:00", None), ("14:00", None), ("14:00:01", "14:00"), ("2026-12-31 00:00", "14:00")],
    )
    def test_a_clock_still_open_is_ended_so_long_after_its_deadline(self, as_of, ended):
        clock = only(self.TERMS, request("09:00"), as_of=at(as_of))
        assert (clock.ended_at, clock.gives_up_at) == (
            (None, at("14:00")) if ended is None else (at(ended), None)
        )
        assert clock.state is (ClockState.RUNNING if ended is None else ClockState.OVERDUE)

    def test_a_later_act_changes_nothing(self):
        untouched = only(self.TERMS, request("09:00"))
        assert only(self.TERMS, request("09:00"), call("14:00:01")) == untouched
        assert (untouched.reason, untouched.elapsed_seconds) == (Reason.GAVE_UP, 18_000)

    def test_an_act_at_that_very_instant_still_counts(self):
        assert only(self.TERMS, request("09:00"), call("14:00")).state is ClockState.LATE

    def test_a_start_afterwards_opens_the_next(self):
        about = subject(request("09:00"), request("14:00"), request("14:00:01"), call("15:00"))
        first, second = measure([self.TERMS], about, NOBODY_KNOWN, as_of=LATER)
        assert (first.state, first.repeats) == (ClockState.OVERDUE, 1)
        assert (second.state, second.started_at) == (ClockState.MET, at("14:00:01"))

    def test_business_time_to_give_up_is_counted_by_the_calendar(self):
        terms = promise("2 business hours", give_up="1 business days", schedule=PARIS)
        clock = only(terms, request(paris("2026-03-06 14:00")), as_of=paris("2026-03-06 15:00"))
        assert clock.gives_up_at == paris("2026-03-09 16:00")


def test_a_calendar_that_never_opens_makes_it_unmeasurable():
    clock = only(promise("2 business hours", schedule=NEVER), request("09:00"), call("10:00"))
    assert (clock.state, clock.reason, clock.due_at) == (ClockState.UNMEASURABLE, Reason.NEVER_OPENS, None)
    assert (clock.ended_at, clock.allowed_seconds) == (at("09:00"), 7_200)
    days = only(promise("2 business days", schedule=NEVER), request("09:00"))
    assert (days.state, days.allowed_seconds) == (ClockState.UNMEASURABLE, None)
