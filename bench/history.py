"""A long history beside a short one: judging everything, the daily report, and the memory that work takes.

Two companies of ``bench.company`` in two databases of one server, 100,000 clocks and a tenth of them
(``--million``: ten times as many), both signed when they ended: what was missed before is historic.

- ``judge --all`` against a sequential scan of the clock and event tables into NumPy: COPY of all columns
  of a fixed width, in turns.
- The report of a day with 1,000 requests, its judging included: long history ÷ short one, in turns.
- The peak of resident memory of a process that ingests, judges or publishes: long ÷ short.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import numpy as np

from bench import company
from bench.house import apart, database, in_child, medians_of, server, set_up, tell
from bench.ratios import Ratio, seconds

PACKAGES = ("numpy", "psycopg2-binary")

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
LARGE = int(os.environ.get("BENCH_CLOCKS", "100000"))
LONG, SHORT = LARGE, LARGE // 10
MORNING = timedelta(hours=6, minutes=30)  # in UTC; half past eight in Paris

SCANNED = {
    "measurement_clock": """id, commitment_id, subject_id, started_at, due_at, warn_at, gives_up_at,
        stopped_at, ended_at, owner_id, allowed_seconds, elapsed_seconds, business_seconds, paused_seconds,
        unassigned_seconds, repeats, changed_at""",
    "leads_event": """id, occurred_at, recorded_at, received_at, account_id, contact_id, lead_id, deal_id,
        campaign_id, content_id, call_id, actor_id, retracted_by""",
}


def run() -> list[Ratio]:
    """Rows 6, 7 and 9."""
    return apart("bench.history")


def _measure(short: str, long: str) -> list[Ratio]:
    both = ((short, SHORT), (long, LONG))
    ingested = [_child("ingest", size, database=one) for one, size in both]
    judged = [_child("judge", size, database=one) for one, size in both]
    everything, scan = _child("judge-all-and-scan", database=long)
    days = [
        [_child("day", size, number, database=one) for one, size in both] for number in range(1, ROUNDS + 1)
    ]
    days.sort(key=lambda pair: pair[1][0] / pair[0][0])
    reports = days[ROUNDS // 2]
    here, there = f"{LONG:,} clocks", f"{SHORT:,} clocks"
    costs = [
        Ratio(f"judge --all, {here}", everything, scan, "scan into NumPy", "s", at_most=5, reach=2, row=6),
        Ratio(
            f"report of a day, {here}", reports[1][0], reports[0][0], there, "s", at_most=1.3, reach=1, row=7
        ),
    ]
    peaks = {"ingest": ingested, "judge": judged, "the report": reports}
    return costs + [
        Ratio(f"memory of {what}, {here}", of[1][-1], of[0][-1], there, "MB", at_most=1.3, reach=1, row=9)
        for what, of in peaks.items()
    ]


def _child(what: str, *arguments: int, database: str) -> list[float]:
    """What a process of its own measured: seconds, if any, and last its peak of memory in MB."""
    found: list[float] = json.loads(in_child("bench.history", what, *map(str, arguments), database=database))
    return found


def _ingest(requests: int) -> list[float]:
    """The whole history into an empty database, signed when it ends."""
    from agreements.loading import load

    set_up()
    load(company.agreement(requests), by="bench", as_of=company.ENDS, sign=True)
    for name, rows in company.records(requests):
        _store(name, rows, company.ENDS)
    for rows in company.events(requests):
        _store("events", rows, company.ENDS)
    return [_peak()]


def _store(name: str, rows: company.Rows, as_of: datetime) -> None:
    from leads.ingestion import ingest

    summary = ingest(resource=name, source="crm", rows=rows, channel="bench", as_of=as_of)
    if summary.rejected:
        sys.exit(f"{name}: {summary.errors[:3]}")


def _judge(requests: int) -> list[float]:
    """All of it for the first time, and the breaches."""
    from measurement.judging import judge_pending
    from measurement.models import Clock
    from reporting.watching import sync_breaches

    judge_pending(as_of=company.ENDS)
    sync_breaches(as_of=company.ENDS)
    peak = _peak()
    if (found := Clock.objects.count()) != requests:
        sys.exit(f"{found} clocks instead of {requests}")
    _sql("VACUUM ANALYZE")
    return [peak]


def _judge_all_and_scan() -> list[float]:
    from measurement.judging import judge_all

    return medians_of(ROUNDS, lambda: seconds(lambda: judge_all(as_of=company.ENDS)), lambda: seconds(_scan))


def _scan() -> list[Any]:
    """Both tables as arrays."""
    return [_array(table, columns.replace("\n", " ").split(",")) for table, columns in SCANNED.items()]


def _array(table: str, columns: list[str]) -> Any:
    """The columns as 64-bit numbers, instants in microseconds, no value as 0."""
    from django.db import connection

    names = [name.strip() for name in columns]
    asked = ", ".join(
        f"(extract(epoch FROM coalesce({name}, 'epoch')) * 1000000)::bigint"
        if name.endswith("_at")
        else f"coalesce({name}, 0)::bigint"
        for name in names
    )
    data = BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT {asked} FROM {table}) TO STDOUT (FORMAT binary)", data)
    cell = [("size", ">i4"), ("value", ">i8")]
    row = np.dtype([("cells", ">i2"), *((name, cell) for name in names)])
    read = np.frombuffer(data.getbuffer()[19:-2], row)
    return {name: read[name]["value"].astype(np.int64) for name in names}


def _day(requests: int, number: int) -> list[float]:
    """The day's facts, then the report of the morning after: seconds of all that publishing does."""
    from reporting.publishing import publish_due

    day = company.ENDS + timedelta(days=number - 1)
    morning = day + timedelta(days=1) + MORNING
    _store("events", company.a_day(requests, day), day + timedelta(days=1))
    took = seconds(lambda: publish_due(as_of=morning))
    return [took, _peak()]


def _sql(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


COMMANDS: dict[str, Callable[..., list[float]]] = {
    "ingest": _ingest,
    "judge": _judge,
    "judge-all-and-scan": _judge_all_and_scan,
    "day": _day,
}


def main(arguments: list[str]) -> None:
    """Measure all on a server of its own; or do one thing in DATABASE_URL and say what it took."""
    if not arguments:
        with server():
            tell(_measure(database("short"), database("long")))
        return
    import django

    django.setup()
    what, *numbers = arguments
    print(json.dumps(COMMANDS[what](*map(int, numbers))))


if __name__ == "__main__":
    main(sys.argv[1:])
