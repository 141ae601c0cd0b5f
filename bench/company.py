"""A company with a history of any length: so many requests, each promised an answer, most of them answered.

1,000 requests a day on every day of the week; four a contact, eight contacts an account. 94 % are answered
within the hour, 3 % on the next day, 3 % after a week. Each request is one clock: tier 1 and 2 by one
promise, tier 3 by another.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

A_DAY = 1_000
DELIVERY = 5_000
MEMBERS = 40
#: A contact does not ask again before the last request is answered.
FEWEST_CONTACTS = 10 * A_DAY
#: A Sunday: reports are read on the five mornings after the days that follow.
ENDS = datetime(2026, 6, 14, tzinfo=UTC)

Rows = list[dict[str, Any]]

AGREEMENT = """
agreement: bench
title: Bench
parties: [marketing, sales]
effective_from: {since}
calendars:
  paris:
    timezone: Europe/Paris
    week:
      {{mon: ["09:00-18:00"], tue: ["09:00-18:00"], wed: ["09:00-18:00"], thu: ["09:00-18:00"],
       fri: ["09:00-17:00"]}}
    holidays: {{country: FR}}
commitments:
  - key: named
    owner: sales
    kind: response
    start: {{event: request.received}}
    stop: {{events: [call.made, email.sent]}}
    where: {{account.tier: [1, 2]}}
    within: 2 business hours
    target: ">= 90%"
  - key: others
    owner: sales
    kind: response
    start: {{event: request.received}}
    stop: {{events: [call.made, email.sent]}}
    where: {{account.tier: [3]}}
    within: 8 business hours
    target: ">= 90%"
"""


def begins(requests: int) -> datetime:
    """The day of the first request."""
    return ENDS - timedelta(days=-(-requests // A_DAY))


def agreement(requests: int) -> str:
    """The agreement in force for all of the history."""
    since: date = (begins(requests) - timedelta(days=1)).date()
    return AGREEMENT.format(since=since)


def records(requests: int) -> Iterator[tuple[str, Rows]]:
    """(resource, rows) of members, accounts and contacts, in deliveries."""
    contacts = _contacts(requests)
    accounts = -(-contacts // 8)
    made = begins(requests).isoformat()
    people = (
        {"external_id": f"rep-{n}", "email": f"rep{n}@example.com", "team": "sales", "updated_at": made}
        for n in range(MEMBERS)
    )
    companies = (
        {
            "external_id": f"a{n}",
            "name": f"Account {n}",
            "tier": n % 3 + 1,
            "owner": f"rep-{n % MEMBERS}",
            "updated_at": made,
        }
        for n in range(accounts)
    )
    persons = ({"external_id": f"c{n}", "account": f"a{n // 8}", "updated_at": made} for n in range(contacts))
    told: dict[str, Iterator[dict[str, Any]]] = {
        "members": people,
        "accounts": companies,
        "contacts": persons,
    }
    for resource, rows in told.items():
        while delivery := list(islice(rows, DELIVERY)):
            yield resource, delivery


def events(requests: int, *, first: int = 0, until: datetime = ENDS) -> Iterator[Rows]:
    """The requests from number ``first`` on and what became of them until the instant, in deliveries."""
    told = _events(requests, first, until)
    while delivery := list(islice(told, DELIVERY)):
        yield delivery


def a_day(requests: int, day: datetime) -> Rows:
    """A day after the history: A_DAY requests and the answers of the same day."""
    number, evening = requests + (day - ENDS).days * A_DAY, (day + timedelta(days=1)).isoformat()
    return [
        event
        for place in range(A_DAY)
        for event in _request(number + place, day + timedelta(seconds=86.4 * place), requests)
        if event["occurred_at"] < evening
    ]


def _contacts(requests: int) -> int:
    return max(requests // 4, FEWEST_CONTACTS)


def _events(requests: int, first: int, until: datetime) -> Iterator[dict[str, Any]]:
    start = begins(requests)
    for number in range(first, requests):
        for event in _request(number, start + timedelta(seconds=86.4 * number), requests):
            if event["occurred_at"] < until.isoformat():
                yield event


def _request(number: int, at: datetime, requests: int) -> Iterator[dict[str, Any]]:
    contact = number * 7_919 % _contacts(requests)
    yield {
        "external_id": f"r{number:08}",
        "kind": "request.received",
        "occurred_at": at.isoformat(),
        "contact": f"c{contact}",
    }
    yield {
        "external_id": f"s{number:08}",
        "kind": "call.made",
        "occurred_at": (at + _answered_after(number)).isoformat(),
        "contact": f"c{contact}",
        "actor": f"rep-{contact // 8 % MEMBERS}",
    }


def _answered_after(number: int) -> timedelta:
    chance = number * 31 % 100
    if chance < 94:
        return timedelta(minutes=5 + chance % 50)
    return timedelta(days=1) if chance < 97 else timedelta(days=7)
