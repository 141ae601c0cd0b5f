"""Which buckets make up a time: days of UTC, quarters of an hour around them, and what is less than one.

Every offset of a zone in use is a whole number of quarters, so that periods are made of buckets alone; an
instant in the middle of a quarter leaves a piece whose rows are counted one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

DAY = 1440
QUARTER = 15
ROWS = 0  # no bucket: the rows themselves
_QUARTER = timedelta(minutes=QUARTER)
_DAY = timedelta(minutes=DAY)
_ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Piece:
    """[since, until) of the time numbered ``place``, made of buckets of so many ``minutes``."""

    place: int
    minutes: int
    since: datetime
    until: datetime

    def of(self, key: str) -> dict[str, Any]:
        """As it is handed to the database, of a commitment."""
        return {
            "place": self.place,
            "commitment_key": key,
            "minutes": self.minutes,
            "since": self.since,
            "until": self.until,
        }


def pieces(place: int, start: datetime, end: datetime) -> Iterator[Piece]:
    """The buckets of [start, end), few whatever its length: none overlap, together they are all of it."""
    for minutes, since, until in _cut(start, end):
        if since < until:
            yield Piece(place, minutes, since, until)


def _cut(start: datetime, end: datetime) -> list[tuple[int, datetime, datetime]]:
    first, last = quarter_after(start), quarter_before(end)
    if first > last:
        return [(ROWS, start, end)]
    rows = [(ROWS, start, first), (ROWS, last, end)]
    day, over = _up(first, _DAY), day_before(last)
    if day >= over:
        return [*rows, (QUARTER, first, last)]
    return [*rows, (QUARTER, first, day), (DAY, day, over), (QUARTER, over, last)]


def quarter_before(instant: datetime) -> datetime:
    """The instant, or the beginning of the quarter in which it lies."""
    return _down(instant, _QUARTER)


def quarter_after(instant: datetime) -> datetime:
    """The instant, or the end of the quarter in which it lies."""
    return _up(instant, _QUARTER)


def day_before(instant: datetime) -> datetime:
    """The beginning of the day of UTC in which the instant lies."""
    return _down(instant, _DAY)


def _down(instant: datetime, step: timedelta) -> datetime:
    instant = instant.astimezone(UTC)  # whoever subtracts in a zone subtracts what its clocks show
    return instant - (instant - _ORIGIN) % step


def _up(instant: datetime, step: timedelta) -> datetime:
    instant = instant.astimezone(UTC)
    return instant + (_ORIGIN - instant) % step
