"""When allowed times begin, are used up and are about to be, for many starts at once. Pure.

The same answers as ``agreements.deadlines`` for what no pause has moved.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from agreements.business_time import Schedule
from agreements.durations import Duration, Measure
from agreements.terms.values import ResponseTerms
from measurement.columns.courses import Bools, Int64s
from measurement.columns.scene import NEVER

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


class Allowed(NamedTuple):
    """Of each start: its deadline, when to warn, when it is given up (or ``NEVER``), the allowed time."""

    due: Int64s
    warn: Int64s
    gives_up: Int64s
    seconds: Int64s


def is_open(schedule: Schedule, instants: Int64s) -> Bools:
    """Which of the instants are in open time."""
    return schedule.add_many(instants, 0) == instants


def allowed(schedule: Schedule, starts: Int64s, terms: ResponseTerms) -> Allowed:
    """The deadlines of clocks that begin at these instants; raises ``NeverOpenError``."""
    begun = _begin(schedule, starts, terms.within, terms.outside_hours)
    due = _add(schedule, begun, terms.within)
    business_days = terms.within.measure is Measure.BUSINESS_DAYS
    seconds = (
        schedule.elapsed_many(begun, due) if business_days else np.full(len(starts), terms.within.seconds)
    )
    return Allowed(
        due=due,
        warn=_warn(schedule, starts, due, Fraction(terms.warn_at)),
        gives_up=_gives_up(schedule, due, terms.give_up),
        seconds=seconds,
    )


def _begin(schedule: Schedule, starts: Int64s, within: Duration, outside_hours: str) -> Int64s:
    if within.measure is Measure.ELAPSED and outside_hours != "next_opening":
        return starts
    return schedule.add_many(starts, 0)


def _add(schedule: Schedule, begun: Int64s, within: Duration) -> Int64s:
    match within.measure:
        case Measure.ELAPSED:
            return begun + within.seconds
        case Measure.BUSINESS_TIME:
            return schedule.add_many(begun, within.seconds)
    return _add_business_days(schedule, begun, within.amount)


def _add_business_days(schedule: Schedule, begun: Int64s, days: int) -> Int64s:
    """Each distinct instant once: dates are a matter of the calendar's wall clock."""
    distinct, places = np.unique(begun, return_inverse=True)
    found = [
        (schedule.add_business_days(_EPOCH + timedelta(seconds=at), days) - _EPOCH) // _SECOND
        for at in distinct.tolist()
    ]
    return np.array(found, np.int64)[places]


def _gives_up(schedule: Schedule, due: Int64s, after: Duration | None) -> Int64s:
    if after is None:
        return np.full(len(due), NEVER)
    return _add(schedule, _begin(schedule, due, after, "count"), after)


def _warn(schedule: Schedule, starts: Int64s, due: Int64s, share: Fraction) -> Int64s:
    opened = schedule.elapsed_many(starts, due)
    found = starts + _share(due - starts, share)
    there = opened > 0
    found[there] = schedule.add_many(starts[there], _share(opened[there], share))
    return found


def _share(seconds: Int64s, share: Fraction) -> Int64s:
    """A share of whole seconds, rounded as Python does: a half to the even one."""
    whole, rest = np.divmod(seconds * share.numerator, share.denominator)
    up = (2 * rest > share.denominator) | ((2 * rest == share.denominator) & (whole % 2 == 1))
    return whole + up
