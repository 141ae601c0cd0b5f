"""One clock from its start to its end: what each event does to it, whatever kind of promise it is.

A pause counts only before the deadline, so ``due_at`` once passed never moves again. While an open pause
keeps the deadline unknown the clock is ``paused``; a pause that can no longer move the deadline (nothing of
the allowed time is left in it) leaves it ``running``. A stop or cancel in a pause ends the pause.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agreements.business_time import NeverOpenError
from agreements.deadlines import Pause
from agreements.durations import Duration
from agreements.terms.values import Promise
from measurement.enums import ClockState
from measurement.facts import Fact
from measurement.measures.acts import Acts, Refusal
from measurement.measures.entries import how_entered
from measurement.measures.versions import Version
from measurement.verdicts import Note, Reason, Role, written

#: Repeats and ignored acts listed in the evidence; the rest is counted.
LISTED = 25


class OpenClock(ABC):
    """A clock that runs until ``state`` is set."""

    def __init__(self, version: Version, start: Fact, acts: Acts) -> None:
        self.version, self.start, self.acts = version, start, acts
        self.pauses: list[Pause] = []
        self.evidence: list[dict[str, Any]] = []
        self.state: ClockState | None = None
        self.reason = ""
        self.repeats = 0
        self.due_at: datetime | None = None
        self.gives_up_at: datetime | None = None
        self.stopped_at: datetime | None = None
        self.ended_at: datetime | None = None
        self._listed = self._omitted = 0
        self._record(Role.START, start)
        try:
            self._reckon()
        except NeverOpenError:
            self._end(ClockState.UNMEASURABLE, start.at, Reason.NEVER_OPENS)
        else:
            self.evidence[0] |= self._deadlines_told()

    @property
    def promise(self) -> Promise:
        """The promise that it is judged by."""
        return self.version.promise

    @property
    @abstractmethod
    def within(self) -> Duration:
        """The allowed time that ``due_at`` is the end of."""

    @abstractmethod
    def done_before(self, facts: Sequence[Fact]) -> list[Fact]:
        """Take what was done before the start, oldest first, all of it within ``early``: what counted."""

    @abstractmethod
    def stop(self, fact: Fact) -> None:
        """Something of what was promised, or all of it, is done."""

    @abstractmethod
    def _reckon(self) -> None:
        """Set ``due_at`` and ``gives_up_at`` from the start, the terms and what has happened."""

    def _deadlines_told(self) -> dict[str, Any]:
        """What the evidence says of deadlines beside ``due_at``."""
        return {}

    def refusal(self, role: Role, fact: Fact) -> Refusal | None:
        """Why this clock cannot take an act that its terms take; None when it can."""
        return None

    @property
    def paused(self) -> bool:
        """Whether a pause has begun and not ended."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    def give_up(self, *, before: datetime) -> None:
        """End the clock when its time to be done at all was over before the instant."""
        if self.gives_up_at is not None and self.gives_up_at < before:
            self._end(ClockState.OVERDUE, self.gives_up_at, Reason.GAVE_UP)

    def move(self, version: Version) -> None:
        """Be judged by a newer version from its beginning on: the same start, a new deadline.

        What is missed by then stays so, and nobody is late by a rule that did not hold yet: a clock keeps
        its version when its deadline has passed, and when it would have by the new terms.
        """
        begins, old, due = version.promise.starts_at, self.version, self.due_at
        if self._is_past(begins):
            return
        self.version = version
        try:
            self._reckon()
        except NeverOpenError:
            self._keep(old)
            return
        if self._is_past(begins):
            self._keep(old)
            return
        self.evidence.append(
            {
                **_entry(Role.MOVED, begins, note=str(old.promise.version_number)),
                "due": None if due is None else written(due),
                **self._deadlines_told(),
            }
        )

    def _keep(self, old: Version) -> None:
        self.version = old
        self._reckon()

    def cancel(self, fact: Fact, reason: Reason = Reason.CANCELLED) -> None:
        """Ends the clock; after the deadline the miss stands."""
        self._record(Role.CANCEL, fact)
        self._resume_at(fact.at)
        self._end(ClockState.OVERDUE if self._is_past(fact.at) else ClockState.CANCELLED, fact.at, reason)

    def fail(self, fact: Fact) -> None:
        """What was promised can no longer be done."""
        self._record(Role.FAIL, fact)
        self._resume_at(fact.at)
        self._end(ClockState.FAILED, fact.at, Reason.FAILED)

    def pause(self, fact: Fact) -> None:
        """Time stands still from here; not twice, and not once the deadline has come."""
        if self.paused:
            self.ignore(Role.PAUSE, fact, Refusal(Note.ALREADY_PAUSED))
        elif self.due_at is not None and fact.at >= self.due_at:
            self.ignore(Role.PAUSE, fact, Refusal(Note.AFTER_DUE))
        else:
            self._record(Role.PAUSE, fact)
            self.pauses.append((fact.at, None))
            self._reckon()
            if self.due_at is not None:
                self.evidence[-1]["note"] = Note.NO_EFFECT.value

    def resume(self, fact: Fact) -> None:
        """Time goes on; the deadline has moved by what was lost of the allowed time."""
        if self.paused:
            self._record(Role.RESUME, fact)
            self._resume_at(fact.at)
        else:
            self.ignore(Role.RESUME, fact, Refusal(Note.NOT_PAUSED))

    def repeat(self, fact: Fact) -> None:
        """Another start while this one is open: the same promise, still owed."""
        self.repeats += 1
        if self._has_room():
            self._record(Role.REPEAT, fact)

    def ignore(self, role: Role, fact: Fact, why: Refusal) -> None:
        """List an act that could have counted in this role, with the reason why it did not."""
        if self._has_room():
            self._record(Role.IGNORED, fact, why.note)
            self.evidence[-1]["as"] = role.value
            if why.field:
                self.evidence[-1]["field"] = why.field

    def all_evidence(self) -> list[dict[str, Any]]:
        """What happened, in order; at its end how many more were left out."""
        if not self._omitted:
            return self.evidence
        return [*self.evidence, _entry(Role.OMITTED, None, note=str(self._omitted))]

    def _has_room(self) -> bool:
        self._listed += 1
        self._omitted = max(0, self._listed - LISTED)
        return not self._omitted

    def _record(self, role: Role, fact: Fact, note: str = "") -> None:
        self.evidence.append(
            {
                "role": role.value,
                "at": written(fact.at),
                "kind": fact.kind,
                "event": fact.key,
                "actor": fact.actor,
                "note": str(note),
                **how_entered(fact),
            }
        )

    def _is_past(self, at: datetime) -> bool:
        return self.due_at is not None and at > self.due_at

    def _resume_at(self, at: datetime) -> None:
        if self.paused:
            self.pauses[-1] = (self.pauses[-1][0], at)
            self._reckon()

    def _end(self, state: ClockState, at: datetime, reason: str = "") -> None:
        self.state, self.ended_at, self.reason, self.gives_up_at = state, at, str(reason), None

    def _is_unmeasurable(self, fact: Fact, *, late: bool) -> bool:
        """Whether nobody knows when an act was done.

        So it is when all that is known is that it was done before its record was first seen, and even that
        was too late, or the same first sight told the start too (CONTRACT §4, "A deal first seen closed").
        """
        return _tells_no_instant(self.start, fact) or (late and fact.first_seen)


def _entry(role: Role, at: datetime | None, *, note: str) -> dict[str, Any]:
    """An entry of the evidence that no event made."""
    when = None if at is None else written(at)
    return {"role": role.value, "at": when, "kind": "", "event": "", "actor": None, "note": note}


def _tells_no_instant(start: Fact, stop: Fact) -> bool:
    """Whether the first version of one record told both: then it says nothing about the time between them."""
    if not stop.first_seen:
        return False
    if start.first_seen:
        return True
    record, _, implied = start.key.partition(f":{start.kind}:")
    return bool(implied) and stop.key.startswith(f"{record}:") and start.at <= stop.at
