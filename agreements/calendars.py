"""From a stored calendar to the schedule that measures by it."""

from typing import TYPE_CHECKING, Any

from agreements.business_time import ALWAYS_OPEN, Schedule

if TYPE_CHECKING:
    from agreements.models import CalendarVersion


def schedule_of(calendar: "CalendarVersion | None") -> Schedule:
    """The compiled schedule of a calendar version; without one, 24 × 7 in UTC.

    Equal rules share one schedule for the life of the process. Public holidays are the frozen ones.
    """
    if calendar is None:
        return ALWAYS_OPEN
    return schedule_from(calendar.definition, calendar.holiday_dates)


def schedule_from(definition: dict[str, Any], holiday_dates: dict[str, str]) -> Schedule:
    """The schedule of a calendar as written, with its public holidays as {"2026-04-03": "Good Friday"}."""
    return Schedule.cached(
        definition["timezone"],
        definition.get("week") or {},
        holidays=[*holiday_dates, *(definition.get("closed") or ())],
        open=definition.get("open"),
    )


def timezone_of(calendar: "CalendarVersion | None") -> str:
    """The zone in which the calendar's days and periods are; UTC without one."""
    return calendar.timezone if calendar else "UTC"
