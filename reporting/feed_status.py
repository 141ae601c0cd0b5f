"""What each feed brought, day by day, and when it was last heard of."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count

from leads.models import QuarantinedRow
from reporting.feeds import feeds_as_of

DAYS = 14
FRESH_FOR = timedelta(days=1)

PER_DAY = """
SELECT source, resource, (received_at AT TIME ZONE %s)::date, sum(received), sum(created), sum(updated),
    sum(unchanged), sum(rejected)
FROM leads_batch WHERE received_at >= %s AND received_at <= %s GROUP BY 1, 2, 3
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
    waiting: int

    @property
    def today(self) -> Day:
        """What came today."""
        return self.days[-1]


def feeds_with_days(*, zone: str, as_of: datetime) -> list[Feed]:
    """Every feed there ever was, by source and resource; days in the zone; three statements."""
    today = as_of.astimezone(ZoneInfo(zone)).date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    brought, waiting = _brought(zone, days[0], as_of), _waiting()
    feeds = []
    for one in feeds_as_of(as_of, silent_since=as_of - FRESH_FOR):
        source, _, resource = one["feed"].partition(":")
        last = datetime.fromisoformat(one["last"])
        of_feed = brought[source, resource]
        feeds.append(
            Feed(
                source=source,
                resource=resource,
                last=last,
                stale=one["stale"],
                days=tuple(of_feed.get(day, Day(day)) for day in days),
                waiting=waiting.get((source, resource), 0),
            )
        )
    return feeds


def _brought(zone: str, since: date, as_of: datetime) -> dict[tuple[str, str], dict[date, Day]]:
    begins = datetime(since.year, since.month, since.day, tzinfo=ZoneInfo(zone))
    with connection.cursor() as cursor:
        cursor.execute(PER_DAY, [zone, begins, as_of])
        rows = cursor.fetchall()
    found: dict[tuple[str, str], dict[date, Day]] = defaultdict(dict)
    for source, resource, day, *counts in rows:
        found[source, resource][day] = Day(day, *map(int, counts))
    return found


def _waiting() -> dict[tuple[str, str], int]:
    rows = QuarantinedRow.objects.order_by().values_list("batch__source", "batch__resource")
    return {(source, resource): count for source, resource, count in rows.annotate(count=Count("pk"))}
