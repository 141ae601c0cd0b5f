"""The time of a clock as pieces for drawing: open, closed, paused."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from agreements.business_time import Schedule
from measurement.states import ClockLike, end_of, pauses_of
from measurement.verdicts import written

#: Pieces that are listed; what comes after them is one piece of type "omitted".
MOST = 200

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_LONGEST = timedelta(days=400)

Piece = tuple[datetime, datetime, str]


def segments_of(clock: ClockLike, schedule: Schedule, as_of: datetime) -> list[dict[str, Any]]:
    """From the start to the later of the deadline and the end (``as_of`` while it is open), end to end.

    Seconds are by the wall clock, so they add up to the whole.
    """
    end = end_of(clock)
    reached = as_of if end is None else min(end, as_of)
    until = max(clock.started_at, reached, clock.due_at or reached)
    pauses = [(from_, min(to or reached, reached)) for from_, to in pauses_of(clock)]
    return segments_between(schedule, clock.started_at, until, pauses)


def segments_between(
    schedule: Schedule, start: datetime, until: datetime, pauses: Sequence[tuple[datetime, datetime]] = ()
) -> list[dict[str, Any]]:
    """The pieces of the time between two instants, end to end."""
    last = min(until, start + _LONGEST)
    pieces = list(_paused(_opened(schedule, start, last), pauses))
    if len(pieces) > MOST or last < until:
        pieces = pieces[:MOST]
        pieces.append((pieces[-1][1], until, "omitted"))
    return [
        {"from": written(from_), "to": written(to), "type": type_, "seconds": (to - from_) // _SECOND}
        for from_, to, type_ in pieces
    ]


def closed_days(schedule: Schedule, start: datetime, end: datetime, *, most: int = 3) -> list[list[date]]:
    """Runs of dates between two instants on which the calendar does not open at all; the first ``most``."""
    zone, runs = schedule.calendar.zone, list[list[date]]()
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while day <= last and len(runs) <= most and last - day < _LONGEST:
        if not schedule.calendar.windows_on(day):
            if runs and runs[-1][-1] == day - _DAY:
                runs[-1].append(day)
            else:
                runs.append([day])
        day += _DAY
    return runs[:most]


def _opened(schedule: Schedule, start: datetime, end: datetime) -> Iterator[Piece]:
    cursor = start
    for opening, closing in schedule.segments(start, end):
        if cursor < opening:
            yield cursor, opening, "closed"
        yield opening, closing, "open"
        cursor = closing
    if cursor < end:
        yield cursor, end, "closed"


def _paused(pieces: Iterable[Piece], pauses: Sequence[tuple[datetime, datetime]]) -> Iterator[Piece]:
    """Cut the pieces where pauses lie; a pause is one piece, whatever the calendar says."""
    waiting = [(from_, to) for from_, to in pauses if from_ < to]
    for start, end, type_ in pieces:
        cursor = start
        while waiting and waiting[0][0] < end:
            from_, to = waiting[0]
            if cursor < from_:
                yield cursor, from_, type_
            if cursor <= from_:
                yield from_, to, "paused"
            cursor = max(cursor, min(to, end))
            if to > end:
                break
            waiting.pop(0)
        if cursor < end:
            yield cursor, end, type_
