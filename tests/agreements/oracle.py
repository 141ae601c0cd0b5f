"""A dumb reference for business time: it looks at every second of a span and asks the wall clock.

It shares nothing with the engine: windows are read here from their text, no segment is ever built.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EPOCH_DAY = date(1970, 1, 1)


@dataclass(frozen=True)
class Oracle:
    timezone: str
    week: dict[str, list[str]]
    holidays: tuple[date, ...] = ()
    open: dict[date, list[str]] = field(default_factory=dict)
    breaks: dict[date, list[str]] = field(default_factory=dict)

    def is_open(self, start: int, end: int) -> np.ndarray:
        """For each epoch second of [start, end): is the calendar open?"""
        seconds = np.arange(start, end)
        wall = seconds + self._offsets(start, end)
        day, time = wall // 86_400, wall % 86_400
        answer = np.zeros(len(seconds), bool)
        for number in range(day.min() - 1, day.max() + 1):
            for window in self._windows(EPOCH_DAY + timedelta(days=int(number))):
                answer |= _inside(window, day - number, time)
        for broken, windows in self.breaks.items():
            for window in windows:
                answer &= ~_inside(window, day - (broken - EPOCH_DAY).days, time)
        return answer

    def elapsed(self, start: int, end: int) -> int:
        return (
            -self.elapsed(end, start)
            if end < start
            else int(self.is_open(start, end).sum())
            if end > start
            else 0
        )

    def add(self, start: int, seconds: int, reach: int) -> int | None:
        """Walk up to ``reach`` seconds in one direction; None when that is not far enough."""
        if seconds > 0:
            opened = np.flatnonzero(self.is_open(start, start + reach))
            return start + int(opened[seconds - 1]) + 1 if len(opened) >= seconds else None
        if seconds < 0:
            opened = np.flatnonzero(self.is_open(start - reach, start))
            # The latest instant that leaves so many open seconds behind it is where the first of them begins.
            return start - reach + int(opened[seconds]) if len(opened) >= -seconds else None
        opened = np.flatnonzero(self.is_open(start, start + reach))
        return start + int(opened[0]) if len(opened) else None

    def _windows(self, day: date) -> list[str]:
        if day in self.open:
            return self.open[day]
        return [] if day in self.holidays else self.week.get(DAYS[day.weekday()], [])

    def _offsets(self, start: int, end: int) -> np.ndarray:
        zone, minute = ZoneInfo(self.timezone), start - start % 60
        offsets = [
            int(datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset().total_seconds())
            for at in range(minute, end, 60)
        ]
        return np.repeat(offsets, 60)[start - minute : end - minute]


def _inside(window: str, day: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Whether each wall time is in a window of day 0."""
    opening, closing = (int(text[:2]) * 3600 + int(text[3:]) * 60 for text in window.split("-"))
    if closing > opening:
        return (day == 0) & (time >= opening) & (time < closing)
    return ((day == 0) & (time >= opening)) | ((day == 1) & (time < closing))
