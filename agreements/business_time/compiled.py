"""A calendar's line, compiled year by year as questions reach further, in both directions."""

from datetime import UTC, datetime

from agreements.business_time.calendar import Calendar
from agreements.business_time.line import Cells, Line
from agreements.business_time.windows import join

# Nothing is open outside these years: it bounds the search of a calendar that is hardly ever open, and
# keeps a CRM's "0001-01-01" from compiling two thousand years.
FIRST_YEAR, LAST_YEAR = 1900, 2199


def _new_year(year: int) -> int:
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())


_START, _END = _new_year(FIRST_YEAR), _new_year(LAST_YEAR + 1)


class NeverOpenError(ValueError):
    """No such open time on this side of the start: the calendar is empty, or not open long enough."""


class Compiled:
    """Holds the longest line so far. Lines are replaced, never changed: threads read without a lock, and two
    that extend at once only do the work twice."""

    __slots__ = ("_calendar", "cells", "line")

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self.line = Line.of(0, 0, ())
        self.cells = Cells.of(self.line)

    def cover(self, low: int, high: int) -> Line:
        """A line that holds the instants [low, high], as far as the horizon goes."""
        line = self.line
        if line.lower <= low and high < line.upper:
            return line
        first, last = (_year(min(max(epoch, _START), _END - 1)) for epoch in (low, high))
        lower, upper = _new_year(first), _new_year(last + 1)
        if line.lower < line.upper:
            return self._extend(line, min(lower, line.lower), max(upper, line.upper))
        return self._extend(Line.of(lower, lower, ()), lower, upper)

    def grow(self, line: Line, forward: bool) -> Line:
        """A line twice as long in one direction; raises ``NeverOpenError`` at the horizon."""
        length = line.upper - line.lower
        if forward and line.upper < _END:
            return self.cover(line.lower, line.upper + length - 1)
        if not forward and line.lower > _START:
            return self.cover(line.lower - length, line.upper - 1)
        side = f"after the start, until {LAST_YEAR}" if forward else f"before the start, since {FIRST_YEAR}"
        raise NeverOpenError(f"the calendar has not so much open time {side}; give it windows in its week")

    def _extend(self, line: Line, lower: int, upper: int) -> Line:
        if (lower, upper) != (line.lower, line.upper):
            before = self._calendar.segments(lower, line.lower) if lower < line.lower else ()
            after = self._calendar.segments(line.upper, upper) if line.upper < upper else ()
            line = Line.of(lower, upper, join(before + line.segments + after))
            self.line, self.cells = line, Cells.of(line)
        return line


def _year(epoch: int) -> int:
    return datetime.fromtimestamp(epoch, UTC).year
