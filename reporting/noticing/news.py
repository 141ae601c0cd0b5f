"""What is news: an import of the past tells nobody anything."""

from datetime import datetime, timedelta

from core import heartbeats

SWEEP = "sweep:notices"
NEWS_FOR = timedelta(days=1)
LONGEST_OUTAGE = timedelta(days=7)


def news_since(as_of: datetime) -> datetime:
    """The instant from which something is told: a day before anybody last looked.

    What is older when it first becomes known is history: it stands on pages and in reports. After an outage
    what happened meanwhile is still told, up to a week.
    """
    looked = _last_looked()
    return as_of - NEWS_FOR if looked is None else _within_a_week(looked, as_of) - NEWS_FOR


def looked_until(as_of: datetime) -> datetime:
    """Up to when the sweep has looked; a day ago where it never did."""
    looked = _last_looked()
    return as_of - NEWS_FOR if looked is None else _within_a_week(looked, as_of)


def _last_looked() -> datetime | None:
    last = heartbeats.last(SWEEP)
    return last.at if last else None


def _within_a_week(looked: datetime, as_of: datetime) -> datetime:
    return max(min(looked, as_of), as_of - LONGEST_OUTAGE)
