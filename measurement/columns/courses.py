"""Values over time of many records at once, as sorted arrays. Pure.

Records are numbered from 0 within a batch, instants are whole seconds since 1970. ``NONE`` stands for a value
that is missing: a record, a member or a text that nobody said.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]

NONE = -1

#: A record and an instant as one number, in the order of both: until the year 9999, 16 million records.
_SHIFT, _MIDDLE = 39, 1 << 38
MOST_RECORDS = 1 << 24


def moments(records: Int64s, instants: Int64s) -> Int64s:
    """Each record with its instant as one number that sorts by both."""
    return (records << _SHIFT) | (instants + _MIDDLE)


def beginnings(records: Int64s) -> Int64s:
    """What comes before every moment of each record, and after all of the records before it."""
    return records << _SHIFT


def spread(starts: Int64s, ends: Int64s) -> tuple[Int64s, Int64s]:
    """All places of the half-open ranges: (which range, place), range by range."""
    counts = np.maximum(ends - starts, 0)
    of = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return of, np.arange(len(of)) - before[of] + starts[of]


def distinct(values: Int64s) -> Int64s:
    """Each value once, in order; by sorting, which is faster here than NumPy's own way."""
    ordered = np.sort(values)
    return ordered[np.diff(ordered, prepend=ordered[:1] - 1) != 0] if len(ordered) else ordered


class Course(NamedTuple):
    """A field of many records: ``values[i]`` of a record from ``since[i]`` on; the first also holds before.

    ``first[record]`` to ``first[record + 1]`` are the record's places.
    """

    keys: Int64s
    since: Int64s
    values: Int64s
    first: Int64s

    @classmethod
    def of(cls, records: Int64s, since: Int64s, values: Int64s, size: int) -> "Course":
        """From values in any order; at one instant the later given holds. ``size``: how many records."""
        keys = moments(records, since)
        order = np.argsort(keys, kind="stable")
        first = np.searchsorted(records[order], np.arange(size + 1))
        return cls(keys[order], since[order], values[order], first)

    def at(self, records: Int64s, instants: Int64s) -> Int64s:
        """The values at the instants; ``NONE`` for no record and where nothing was ever said."""
        there = np.flatnonzero(records >= 0)
        found = np.full(len(records), NONE, np.int64)
        if not len(self.keys) or not len(there):
            return found
        asked = records[there]
        place = np.searchsorted(self.keys, moments(asked, instants[there]), "right") - 1
        first = self.first[asked]
        known = first < self.first[asked + 1]
        place = np.maximum(place, first)
        found[there[known]] = self.values[place[known]]
        return found

    def last(self, records: Int64s) -> Int64s:
        """The values that are told last."""
        found = np.full(len(records), NONE, np.int64)
        known = self.first[records] < self.first[records + 1]
        found[known] = self.values[self.first[records[known] + 1] - 1]
        return found

    def changes(self, records: Int64s, after: Int64s, until: Int64s) -> tuple[Int64s, Int64s]:
        """The instants in (after, until] at which a value was said: (which, instant)."""
        there = np.flatnonzero(records >= 0)
        if not len(self.keys) or not len(there):
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        asked = records[there]
        low = np.searchsorted(self.keys, moments(asked, after[there]), "right")
        high = np.searchsorted(self.keys, moments(asked, until[there]), "right")
        of, place = spread(low, high)
        return there[of], self.since[place]


def unassigned(size: int) -> Course:
    """A course of records of which nothing is said."""
    none = np.zeros(0, np.int64)
    return Course(none, none, none, np.zeros(size + 1, np.int64))


class Groups(NamedTuple):
    """Lists of records by another one: ``members[first[record]:first[record + 1]]``."""

    members: Int64s
    first: Int64s

    @classmethod
    def of(cls, records: Int64s, members: Int64s, size: int) -> "Groups":
        """From pairs in any order; a group keeps the order in which its members are given."""
        order = np.argsort(records, kind="stable")
        return cls(members[order], np.searchsorted(records[order], np.arange(size + 1)))

    def of_each(self, records: Int64s) -> tuple[Int64s, Int64s]:
        """The members of each record's group: (which, member); none for no record."""
        there = np.flatnonzero(records >= 0)
        of, place = spread(self.first[records[there]], self.first[records[there] + 1])
        return there[of], self.members[place]
