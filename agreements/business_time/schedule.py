"""Schedule: questions about business time, answered from compiled UTC segments (CONTRACT §5).

Instants go in as aware datetimes in any zone and come out in UTC: two aware datetimes that share a zone
subtract as wall clocks in Python, in UTC they cannot go wrong. Parts of a second are dropped on the way in.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agreements.business_time.arrays import Arrays, BeyondLineError
from agreements.business_time.calendar import Calendar
from agreements.business_time.compiled import LAST_YEAR, Compiled, NeverOpenError
from agreements.business_time.line import Line
from agreements.business_time.windows import DAYS, Window

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_from_epoch = datetime.fromtimestamp


class Schedule:
    """One calendar's business time. Compiled year by year as needed, in both directions, and kept.

    ``week`` is {"mon": ["09:00-12:30", ("13:30", "18:00")], …}; ``holidays`` are dates (or ISO strings) that
    close their windows wholly; ``open`` {date: windows} replaces the week's and beats holidays; ``breaks``
    {date: windows} are closed. Raises ``WindowError`` (a ``ValueError``) naming the field.

    Membership is by wall clock: a window 02:30–03:15 on a night that skips 02:00–03:00 is open 15 minutes,
    on a night that repeats 02:00–03:00 it is open 75. A window that crosses midnight belongs to the date it
    starts on.
    """

    __slots__ = ("_arrays", "_calendar", "_compiled", "_days")

    def __init__(
        self,
        timezone: object,
        week: Mapping[str, Iterable[object]],
        *,
        holidays: Iterable[object] = (),
        open: Mapping[Any, Iterable[object]] | None = None,
        breaks: Mapping[Any, Iterable[object]] | None = None,
    ) -> None:
        self._start(Calendar.parse(timezone, week, holidays=holidays, open=open, breaks=breaks))

    @classmethod
    def of(cls, calendar: Calendar) -> Self:
        """The schedule of a parsed calendar."""
        schedule = cls.__new__(cls)
        schedule._start(calendar)
        return schedule

    @classmethod
    def cached(cls, timezone: object, week: Mapping[str, Iterable[object]], **dates: Any) -> "Schedule":
        """The same as ``Schedule(…)``; equal rules share one compiled schedule for the process's life."""
        return _shared(Calendar.parse(timezone, week, **dates))

    def _start(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._compiled = Compiled(calendar)
        self._arrays: tuple[Line, Arrays] | None = None
        self._days: dict[date, tuple[Window, ...]] = {}

    @property
    def calendar(self) -> Calendar:
        """The rules as parsed: zone, week, holidays, open dates and breaks."""
        return self._calendar

    def __eq__(self, other: object) -> bool:
        return self._calendar == other._calendar if isinstance(other, Schedule) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._calendar)

    def __repr__(self) -> str:
        return f"<Schedule {self._calendar.zone.key}, {len(self._calendar.holidays)} holidays>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _shared, (self._calendar,)

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Open seconds in [start, end), as long as they really were; negative when reversed."""
        # Written out, for it is asked most: two conversions and, where the cells reach, two divisions.
        try:
            first, last = start - EPOCH, end - EPOCH
        except TypeError:
            raise _naive(start, end) from None
        since, until = first.days * 86_400 + first.seconds, last.days * 86_400 + last.seconds
        lower, upper, step, numbers, bases, _ = self._compiled.cells
        if lower <= since < upper and lower <= until < upper:
            i, j = numbers[(since - lower) // step], numbers[(until - lower) // step]
        else:
            line = self._compiled.cover(min(since, until), max(since, until))
            i, j, bases = bisect_right(line.bounds, since), bisect_right(line.bounds, until), line.bases
        return (bases[j] + until if j & 1 else bases[j]) - (bases[i] + since if i & 1 else bases[i])

    def add(self, start: datetime, seconds: int, *, backward: bool = False) -> datetime:
        """The earliest instant at which ``seconds`` of open time have passed since ``start``.

        0 gives the start if it is open, else the next opening. Negative seconds walk back, to the latest
        instant; 0 with ``backward`` gives the start if it is open, else the previous closing.
        Raises ``NeverOpenError`` where the calendar does not open for so long.
        """
        try:
            passed = start - EPOCH
        except TypeError:
            raise _naive(start) from None
        epoch = passed.days * 86_400 + passed.seconds
        lower, upper, step, numbers, bases, shifts = self._compiled.cells
        if seconds > 0 and lower <= epoch < upper:  # _reach by cells, written out for what is asked most
            i = numbers[(epoch - lower) // step]
            target = bases[i] + seconds + epoch if i & 1 else bases[i] + seconds
            cell = (target - 1) // step
            if cell < len(shifts):
                return _from_epoch(target + shifts[cell], UTC)
        return _from_epoch(self._reach(epoch, seconds, backward), UTC)

    def add_business_days(self, start: datetime, days: int) -> datetime:
        """The instant ``days`` open dates after the start's, at the same wall-clock time.

        A start in closed time begins at the next opening. A night's window counts for the date it starts
        on. The time is clamped to the target date's first opening and last closing; a skipped local time
        moves forward, an ambiguous one is the first. Zero days is the last closing of the same open date.
        """
        if days < 0:
            raise ValueError(f"business days: {days} is negative; write 0 or more")
        begun = self._reach(_epoch(start), 0, False)
        day, seconds = self._open_date(begun)
        if not days:
            return _from_epoch(self._segments_of(day)[-1][1], UTC)
        target = self._open_date_after(day, days)
        segments = self._segments_of(target)
        clamped = min(max(self._calendar.instant(target, seconds), segments[0][0]), segments[-1][1])
        # Where a night reaches beyond the next date's closing, the clamp alone would go back in time.
        return _from_epoch(max(clamped, begun), UTC)

    def is_open(self, instant: datetime) -> bool:
        """Whether the instant is in open time; an opening is, a closing is not."""
        epoch = _epoch(instant)
        return bool(bisect_right(self._compiled.cover(epoch, epoch).bounds, epoch) & 1)

    def segments(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The open segments within [start, end), cut at its ends; none when it is empty."""
        since, until = _epoch(start), _epoch(end)
        if until <= since:
            return []
        line = self._compiled.cover(since, until)
        first, last = bisect_right(line.bounds, since) // 2, (bisect_left(line.bounds, until) + 1) // 2
        pairs = zip(
            line.bounds[2 * first : 2 * last : 2], line.bounds[2 * first + 1 : 2 * last : 2], strict=True
        )
        return [
            (
                _from_epoch(max(opening, since), UTC),
                _from_epoch(min(closing, until), UTC),
            )
            for opening, closing in pairs
        ]

    def elapsed_many(self, starts: ArrayLike, ends: ArrayLike) -> NDArray[np.int64]:
        """``elapsed`` for whole epoch seconds in arrays that broadcast; the same answers, exactly."""
        since, until = np.broadcast_arrays(whole(starts, "starts"), whole(ends, "ends"))
        if not since.size:
            return np.zeros(since.shape, np.int64)
        line = self._compiled.cover(int(min(since.min(), until.min())), int(max(since.max(), until.max())))
        return self._arrays_of(line).elapsed(since, until)

    def add_many(self, starts: ArrayLike, seconds: ArrayLike) -> NDArray[np.int64]:
        """``add`` for whole epoch seconds in arrays that broadcast; the same answers, exactly."""
        since, amounts = np.broadcast_arrays(whole(starts, "starts"), whole(seconds, "seconds"))
        if not since.size:
            return np.zeros(since.shape, np.int64)
        line = self._compiled.cover(int(since.min()), int(since.max()))
        while True:
            try:
                return self._arrays_of(line).add(since, amounts)
            except BeyondLineError as beyond:
                line = self._compiled.grow(line, beyond.forward)

    def _reach(self, epoch: int, seconds: int, backward: bool) -> int:
        """``add`` in epoch seconds."""
        line = self._compiled.line
        if not line.lower <= epoch < line.upper:
            line = self._compiled.cover(epoch, epoch)
        earliest = seconds > 0 or (backward and not seconds)
        while True:
            _, _, bounds, bases, totals, shifts = line
            i = bisect_right(bounds, epoch)
            passed = bases[i] + seconds
            if i & 1:
                if not seconds:
                    return epoch
                passed += epoch
            # At a boundary of segments an open time has two instants: a closing and the next opening.
            k = bisect_right(totals, passed - earliest) - 1
            if 0 <= k < len(shifts):
                return passed + shifts[k]
            line = self._compiled.grow(line, k >= 0)

    def _arrays_of(self, line: Line) -> Arrays:
        held = self._arrays
        if held is None or held[0] is not line:
            self._arrays = held = (line, Arrays(line))
        return held[1]

    def _open_date(self, epoch: int) -> tuple[date, int]:
        """The date whose window an open instant is in; its wall clock in seconds from there."""
        day, seconds = self._calendar.wall(epoch)
        if any(start <= epoch < end for start, end in self._segments_of(day)):
            return day, seconds
        return day - _ONE_DAY, seconds + 86_400

    def _open_date_after(self, day: date, count: int) -> date:
        while count:
            day += _ONE_DAY
            if day.year > LAST_YEAR:
                raise NeverOpenError(f"the calendar has not so many open dates until {LAST_YEAR}")
            count -= bool(self._segments_of(day))
        return day

    def _segments_of(self, day: date) -> tuple[Window, ...]:
        segments = self._days.get(day)
        if segments is None:
            self._days[day] = segments = self._calendar.segments_of(day)
        return segments


def whole(values: ArrayLike, name: str) -> NDArray[np.int64]:
    """The values as int64; raises ``ValueError`` for what is not whole seconds (floats, datetimes)."""
    array = np.asarray(values)
    if array.dtype.kind not in "iu" and array.size:
        raise ValueError(f"{name}: expected whole epoch seconds (integers), got {array.dtype}")
    return array.astype(np.int64, copy=False)


@lru_cache(maxsize=256)
def _shared(calendar: Calendar) -> Schedule:
    return Schedule.of(calendar)


def _epoch(instant: datetime) -> int:
    try:
        passed = instant - EPOCH
    except TypeError:
        raise _naive(instant) from None
    return passed.days * 86_400 + passed.seconds


def _naive(*instants: object) -> ValueError:
    wrong = next((i for i in instants if not isinstance(i, datetime) or i.utcoffset() is None), instants[0])
    return ValueError(f"expected an aware datetime, got {wrong!r}; give it a time zone")


_ONE_DAY = timedelta(days=1)

ALWAYS_OPEN = Schedule.cached("UTC", {day: ["00:00-24:00"] for day in DAYS})
"""24 × 7 in UTC: the calendar of a commitment that has none."""
