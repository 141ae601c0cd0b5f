"""A window of time cut into whole months, whole days and what is left at its ends; pure.

Tallies are by local day and by month: a long window is a few months and the days at its ends, whatever lies
in it. Only what begins or ends within a day is counted lead by lead.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from measurement.enums import Grain
from measurement.periods import midnight

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Half-open ``spans`` of tallies (grain, first day, day after the last), ``parts`` of days as instants.
    Together they are the window, without overlap."""

    spans: tuple[tuple[Grain, date, date], ...]
    parts: tuple[tuple[datetime, datetime], ...]


def cut(since: datetime | None, until: datetime | None, zone: str) -> Window:
    """[since, until) in days of this zone; None is open. An empty window has no pieces."""
    if since is not None and until is not None and since >= until:
        return Window((), ())
    first, head = (date.min, None) if since is None else _from(since, zone)
    last, tail = (date.max, None) if until is None else _to(until, zone)
    if since is not None and until is not None and first > last:  # within one day
        return Window((), ((since, until),))
    parts = tuple(part for part in (head, tail) if part is not None and part[0] < part[1])
    return Window(tuple(span for span in _spans(first, last) if span[1] < span[2]), parts)


def _from(since: datetime, zone: str) -> tuple[date, tuple[datetime, datetime] | None]:
    """The first whole day, and what lies before it."""
    day = since.astimezone(ZoneInfo(zone)).date()
    if midnight(day, zone) == since:
        return day, None
    return day + _DAY, (since, midnight(day + _DAY, zone))


def _to(until: datetime, zone: str) -> tuple[date, tuple[datetime, datetime] | None]:
    """The day after the last whole one, and what lies from there on."""
    day = until.astimezone(ZoneInfo(zone)).date()
    return day, (midnight(day, zone), until)


def _spans(first: date, last: date) -> list[tuple[Grain, date, date]]:
    month, end = _month_from(first), last.replace(day=1)
    if month >= end:
        return [(Grain.DAY, first, last)]
    return [(Grain.DAY, first, month), (Grain.MONTH, month, end), (Grain.DAY, end, last)]


def _month_from(day: date) -> date:
    """The first of the month that begins on this day or next after it."""
    return day if day.day == 1 else (day.replace(day=1) + 31 * _DAY).replace(day=1)
