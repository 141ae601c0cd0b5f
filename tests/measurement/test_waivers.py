"""What a waiver makes of a clock: a table of every end it can come to, and laws."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.business_time import ALWAYS_OPEN
from measurement.enums import ClockState
from measurement.states import state_at
from measurement.verdicts import ClockVerdict
from measurement.waivers import Waiver, excluded, holds, with_waivers
from tests.measurement.builders import PARIS, at

START, DUE = at("2026-03-04 09:00"), at("2026-03-04 11:00")
WAIVED_AT, UNTIL = at("2026-03-05 08:00"), at("2026-03-06 08:00")
LONG_AFTER = at("2026-03-20 08:00")


def verdict(state: str = "running", ended: str | None = None, **more) -> ClockVerdict:
    ended_at = at(ended) if ended else None
    done = state in ("met", "late")
    values = {
        "commitment_id": 1,
        "commitment_key": "inbound",
        "subject_id": 10,
        "subject_type": "contact",
        "start_key": "e:1",
        "started_at": START,
        "due_at": DUE,
        "warn_at": None,
        "gives_up_at": None,
        "stopped_at": ended_at if done else None,
        "ended_at": ended_at,
        "state": ClockState(state),
        "reason": "",
        "owner_id": None,
        "allowed_seconds": 7200,
        "elapsed_seconds": None,
        "business_seconds": None,
        "paused_seconds": None,
        "unassigned_seconds": None,
        "repeats": 0,
        "owners": [{"member": None, "from": "2026-03-04T09:00:00Z", "to": None}],
    }
    return ClockVerdict(**values | more)


FOR_GOOD, FOR_A_TIME = Waiver(WAIVED_AT), Waiver(WAIVED_AT, UNTIL)


@pytest.mark.parametrize(
    ("judged", "waiver", "as_of", "covered"),
    [
        (verdict(), FOR_GOOD, LONG_AFTER, True),
        (verdict("late", "2026-03-04 15:00"), FOR_GOOD, LONG_AFTER, True),
        (verdict("failed", "2026-03-04 15:00"), FOR_GOOD, LONG_AFTER, True),
        (verdict("overdue", "2026-03-04 15:00"), FOR_GOOD, LONG_AFTER, True),
        (verdict("paused"), FOR_GOOD, LONG_AFTER, True),
        (verdict("met", "2026-03-04 10:00"), FOR_GOOD, LONG_AFTER, False),
        (verdict("cancelled", "2026-03-04 10:00"), FOR_GOOD, LONG_AFTER, False),
        (verdict("unmeasurable", "2026-03-04 10:00"), FOR_GOOD, LONG_AFTER, False),
        (verdict(), FOR_A_TIME, UNTIL - timedelta(seconds=1), True),
        (verdict(), FOR_A_TIME, UNTIL, False),
        (verdict(), FOR_A_TIME, LONG_AFTER, False),
        (verdict("late", "2026-03-05 15:00"), FOR_A_TIME, LONG_AFTER, True),
        (verdict("late", "2026-03-06 08:00"), FOR_A_TIME, LONG_AFTER, True),
        (verdict("late", "2026-03-06 08:01"), FOR_A_TIME, LONG_AFTER, False),
        (verdict("failed", "2026-03-07 08:00"), FOR_A_TIME, LONG_AFTER, False),
        (verdict("overdue", "2026-03-05 15:00", reason="gave_up"), FOR_A_TIME, LONG_AFTER, False),
        (verdict("overdue", "2026-03-05 07:00", reason="gave_up"), FOR_A_TIME, LONG_AFTER, True),
        (verdict("met", "2026-03-04 10:00"), FOR_A_TIME, LONG_AFTER, False),
    ],
)
def test_a_waiver_covers_a_miss_for_good_or_if_it_is_done_by_then(judged, waiver, as_of, covered):
    assert holds(judged, waiver, as_of=as_of) == covered


def test_an_open_clock_ends_with_the_waiver_and_keeps_the_time_it_took_until_then():
    found = excluded(verdict(), FOR_GOOD, PARIS)

    assert (found.state, found.reason, found.ended_at, found.stopped_at) == (
        "excluded",
        "waived",
        WAIVED_AT,
        None,
    )
    assert (found.elapsed_seconds, found.unassigned_seconds) == (23 * 3600, 23 * 3600)
    assert found.business_seconds == 7 * 3600  # 10:00 to 17:00 in Paris
    assert found.evidence[-1] == {
        "role": "waived",
        "at": "2026-03-05T08:00:00Z",
        "kind": "",
        "event": "",
        "actor": None,
        "note": "",
        "until": None,
    }


def test_a_clock_that_came_to_its_own_end_keeps_it():
    late = verdict("late", "2026-03-04 15:00", elapsed_seconds=6 * 3600)
    found = excluded(late, FOR_A_TIME, PARIS)

    assert (found.state, found.ended_at, found.stopped_at) == ("excluded", late.ended_at, late.stopped_at)
    assert found.elapsed_seconds == 6 * 3600
    assert found.evidence[-1]["until"] == "2026-03-06T08:00:00Z"


def test_before_the_waiver_it_was_overdue():
    found = excluded(verdict(), FOR_GOOD, ALWAYS_OPEN)

    assert state_at(found, at("2026-03-04 10:00")) == "running"
    assert state_at(found, WAIVED_AT - timedelta(seconds=1)) == "overdue"
    assert state_at(found, WAIVED_AT) == "excluded"


def test_of_several_waivers_the_first_that_holds_counts():
    key = ("inbound", 10, "e:1")
    (found,) = with_waivers([verdict()], {key: [FOR_A_TIME, FOR_GOOD]}, {}, as_of=LONG_AFTER)
    assert found == excluded(verdict(), FOR_GOOD, ALWAYS_OPEN)


def test_a_waiver_of_another_clock_changes_nothing():
    others = {("inbound", 10, "e:2"): [FOR_GOOD], ("inbound", 11, "e:1"): [FOR_GOOD]}
    assert with_waivers([verdict()], others, {}, as_of=LONG_AFTER) == [verdict()]


instants = st.integers(0, 14 * 24).map(lambda hours: START + timedelta(hours=hours))
endings = st.one_of(
    st.just(("running", None)),
    st.tuples(st.sampled_from(["late", "failed", "overdue", "met", "cancelled"]), instants),
)


@given(ending=endings, waived=instants, until=st.none() | instants, now=instants, later=instants)
def test_waiting_changes_a_waived_clock_at_most_once_and_only_when_its_time_is_over(
    ending: tuple[str, datetime | None],
    waived: datetime,
    until: datetime | None,
    now: datetime,
    later: datetime,
) -> None:
    state, end = ending
    judged = replace(verdict(), state=ClockState(state), ended_at=end, stopped_at=end)
    waiver = Waiver(waived, until if until is None or until > waived else None)
    now, later = sorted((now, later))
    before, after = (holds(judged, waiver, as_of=instant) for instant in (now, later))

    assert before or not after  # what counts again never stops counting by waiting
    if before and not after:
        assert waiver.until is not None
        assert now < waiver.until <= later


@given(ending=endings, waived=instants, now=instants)
def test_a_waived_clock_never_counts_as_missed_and_a_kept_one_stays_kept(
    ending: tuple[str, datetime | None], waived: datetime, now: datetime
) -> None:
    state, end = ending
    judged = replace(verdict(), state=ClockState(state), ended_at=end, stopped_at=end)
    key = (judged.commitment_key, judged.subject_id, judged.start_key)
    (found,) = with_waivers([judged], {key: [Waiver(waived)]}, {}, as_of=now)

    assert found.state not in ClockState.missed
    assert (found == judged) == (state in ("met", "cancelled"))
