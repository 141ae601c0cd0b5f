"""Half-open periods in a calendar's zone: days, ISO weeks, months, and parts of the fiscal year; pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agreements.enums import Period

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


def midnight(day: date, zone: str) -> datetime:
    """The beginning of a local day; where midnight does not exist, the first instant that does."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


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
