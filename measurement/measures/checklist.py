"""Were all steps done in time after the start? (CONTRACT §3)

Each step has a deadline of its own, counted from the start. What is chosen where the contract leaves it open:

- Anybody may do a step, and one event several: where the field of its data is a list, it does every step that
  the list names. A step done once is done; the first time counts.
- ``due_at`` is the earliest deadline of a step that is undone or was done too late, so that a clock with a
  missed step is overdue until all are done, and late then; when all were in time, it is the last deadline.
- ``give_up`` counts from ``due_at``; but as long as another step's own time is not over, nothing is given up.
- Steps done before the start count within ``early``; done then, they are in time.
- The clock ends with its last step: ``stopped_at``. When all were done before the start, it ends there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agreements.deadlines import due
from agreements.durations import Duration
from agreements.enums import Kind
from agreements.terms.kinds import ChecklistTerms
from agreements.terms.values import Condition
from measurement.conditions import Moment, first_failing
from measurement.enums import ClockState
from measurement.facts import Fact
from measurement.measures.acts import Acts, Refusal
from measurement.measures.clock import OpenClock
from measurement.measures.passage import ClockMeasure
from measurement.measures.versions import Version
from measurement.verdicts import Note, Reason, Role, written


class ChecklistClock(OpenClock):
    """Runs until all of its steps are done."""

    def __init__(self, version: Version, start: Fact, acts: Acts) -> None:
        self._deadlines: dict[str, datetime] = {}
        self._done: dict[str, datetime] = {}
        super().__init__(version, start, acts)

    @property
    def _terms(self) -> ChecklistTerms:
        terms: ChecklistTerms = self.promise.terms
        return terms

    @property
    def within(self) -> Duration:
        """The allowed time of the step whose deadline is ``due_at``; the first one's where there is none."""
        allowed = dict(self._terms.steps.within)
        due = (value for value, due_at in self._deadlines.items() if due_at == self.due_at)
        return allowed[next(due, next(iter(allowed)))]

    def refusal(self, role: Role, fact: Fact) -> Refusal | None:
        """A step that was done already is not done again."""
        if role is Role.STOP and not self._new_steps(fact):
            return Refusal(Note.DONE_ALREADY)
        return None

    def done_before(self, facts: Sequence[Fact]) -> list[Fact]:
        """The steps that were done before the start; met at once when those are all."""
        taken = [fact for fact in facts if self._take(fact, early=True)]
        self._end_if_whole(self.start.at)
        return taken

    def stop(self, fact: Fact) -> None:
        """Some steps are done; with the last one the clock ends."""
        self._take(fact)
        self._end_if_whole(fact.at)

    def move(self, version: Version) -> None:
        """As any clock; where the newer version has fewer steps, all may be done by its beginning."""
        super().move(version)
        self._end_if_whole(version.promise.starts_at)

    def _take(self, fact: Fact, *, early: bool = False) -> bool:
        """Whether the event did any step that was still to be done."""
        steps = self._new_steps(fact)
        for value in steps:
            self._record(Role.STEP, fact, value)
            self.evidence[-1]["due"] = written(self._deadlines[value])
            if early:
                self.evidence[-1]["early"] = True
            self._done[value] = fact.at
            if self._is_unmeasurable(fact, late=fact.at > self._deadlines[value]):
                self._end(ClockState.UNMEASURABLE, max(fact.at, self.start.at), Reason.FIRST_SEEN)
        if steps and self.state is None:
            self._reckon()
        return bool(steps)

    def _new_steps(self, fact: Fact) -> list[str]:
        field = f"data.{self._terms.steps.field}"
        asked = Moment(self.acts.subject, fact, fact.at, self.acts.world, self.promise.team_id)
        left = (value for value in self._deadlines if value not in self._done)
        return [value for value in left if first_failing((Condition(field, "eq", (value,)),), asked) is None]

    def _end_if_whole(self, at: datetime) -> None:
        if self.state is not None or not self._deadlines.keys() <= self._done.keys():
            return
        self.stopped_at = max(self._done[value] for value in self._deadlines)
        self._end(ClockState.LATE if self._missed() else ClockState.MET, at)

    def _missed(self) -> list[str]:
        """The steps that were done too late."""
        done, deadlines = self._done, self._deadlines
        return [value for value, due_at in deadlines.items() if value in done and done[value] > due_at]

    def _reckon(self) -> None:
        schedule, give_up = self.promise.schedule, self._terms.give_up
        found = ((value, due(schedule, self.start.at, within)) for value, within in self._terms.steps.within)
        self._deadlines = {value: due_at for value, due_at in found if due_at is not None}
        waiting = [due_at for value, due_at in self._deadlines.items() if value not in self._done]
        owed = [*waiting, *(self._deadlines[value] for value in self._missed())]
        last = max(self._deadlines.values())
        self.due_at = min(owed, default=last)
        ends = due(schedule, self.due_at, give_up) if give_up else None
        self.gives_up_at = ends and max(ends, last)

    def _deadlines_told(self) -> dict[str, Any]:
        return {
            "steps": [{"step": value, "due": written(due_at)} for value, due_at in self._deadlines.items()]
        }


class ChecklistMeasure(ClockMeasure):
    """The versions of one commitment of the kind ``checklist``."""

    kind = Kind.CHECKLIST
    clock = ChecklistClock
