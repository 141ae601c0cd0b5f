"""Sums of buckets over any times; what is less than a quarter of an hour is counted by its rows.

Each sum is a statement for the buckets and, where a time begins or ends within a quarter, one for the rows:
so few whatever the number of times, and of rows that the length of a time decides and not how much was in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from msgspec import json

from measurement.readings import sums
from measurement.readings.pieces import QUARTER, ROWS, Piece, day_before, pieces, quarter_before

Time = tuple[str, datetime, datetime]
"""A commitment's key, and [from, to)."""


@dataclass(frozen=True, slots=True)
class ClockSum:
    """Clocks by what became of them; ``running`` towards a deadline, ``undated`` without one."""

    met: int = 0
    missed: int = 0
    running: int = 0
    undated: int = 0
    paused: int = 0
    left_out: int = 0

    def __add__(self, other: "ClockSum") -> "ClockSum":
        return ClockSum(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    @property
    def judged(self) -> int:
        """Those that are kept or missed if nothing more happens."""
        return self.met + self.missed + self.running + self.undated

    @property
    def any(self) -> bool:
        """Whether there is a clock at all."""
        return self != ClockSum()


@dataclass(frozen=True, slots=True)
class Tally:
    """Units that have it, that lack it, that are left out; and when the last of the counted is mature."""

    having: int = 0
    lacking: int = 0
    left_out: int = 0
    matures_at: datetime | None = None

    @property
    def counted(self) -> int:
        """The denominator of a share."""
        return self.having + self.lacking

    def __add__(self, other: "Tally") -> "Tally":
        instants = [at for at in (self.matures_at, other.matures_at) if at is not None]
        return Tally(
            self.having + other.having,
            self.lacking + other.lacking,
            self.left_out + other.left_out,
            max(instants, default=None),
        )


def clocks(times: Sequence[Time]) -> list[ClockSum]:
    """The clocks that are due in each of these times, or began in it where no deadline is known."""
    found = [ClockSum()] * len(times)
    for place, *numbers in _summed(sums.CLOCKS, sums.CLOCK_ROWS, _pieces(times)):
        found[place] += ClockSum(*numbers)
    return found


def events(times: Sequence[Time]) -> list[dict[str, Tally]]:
    """The units that happened in each of these times, by ``each``."""
    found: list[dict[str, Tally]] = [{} for _ in times]
    for place, each, *tally in _summed(sums.EVENTS, sums.EVENT_ROWS, _pieces(times)):
        found[place][each] = found[place].get(each, Tally()) + Tally(*tally)
    return [{each: tally for each, tally in one.items() if tally.counted + tally.left_out} for one in found]


def maturity(times: Sequence[Time], *, as_of: datetime) -> list[tuple[Tally, int]]:
    """Of each of these times the units that are mature as of the instant, as they stood then, and the number
    of those that still mature."""
    found = [(Tally(), 0)] * len(times)
    for place, having, lacking, maturing in _summed(
        sums.MATURITY, sums.MATURITY_OF_ROWS, _pieces(times), as_of=as_of
    ):
        tally, before = found[place]
        found[place] = (tally + Tally(having, lacking), before + maturing)
    return found


def lasting(moments: Sequence[tuple[str, datetime]]) -> list[Tally]:
    """The stretches of commitments that last at instants; one that ends at an instant still counts there."""
    found = _of_days(moments)
    last_day = [
        (key, day_before(instant), instant)  # what its day changed up to the instant
        for key, instant in moments
    ]
    parts = [
        part
        for place, (key, day, instant) in enumerate(last_day)
        for part in (
            (key, Piece(place, QUARTER, day, quarter_before(instant))),
            (key, Piece(place, ROWS, quarter_before(instant), instant)),
        )
        if part[1].since < part[1].until
    ]
    for place, having, lacking in _summed(sums.CHANGES, sums.CHANGE_ROWS, parts):
        found[place] += Tally(having, lacking)
    return found


def _of_days(moments: Sequence[tuple[str, datetime]]) -> list[Tally]:
    """What all days before that of each moment add up to."""
    places: dict[str, list[int]] = defaultdict(list)
    for place in sorted(range(len(moments)), key=lambda place: moments[place][1]):
        places[moments[place][0]].append(place)
    days = {key: [day_before(moments[place][1]) for place in those] for key, those in places.items()}
    keys = [{"commitment_key": key, "days": those, "over": those[-1]} for key, those in days.items()]
    changes: dict[str, list[Tally]] = {key: [Tally()] * len(those) for key, those in days.items()}
    with connection.cursor() as cursor:
        cursor.execute(sums.DAYS, {"keys": json.encode(keys).decode()})
        for key, number, having, lacking in cursor.fetchall():
            changes[key][number] = Tally(having, lacking)
    found = [Tally()] * len(moments)
    for key, those in places.items():
        total = Tally()
        for place, change in zip(those, changes[key], strict=True):
            found[place] = total = total + change
    return found


def _pieces(times: Iterable[Time]) -> list[tuple[str, Piece]]:
    return [
        (key, piece) for place, (key, start, end) in enumerate(times) for piece in pieces(place, start, end)
    ]


def _summed(
    buckets: str, rows: str, parts: Sequence[tuple[str, Piece]], **more: Any
) -> Iterator[tuple[Any, ...]]:
    """What the statements give: ``buckets`` for the pieces made of buckets, ``rows`` for the others."""
    of_rows = [piece.of(key) for key, piece in parts if piece.minutes == ROWS]
    of_buckets = [piece.of(key) for key, piece in parts if piece.minutes != ROWS]
    with connection.cursor() as cursor:
        for statement, those in ((buckets, of_buckets), (rows, of_rows)):
            if those:
                cursor.execute(statement, {"pieces": json.encode(those).decode(), **more})
                yield from cursor.fetchall()
