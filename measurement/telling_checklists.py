"""What a checklist's clock is told as: each step with its deadline, and the missing and late ones by name.

Spans are by the clock on the wall: steps are mostly given days, in units that may differ.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from agreements.terms.kinds import ChecklistTerms
from agreements.terms.values import Promise
from measurement.enums import ClockState
from measurement.segments import segments_between
from measurement.states import ClockLike
from measurement.steps import Step, StepState, steps_of
from measurement.telling import Labels, Story
from measurement.verdicts import Reason, Role, written
from measurement.wording import LANGUAGES
from measurement.wording.kinds import the
from measurement.wording.phrases import say
from measurement.wording.steps import step_name
from measurement.wording.times import span

_SECOND = timedelta(seconds=1)


class ChecklistStory(Story):
    """One checklist's clock as it stands at an instant."""

    def __init__(self, clock: ClockLike, promise: Promise, as_of: datetime, labels: Labels) -> None:
        super().__init__(clock, promise, as_of, labels)
        terms: ChecklistTerms = promise.terms
        self._values = [value for value, _ in terms.steps.within]
        self._steps = steps_of(clock, terms, as_of)
        self._until = min(as_of, clock.ended_at) if self._ended else as_of

    def _promised(self, language: str) -> str:
        start = self._entry(Role.START)
        values = {
            "headline": say(self._headline(), language),
            "start": the(start["kind"], language, self._labels.kinds),
            "started": self._when(self._clock.started_at, language),
        }
        if self._state is ClockState.UNMEASURABLE:
            names = ", ".join(step_name(value, language) for value in self._values)
            return say("steps_were_due", language, steps=names, **values)
        is_owed = not self._ended and self._state in (ClockState.RUNNING, ClockState.OVERDUE)
        steps = self._listed(self._steps, self._due_by, language)
        return say("steps_are_due" if is_owed else "steps_were_due", language, steps=steps, **values)

    def _met(self, language: str) -> str:
        return self._say("steps_all_done", StepState.DONE, self._done, language)

    def _late(self, language: str) -> str:
        return self._all(language)

    def _running(self, language: str) -> str:
        warn = self._clock.warn_at
        told = self._all(language)
        if warn is not None and warn <= self._as_of:
            told += " " + say("steps_at_risk", language, warn=self._when(warn, language))
        return told

    def _overdue(self, language: str) -> str:
        if not self._ended:
            return self._all(language)
        end = super()._overdue(language) if self._clock.reason != Reason.GAVE_UP else self._gave_up(language)
        return f"{end} {self._all(language)}".strip()

    def _gave_up(self, language: str) -> str:
        missing = [self._named(step, language) for step in self._steps if step.state is StepState.MISSING]
        when = self._when(self._clock.ended_at, language)
        return say("steps_never", language, when=when, steps="; ".join(missing))

    def _unmeasurable(self, language: str) -> str:
        if self._clock.reason == Reason.NEVER_OPENS:
            return say("never_opens", language)
        entry = self._entry(Role.STEP)
        what = step_name(entry["note"], language)
        return say("first_seen", language, stop=what, when=self._when(self._clock.ended_at, language))

    def _all(self, language: str) -> str:
        """Missing, late, still to do and done: only those that there are."""
        gave_up = self._ended and self._clock.reason == Reason.GAVE_UP
        told = [
            "" if gave_up else self._say("steps_missing", StepState.MISSING, self._missing, language),
            self._say("steps_late", StepState.LATE, self._done_late, language),
            "" if self._ended else self._say("steps_open", StepState.OPEN, self._open, language),
            self._say("steps_done", StepState.DONE, self._done, language),
        ]
        return " ".join(part for part in told if part)

    def _say(self, phrase: str, state: StepState, each: Callable[[Step, str], str], language: str) -> str:
        steps = sorted((step for step in self._steps if step.state is state), key=lambda step: step.due_at)
        return say(phrase, language, steps=self._listed(steps, each, language)) if steps else ""

    def _listed(self, steps: Sequence[Step], each: Callable[[Step, str], str], language: str) -> str:
        return ("; " if language == "en" else " ; ").join(each(step, language) for step in steps)

    def _named(self, step: Step, language: str) -> str:
        return step_name(step.value, language)

    def _due_by(self, step: Step, language: str) -> str:
        return say(
            "step_due", language, step=self._named(step, language), due=self._when(step.due_at, language)
        )

    def _missing(self, step: Step, language: str) -> str:
        late = self._passed(step.due_at, self._until, language)
        return say("step_missing", language, step=self._named(step, language), late=late)

    def _open(self, step: Step, language: str) -> str:
        """The next one with the time that is left for it."""
        name = self._named(step, language)
        if any(other.state is StepState.OPEN and other.due_at < step.due_at for other in self._steps):
            return name
        left = self._passed(self._as_of, step.due_at, language)
        return say("step_open", language, step=name, left=left)

    def _done(self, step: Step, language: str) -> str:
        return say("step_done", language, **self._doing(step, language))

    def _done_late(self, step: Step, language: str) -> str:
        late = self._passed(step.due_at, step.done_at or step.due_at, language)
        return say("step_late", language, late=late, **self._doing(step, language))

    def _doing(self, step: Step, language: str) -> dict[str, str]:
        entry = step.entry or {"actor": None}
        return {
            "step": self._named(step, language),
            "by": self._by(entry, language),
            "when": self._when(step.done_at or step.due_at, language),
        }

    def _passed(self, start: datetime, end: datetime, language: str) -> str:
        return span((end - start) // _SECOND, language)


def told_steps(clock: ClockLike, promise: Promise, as_of: datetime, labels: Labels) -> list[dict[str, Any]]:
    """Each step as the explanation shows it, with the time from the start to its deadline or its doing."""
    return [
        {
            "step": step.value,
            "name": {one: step_name(step.value, one) for one in LANGUAGES},
            "state": str(step.state),
            "due_at": written(step.due_at),
            "done_at": None if step.done_at is None else written(step.done_at),
            **_doer(step, labels),
            "segments": segments_between(
                promise.schedule, clock.started_at, max(_reached(step, clock, as_of), clock.started_at)
            ),
        }
        for step in steps_of(clock, promise.terms, as_of)
    ]


def _doer(step: Step, labels: Labels) -> dict[str, Any]:
    actor = step.entry["actor"] if step.entry else None
    fact = labels.facts.get(step.entry["event"]) if step.entry else None
    return {"member": actor, "member_name": labels.members.get(actor) if actor else None, "fact": fact}


def _reached(step: Step, clock: ClockLike, as_of: datetime) -> datetime:
    """Until when there is something to draw: the deadline, the late doing, now where it is missing."""
    if step.done_at is not None:
        return max(step.due_at, step.done_at)
    until = as_of if clock.ended_at is None else min(as_of, clock.ended_at)
    return max(step.due_at, until) if step.state is StepState.MISSING else step.due_at
