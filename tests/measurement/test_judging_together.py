"""Several workers judging while facts arrive."""

from datetime import UTC, datetime

import pytest

from measurement.judging import backlog, judge_all, judge_pending
from measurement.models import Clock
from tests.core.threads import at_once
from tests.factories.agreements import signed
from tests.factories.leads import event, send

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
DELIVERIES, CONTACTS = 6, 4


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_two_deliveries_at_once_leave_the_clocks_that_judging_everything_gives() -> None:
    signed(as_of=NOW)
    send("members", {"external_id": "r1", "email": "r1@example.com", "team": "sales"})

    def deliver(side: int) -> None:
        for number in range(side, DELIVERIES, 2):
            hour = 8 + number
            for contact in range(CONTACTS):
                name, at = f"{number}-{contact}", f"2026-04-07T{hour:02}:00:00Z"
                kind = "call.made" if number % 2 else "request.received"
                send("events", event(name, kind, at, contact=f"p{contact}", actor="r1"))

    def work(number: int) -> None:
        if number < 2:
            deliver(number)
        else:
            for _ in range(8):
                judge_pending(as_of=NOW, limit=3, wait=number == 2)

    at_once(work, times=4)
    judge_pending(as_of=NOW)
    assert backlog(as_of=NOW) == 0
    clocks = list(Clock.objects.order_by("id").values())
    assert len(clocks) == 3 * CONTACTS
    assert {clock["state"] for clock in clocks} == {"met"}
    done = judge_all(as_of=NOW)
    assert (done.written, done.removed) == (0, 0)
    assert list(Clock.objects.order_by("id").values()) == clocks
