"""How fresh the facts are: the last receipt of each feed, and which feeds have fallen silent."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from core.instants import format_instant
from core.models import Heartbeat

PREFIX = "feed:"


def feeds_as_of(as_of: datetime, *, silent_since: datetime) -> list[dict[str, Any]]:
    """Feeds (``source:resource``) with their last receipt and whether their source is stale.

    A source is stale when none of its feeds brought anything since ``silent_since``: accounts may well not
    change for a week while events come by the minute. A receipt after ``as_of``, where the report was built
    late, is told as it was and counts as fresh.
    """
    beats = Heartbeat.objects.filter(name__startswith=PREFIX)
    last = {beat.name.removeprefix(PREFIX): beat.at for beat in beats}
    newest: dict[str, datetime] = defaultdict(lambda: datetime.min.replace(tzinfo=as_of.tzinfo))
    for feed, at in last.items():
        newest[_source(feed)] = max(newest[_source(feed)], at)
    return [
        {"feed": feed, "last": format_instant(at), "stale": newest[_source(feed)] <= silent_since}
        for feed, at in sorted(last.items())
    ]


def _source(feed: str) -> str:
    return feed.split(":", 1)[0]
