"""What the moment decides about a stored clock: its state and its seconds at an instant.

Everything is read from the clock's own columns and evidence, so a frozen report can ask for an earlier
instant: what is answered is the clock as it stood then by the facts known now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from agreements.business_time import Schedule
from agreements.deadlines import Pause
from measurement.enums import ClockState
from measurement.verdicts import Note, Reason, Role, read

_SECOND = timedelta(seconds=1)


class ClockLike(Protocol):
    """A stored clock or a fresh verdict."""

    started_at: Any
    due_at: Any
    warn_at: Any
    stopped_at: Any
    gives_up_at: Any
    ended_at: Any
    state: Any
    reason: Any
    repeats: Any
    evidence: Any
    owners: Any


@dataclass(frozen=True, slots=True)
class Seconds:
    """Seconds of a clock until an instant or its end: see ``ClockVerdict`` for the meaning of each."""

    elapsed: int
    business: int
    paused: int
    unassigned: int


def state_at(clock: ClockLike, as_of: datetime) -> ClockState | None:
    """The state at an instant; None before the start. At the deadline itself nothing is overdue yet."""
    if as_of < clock.started_at:
        return None
    if _has_ended(clock, as_of):
        return ClockState(clock.state)
    if _is_held(clock, as_of):
        return ClockState.PAUSED
    if clock.due_at is not None and clock.due_at < as_of:
        return ClockState.OVERDUE
    return ClockState.RUNNING


def due_then(clock: ClockLike, as_of: datetime) -> datetime | None:
    """The deadline as it was at the instant: that of the version which a later one took the clock over from.

    A checklist's moves on with every step that is done; ``steps.steps_of`` tells each step's own.
    """
    moves = (entry for entry in clock.evidence if entry["role"] == Role.MOVED and read(entry["at"]) > as_of)
    earliest = next(moves, None)
    if earliest is None:
        due_at: datetime | None = clock.due_at
        return due_at
    return read(earliest["due"]) if earliest["due"] else None


def is_open_at(clock: ClockLike, as_of: datetime) -> bool:
    """Whether an act at the instant could still change it: started, not ended, not given up."""
    if as_of < clock.started_at or _has_ended(clock, as_of):
        return False
    return clock.gives_up_at is None or as_of <= clock.gives_up_at


def end_of(clock: ClockLike) -> datetime | None:
    """When the clock ended or, by waiting alone, will end; None when only an act can end it."""
    end: datetime | None = clock.ended_at if clock.ended_at is not None else clock.gives_up_at
    return end


def seconds_at(clock: ClockLike, schedule: Schedule, as_of: datetime) -> Seconds:
    """What has passed from the start until the instant, or the end if that was before it."""
    end = end_of(clock)
    until = as_of if end is None else min(as_of, end)
    until = max(until, clock.started_at)
    return Seconds(
        elapsed=(until - clock.started_at) // _SECOND,
        business=open_seconds(schedule, clock.started_at, until, pauses_of(clock)),
        paused=paused_seconds(clock.started_at, until, pauses_of(clock)),
        unassigned=unassigned_seconds(clock.owners, until),
    )


def pauses_of(clock: ClockLike) -> list[Pause]:
    """The pauses that counted; the last one ends with the clock, None while both last."""
    return [(from_, to) for from_, to, _ in _noted_pauses(clock)]


def open_seconds(schedule: Schedule, start: datetime, end: datetime, pauses: Iterable[Pause]) -> int:
    """Open seconds from start to end, pauses left out."""
    inside = _inside(pauses, start, end)
    return schedule.elapsed(start, end) - sum(schedule.elapsed(from_, to) for from_, to in inside)


def paused_seconds(start: datetime, end: datetime, pauses: Iterable[Pause]) -> int:
    """Seconds by the wall clock that were paused between start and end."""
    return sum((to - from_) // _SECOND for from_, to in _inside(pauses, start, end))


def unassigned_seconds(owners: Iterable[Mapping[str, Any]], until: datetime) -> int:
    """Seconds by the wall clock in which nobody owned it, from stored spans."""
    return sum(seconds for member, seconds in shares(owners, until) if member is None)


def shares(owners: Iterable[Mapping[str, Any]], until: datetime) -> list[tuple[int | None, int]]:
    """(member, seconds) of each stored span up to the instant; they add up to the elapsed time."""
    found: list[tuple[int | None, int]] = []
    for span in owners:
        start = read(span["from"])
        end = until if span["to"] is None else min(read(span["to"]), until)
        if start < end or not found:
            found.append((span["member"], max((end - start) // _SECOND, 0)))
    return found


def _has_ended(clock: ClockLike, as_of: datetime) -> bool:
    """At its very end a given-up clock can still be done; any other end is the act of that instant."""
    if clock.ended_at is None:
        return False
    return bool(clock.ended_at < as_of if clock.reason == Reason.GAVE_UP else clock.ended_at <= as_of)


def _is_held(clock: ClockLike, as_of: datetime) -> bool:
    """Whether a pause was open at the instant that kept the deadline unknown."""
    return any(
        from_ <= as_of and (to is None or as_of < to) and note != Note.NO_EFFECT
        for from_, to, note in _noted_pauses(clock)
    )


def _noted_pauses(clock: ClockLike) -> list[tuple[datetime, datetime | None, str]]:
    pauses: list[tuple[datetime, datetime | None, str]] = []
    for entry in clock.evidence:
        if entry["role"] == Role.PAUSE:
            pauses.append((read(entry["at"]), clock.ended_at, entry["note"]))
        elif entry["role"] == Role.RESUME:
            pauses[-1] = (pauses[-1][0], read(entry["at"]), pauses[-1][2])
    return pauses


def _inside(pauses: Iterable[Pause], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    clipped = ((max(from_, start), end if to is None else min(to, end)) for from_, to in pauses)
    return [(from_, to) for from_, to in clipped if from_ < to]
