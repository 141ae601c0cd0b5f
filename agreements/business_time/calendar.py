"""A calendar's rules compiled into UTC segments.

Opening hours are statements about the wall clock, so they are laid out on a line of wall seconds (as if
there were no zone), united, cut by the breaks, and then carried to UTC piece by piece: between two changes
of the zone's offset the wall clock runs straight. A wall time that a spring change skips is on no piece,
one that an autumn change repeats is on two: membership by wall clock needs no special case.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Self
from zoneinfo import ZoneInfo

from agreements.business_time.windows import (
    DAY,
    DAYS,
    Window,
    join,
    parse_dated_windows,
    parse_dates,
    parse_timezone,
    parse_week,
)

_EPOCH_DAY = date(1970, 1, 1).toordinal()

# Offsets are sampled this far apart. In the IANA database no zone changes its offset and changes it back
# within three days (the closest pair since 1900: Freetown 1939, four days).
_SAMPLE = 2 * DAY

Dated = tuple[tuple[date, tuple[Window, ...]], ...]


@dataclass(frozen=True)
class Calendar:
    """What a calendar says, parsed and hashable: equal rules are equal calendars."""

    zone: ZoneInfo
    week: tuple[tuple[Window, ...], ...]
    holidays: frozenset[date]
    open: Dated
    breaks: Dated

    @classmethod
    def parse(
        cls, timezone: object, week: object, *, holidays: Any = (), open: object = None, breaks: object = None
    ) -> Self:
        """Read a calendar as written in CONTRACT §3 and §5; raises ``WindowError`` naming the field."""
        parsed = parse_week(week)
        return cls(
            parse_timezone(timezone),
            tuple(parsed.get(day, ()) for day in DAYS),
            parse_dates(holidays, "holidays"),
            tuple(parse_dated_windows(open, "open").items()),
            tuple(parse_dated_windows(breaks, "breaks").items()),
        )

    @cached_property
    def opened(self) -> Mapping[date, tuple[Window, ...]]:
        """The dates whose windows replace the week's."""
        return dict(self.open)

    @property
    def recurs(self) -> bool:
        """Whether the week opens at all; otherwise only the ``open`` dates do."""
        return any(self.week)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """The windows that belong to a date: its ``open`` ones, else none on a holiday, else the week's."""
        opened = self.opened.get(day)
        if opened is not None:
            return opened
        return () if day in self.holidays else self.week[day.weekday()]

    def segments(self, lower: int, upper: int) -> tuple[Window, ...]:
        """The open segments within [lower, upper), in epoch seconds, sorted and apart."""
        # The wall clock is at most a day from UTC, and a window ends at most a day after its date.
        first, last = lower // DAY + _EPOCH_DAY - 2, upper // DAY + _EPOCH_DAY + 1
        wall = _without(join(sorted(self._wall_windows(first, last))), self._wall_breaks)
        return join(tuple(_to_utc(wall, self.zone, lower, upper)))

    def segments_of(self, day: date) -> tuple[Window, ...]:
        """The open segments, in epoch seconds, of the windows that belong to a date, its night's included."""
        windows = self.windows_on(day)
        if not windows:
            return ()
        midnight = _midnight(day)
        wall = _without(tuple(_shifted(windows, midnight)), self._wall_breaks)
        return join(tuple(_to_utc(wall, self.zone, midnight - DAY, midnight + 3 * DAY)))

    def wall(self, epoch: int) -> tuple[date, int]:
        """The local date of an instant, and the seconds of its wall clock since that date's midnight."""
        days, seconds = divmod(epoch + _offset(self.zone, epoch), DAY)
        return date.fromordinal(days + _EPOCH_DAY), seconds

    def instant(self, day: date, seconds: int) -> int:
        """The instant at which the wall clock shows ``seconds`` from a date's midnight.

        A time that is skipped moves forward by the gap, an ambiguous one is the first (RFC 5545, §3.3.5).
        """
        local = datetime(day.year, day.month, day.day, tzinfo=self.zone) + timedelta(seconds=seconds)
        offset = local.utcoffset() or timedelta()
        return _midnight(day) + seconds - (offset.days * DAY + offset.seconds)

    def _wall_windows(self, first: int, last: int) -> Iterator[Window]:
        for ordinal in range(first, last + 1):
            day = date.fromordinal(ordinal)
            yield from _shifted(self.windows_on(day), _midnight(day))

    @cached_property
    def _wall_breaks(self) -> tuple[Window, ...]:
        return join(
            sorted(window for day, windows in self.breaks for window in _shifted(windows, _midnight(day)))
        )


def _midnight(day: date) -> int:
    """A date's midnight on the wall line: epoch seconds if there were no zone."""
    return (day.toordinal() - _EPOCH_DAY) * DAY


def _shifted(windows: Iterable[Window], by: int) -> Iterator[Window]:
    return ((start + by, end + by) for start, end in windows)


def _without(segments: tuple[Window, ...], breaks: tuple[Window, ...]) -> tuple[Window, ...]:
    """The segments less the breaks; both sorted and apart."""
    if not breaks:
        return segments
    left: list[Window] = []
    for start, end in segments:
        cursor = start
        for from_, to in breaks:
            if to <= cursor or from_ >= end:
                continue
            if from_ > cursor:
                left.append((cursor, from_))
            cursor = to
        if cursor < end:
            left.append((cursor, end))
    return tuple(left)


def _to_utc(wall: tuple[Window, ...], zone: ZoneInfo, lower: int, upper: int) -> Iterator[Window]:
    """The instants of [lower, upper) at which the wall clock is inside a segment, in order."""
    starts, ends = [start for start, _ in wall], [end for _, end in wall]
    for from_, to, offset in _pieces(zone, lower, upper) if wall else ():
        first, last = bisect_right(ends, from_ + offset), bisect_left(starts, to + offset)
        for start, end in wall[first:last]:
            yield max(start - offset, from_), min(end - offset, to)


def _pieces(zone: ZoneInfo, lower: int, upper: int) -> Iterator[tuple[int, int, int]]:
    """[lower, upper) cut where the zone's offset changes: (from, to, offset)."""
    start, offset, before = lower, _offset(zone, lower), lower
    while before < upper:
        after = min(before + _SAMPLE, upper)
        changed = _offset(zone, after) != offset
        if changed:
            after = _first_change(zone, before, after, offset)
            yield start, after, offset
            start, offset = after, _offset(zone, after)
        before = after
    if start < upper:
        yield start, upper, offset


def _first_change(zone: ZoneInfo, before: int, after: int, offset: int) -> int:
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, epoch: int) -> int:
    offset = datetime.fromtimestamp(epoch, UTC).astimezone(zone).utcoffset() or timedelta()
    return offset.days * DAY + offset.seconds
