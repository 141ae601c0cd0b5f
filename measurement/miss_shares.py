"""Whose time a clock's time was: the system's, nobody's, each owner's, and what nobody could work in. Pure.

System time is not human time (DESIGN §3): until the fact was recorded nobody could know of it, and while
nobody was assigned nobody was late. The shares add up to the whole, to the second.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from measurement.verdicts import read

_SECOND = timedelta(seconds=1)


class Whose(StrEnum):
    """To whom a share of the time belongs, in the order in which shares are told."""

    SYSTEM = "system"  # before the fact that starts the clock was recorded
    UNASSIGNED = "unassigned"
    OWNER = "owner"
    OUT_OF_HOURS = "out_of_hours"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Share:
    """So many seconds by the wall clock; ``member``: the ref id of an owner."""

    whose: Whose
    seconds: int
    member: int | None = None


def shares_of(
    owners: Sequence[Mapping[str, Any]],
    segments: Sequence[Mapping[str, Any]],
    *,
    known_at: datetime | None = None,
    by_the_clock: bool = False,
) -> list[Share]:
    """The shares of a clock's time from its start to its end, or to now.

    ``owners`` and ``segments`` as an explanation tells them (from, to; member or type), both end to end.
    ``known_at``: when the start was recorded; what lies before it is the system's, unless that is the whole
    time (imported history says nothing of who could have known). ``by_the_clock``: closed time counts like
    open time, so none of it is out of hours.
    """
    if not owners:
        return []
    start, end = read(owners[0]["from"]), read(owners[-1]["to"])
    known = known_at if known_at is not None and start < known_at < end else start
    sums: dict[tuple[Whose, int | None], int] = {}
    if known > start:
        sums[Whose.SYSTEM, None] = (known - start) // _SECOND
    for owner in owners:
        for key, seconds in _pieces(owner, segments, max(known, read(owner["from"])), by_the_clock):
            sums[key] = sums.get(key, 0) + seconds
    order = list(Whose)
    pairs = sorted(sums.items(), key=lambda pair: order.index(pair[0][0]))
    return [Share(whose, seconds, member) for (whose, member), seconds in pairs if seconds]


def _pieces(
    owner: Mapping[str, Any], segments: Iterable[Mapping[str, Any]], start: datetime, by_the_clock: bool
) -> Iterator[tuple[tuple[Whose, int | None], int]]:
    end, cursor = read(owner["to"]), start
    member = owner["member"]
    own = (Whose.UNASSIGNED if member is None else Whose.OWNER, member)
    for segment in segments:
        from_, to = max(read(segment["from"]), cursor), min(read(segment["to"]), end)
        if from_ < to:
            yield _key(segment["type"], own, by_the_clock), (to - from_) // _SECOND
            cursor = to
    if cursor < end:
        yield own, (end - cursor) // _SECOND


def _key(type_: str, own: tuple[Whose, int | None], by_the_clock: bool) -> tuple[Whose, int | None]:
    if type_ == "paused":
        return Whose.SUSPENDED, None
    if type_ == "closed" and not by_the_clock:
        return Whose.OUT_OF_HOURS, None
    return own
