"""Half-open periods in a calendar's zone: days, ISO weeks, months, and parts of the fiscal year; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from agreements.enums import Period
from agreements.terms import Promise

_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF: 6, Period.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` (included) to ``end`` (not included), in UTC."""

    start: datetime
    end: datetime


def period_around(instant: datetime, per: Period, *, zone: str, fiscal_year_start: int) -> Span:
    """The period that contains the instant; weeks begin on Monday.

    ``fiscal_year_start`` is the month from which quarters, halves and years are counted.
    """
    first, after = _days(instant.astimezone(ZoneInfo(zone)).date(), per, fiscal_year_start)
    return Span(midnight(first, zone), midnight(after, zone))


def period_of(versions: Sequence[Promise], instant: datetime, *, fiscal_year_start: int) -> Span:
    """The period of a commitment that contains the instant; ``versions`` are all of it, the earliest first.

    Periods are those of the version in force, within the time in which it is counted alike (kind of period,
    zone, kind of promise, for whom):
    where another version counts otherwise, one period ends and the next begins, so that none overlap and
    every instant lies in exactly one.
    """
    promise = version_at(versions, instant)
    span = period_around(
        instant, promise.terms.per, zone=promise.timezone, fiscal_year_start=fiscal_year_start
    )
    changes = [
        later.starts_at for earlier, later in pairwise(versions) if _counting(earlier) != _counting(later)
    ]
    return Span(
        start=max([span.start, *(at for at in changes if at <= instant)]),
        end=min([span.end, *(at for at in changes if at > instant)]),
    )


def spans_of_days(span: Span, zone: str) -> list[Span]:
    """The local days of a time that begins and ends at midnight, in order."""
    day, last = (at.astimezone(ZoneInfo(zone)).date() for at in (span.start, span.end))
    days = [day + timedelta(days=number) for number in range((last - day).days)]
    return [Span(midnight(one, zone), midnight(one + timedelta(days=1), zone)) for one in days]


def version_at(versions: Sequence[Promise], instant: datetime) -> Promise:
    """The latest version that has begun, the first one before all."""
    begun = [promise for promise in versions if promise.starts_at <= instant]
    return begun[-1] if begun else versions[0]


def midnight(day: date, zone: str) -> datetime:
    """The beginning of a local day; where midnight does not exist, the first instant that does."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _counting(promise: Promise) -> tuple[Any, ...]:
    """How a version's periods are counted: by what, where, of what, and for whom."""
    terms = promise.terms
    of_records = isinstance(getattr(terms, "of", None), str)
    return terms.per, promise.timezone, promise.kind, of_records, getattr(terms, "each", None)


def _days(day: date, per: Period, fiscal_year_start: int) -> tuple[date, date]:
    if per is Period.DAY:
        return day, day + timedelta(days=1)
    if per is Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    length = _MONTHS[per]
    passed = (day.month - fiscal_year_start) % length
    number = day.year * 12 + day.month - 1 - passed
    return _month(number), _month(number + length)


def _month(number: int) -> date:
    """The first day of a month counted from the year 0."""
    return date(number // 12, number % 12 + 1, 1)
