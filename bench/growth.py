"""What the same work costs in companies of different size: a delivery, judging it, a day's report, pages.

The demo company 10, 100 and (``BENCH_SCALES="10 100 1000"``) 1,000 times. In each, in turns:

- a delivery of 5,000 events about contacts all over the company is stored, and what it touched is judged;
- the report of a morning before which 400 people asked for something that nobody answered, once what the
  story left open was reported; judging is part of it;
- the three pages that are slowest in the smallest company.

Everything happens inside transactions that are rolled back. What was measured is kept; ``--write`` draws it
into docs/images and writes the table of docs/performance.md.
"""

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from bench import drawing, keeping
from bench.databases import companies
from bench.pages import READERS, SEEN, Company, company, small_and_large
from bench.ratios import Ratio, seconds

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
DELIVERY, REQUESTS = 5_000, 400
CONTACTS = 1_000  # whom a delivery is about, in every company: ten demos have more
SERIES = "growth-series.json"
INGEST, JUDGE, REPORT = "a delivery of 5,000 events", "judging it", f"a day's report, {REQUESTS} misses"
PAGES = 3
PICTURES = Path(__file__).resolve().parents[1] / "docs" / "images"

Series = dict[str, list[tuple[int, float]]]


def run() -> list[Ratio]:
    """The largest company against the smallest; nothing is asked here, the slopes are what to look at."""
    with companies() as databases:
        sizes = [small_and_large([one, one])[0] for one in databases]
        work = _work(databases)
        pages = _pages(databases)
    leads = [int(size.split()[0].replace(",", "")) for size in sizes]
    found = {
        what: {name: list(zip(leads, costs, strict=True)) for name, costs in series.items()}
        for what, series in (("work", work), ("pages", pages))
    }
    keeping.FOLDER.mkdir(parents=True, exist_ok=True)
    (keeping.FOLDER / SERIES).write_text(json.dumps(found, indent=1))
    return [
        Ratio(f"{name}, {sizes[-1]}", 1000 * costs[-1], 1000 * costs[0], sizes[0], "ms")
        for name, costs in {**work, **pages}.items()
    ]


def section() -> str | None:
    """Draw what was measured last, and the text of docs/performance.md about it; None: nothing was."""
    path = keeping.FOLDER / SERIES
    if not path.exists():
        return None
    found: dict[str, Series] = json.loads(path.read_text())
    titles = {"work": "What the same work costs in a larger company", "pages": "The three slowest pages"}
    for what, title in titles.items():
        picture = drawing.draw(title, found[what], across="leads", up="seconds")
        (PICTURES / f"growth-{what}.svg").write_text(picture)
    pictures = "\n\n".join(f"![{title}](images/growth-{what}.svg)" for what, title in titles.items())
    return f"{pictures}\n\n{_table({**found['work'], **found['pages']})}"


def _table(series: Mapping[str, list[tuple[int, float]]]) -> str:
    sizes = [size for size, _ in next(iter(series.values()))]
    head = f"| seconds | {' | '.join(f'{size:,} leads' for size in sizes)} | slope |"
    rows = [
        f"| {name} | {' | '.join(f'{cost:.3g}' for _, cost in points)} | {drawing.slope(points):.2f} |"
        for name, points in series.items()
    ]
    return "\n".join([head, f"|{' --- |' * (len(sizes) + 2)}", *rows])


def _work(databases: list[str]) -> dict[str, list[float]]:
    """Medians by company."""
    kept: dict[str, list[list[float]]] = {name: [[] for _ in databases] for name in (INGEST, JUDGE, REPORT)}
    with ExitStack() as stack:
        sides = [stack.enter_context(company(address, module="bench.growth")) for address in databases]
        for _ in range(ROUNDS):
            for place, side in enumerate(sides):
                for name, took in side.ask(do="deliver").items():
                    kept[name][place].append(took)
                    _say(name, place, took)
        for place, side in enumerate(sides):
            kept[REPORT][place] = side.ask(do="report", rounds=ROUNDS)
            _say(REPORT, place, median(kept[REPORT][place]))
    return {name: [median(one) for one in both] for name, both in kept.items()}


def _say(name: str, place: int, took: float) -> None:
    print(f"{name}, company {place + 1}: {took:.3f} s", file=sys.stderr, flush=True)


def _pages(databases: list[str]) -> dict[str, list[float]]:
    """Medians of the three slowest pages, by company."""
    with ExitStack() as stack:
        sides = [stack.enter_context(company(address)) for address in databases]
        known = [side.ask(do="addresses") for side in sides]
        costs = {name: _asked(sides[0], paths[0]) for name, paths in known[0].items() if _is_page(paths[0])}
        slowest = sorted(costs, key=lambda name: costs[name], reverse=True)[:PAGES]
        kept: dict[str, list[list[float]]] = {f"page {name}": [[] for _ in sides] for name in slowest}
        for turn in range(ROUNDS):
            for name in slowest:
                for side, paths, took in zip(sides, known, kept[f"page {name}"], strict=True):
                    took.append(_asked(side, paths[name][turn % len(paths[name])]))
    return {name: [median(one) for one in both] for name, both in kept.items()}


def _is_page(path: str) -> bool:
    """Not of the API, no file."""
    return not path.startswith("/api/") and not path.endswith((".pdf", ".yaml"))


def _asked(side: Company, path: str) -> float:
    answer = side.ask(do="get", who=READERS[0], path=path)
    return float(answer["seconds"]) if answer["status"] == SEEN else 0.0


def _answer_requests() -> None:
    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        said = json.loads(line)
        print(json.dumps(_report(said["rounds"]) if said["do"] == "report" else _deliver()), flush=True)


def _deliver() -> dict[str, float]:
    from django.db import transaction

    from leads.ingestion import ingest
    from measurement.judging import judge_pending

    with transaction.atomic():
        ends = _story_ends()
        judge_pending(as_of=ends)
        rows = list(_events("delivery", ends, DELIVERY, _contacts(CONTACTS)))
        now = ends + timedelta(minutes=10)
        storing = seconds(
            lambda: ingest(resource="events", source="brumeval", rows=rows, channel="bench", as_of=now)
        )
        judging = seconds(lambda: judge_pending(as_of=now))
        transaction.set_rollback(True)
    return {INGEST: storing, JUDGE: judging}


def _report(rounds: int) -> list[float]:
    """Seconds of the reports of some mornings, each after a day with requests that nobody answered."""
    from django.db import transaction

    with transaction.atomic():
        mornings = _mornings(rounds + 2)
        for day, at in mornings[:2]:  # what the story left open falls due
            _publish(day, at)
        took = []
        for (_, before), (day, at) in pairwise(mornings[1:]):
            _requests(len(took), before)
            took.append(seconds(lambda day=day, at=at: _publish(day, at)))  # type: ignore[misc]
        transaction.set_rollback(True)
    return took


def _mornings(number: int) -> list[tuple[Any, datetime]]:
    """The next working days of the sales team, with the instants at which it reads its reports."""
    from reporting.parties import parties
    from reporting.report_days import report_instant, working_days

    ends = _story_ends()
    party = next(one for one in parties(as_of=ends) if one.team.slug == "sales")
    first = ends.date() + timedelta(days=1)
    days = list(working_days(first, first + timedelta(days=3 * number), party.schedules))[:number]
    team = party.team
    return [(day, report_instant(day, hour=team.report_hour, timezone=team.timezone)) for day in days]


def _publish(day: Any, at: datetime) -> None:
    from people.models import Team
    from reporting.publishing import bring_up_to_date, publish

    as_of = at + timedelta(seconds=40)
    bring_up_to_date(as_of=as_of)
    publish(team=Team.objects.get(slug="sales"), day=day, as_of=as_of)


def _requests(day: int, since: datetime) -> None:
    """Requests in the morning after a report, of named contacts who did not ask before."""
    from leads.ingestion import ingest

    contacts = _contacts(REQUESTS * (day + 1))[REQUESTS * day :]
    begins = since + timedelta(hours=1)
    rows = list(_events(f"day {day}", begins, REQUESTS, contacts, kinds=("request.received",)))
    as_of = since + timedelta(hours=2)
    ingest(resource="events", source="brumeval", rows=rows, channel="bench", as_of=as_of)


def _events(
    name: str,
    since: datetime,
    number: int,
    contacts: list[tuple[str, str]],
    kinds: tuple[str, ...] = ("request.received", "call.made"),
) -> Iterator[dict[str, Any]]:
    """Events of these contacts, one after the other."""
    for place in range(number):
        contact, owner = contacts[place // len(kinds) % len(contacts)]
        kind = kinds[place % len(kinds)]
        at = since + timedelta(seconds=place * 600 / number)
        yield {
            "external_id": f"{name} {place}",
            "kind": kind,
            "occurred_at": at.isoformat(),
            "contact": contact,
            **({"actor": owner} if kind == "call.made" else {}),
        }


def _contacts(number: int) -> list[tuple[str, str]]:
    """Contacts in France at named accounts, all over the company, with their owners."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT ref.external_id, owner.external_id FROM leads_contact c
            JOIN leads_account a ON a.ref_id = c.account_id AND a.named AND a.country = 'FR'
            JOIN leads_ref ref ON ref.id = c.ref_id AND ref.merged_into IS NULL
            JOIN leads_ref owner ON owner.id = c.owner_id
            ORDER BY hashint8(c.ref_id) LIMIT %s
            """,
            [number],
        )
        return cursor.fetchall()


def _story_ends() -> datetime:
    from django.db.models import Max

    from leads.models import Batch

    found: datetime = Batch.objects.aggregate(last=Max("received_at"))["last"]
    return found


if __name__ == "__main__":
    _answer_requests()
