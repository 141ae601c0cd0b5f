"""Runs the clocks of one commitment from token to token: the first of every subject, then the second … Pure.

The rules of ``measurement.measures.passage`` for clocks that nothing pauses and no newer version takes over.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from measurement.columns.allowing import Allowed, allowed
from measurement.columns.courses import NONE, Bools, Int64s, moments
from measurement.columns.holding import TAKEN
from measurement.columns.scene import NEVER
from measurement.columns.terms import Columnar
from measurement.columns.tokens import RANKS, STOP, Tokens
from measurement.verdicts import Role

_NEARBY = 86_400
_START = RANKS.index(Role.START)


class Ran(NamedTuple):
    """Clocks: the token of each start and the place behind the last token that is told of it.

    ``end``: the token that ended it, ``NONE`` if none did. ``given_up``: ended by its ``gives_up`` instead.
    ``before``: the token of an act before the start: that settled it (``early``), or came too early.
    """

    start: Int64s
    last: Int64s
    end: Int64s
    given_up: Bools
    before: Int64s
    early: Bools


@dataclass(frozen=True, slots=True)
class _Track:
    """Where to go from each token; ``far`` stands for nowhere."""

    far: int
    group_end: Int64s
    next_start: Int64s
    next_end: Int64s
    last_stop: Int64s
    next_stop: Int64s


def allowed_of(one: Columnar, tokens: Tokens) -> Allowed:
    """The deadlines of all starts; of acts they mean nothing. Raises ``NeverOpenError``."""
    found = Allowed(*(np.full(len(tokens.at), NEVER) for _ in Allowed._fields))
    for place, version in enumerate(one.versions):
        which = np.flatnonzero((tokens.rank == _START) & (tokens.version == place))
        if len(which):
            deadlines = allowed(version.promise.schedule, tokens.at[which], version.promise.terms)
            for column, values in zip(found, deadlines, strict=True):
                column[which] = values
    return found


def run(one: Columnar, tokens: Tokens, deadlines: Allowed, *, as_of: int) -> Ran:
    """All clocks of the commitment up to the instant, in rounds: subjects with few clocks drop out early."""
    track = _track(tokens)
    early = _early_seconds(one, tokens)
    used = np.zeros(len(tokens.at) + 1, bool)
    firsts = np.flatnonzero(np.diff(tokens.subject, prepend=NONE) != 0)
    place, group_end = firsts, track.group_end[firsts]
    rounds: list[Ran] = []
    while len(place):
        start = track.next_start[place]
        there = start < group_end
        start, group_end = start[there], group_end[there]
        if not len(start):
            break
        ran, place = _round(tokens, track, deadlines, early, used, start, group_end, as_of)
        rounds.append(ran)
    if not rounds:
        none = np.zeros(0, np.int64)
        return Ran(none, none, none, none.astype(bool), none, none.astype(bool))
    return Ran(*(np.concatenate(columns) for columns in zip(*rounds, strict=True)))


def _round(
    tokens: Tokens,
    track: _Track,
    deadlines: Allowed,
    early: Int64s,
    used: Bools,
    start: Int64s,
    group_end: Int64s,
    as_of: int,
) -> tuple[Ran, Int64s]:
    """One clock of each subject that has one more, and where each goes on."""
    before, settled = _look_back(tokens, track, early[start], used, start)
    used[before[settled]] = True
    end = track.next_end[start]
    none = end >= group_end
    ends_at = np.where(none, NEVER, tokens.at[np.where(none, 0, end)])
    gives_up = deadlines.gives_up[start]
    given_up = (gives_up < np.minimum(ends_at, as_of)) & ~settled
    none |= given_up | settled
    behind = np.searchsorted(
        moments(tokens.subject, tokens.at),
        moments(tokens.subject[start], np.where(given_up, gives_up, NEVER)),
        "right",
    )
    last = np.where(none, np.where(settled, start + 1, behind), end + 1)
    end = np.where(none, NONE, end)
    used[end[(end != NONE) & (tokens.rank[end] == STOP)]] = True
    return Ran(start, last, end, given_up, before, settled), last


def _look_back(
    tokens: Tokens, track: _Track, early: Int64s, used: Bools, start: Int64s
) -> tuple[Int64s, Bools]:
    """The act before each start that settles it (true), or the last within a day, which came too early."""
    at = tokens.at[start]
    latest = track.last_stop[start]
    while (again := used[latest] & (latest != NONE)).any():
        latest = np.where(again, track.last_stop[latest], latest)
    within = (latest != NONE) & (tokens.at[latest] >= at - np.maximum(early, _NEARBY))
    latest = np.where(within, latest, NONE)
    settled = within & (early > 0) & (tokens.at[latest] >= at - early)
    if not settled.any():
        return latest, settled
    low = np.searchsorted(
        moments(tokens.subject, tokens.at), moments(tokens.subject[start], at - np.maximum(early, 0))
    )
    first = track.next_stop[np.minimum(low, track.far)]
    while (again := used[first] & settled).any():
        first = np.where(again, track.next_stop[np.minimum(first + 1, track.far)], first)
    return np.where(settled, first, latest), settled


def _early_seconds(one: Columnar, tokens: Tokens) -> Int64s:
    """How long before a start an act may lie that settles it, of all starts; 0 where none may."""
    allowances = [version.promise.terms.early for version in one.versions]
    seconds = np.array([*(0 if early is None else early.seconds for early in allowances), 0])
    return seconds[tokens.version]


def _track(tokens: Tokens) -> _Track:
    size = len(tokens.at)
    places = np.arange(size)
    stops = (tokens.rank == STOP) & (tokens.code == TAKEN)
    ends = (tokens.rank != _START) & (tokens.code == TAKEN)
    firsts = np.flatnonzero(np.diff(tokens.subject, prepend=NONE) != 0)
    group = np.repeat(np.arange(len(firsts)), np.diff(np.append(firsts, size)))
    first, group_end = firsts[group], np.append(firsts[1:], size)[group]
    last_stop = np.maximum.accumulate(np.where(stops, places, NONE))
    last_stop = np.concatenate([[NONE], last_stop[:-1]]) if size else last_stop
    last_stop = np.where(last_stop >= first, last_stop, NONE)
    return _Track(
        far=size,
        group_end=group_end,
        next_start=_next(tokens.rank == _START, size),
        next_end=_next(ends, size),
        last_stop=np.append(last_stop, NONE),  # behind the last token, and so of none: none
        next_stop=_next(stops, size),
    )


def _next(which: Bools, size: int) -> Int64s:
    """For each place, and the one behind the last, the next place that counts; ``size`` when none does."""
    found = np.append(np.where(which, np.arange(size), size), size)
    return np.minimum.accumulate(found[::-1])[::-1]
