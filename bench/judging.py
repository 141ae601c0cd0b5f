"""From the last POST of 100,000 events to all their clocks judged, against the time that storing them took.

Events of ninety days about accounts, contacts and leads go over HTTP, 5,000 a request; each round is about
other contacts and leads. Four promises, a calendar in Paris. Everything is judged after the last request in
one go (one client that sends one request after the other, as a CRM's sync does; and two at once, which keep
both cores busy); or by a worker meanwhile, every two seconds as beat has it, what is left then is waited for;
or in turns, a request and its judging.
"""

import itertools
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

from bench.house import apart, server, set_up, tell
from bench.ratios import Ratio, seconds
from bench.serving import Delivery, body, send, served, token

PACKAGES = ("msgspec", "numpy", "psycopg2-binary", "gunicorn")

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
EVENTS, DELIVERY = int(os.environ.get("BENCH_EVENTS", "100000")), 5_000
CONTACTS = EVENTS // 10
EVERY = 2  # seconds, as in slahub.schedule
START = datetime(2026, 1, 5, tzinfo=UTC)
NOW = START + timedelta(days=95)
KINDS = {"request.received": 6, "call.made": 8, "email.sent": 8, "lead.qualified": 3, "lead.accepted": 3}
AGREEMENT = """
agreement: bench
title: Bench
parties: [marketing, sales]
effective_from: 2026-01-01
calendars:
  paris:
    timezone: Europe/Paris
    week: {mon: ["09:00-18:00"], tue: ["09:00-18:00"], wed: ["09:00-18:00"], thu: ["09:00-18:00"]}
    holidays: {country: FR}
commitments:
  - key: inbound
    owner: sales
    kind: response
    start: {event: request.received}
    stop: {events: [call.made, email.sent]}
    where: {account.tier: [1, 2]}
    within: 2 business hours
  - key: decision
    owner: sales
    kind: response
    start: {event: lead.qualified}
    stop: {events: [lead.accepted, lead.rejected]}
    within: 1 business day
  - key: contact
    owner: sales
    kind: response
    start: {event: lead.accepted}
    stop: {events: [call.made, email.sent]}
    within: 4 business hours
  - key: recycled
    owner: marketing
    kind: response
    start: {event: lead.recycled}
    stop: {event: email.sent, by: anyone}
    within: 5 days
"""


Post = Callable[..., None]


def run() -> list[Ratio]:
    """Seconds of judging ÷ seconds of storing, after a load and in turns."""
    return apart("bench.judging")


def _measure(post: Post) -> list[Ratio]:
    numbers = itertools.count(1)
    found: dict[str, list[tuple[float, float]]] = {what: [] for what in ("one", "two", "turns", "worker")}
    for _ in range(ROUNDS):
        found["one"].append(_load(partial(post, clients=1), next(numbers)))
        found["two"].append(_load(post, next(numbers)))
        found["turns"].append(_in_turns(post, next(numbers)))
    with _worker():
        for _ in range(ROUNDS):
            found["worker"].append(_while_judging(post, next(numbers)))
    asked = {"at_most": 1.0, "reach": 0.3, "row": 5}
    what = f"judging {EVENTS:,} events after the last POST"
    return [
        _ratio(f"{what}, 1 client", found["one"], **asked),
        _ratio(f"{what}, 2 clients", found["two"], **asked),
        _ratio("judging, a worker beside the POSTs, 2 clients", found["worker"]),
        _ratio("judging request by request", found["turns"]),
    ]


def _while_judging(post: Post, number: int) -> tuple[float, float]:
    """Seconds from the last answer until nothing waits to be judged, and of storing."""
    deliveries = _new_company(post, number)
    stored = seconds(lambda: post(deliveries))
    return seconds(_wait_until_judged), stored


def _wait_until_judged() -> None:
    from django.utils import timezone

    from measurement.judging import backlog

    while backlog(as_of=timezone.now()):
        time.sleep(0.02)


@contextmanager
def _worker() -> Iterator[None]:
    """A process that judges what was marked, every two seconds."""
    process = subprocess.Popen([sys.executable, "-m", "bench.judging", "worker"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _judge_for_ever() -> None:
    from django.utils import timezone

    from measurement.judging import judge_pending

    while True:
        judge_pending(as_of=timezone.now(), wait=False)
        time.sleep(EVERY)


def _load(post: Post, number: int) -> tuple[float, float]:
    """Seconds of judging and of storing one load."""
    deliveries = _new_company(post, number)
    stored = seconds(lambda: post(deliveries))
    return seconds(_judge), stored


def _in_turns(post: Post, number: int) -> tuple[float, float]:
    stored = judged = 0.0
    for delivery in _new_company(post, number):
        stored += seconds(partial(post, [delivery]))
        judged += seconds(_judge)
    return judged, stored


def _new_company(post: Post, number: int) -> list[Delivery]:
    """The records of a round, stored and judged, and its events, which are still to be sent."""
    post([(resource, body(rows)) for resource, rows in _records(number)])
    _judge()
    events = _events(number)
    return [("events", body(events[first : first + DELIVERY])) for first in range(0, EVENTS, DELIVERY)]


def _judge() -> None:
    from django.utils import timezone

    from measurement.judging import judge_pending

    judge_pending(as_of=timezone.now())


def _ratio(what: str, rounds: list[tuple[float, float]], **asked: Any) -> Ratio:
    ours, theirs = (median(side) for side in zip(*rounds, strict=True))
    return Ratio(what, ours, theirs, against="ingest of the same events", unit="s", **asked)


def _records(number: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    rows: dict[str, list[dict[str, Any]]] = {
        "members": [
            {"external_id": f"rep-{n}", "email": f"rep{n}@example.com", "team": "sales"} for n in range(40)
        ],
        "accounts": [
            {
                "external_id": f"a{number}-{n}",
                "name": f"Account {n}",
                "tier": n % 3 + 1,
                "owner": f"rep-{n % 40}",
            }
            for n in range(CONTACTS // 8)
        ],
        "contacts": [
            {"external_id": f"c{number}-{n}", "account": f"a{number}-{n // 8}"} for n in range(CONTACTS)
        ],
        "leads": [
            {
                "external_id": f"l{number}-{n}",
                "contact": f"c{number}-{n}",
                "origin": ["web", "fair"][n % 2],
            }
            for n in range(CONTACTS)
        ],
    }
    for resource, every in rows.items():
        for first in range(0, len(every), DELIVERY):
            yield resource, every[first : first + DELIVERY]


def _events(number: int) -> list[dict[str, Any]]:
    chance = random.Random(number)
    kinds = chance.choices(list(KINDS), list(KINDS.values()), k=EVENTS)
    return [_event(number, place, kind, chance) for place, kind in enumerate(kinds)]


def _event(number: int, place: int, kind: str, chance: random.Random) -> dict[str, Any]:
    whom = chance.randrange(CONTACTS)
    about = {"lead": f"l{number}-{whom}"} if kind.startswith("lead.") else {"contact": f"c{number}-{whom}"}
    at = START + timedelta(seconds=place * 90 * 86_400 // EVENTS)
    actor = None if kind == "request.received" else f"rep-{whom % 40}"
    name = f"e{number}-{place}"
    return {"external_id": name, "kind": kind, "occurred_at": at.isoformat(), "actor": actor, **about}


def main(arguments: list[str]) -> None:
    """Measure on a server of its own and print the ratios; or be its worker."""
    if arguments == ["worker"]:
        import django

        django.setup()
        _judge_for_ever()
    with server():
        set_up()
        from agreements.loading import load

        load(AGREEMENT, by="bench", as_of=NOW, sign=True)
        known = token(as_of=NOW)
        with served() as port:
            tell(_measure(partial(send, port, known)))


if __name__ == "__main__":
    main(sys.argv[1:])
