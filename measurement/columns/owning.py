"""Whose clocks are, at every instant of their lives, for many at once. Pure.

The rules of ``measurement.ownership``: the subject's owner, else its lead's, contact's, account's, else
nobody's; an event that assigns a lead has the last word at its instant.
"""

from typing import NamedTuple

import numpy as np

from measurement.columns.courses import NONE, Bools, Course, Int64s, spread
from measurement.columns.members import Members
from measurement.columns.relating import Asked, related
from measurement.columns.scene import LEAD, NAMED, NEVER, TYPES, Scene

_CHAIN = ("lead", "contact", "account")
_EVER = -(1 << 37)


class Spans(NamedTuple):
    """The owners of clocks, end to end, by clock and instant; ``end`` is ``NEVER`` while the clock runs."""

    clock: Int64s
    member: Int64s
    start: Int64s
    end: Int64s


class Owning:
    """Answers for one scene."""

    def __init__(self, scene: Scene, members: Members) -> None:
        self._scene, self._members = scene, members
        self._course = _with_assignments(scene)

    def spans(self, asked: Asked, ended: Int64s, *, until: int) -> Spans:
        """The owners of clocks from their starts (``asked``) to their ends; of open ones up to ``until``."""
        last = np.where(
            ended == NEVER, until, ended - 1
        )  # who takes over at the very end owned nothing of it
        clock, at = self._turns(asked, last)
        written = self.written_at(Asked(asked.subject[clock], asked.type, asked.fact[clock], at))
        if self._members.leave:
            of, turn = self._members.departures(written, asked.at[clock], last[clock])
            clock, at = _once(np.concatenate([clock, clock[of]]), np.concatenate([at, turn]))
            written = self.written_at(Asked(asked.subject[clock], asked.type, asked.fact[clock], at))
        member = self._members.holders(written, at)
        other = np.ones(len(clock), bool)
        other[1:] = (clock[1:] != clock[:-1]) | (member[1:] != member[:-1])
        clock, member, at = clock[other], member[other], at[other]
        end = np.append(at[1:], 0)
        is_last = np.append(clock[1:] != clock[:-1], True) if len(clock) else np.zeros(0, bool)
        return Spans(clock, member, at, np.where(is_last, ended[clock], end[: len(clock)]))

    def written_at(self, asked: Asked) -> Int64s:
        """The members whom the records name as owners at the instants, still there or not."""
        found = self._course.at(asked.subject, asked.at)
        for type_ in _CHAIN:
            missing = np.flatnonzero(found == NONE)
            if type_ == asked.type or not len(missing):
                continue
            pairs = related(type_, asked.only(missing), self._scene)
            owner = self._course.at(pairs.record, asked.at[missing[pairs.of]])
            there = np.flatnonzero(owner != NONE)[::-1]  # the first of several is written last
            found[missing[pairs.of[there]]] = owner[there]
        return found

    def _turns(self, asked: Asked, last: Int64s) -> tuple[Int64s, Int64s]:
        """Each clock's start, and every instant after it at which its owner may have changed."""
        of, record = self._everybody(asked)
        after, until = asked.at[of], last[of]
        clocks, turns = [np.arange(len(asked.at))], [asked.at]
        for course in (self._course, *self._scene.links.values()):
            which, at = course.changes(record, after, until)
            clocks.append(of[which])
            turns.append(at)
        born = self._scene.born[record]
        within = (born > after) & (born <= until) & (self._scene.types[record] == LEAD)
        return _once(np.concatenate([*clocks, of[within]]), np.concatenate([*turns, born[within]]))

    def _everybody(self, asked: Asked) -> tuple[Int64s, Int64s]:
        """The records whose owner may count, with the clock of each."""
        every = np.arange(len(asked.at))
        named = self._scene.facts.named[asked.fact]
        parts = [(every, asked.subject)]
        for type_ in range(len(NAMED)):
            there = np.flatnonzero(named[:, type_] != NONE)
            parts.append((there, named[there, type_]))
        of, record = _once(*_joined(parts))
        contact = self._scene.types[record] == TYPES.index("contact")
        which, lead = self._scene.leads_of.of_each(np.where(contact, record, NONE))
        of, record = _once(*_joined([(of, record), (of[which], lead)]))
        for _ in range(3):  # a deal's lead, its contact, the contact's account
            parts = [(of, record)]
            for course in self._scene.links.values():
                which, place = spread(course.first[record], course.first[record + 1])
                there = course.values[place] != NONE
                parts.append((of[which[there]], course.values[place[there]]))
            of, record = _once(*_joined(parts))
        return of, record


def unassigned_seconds(spans: Spans, clocks: int) -> Int64s:
    """How long each of so many ended clocks lay with nobody."""
    found = np.zeros(clocks, np.int64)
    nobody = (spans.member == NONE) & (spans.end != NEVER)
    np.add.at(found, spans.clock[nobody], (spans.end - spans.start)[nobody])
    return found


def last_members(spans: Spans, clocks: int) -> Int64s:
    """With whom each of so many clocks lies now, or lay at its end."""
    found = np.full(clocks, NONE, np.int64)
    found[spans.clock] = spans.member
    return found


def _with_assignments(scene: Scene) -> Course:
    """Owners as records and events say them; at one instant the event has the last word."""
    owners, assigned = scene.owners, scene.assigned
    size = len(scene.refs)
    if not len(assigned.keys):
        return owners
    leads = np.flatnonzero(assigned.first[:-1] < assigned.first[1:])
    before = owners.at(leads, np.full(len(leads), _EVER))
    records = np.repeat(np.arange(size), np.diff(owners.first))
    of_events = np.repeat(np.arange(size), np.diff(assigned.first))
    return Course.of(
        np.concatenate([leads, records, of_events]),
        np.concatenate([np.full(len(leads), _EVER), owners.since, assigned.since]),
        np.concatenate([before, owners.values, assigned.values]),
        size,
    )


def _joined(parts: list[tuple[Int64s, Int64s]]) -> tuple[Int64s, Int64s]:
    return np.concatenate([of for of, _ in parts]), np.concatenate([values for _, values in parts])


def _once(of: Int64s, values: Int64s) -> tuple[Int64s, Int64s]:
    """Each pair once, in order."""
    order = np.lexsort((values, of))
    of, values = of[order], values[order]
    first: Bools = np.ones(len(of), bool)
    first[1:] = (of[1:] != of[:-1]) | (values[1:] != values[:-1])
    return of[first], values[first]
