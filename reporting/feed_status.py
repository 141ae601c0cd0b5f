"""What each feed brought, day by day, and when it was last heard of."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from core.bounded import MOST, Count, bounded
from reporting.feeds import feeds_as_of

DAYS = 14
FRESH_FOR = timedelta(days=1)

PER_DAY = """
SELECT source, resource, (received_at AT TIME ZONE %s)::date, sum(received), sum(created), sum(updated),
    sum(unchanged), sum(rejected)
FROM leads_batch WHERE received_at >= %s AND received_at <= %s GROUP BY 1, 2, 3
"""
#: The refused rows of each feed, so many at most.
WAITING = """
SELECT feed.source, feed.resource, (
    SELECT count(*) FROM (
        SELECT FROM leads_batch b JOIN leads_quarantinedrow q ON q.batch_id = b.id
        WHERE b.source = feed.source AND b.resource = feed.resource AND b.rejected > 0 LIMIT %s
    ) AS refused
) FROM unnest(%s::text[], %s::text[]) AS feed (source, resource)
"""


@dataclass(frozen=True, slots=True)
class Day:
    """What one feed brought on one day."""

    day: date
    received: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Feed:
    """One resource of one source: its last receipt, whether its source has fallen silent, its last days
    (oldest first, today last), and how many refused rows wait to be mended."""

    source: str
    resource: str
    last: datetime
    stale: bool
    days: tuple[Day, ...]
    waiting: Count

    @property
    def today(self) -> Day:
        """What came today."""
        return self.days[-1]


def feeds_with_days(*, zone: str, as_of: datetime) -> list[Feed]:
    """Every feed there ever was, by source and resource; days in the zone; three statements."""
    today = as_of.astimezone(ZoneInfo(zone)).date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    known = feeds_as_of(as_of, silent_since=as_of - FRESH_FOR)
    names = [_named(one["feed"]) for one in known]
    brought, waiting = _brought(zone, days[0], as_of), _waiting(names)
    feeds = []
    for one, (source, resource) in zip(known, names, strict=True):
        last = datetime.fromisoformat(one["last"])
        of_feed = brought[source, resource]
        feeds.append(
            Feed(
                source=source,
                resource=resource,
                last=last,
                stale=one["stale"],
                days=tuple(of_feed.get(day, Day(day)) for day in days),
                waiting=waiting[source, resource],
            )
        )
    return feeds


def _named(feed: str) -> tuple[str, str]:
    source, _, resource = feed.partition(":")
    return source, resource


def _brought(zone: str, since: date, as_of: datetime) -> dict[tuple[str, str], dict[date, Day]]:
    begins = datetime(since.year, since.month, since.day, tzinfo=ZoneInfo(zone))
    with connection.cursor() as cursor:
        cursor.execute(PER_DAY, [zone, begins, as_of])
        rows = cursor.fetchall()
    found: dict[tuple[str, str], dict[date, Day]] = defaultdict(dict)
    for source, resource, day, *counts in rows:
        found[source, resource][day] = Day(day, *map(int, counts))
    return found


def _waiting(feeds: list[tuple[str, str]]) -> dict[tuple[str, str], Count]:
    with connection.cursor() as cursor:
        sources, resources = [source for source, _ in feeds], [resource for _, resource in feeds]
        cursor.execute(WAITING, [MOST + 1, sources, resources])
        return {(source, resource): bounded(number) for source, resource, number in cursor.fetchall()}
