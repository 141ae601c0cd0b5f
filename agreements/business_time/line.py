"""The compiled stretch of a calendar: open segments with running totals, for bisecting, and the same as a
table, for the calendars whose openings and closings lie on a grid (nearly all do)."""

from itertools import accumulate, pairwise
from math import gcd
from typing import NamedTuple, Self

from agreements.business_time.windows import Window


class Line(NamedTuple):
    """Open time over [lower, upper) in epoch seconds. Immutable, so threads may share one.

    ``bounds`` are openings and closings in turn. With ``i = bisect_right(bounds, t)``, ``i`` is odd when
    ``t`` is open, and ``bases[i]``, plus ``t`` if open, is the open time from ``lower`` to ``t``.
    ``totals`` are the open times before each segment and, last, before ``upper``; the instant that has
    the open time ``y`` is ``y + shifts[k]``, ``k`` being the segment where ``totals`` reach ``y``.
    """

    lower: int
    upper: int
    bounds: list[int]
    bases: list[int]
    totals: list[int]
    shifts: list[int]

    @classmethod
    def of(cls, lower: int, upper: int, segments: tuple[Window, ...]) -> Self:
        """Build from sorted segments that are apart."""
        totals = list(accumulate((end - start for start, end in segments), initial=0))
        bases = [0]
        for (start, _), before, after in zip(segments, totals, totals[1:], strict=False):
            bases += (before - start, after)
        return cls(
            lower,
            upper,
            [bound for segment in segments for bound in segment],
            bases,
            totals,
            [start - before for (start, _), before in zip(segments, totals, strict=False)],
        )

    @property
    def segments(self) -> tuple[Window, ...]:
        """The open segments, sorted and apart."""
        return tuple(zip(self.bounds[::2], self.bounds[1::2], strict=True))

    @property
    def step(self) -> int:
        """The widest grid, in seconds from ``lower``, on which all openings and closings lie."""
        return gcd(self.upper - self.lower, *(bound - self.lower for bound in self.bounds))


class Cells(NamedTuple):
    """A line cut into cells of ``step`` seconds, so that a division replaces the bisection.

    For an instant in cell ``c``, ``numbers[c]`` is its ``i`` of ``Line.bases``; for an open time in the c-th
    open cell, ``shifts[c]`` is its ``Line.shifts[k]``. Without cells, ``lower`` and ``upper`` are equal.
    """

    lower: int
    upper: int
    step: int
    numbers: list[int]
    bases: list[int]
    shifts: list[int]

    @classmethod
    def of(cls, line: Line) -> Self:
        """The cells of a line; none where they would be too many to keep."""
        step = line.step
        if not step or (line.upper - line.lower) // step > _MOST_CELLS:
            return cls(0, 0, 1, [], [], [])
        numbers: list[int] = []
        for i, (start, end) in enumerate(pairwise((line.lower, *line.bounds, line.upper))):
            numbers += [i] * ((end - start) // step)
        shifts: list[int] = []
        for shift, (start, end) in zip(line.shifts, line.segments, strict=True):
            shifts += [shift] * ((end - start) // step)
        return cls(line.lower, line.upper, step, numbers, line.bases, shifts)


# Four years in steps of five minutes are 420,000; a list of them is 3.4 MB.
_MOST_CELLS = 500_000
