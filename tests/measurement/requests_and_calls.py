"""A contact of a tier 2 account asks, a salesperson calls; what became of it."""

from datetime import UTC, datetime
from typing import Any

from leads.models import Ref
from measurement.judging import judge_pending
from measurement.models import Clock
from tests.factories.agreements import signed
from tests.factories.leads import event, send

NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)

AGREEMENT = """
agreement: smarketing
title: Marketing–sales agreement
parties: [marketing, sales]
effective_from: {start}
calendars:
  london:
    timezone: Europe/London
    week: {{mon: ["09:00-17:00"], tue: ["09:00-17:00"], wed: ["09:00-17:00"], thu: ["09:00-17:00"]}}
commitments:
  - key: inbound
    owner: sales
    kind: response
    start: {{event: request.received}}
    stop: {{events: [call.made, meeting.booked]}}
    where: {{account.tier: [1, 2]}}
    within: {within}
    give_up: 3 days
"""


def agree(*, start: str = "2026-01-01", within: str = "4 business hours") -> None:
    signed(AGREEMENT.format(start=start, within=within), as_of=NOW)


def records(as_of: datetime = NOW) -> None:
    send("members", {"external_id": "r1", "email": "r1@example.com", "team": "sales"}, as_of=as_of)
    send("accounts", {"external_id": "b1", "name": "Two", "tier": 2, "owner": "r1"}, as_of=as_of)
    send("contacts", {"external_id": "p1", "account": "b1"}, as_of=as_of)


def request(
    number: object = 1, at: str = "2026-04-07T08:00:00Z", *, as_of: datetime = NOW, **more: Any
) -> None:
    send("events", event(number, "request.received", at, **{"contact": "p1", **more}), as_of=as_of)


def call(number: object = 2, at: str = "2026-04-07T09:00:00Z", **more: Any) -> None:
    send("events", event(number, "call.made", at, **{"contact": "p1", "actor": "r1", **more}))


def judged(as_of: datetime = NOW, **more: Any) -> list[tuple[str, str]]:
    judge_pending(as_of=as_of, **more)
    return states()


def states() -> list[tuple[str, str]]:
    names = {ref.id: ref.external_id for ref in Ref.objects.all()}
    return [
        (names[clock.subject_id], clock.state) for clock in Clock.objects.order_by("started_at", "subject_id")
    ]
