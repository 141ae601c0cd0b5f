"""On which days, and when, a team reads its report."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agreements.business_time import Schedule

FRIDAY = 4


def report_instant(day: date, *, hour: int, timezone: str) -> datetime:
    """The report hour of a day in a zone, in UTC.

    An hour that the clocks skip moves forward, one that they repeat is the first (RFC 5545, §3.3.5).
    """
    return datetime.combine(day, time(hour), ZoneInfo(timezone)).astimezone(UTC)


def is_working_day(day: date, schedules: Iterable[Schedule]) -> bool:
    """Whether any of the calendars opens on the day; without a calendar, Monday to Friday."""
    known = list(schedules)
    if not known:
        return day.weekday() <= FRIDAY
    return any(schedule.calendar.windows_on(day) for schedule in known)


def working_days(since: date, until: date, schedules: Iterable[Schedule]) -> Iterator[date]:
    """The working days from ``since`` to ``until``, both included, oldest first."""
    known = list(schedules)
    for offset in range((until - since).days + 1):
        day = since + timedelta(days=offset)
        if is_working_day(day, known):
            yield day


def previous_working_day(day: date, schedules: Iterable[Schedule]) -> date:
    """The last working day before; the day before where the calendars are closed for a fortnight."""
    earlier = list(working_days(day - timedelta(days=14), day - timedelta(days=1), schedules))
    return earlier[-1] if earlier else day - timedelta(days=1)


def first_of_week(day: date, schedules: Iterable[Schedule]) -> bool:
    """Whether the day is the first working day of its ISO week."""
    monday = day - timedelta(days=day.weekday())
    return next(working_days(monday, day, schedules), None) == day
