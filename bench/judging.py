"""From stored facts to judged clocks, against the time that storing the facts took.

Accounts, contacts, leads and their events of ninety days go through ``ingest``. Half of the events are loaded
and then judged in one go, as on the day an agreement is signed; the other half in turns, a delivery and its
judging. Four promises, a calendar in Paris. A process of its own: Django reads its settings once.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.ratios import Ratio
from slahub.stack import embedded

PACKAGES = ("msgspec",)

CONTACTS, EVENTS, DELIVERY = 4_000, 40_000, 2_000
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


def run() -> list[Ratio]:
    """Events a second judged, against events a second stored."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.judging"], stdout=subprocess.PIPE, text=True, check=True
    )
    return [Ratio(**ratio) for ratio in json.loads(done.stdout.splitlines()[-1])]


def _measure() -> list[Ratio]:
    from agreements.loading import load
    from leads.ingestion import ingest
    from measurement.judging import judge_pending

    def send(resource: str, rows: list[dict[str, Any]]) -> None:
        ingest(resource=resource, source="crm", rows=rows, channel="bench", as_of=NOW)

    load(AGREEMENT, by="bench", as_of=NOW, sign=True)
    for resource, rows in _records().items():
        send(resource, rows)
    judge_pending(as_of=NOW)
    events = list(_events())
    deliveries = [events[first : first + DELIVERY] for first in range(0, EVENTS, DELIVERY)]
    half = len(deliveries) // 2
    stored = _timed(lambda: [send("events", rows) for rows in deliveries[:half]])
    judged = _timed(lambda: judge_pending(as_of=NOW))
    store_in_turns = judge_in_turns = 0.0
    for rows in deliveries[half:]:
        store_in_turns += _timed(lambda rows=rows: send("events", rows))
        judge_in_turns += _timed(lambda: judge_pending(as_of=NOW))
    count = half * DELIVERY
    return [
        _ratio("judging after a load", count, judged, stored),
        _ratio("judging change by change", count, judge_in_turns, store_in_turns),
    ]


def _ratio(what: str, count: int, ours: float, theirs: float) -> Ratio:
    return Ratio(what, count / ours, count / theirs, against="ingest of the same events", unit="events/s")


def _records() -> dict[str, list[dict[str, Any]]]:
    accounts = range(CONTACTS // 8)
    return {
        "members": [
            {"external_id": f"rep-{n}", "email": f"rep{n}@example.com", "team": "sales"} for n in range(40)
        ],
        "accounts": [
            {"external_id": f"a{n}", "name": f"Account {n}", "tier": n % 3 + 1, "owner": f"rep-{n % 40}"}
            for n in accounts
        ],
        "contacts": [{"external_id": f"c{n}", "account": f"a{n // 8}"} for n in range(CONTACTS)],
        "leads": [
            {"external_id": f"l{n}", "contact": f"c{n}", "origin": ["web", "fair"][n % 2]}
            for n in range(CONTACTS)
        ],
    }


def _events() -> list[dict[str, Any]]:
    chance = random.Random(1)
    kinds = chance.choices(list(KINDS), list(KINDS.values()), k=EVENTS)
    return [_event(number, kind, chance) for number, kind in enumerate(kinds)]


def _event(number: int, kind: str, chance: random.Random) -> dict[str, Any]:
    whom = chance.randrange(CONTACTS)
    named = {"lead": f"l{whom}"} if kind.startswith("lead.") else {"contact": f"c{whom}"}
    at = START + timedelta(seconds=number * 90 * 86_400 // EVENTS)
    actor = None if kind == "request.received" else f"rep-{whom % 40}"
    return {"external_id": f"e{number}", "kind": kind, "occurred_at": at.isoformat(), "actor": actor, **named}


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Measure on a server of its own and print the ratios as one line of JSON."""
    with tempfile.TemporaryDirectory(prefix="slahub-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ.update(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="slahub.settings")
        with embedded.running(Path(folder)):
            os.environ.setdefault("SECRET_KEY", "x" * 50)
            _set_up()
            print(json.dumps([asdict(ratio) for ratio in _measure()]))


def _set_up() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, skip_checks=True)


if __name__ == "__main__":
    main()
