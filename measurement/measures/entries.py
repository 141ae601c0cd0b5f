"""When a fact was entered: shown where that was long after it happened, and too late to count where the
promise says so (``logged_within``). Pure.

What is chosen: only what speaks for whoever owes can come too late, since a rule against entering things
afterwards must not turn against the other side: what is done (stops, steps, counted events, presence), and
what ends or holds the clock (cancels, pauses). A start, a resume and a failure count whenever they are
entered, and so does what does not say when it was.
"""

from datetime import datetime, timedelta
from typing import Any

from agreements.business_time import NeverOpenError, Schedule
from agreements.deadlines import due
from agreements.durations import Duration, Measure
from agreements.terms.values import Promise
from measurement.facts import Fact
from measurement.verdicts import Role, written

#: The roles in which an entry may come too late.
FOR_WHO_OWES = frozenset({Role.STOP, Role.CANCEL, Role.PAUSE})
#: Systems enter what happened within minutes; what took longer is told.
TOLD_FROM = timedelta(hours=1)


def is_logged_late(promise: Promise, fact: Fact) -> bool:
    """Whether the fact was entered later than the promise allows."""
    limit = promise.terms.logged_within
    if limit is None or fact.recorded_at is None or fact.recorded_at <= fact.at:
        return False
    return not is_within(promise.schedule, fact.at, fact.recorded_at, limit)


def how_entered(fact: Fact) -> dict[str, Any]:
    """What evidence says of a fact beside what it did: declared by hand, entered so long afterwards."""
    if fact.recorded_at is None and not fact.data:
        return {}
    told: dict[str, Any] = {}
    if fact.data.get("declared") is True:
        told["declared"] = True
    if fact.recorded_at is not None and (told or fact.recorded_at - fact.at >= TOLD_FROM):
        told["recorded"] = written(fact.recorded_at)
    return told


def is_within(schedule: Schedule, earlier: datetime, later: datetime, limit: Duration) -> bool:
    """Whether one instant is at most so long after another; of business days: no later than so many."""
    match limit.measure:
        case Measure.ELAPSED:
            return later - earlier <= timedelta(seconds=limit.seconds)
        case Measure.BUSINESS_TIME:
            return schedule.elapsed(earlier, later) <= limit.seconds
    try:
        last = due(schedule, earlier, limit)
    except NeverOpenError:
        return False
    return last is not None and later <= last
