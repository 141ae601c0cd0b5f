"""The compiled stretch of a calendar: open segments with running totals, for bisecting."""

from itertools import accumulate
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
