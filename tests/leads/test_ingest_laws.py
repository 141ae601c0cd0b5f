"""The order, the batching and the repetition of deliveries change nothing (DESIGN §2, a law)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.leads import send
from tests.laws import worlds_to_try
from tests.leads.dump import canonical

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
START = datetime(2026, 4, 1, tzinfo=UTC)

# One day on either side of now: some facts are dated ahead.
instants = st.integers(0, 12).map(lambda days: (START + timedelta(days=days)).isoformat())
ids = st.sampled_from(["1", "2", "3"])
maybe = st.one_of(st.none(), ids)


def record(**fields):
    every = st.fixed_dictionaries({"external_id": ids, "updated_at": instants}, optional=fields)
    return every.map(without_circles)


def without_circles(row):
    """Merges go to greater ids only: a circle is refused, and which of its rows depends on the order."""
    merged_into = row.get("merged_into")
    return {**row, "merged_into": None} if merged_into and merged_into <= row["external_id"] else row


EXTRAS = {
    "region": st.sampled_from(["n", "s", None]),
    "deleted_at": st.one_of(st.none(), instants),
    "merged_into": maybe,
}
RECORDS = {
    "members": st.fixed_dictionaries(
        {"external_id": ids, "updated_at": instants, "email": st.sampled_from(["a@x.io", "B@x.io"])},
        optional={
            "team": st.sampled_from(["sales", "marketing", None]),
            "active": st.sampled_from([True, False, None]),
            "deleted_at": st.one_of(st.none(), instants),
        },
    ),
    # The name may be left out by an update, which then waits for the row that makes the record.
    "accounts": record(
        name=st.sampled_from(["A", "B"]), tier=st.sampled_from([1, 2, None]), owner=maybe, **EXTRAS
    ),
    "leads": record(
        status=st.sampled_from(["mql", "accepted", "disqualified", "recycle", "raw", None]),
        reason=st.sampled_from(["test", "no_budget", None]),
        owner=maybe,
        contact=maybe,
        score=st.sampled_from([1, 2.5, "2.50", None]),
        created_at=instants,
        **EXTRAS,
    ),
    "contacts": record(
        account=maybe,
        owner=maybe,
        buyer_role=st.lists(st.sampled_from("abc"), max_size=2),
        created_at=instants,
        **EXTRAS,
    ),
    "deals": record(
        lead=maybe,
        owner=maybe,
        stage=st.sampled_from(["one", "two", None]),
        outcome=st.sampled_from(["won", "lost", None]),
        reason=st.sampled_from(["price", "timing", None]),
        closed_at=st.one_of(st.none(), instants),
        **EXTRAS,
    ),
    "campaigns": record(ends_at=st.one_of(st.none(), instants), owner=maybe),
}

event_ids = st.integers(0, 8)


def _event(number, at, contact):
    """The content depends on the number alone, so that no two rows contradict each other."""
    if number % 4 == 3:
        return {
            "external_id": f"e{number}",
            "kind": "event.retracted",
            "occurred_at": f"2026-04-0{number}T00:00:00Z",
            "data": {"event": f"e{number - 3}"},
        }
    kind = ["call.made", "lead.assigned", "request.received"][number % 3]
    return {
        "external_id": f"e{number}",
        "kind": kind,
        "occurred_at": f"2026-04-0{number + 1}T00:00:00Z",
        "contact": str(number % 3),
        "actor": "1",
        "data": {"owner": "2"} if kind == "lead.assigned" else {},
    }


EVENTS = event_ids.map(lambda number: _event(number, None, None))
ROWS = st.one_of(
    *(strategy.map(lambda row, name=name: (name, row)) for name, strategy in RECORDS.items()),
    EVENTS.map(lambda row: ("events", row)),
)


def deliver(rows, cuts):
    """Sends the rows in the given order, neighbours of one resource in one request unless cut."""
    batch: list = []
    for place, (name, row) in enumerate(rows):
        if batch and (batch[0][0] != name or place in cuts):
            send(batch[0][0], *(one for _, one in batch), as_of=NOW)
            batch = []
        batch.append((name, row))
    if batch:
        send(batch[0][0], *(one for _, one in batch), as_of=NOW)


def outcome(rows, cuts):
    """The canonical tables after a delivery, which is undone."""
    with transaction.atomic():
        deliver(rows, cuts)
        tables = canonical()
        transaction.set_rollback(True)
    return tables


@pytest.mark.django_db
@settings(
    max_examples=worlds_to_try(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_order_batching_and_repetition_end_in_the_same_tables(data):
    rows = data.draw(st.lists(ROWS, min_size=1, max_size=14))
    again = data.draw(st.lists(st.sampled_from(rows), max_size=4))
    shuffled = data.draw(st.permutations(rows + again))
    cuts = data.draw(st.sets(st.integers(0, len(shuffled))))

    assert outcome(shuffled, cuts) == outcome(rows, set(range(len(rows))))
