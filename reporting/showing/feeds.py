"""Feeds as their page shows them: by source, with a small chart of their days."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.charts.shares import spark_bars
from reporting.feed_status import DAYS, Feed, feeds_with_days


@dataclass(frozen=True, slots=True)
class ShownFeed:
    """One feed with its chart, and what the chart says in words."""

    feed: Feed
    chart: dict[str, Any]
    chart_label: str


@dataclass(frozen=True, slots=True)
class ShownSource:
    """One source with its feeds; stale as a whole (accounts may not change for a week)."""

    name: str
    stale: bool
    last: datetime
    feeds: list[ShownFeed]


def shown_feeds(*, zone: str, as_of: datetime) -> list[ShownSource]:
    """All sources by name."""
    feeds = feeds_with_days(zone=zone, as_of=as_of)
    sources = []
    for name, some in groupby(feeds, key=attrgetter("source")):
        of_source = list(some)
        last = max(feed.last for feed in of_source)
        sources.append(ShownSource(name, of_source[0].stale, last, [_shown(feed) for feed in of_source]))
    return sources


def _shown(feed: Feed) -> ShownFeed:
    most = max((day.received for day in feed.days), default=0) or 1
    bars = [
        (day.received / most, "missed" if day.rejected else "open", _day(day.day, day.received, day.rejected))
        for day in feed.days
    ]
    total = sum(day.received for day in feed.days)
    words = {"n": total, "days": DAYS, "most": most if total else 0}
    label = _("%(n)d rows in %(days)d days, %(most)d at most on one day") % words
    return ShownFeed(feed, spark_bars(bars, slot=9, height=26), label)


def _day(day: Any, received: int, rejected: int) -> str:
    text = ngettext("%(day)s: %(n)d row", "%(day)s: %(n)d rows", received)
    told = text % {"day": date_format(day, "SHORT_DATE_FORMAT"), "n": received}
    return f"{told}, " + _("%(n)d rejected") % {"n": rejected} if rejected else told
