"""A run of missed days is one breach: which of the days of a snapshot have a breach of their own. No Django.

A share of records that is read every day and lies below its target is one thing to deal with, not a new one
every morning. Its breach is that of the first missed day. Another one begins after a kept day, after the
breach was closed by somebody while the share stays low, and where a run that was old news when it became
known goes on into days that are news.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from reporting.enums import BreachState


class Opened(Protocol):
    """The columns of a breach that matter here."""

    state: str
    closed_at: datetime | None
    historic: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One closed period: missed, kept, or neither (too few to judge), which ends no run and begins none.

    ``historic``: it would be old news if it were told now.
    """

    key: Any
    told_at: datetime
    missed: bool
    kept: bool
    historic: bool


@dataclass(frozen=True, slots=True)
class _Head:
    """What covers the days after it: since when it is closed by somebody, and whether it is old news."""

    closed_at: datetime | None
    historic: bool

    def covers(self, day: Day) -> bool:
        """Whether the day is only one more of the same run."""
        if self.historic and not day.historic:
            return False
        return self.closed_at is None or day.told_at <= self.closed_at


def beginnings(days: Iterable[Day], breaches: Mapping[Any, Opened]) -> set[Any]:
    """Keys of the missed days that have a breach of their own, in days of one promise, oldest first.

    ``breaches`` are those that there are, by the key of their day. One that is not withdrawn stays with its
    day as long as that day is missed, and covers earlier days of its run that turn out to be missed as well.
    """
    standing = {key for key, breach in breaches.items() if breach.state != BreachState.WITHDRAWN}
    found: set[Any] = set()
    for run in _runs(days):
        first = next((number for number, day in enumerate(run) if day.key in standing), 0)
        found |= _beginnings_in(run[first:], breaches, standing)
    return found


def _runs(days: Iterable[Day]) -> Iterator[list[Day]]:
    """The missed days, parted by kept ones."""
    run: list[Day] = []
    for day in days:
        if day.kept:
            yield run
            run = []
        elif day.missed:
            run.append(day)
    yield run


def _beginnings_in(run: Iterable[Day], breaches: Mapping[Any, Opened], standing: Container[Any]) -> set[Any]:
    found: set[Any] = set()
    head: _Head | None = None
    for day in run:
        if day.key in standing:
            head = _Head(breaches[day.key].closed_at, breaches[day.key].historic)
        elif head is None or not head.covers(day):
            head = _Head(None, breaches[day.key].historic if day.key in breaches else day.historic)
        else:
            continue
        found.add(day.key)
    return found
