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
    last = heartbeats.last(SWEEP)
    looked = min(last.at, as_of) if last else as_of
    return max(looked, as_of - LONGEST_OUTAGE) - NEWS_FOR
