"""What a verdict means for telling; no database."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from reporting.enums import ToldState
from reporting.watching.misses import missed_at, owner_at, told_state

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ONE = datetime(2026, 3, 2, 13, tzinfo=UTC)


def clock(**fields):
    return SimpleNamespace(**{"due_at": NOON, "ended_at": None, "owner_id": 7, "owners": [], **fields})


@pytest.mark.parametrize(
    ("state", "fields", "instant"),
    [
        ("running", {}, None),
        ("paused", {"due_at": None}, None),
        ("met", {"ended_at": NOON}, None),
        ("cancelled", {"ended_at": NOON}, None),
        ("unmeasurable", {"ended_at": NOON}, None),
        ("overdue", {}, NOON),
        ("overdue", {"ended_at": ONE}, NOON),
        ("late", {"ended_at": ONE}, NOON),
        ("failed", {"ended_at": NOON, "due_at": ONE}, NOON),
        ("failed", {"ended_at": ONE}, NOON),
        ("failed", {"ended_at": ONE, "due_at": None}, ONE),
    ],
)
def test_since_when_it_is_a_miss(state, fields, instant):
    assert missed_at(clock(**fields), state) == instant


SPANS = [
    {"member": None, "from": "2026-03-02T10:00:00Z", "to": "2026-03-02T12:00:00Z"},
    {"member": 1, "from": "2026-03-02T12:00:00Z", "to": "2026-03-02T13:00:00Z"},
    {"member": 2, "from": "2026-03-02T13:00:00Z", "to": None},
]


@pytest.mark.parametrize(("hour", "member"), [(11, None), (12, 1), (13, 2), (20, 2), (9, 7)])
def test_who_owed_it_at_an_instant(hour, member):
    assert owner_at(clock(owners=SPANS), datetime(2026, 3, 2, hour, tzinfo=UTC)) == member


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("met", ToldState.KEPT),
        ("overdue", ToldState.MISSED),
        ("late", ToldState.MISSED),
        ("failed", ToldState.MISSED),
        ("running", ToldState.OPEN),
        ("paused", ToldState.OPEN),
        ("cancelled", ToldState.LEFT_OUT),
        ("excluded", ToldState.LEFT_OUT),
        ("unmeasurable", ToldState.LEFT_OUT),
        (None, ToldState.GONE),
    ],
)
def test_what_a_report_says_of_a_state(state, told):
    assert told_state(state) == told
