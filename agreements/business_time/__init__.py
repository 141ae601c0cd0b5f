"""Business time: how much of a span a calendar is open, and when an allowed time has been used.

Pure: no Django, no clock. Everything here is imported as ``agreements.business_time.<name>``.
"""

from agreements.business_time.calendar import Calendar
from agreements.business_time.compiled import NeverOpenError
from agreements.business_time.schedule import ALWAYS_OPEN, Schedule
from agreements.business_time.windows import (
    DAYS,
    Window,
    WindowError,
    parse_date,
    parse_dated_windows,
    parse_dates,
    parse_timezone,
    parse_week,
    parse_window,
    parse_windows,
)

__all__ = [
    "ALWAYS_OPEN",
    "DAYS",
    "Calendar",
    "NeverOpenError",
    "Schedule",
    "Window",
    "WindowError",
    "parse_date",
    "parse_dated_windows",
    "parse_dates",
    "parse_timezone",
    "parse_week",
    "parse_window",
    "parse_windows",
]
