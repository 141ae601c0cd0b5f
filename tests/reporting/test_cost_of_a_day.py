"""What a day's report costs follows from the day, not from the history behind it: counted in rows read."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from measurement.judging import judge_pending
from measurement.models import Clock
from reporting.models import DailyReport
from reporting.publishing import publish_due
from reporting.watching import sync_breaches
from tests.factories.agreements import signed
from tests.factories.leads import event, send

DAY = datetime(2026, 6, 11, tzinfo=UTC)  # a Thursday
MORNING = timedelta(days=1, hours=6, minutes=30)
A_DAY = 12
AGREEMENT = """
agreement: smarketing
title: Marketing–sales agreement
parties: [marketing, sales]
effective_from: 2026-01-01
calendars:
  paris: {timezone: Europe/Paris, week: {mon: ["09:00-18:00"], tue: ["09:00-18:00"], wed: ["09:00-18:00"], thu: ["09:00-18:00"], fri: ["09:00-18:00"]}}
commitments:
  - {key: inbound, owner: sales, kind: response, start: {event: request.received}, stop: {event: call.made}, within: 8 business hours, target: ">= 90%"}
  - {key: roles, owner: sales, kind: rate, of: contacts, having: {contact.buyer_role: present}, target: "> 75%"}
  - {key: met, owner: marketing, kind: rate, of: {event: request.received}, having: {event: call.made, within: 2 days}, per: month, target: ">= 50%"}
  - {key: calls, owner: sales, kind: volume, count: {event: call.made, by: team}, per: week, target: ">= 5"}
"""  # noqa: E501 - as people write it

WAYS_FOR_SMALL_TABLES = ("seqscan", "hashjoin", "mergejoin")
ROWS_READ = "SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables"

pytestmark = pytest.mark.django_db(transaction=True)


def a_day(day: datetime) -> None:
    """Twelve contacts ask, and are called within the hour."""
    names = [f"{day:%m%d}-{one}" for one in range(A_DAY)]
    asked = [f"{day + timedelta(hours=8, minutes=2 * one):%Y-%m-%dT%H:%M:00Z}" for one in range(A_DAY)]
    called = [f"{day + timedelta(hours=9, minutes=2 * one):%Y-%m-%dT%H:%M:00Z}" for one in range(A_DAY)]
    evening = day + timedelta(hours=18)
    send(
        "contacts",
        *[{"external_id": n, "buyer_role": "other", "updated_at": asked[0]} for n in names],
        as_of=evening,
    )
    requests = [event(f"r{n}", "request.received", at, contact=n) for n, at in zip(names, asked, strict=True)]
    calls = [
        event(f"c{n}", "call.made", at, contact=n, actor="r1") for n, at in zip(names, called, strict=True)
    ]
    send("events", *requests, *calls, as_of=evening)


@pytest.fixture
def indexed() -> Iterator[None]:
    """Small tables are read as a whole whatever their indexes: these are asked for as in a large one."""
    for way in WAYS_FOR_SMALL_TABLES:
        run(f"SET enable_{way} = off")
    yield
    for way in WAYS_FOR_SMALL_TABLES:
        run(f"RESET enable_{way}")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def rows_read() -> Counter[str]:
    run("SELECT pg_stat_force_next_flush()")
    run("SELECT pg_stat_clear_snapshot()")
    with connection.cursor() as cursor:
        cursor.execute(ROWS_READ)
        return Counter(dict(cursor.fetchall()))


def history(days: range, *, as_of: datetime) -> None:
    for number in reversed(days):
        a_day(DAY - timedelta(days=number))
    judge_pending(as_of=as_of)
    sync_breaches(as_of=as_of)
    run("VACUUM ANALYZE")


def cost_of(day: datetime) -> Counter[str]:
    """Rows read for the report of the morning after the day, its judging and its sweep included."""
    publish_due(as_of=day + MORNING - timedelta(days=1))  # what earlier days left
    a_day(day)
    before = rows_read()
    publish_due(as_of=day + MORNING)
    report = DailyReport.objects.filter(team__slug="sales").latest("day")
    kept = {row["commitment"]: row["met"] for row in report.body["sections"]["kept"]}
    assert kept["inbound"] == A_DAY
    return rows_read() - before


@pytest.mark.usefixtures("indexed")
def test_a_long_history_adds_little_to_what_the_report_of_a_day_reads() -> None:
    signed(AGREEMENT, as_of=DAY - timedelta(days=60))
    send("members", {"external_id": "r1", "email": "r1@example.com", "team": "sales"})
    history(range(1, 8), as_of=DAY + timedelta(days=4))
    short, few = cost_of(DAY + timedelta(days=5)), Clock.objects.count()
    history(range(8, 40), as_of=DAY + timedelta(days=6, hours=7))
    long, many = cost_of(DAY + timedelta(days=6)), Clock.objects.count()
    assert many > 4 * few
    more = long - short
    by_the_day = more.pop("measurement_reading") + more.pop("measurement_bucket")
    assert more.total() < 0.05 * short.total(), more.most_common(5)
    assert by_the_day < 16 * 32, "a few rows for each day more, however much happened on it"
