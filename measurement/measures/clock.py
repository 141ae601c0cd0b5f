"""One clock from its start to its end: what each event does to it.

A pause counts only before the deadline, so ``due_at`` once passed never moves again. While an open pause
keeps the deadline unknown the clock is ``paused``; a pause that can no longer move the deadline (nothing of
the allowed time is left in it) leaves it ``running``. A stop or cancel in a pause ends the pause.
"""

from datetime import datetime
from typing import Any

from agreements.business_time import NeverOpenError
from agreements.deadlines import Pause, due
from agreements.terms.values import Promise, ResponseTerms
from measurement.enums import ClockState
from measurement.facts import Fact
from measurement.measures.acts import Refusal
from measurement.verdicts import Note, Reason, Role, written

#: Repeats and ignored acts listed in the evidence; the rest is counted.
LISTED = 25


class OpenClock:
    """A clock that runs until ``state`` is set."""

    def __init__(self, promise: Promise, start: Fact) -> None:
        self.promise, self.start = promise, start
        self.terms: ResponseTerms = promise.terms
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

    @property
    def paused(self) -> bool:
        """Whether a pause has begun and not ended."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    def give_up(self, *, before: datetime) -> None:
        """End the clock when its time to be done at all was over before the instant."""
        if self.gives_up_at is not None and self.gives_up_at < before:
            self._end(ClockState.OVERDUE, self.gives_up_at, Reason.GAVE_UP)

    def done_before(self, fact: Fact) -> None:
        """Met at once by an act before the start, within ``early``."""
        self._record(Role.STOP, fact, Note.EARLY)
        if _tells_no_instant(self.start, fact):
            self._end(ClockState.UNMEASURABLE, self.start.at, Reason.FIRST_SEEN)
            return
        self.stopped_at = fact.at
        self._end(ClockState.MET, self.start.at)

    def stop(self, fact: Fact) -> None:
        """Met at or before the deadline, late after it.

        When all that is known of the act is that it was done before its record was first seen, it is met
        if even that was in time, else unmeasurable: nobody knows whether it was late. When the same first
        sight told the start too, nothing was measured at all (CONTRACT §4, "A deal first seen closed").
        """
        self._record(Role.STOP, fact)
        self._resume_at(fact.at)
        late = self._is_past(fact.at)
        if _tells_no_instant(self.start, fact) or (late and fact.first_seen):
            self._end(ClockState.UNMEASURABLE, fact.at, Reason.FIRST_SEEN)
            return
        self.stopped_at = fact.at
        self._end(ClockState.LATE if late else ClockState.MET, fact.at)

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
        more = {
            "role": Role.OMITTED.value,
            "at": None,
            "kind": "",
            "event": "",
            "actor": None,
            "note": str(self._omitted),
        }
        return [*self.evidence, more]

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
            }
        )

    def _is_past(self, at: datetime) -> bool:
        return self.due_at is not None and at > self.due_at

    def _resume_at(self, at: datetime) -> None:
        if self.paused:
            self.pauses[-1] = (self.pauses[-1][0], at)
            self._reckon()

    def _reckon(self) -> None:
        terms, schedule = self.terms, self.promise.schedule
        self.due_at = due(schedule, self.start.at, terms.within, self.pauses, terms.outside_hours)
        self.gives_up_at = (
            due(schedule, self.due_at, terms.give_up) if terms.give_up and self.due_at else None
        )

    def _end(self, state: ClockState, at: datetime, reason: str = "") -> None:
        self.state, self.ended_at, self.reason, self.gives_up_at = state, at, str(reason), None


def _tells_no_instant(start: Fact, stop: Fact) -> bool:
    """Whether the first version of one record told both: then it says nothing about the time between them."""
    if not stop.first_seen:
        return False
    if start.first_seen:
        return True
    record, _, implied = start.key.partition(f":{start.kind}:")
    return bool(implied) and stop.key.startswith(f"{record}:") and start.at <= stop.at
