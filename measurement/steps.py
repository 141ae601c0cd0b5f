"""The steps of a checklist's clock, read from its stored evidence: done, late, missing, still to do. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from agreements.terms.kinds import ChecklistTerms
from measurement.states import ClockLike
from measurement.verdicts import Reason, Role, read


class StepState(StrEnum):
    """What became of one step."""

    DONE = "done"  # in time
    LATE = "late"  # done after its deadline
    MISSING = "missing"  # its deadline has passed and it is not done
    OPEN = "open"  # not done, and its time is not over


@dataclass(frozen=True, slots=True)
class Step:
    """One step as it stood at an instant; ``entry`` is the evidence of its being done."""

    value: str
    due_at: datetime
    state: StepState
    done_at: datetime | None = None
    entry: Mapping[str, Any] | None = None


def steps_of(clock: ClockLike, terms: ChecklistTerms, as_of: datetime) -> list[Step]:
    """Every step in the order of the terms, as it stood at the instant by the facts known now.

    ``terms`` are those of the clock's own version. A clock that could not be measured has none.
    """
    known = [entry for entry in clock.evidence if entry["at"] is not None and read(entry["at"]) <= as_of]
    deadlines = _deadlines(known or clock.evidence[:1])
    done = {entry["note"]: entry for entry in reversed(known) if entry["role"] == Role.STEP}
    named = [value for value, _ in terms.steps.within if value in deadlines]
    until = _until(clock, as_of)
    order = [*named, *(value for value in deadlines if value not in named)]
    return [_step(value, deadlines[value], done.get(value), until) for value in order]


def missing_steps(clock: ClockLike, terms: ChecklistTerms, as_of: datetime) -> list[Step]:
    """The steps that were not done by the instant although their deadline had passed, the earliest first."""
    found = (step for step in steps_of(clock, terms, as_of) if step.state is StepState.MISSING)
    return sorted(found, key=lambda step: step.due_at)


def _until(clock: ClockLike, as_of: datetime) -> datetime:
    """Up to when steps could be done; what was given up could be until its very end, and then no more."""
    if clock.ended_at is None:
        return as_of
    last = clock.ended_at + timedelta(seconds=1) if clock.reason == Reason.GAVE_UP else clock.ended_at
    return min(as_of, last)


def _deadlines(entries: Sequence[Mapping[str, Any]]) -> dict[str, datetime]:
    """Of the newest entry that lists them: the start, or a newer version that took over."""
    listed = next((entry["steps"] for entry in reversed(entries) if "steps" in entry), ())
    return {step["step"]: read(step["due"]) for step in listed}


def _step(value: str, due_at: datetime, entry: Mapping[str, Any] | None, until: datetime) -> Step:
    if entry is None:
        return Step(value, due_at, StepState.MISSING if due_at < until else StepState.OPEN)
    done_at = read(entry["at"])
    return Step(value, due_at, StepState.LATE if done_at > due_at else StepState.DONE, done_at, entry)
