"""When a step of an escalation is due. No Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agreements.business_time import NeverOpenError, Schedule
from agreements.deadlines import due, warn_at
from agreements.durations import Duration
from agreements.terms.values import Escalation, Promise


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one clock: its position in the promise, whom it tells, from when on."""

    number: int
    escalation: Escalation
    at: datetime


def steps_of(promise: Promise, started_at: datetime, due_at: datetime) -> Iterator[Step]:
    """The steps of a clock in the order of the promise.

    A step is due once its share of the open time from start to deadline has passed (150 %: half as much again
    after it). One at the deadline or later tells a miss, so it waits for the promise's settle time.
    """
    settled = _after(promise.schedule, due_at, promise.terms.settle)
    for number, escalation in enumerate(promise.terms.escalate):
        try:
            at = warn_at(promise.schedule, started_at, due_at, escalation.at)
        except NeverOpenError:
            continue
        yield Step(number, escalation, max(at, settled) if escalation.at >= 1 else at)


def _after(schedule: Schedule, instant: datetime, wait: Duration | None) -> datetime:
    if wait is None:
        return instant
    try:
        return due(schedule, instant, wait) or instant
    except NeverOpenError:
        return instant
