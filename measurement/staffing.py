"""Which of the agreed hours were staffed: presence united, held against the open time; pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from measurement.in_force import Part

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Staffed:
    """Seconds of agreed time, those of them that were staffed, and the agreed times that were not."""

    agreed: int
    covered: int
    gaps: Sequence[Stretch]


def staffed(
    parts: Iterable[Part], presence: Iterable[tuple[datetime, datetime | None]], *, until: datetime
) -> Staffed:
    """Coverage of the parts of a period in force, as far as ``until``.

    People who are present at once count once. Presence outside the agreed time counts nothing.
    """
    united = list(unite((start, until if end is None else min(end, until)) for start, end in presence))
    agreed = [
        segment
        for part in parts
        for segment in part.promise.schedule.segments(part.start, min(part.end, until))
    ]
    gaps = list(_without(agreed, united))
    total = _seconds(agreed)
    return Staffed(total, total - _seconds(gaps), gaps)


def unite(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """The same time in stretches that neither overlap nor touch, in order."""
    start: datetime | None = None
    end: datetime | None = None
    for begun, over in sorted(stretch for stretch in stretches if stretch[0] < stretch[1]):
        if start is not None and end is not None and begun <= end:
            end = max(end, over)
            continue
        if start is not None and end is not None:
            yield start, end
        start, end = begun, over
    if start is not None and end is not None:
        yield start, end


def _without(segments: Iterable[Stretch], present: Sequence[Stretch]) -> Iterator[Stretch]:
    """What of the segments lies in none of these; both are in order and apart."""
    first = 0
    for opening, closing in segments:
        at = opening
        while first < len(present) and present[first][1] <= opening:
            first += 1
        for begun, over in present[first:]:
            if begun >= closing:
                break
            if begun > at:
                yield at, begun
            at = max(at, over)
        if at < closing:
            yield at, closing


def _seconds(stretches: Iterable[Stretch]) -> int:
    return sum(int((end - start).total_seconds()) for start, end in stretches)
