"""A clock as it is stored: the columns worked out from what happened to it."""

from datetime import datetime, timedelta
from typing import Any

from agreements.business_time import NeverOpenError
from agreements.deadlines import begin, due, warn_at
from agreements.durations import Measure
from measurement.conditions import Moment, values_of
from measurement.enums import ClockState
from measurement.facts import Fact, Subject, World
from measurement.measures.acts import Acts
from measurement.measures.clock import OpenClock
from measurement.ownership import Ownership, OwnerSpan
from measurement.states import open_seconds, paused_seconds, unassigned_seconds
from measurement.verdicts import ClockVerdict, written

_SECOND = timedelta(seconds=1)


def verdict_of(clock: OpenClock, acts: Acts, *, as_of: datetime) -> ClockVerdict:
    """The stored form of a clock. While it is open, only its owners so far depend on ``as_of``."""
    promise, start = clock.promise, clock.start
    subject, world = acts.subject, acts.world
    ownership = Ownership(subject, start, world)
    spans = ownership.spans(start.at, clock.ended_at, until=as_of)
    owners = [_span(span) for span in spans]
    return ClockVerdict(
        commitment_id=promise.commitment_id,
        commitment_key=promise.key,
        subject_id=subject.ref,
        subject_type=subject.type,
        start_key=start.key,
        started_at=start.at,
        due_at=clock.due_at,
        warn_at=_warn_at(clock),
        gives_up_at=clock.gives_up_at,
        stopped_at=clock.stopped_at,
        ended_at=clock.ended_at,
        state=clock.state or (ClockState.PAUSED if clock.due_at is None else ClockState.RUNNING),
        reason=clock.reason,
        owner_id=spans[-1].member,
        allowed_seconds=_allowed_seconds(clock),
        repeats=clock.repeats,
        evidence=clock.all_evidence(),
        owners=owners,
        origin=_origin(subject, start, world),
        **_seconds(clock, owners),
    )


def _seconds(clock: OpenClock, owners: list[dict[str, Any]]) -> dict[str, int | None]:
    start, end = clock.start.at, clock.ended_at
    if end is None or clock.state is ClockState.UNMEASURABLE:
        return {
            "elapsed_seconds": None,
            "business_seconds": None,
            "paused_seconds": None,
            "unassigned_seconds": None,
        }
    return {
        "elapsed_seconds": (end - start) // _SECOND,
        "business_seconds": open_seconds(clock.promise.schedule, start, end, clock.pauses),
        "paused_seconds": paused_seconds(start, end, clock.pauses),
        "unassigned_seconds": unassigned_seconds(owners, end)
        if any(o["member"] is None for o in owners)
        else 0,
    }


def _allowed_seconds(clock: OpenClock) -> int | None:
    within, schedule, outside = clock.within, clock.promise.schedule, clock.version.outside_hours
    if within.measure is not Measure.BUSINESS_DAYS:
        return within.seconds
    try:
        begun = begin(schedule, clock.start.at, within, outside)
        unpaused = due(schedule, clock.start.at, within, (), outside)
    except NeverOpenError:
        return None
    return schedule.elapsed(begun, unpaused) if begun and unpaused else None


def _warn_at(clock: OpenClock) -> datetime | None:
    if clock.due_at is None:
        return None
    return warn_at(clock.promise.schedule, clock.start.at, clock.due_at, clock.promise.terms.warn_at)


def _origin(subject: Subject, start: Fact, world: World) -> str | None:
    """The origin of the lead at the start; of several leads of a contact, the newest's."""
    found = values_of("lead.origin", Moment(subject, start, start.at, world, 0))
    return str(found[0])[:255] if found else None


def _span(span: OwnerSpan) -> dict[str, Any]:
    return {
        "member": span.member,
        "from": written(span.start),
        "to": None if span.end is None else written(span.end),
    }
