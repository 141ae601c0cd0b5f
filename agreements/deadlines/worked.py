"""Three awkward deadlines of a promise, worked out before anybody signs it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from agreements.business_time import Schedule
from agreements.deadlines.allowed_time import due
from agreements.durations import Duration

_DAY = timedelta(days=1)
_HORIZON_DAYS = 400
_HOUR = 3_600


class Moment(StrEnum):
    """When the worked example starts."""

    MID_MORNING = "mid_morning"
    BEFORE_CLOSING = "before_closing"  # in the last hour before a weekend, or before the day's end
    BEFORE_HOLIDAY = "before_holiday"  # in the last hours before the next public holiday
    NIGHT = "night"  # where no holiday is ahead: two hours after closing, or at 3 in the morning


@dataclass(frozen=True, slots=True)
class WorkedDeadline:
    """``due`` is None where a start at that moment is ignored (``outside_hours: ignore``)."""

    moment: Moment
    start: datetime
    due: datetime | None


def worked_deadlines(
    schedule: Schedule, duration: Duration, *, as_of: datetime, outside_hours: str = "count"
) -> tuple[WorkedDeadline, ...]:
    """An ordinary mid-morning, the last hour before a long closing, and the eve of the next public holiday
    (or a night), all after ``as_of``; instants in UTC. Raises ``NeverOpenError`` for an empty calendar."""
    starts = (
        _mid_morning(schedule, as_of),
        _before_closing(schedule, as_of),
        _before_holiday_or_night(schedule, as_of),
    )
    return tuple(
        WorkedDeadline(moment, start, due(schedule, start, duration, outside_hours=outside_hours))
        for moment, start in starts
    )


def _mid_morning(schedule: Schedule, as_of: datetime) -> tuple[Moment, datetime]:
    """Ten o'clock of the next open day, else an hour after it opens (half its time, if that is shorter)."""
    tomorrow = _local_date(schedule, as_of) + _DAY
    opening = schedule.add(_at(schedule, tomorrow, 0), 0)
    ten = _at(schedule, _local_date(schedule, opening), 10 * _HOUR)
    if ten >= opening and schedule.is_open(ten):
        return Moment.MID_MORNING, ten
    closing = schedule.segments(opening, opening + _DAY)[0][1]
    return Moment.MID_MORNING, opening + min(timedelta(seconds=_HOUR), (closing - opening) / 2)


def _before_closing(schedule: Schedule, as_of: datetime) -> tuple[Moment, datetime]:
    """Half an open hour before the next closing that lasts a day, else before the longest one of a week."""
    segments = schedule.segments(as_of + timedelta(hours=1), as_of + 15 * _DAY)
    gaps = [(after[0] - before[1], before[1]) for before, after in pairwise(segments)]
    long = next((closing for gap, closing in gaps if gap >= _DAY), None)
    if long is None and gaps:
        long = max(gaps, key=lambda gap: gap[0])[1]
    if long is None:
        return Moment.BEFORE_CLOSING, _friday_evening(schedule, as_of)
    return Moment.BEFORE_CLOSING, schedule.add(long, -_HOUR // 2)


def _before_holiday_or_night(schedule: Schedule, as_of: datetime) -> tuple[Moment, datetime]:
    """Two open hours before the closing that the next public holiday lengthens, else in closed time."""
    calendar, today = schedule.calendar, _local_date(schedule, as_of)
    closed = (day for day in sorted(calendar.holidays) if day > today and calendar.week[day.weekday()])
    holiday = next((day for day in closed if not calendar.windows_on(day)), None)
    if holiday and holiday <= today + _HORIZON_DAYS * _DAY:
        eve = schedule.add(_at(schedule, holiday, 0), -2 * _HOUR)
        if eve >= as_of:
            return Moment.BEFORE_HOLIDAY, eve
    return Moment.NIGHT, _night(schedule, today)


def _night(schedule: Schedule, today: date) -> datetime:
    opening = schedule.add(_at(schedule, today + _DAY, 0), 0)
    segments = schedule.segments(opening, opening + 15 * _DAY)
    if len(segments) > 1:
        closing = segments[0][1]
        return closing + min(timedelta(hours=2), (segments[1][0] - closing) / 2)
    return _at(schedule, today + _DAY, 3 * _HOUR)


def _friday_evening(schedule: Schedule, as_of: datetime) -> datetime:
    tomorrow = _local_date(schedule, as_of) + _DAY
    return _at(schedule, tomorrow + (4 - tomorrow.weekday()) % 7 * _DAY, 17 * _HOUR + _HOUR // 2)


def _local_date(schedule: Schedule, instant: datetime) -> date:
    return instant.astimezone(schedule.calendar.zone).date()


def _at(schedule: Schedule, day: date, seconds: int) -> datetime:
    return datetime.fromtimestamp(schedule.calendar.instant(day, seconds), UTC)
