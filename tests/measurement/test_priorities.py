"""Are the right leads worked first? By hand on a few leads, and as properties of the pure part."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.loading import load
from agreements.promises import in_force_history
from measurement.judging import judge_pending
from measurement.priorities import Contacted, bands, contact_promises, contacts, first_things_first
from tests.factories.leads import event, send

NOW = datetime(2026, 4, 17, 12, tzinfo=UTC)  # a Friday
SINCE = datetime(2026, 4, 1, tzinfo=UTC)
AGREEMENT = """
agreement: a
parties: [marketing, sales]
effective_from: 2026-01-01
calendars:
  london:
    timezone: UTC
    week: {mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"], fri: ["09:00-17:00"]}
commitments:
  - {key: inbound, owner: sales, kind: response, start: {event: request.received}, stop: {event: call.made}, within: 1 hours}
  - {key: contact, owner: sales, kind: response, start: {event: lead.qualified}, stop: {events: [call.made, email.sent], by: anyone}, within: 4 business hours}
"""  # noqa: E501


def one(score: float, handed: int, touched: int | None, *, now: int = 1000) -> Contacted:
    """A lead of the pure part: instants are small numbers."""
    seconds = (now if touched is None else touched) - handed
    return Contacted(1, score, None, handed, touched, seconds, None)


def handed(number: int, score: Any, at: str) -> None:
    row = {"external_id": f"L{number}", "created_at": "2026-04-01T09:00:00Z", "contact": f"C{number}"}
    send("leads", {**row, "score": score, "status": "inquiry", "updated_at": "2026-04-01T09:00:00Z"})
    send("leads", {"external_id": f"L{number}", "status": "mql", "updated_at": at})


@pytest.mark.django_db
def test_a_lead_waits_in_open_time_from_its_handoff_to_the_first_touch_by_a_person() -> None:
    load(AGREEMENT, by="test", as_of=SINCE, sign=True)
    for number, score in enumerate([90, 80.5, 20, 50, None]):
        handed(number, score, "2026-04-10T16:00:00Z")  # Friday, an hour before closing
    send(
        "events",
        event(1, "email.sent", "2026-04-10T16:01:00Z", lead="L0", data={"automatic": True}),
        event(2, "call.made", "2026-04-13T10:00:00Z", lead="L0"),  # Monday: two open hours
        event(3, "call.made", "2026-04-10T15:00:00Z", lead="L1"),  # before the handoff
        event(4, "email.sent", "2026-04-14T11:00:00Z", contact="C1"),
        event(5, "lead.rejected", "2026-04-10T16:30:00Z", lead="L2", data={"reason": "test"}),
        event(6, "call.made", "2026-04-13T10:00:00Z", lead="L4"),  # has no score
    )
    send("leads", {"external_id": "L0", "score": 5, "updated_at": "2026-04-12T09:00:00Z"})
    judge_pending(as_of=NOW)
    promises = contact_promises(in_force_history())

    found = contacts(since=SINCE, promises=promises, as_of=NOW)

    assert [promise.key for promise in promises] == ["contact"]
    assert [(c.score, c.seconds / 3600, c.contacted, c.kept) for c in found] == [
        (90, 2, True, True),
        (80.5, 11, True, False),
        (50, 36, False, False),
    ]


@pytest.mark.django_db
def test_without_a_promise_time_is_elapsed_and_nothing_is_judged() -> None:
    handed(1, 10, "2026-04-17T10:00:00Z")

    (found,) = contacts(since=SINCE, promises=(), as_of=NOW)
    assert (found.seconds, found.contacted, found.kept) == (7200, False, None)


def test_quarters_by_score_hold_every_lead_once_and_the_hottest_come_first() -> None:
    found = [one(score, 0, score if score % 2 else None) for score in range(1, 9)]

    made = bands(found)

    assert [(band.low, band.high, band.leads, band.contacted) for band in made] == [
        (6.25, None, 2, 1),
        (4.5, 6.25, 2, 1),
        (2.75, 4.5, 2, 1),
        (1, 2.75, 2, 1),
    ]
    assert [(band.median, band.at_least) for band in made] == [(7, False), (5, False), (3, False), (1, False)]


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 50), st.none() | st.integers(50, 99))))
def test_bands_add_up(rows: list[tuple[int, int, int | None]]) -> None:
    made = bands([one(*row) for row in rows])

    assert sum(band.leads for band in made) == len(rows)
    assert sum(band.contacted for band in made) == sum(row[2] is not None for row in rows)


@pytest.mark.parametrize(
    ("found", "share"),
    [
        ([], None),
        ([one(9, 0, 10), one(1, 0, 20)], Fraction(1)),
        ([one(9, 0, 20), one(1, 0, 10)], Fraction(0)),
        ([one(9, 0, None), one(1, 0, 10)], Fraction(0)),
        ([one(9, 0, None), one(1, 0, None)], None),
        ([one(9, 30, 40), one(1, 0, 10)], None),  # they never waited at the same time
        ([one(5, 0, 10), one(5, 0, 20)], None),
        ([one(9, 0, 10), one(5, 0, 20), one(1, 0, 15)], Fraction(2, 3)),
    ],
)
def test_of_two_that_wait_together_the_hotter_should_be_first(found, share) -> None:
    assert first_things_first(found, as_of=datetime.fromtimestamp(0, UTC) + timedelta(seconds=1000)) == share
