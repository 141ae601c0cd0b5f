"""When an allowed time begins, is used up, and is about to be (CONTRACT §3, "Business time").

The deadline is an instant: the earliest at which the allowed time has been used. Worked examples, the linter
and the measuring of clocks all ask here, so that what is shown before signing is what is measured after it.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from agreements.business_time import Schedule
from agreements.durations import Duration, Measure

Pause = tuple[datetime, datetime | None]
"""Paused from (inclusive) to (exclusive); None while it lasts."""


class OutsideHours(StrEnum):
    """What a start in closed time does to an elapsed duration; ``IGNORE`` applies to all durations."""

    COUNT = "count"
    NEXT_OPENING = "next_opening"
    IGNORE = "ignore"


def begin(
    schedule: Schedule, start: datetime, duration: Duration, outside_hours: str = "count"
) -> datetime | None:
    """The instant from which the duration counts, or None when a start in closed time is ignored.

    Business units begin at the next opening; elapsed ones too with ``next_opening``, at once with ``count``.
    Raises ``NeverOpenError`` when there is no next opening.
    """
    rule = OutsideHours(outside_hours)
    start = _second(start)
    if rule is OutsideHours.IGNORE and not schedule.is_open(start):
        return None
    if duration.measure is Measure.ELAPSED and rule is not OutsideHours.NEXT_OPENING:
        return start
    return schedule.add(start, 0)


def due(
    schedule: Schedule,
    start: datetime,
    duration: Duration,
    pauses: Iterable[Pause] = (),
    outside_hours: str = "count",
) -> datetime | None:
    """The earliest instant at which the allowed time has been used.

    None when the start is ignored, or when a pause without an end keeps the deadline from being known.
    Paused elapsed time extends elapsed durations, paused open time extends business ones.
    """
    begun = begin(schedule, start, duration, outside_hours)
    if begun is None:
        return None
    stops = _merged(pauses)
    match duration.measure:
        case Measure.ELAPSED:
            return _due_elapsed(begun, duration.seconds, stops)
        case Measure.BUSINESS_TIME:
            return _due_business_time(schedule, begun, duration.seconds, stops)
        case Measure.BUSINESS_DAYS:
            return _due_business_days(schedule, begun, duration.amount, stops)


def used(
    schedule: Schedule, start: datetime, until: datetime, duration: Duration, pauses: Iterable[Pause] = ()
) -> int:
    """Seconds of the allowed time used from ``start`` (as ``begin`` gave it) to ``until``, pauses left out.

    Elapsed seconds for elapsed durations, open seconds for business time and business days; never negative.
    """
    start, until = _second(start), _second(until)
    if until <= start:
        return 0
    clipped = [(max(from_, start), min(to or until, until)) for from_, to in _merged(pauses)]
    spans = [(start, until), *((from_, to) for from_, to in clipped if from_ < to)]
    if duration.measure is Measure.ELAPSED:
        whole, *paused = (_seconds(to - from_) for from_, to in spans)
    else:
        whole, *paused = (schedule.elapsed(from_, to) for from_, to in spans)
    return whole - sum(paused)


def warn_at(schedule: Schedule, start: datetime, due: datetime, share: Fraction | float) -> datetime:
    """The instant at which ``share`` of the open seconds from start to due have passed.

    Where there are none (a deadline that runs in closed time), the share of the elapsed seconds.
    """
    start, due = _second(start), _second(due)
    open_seconds = schedule.elapsed(start, due)
    if open_seconds > 0:
        return schedule.add(start, _share_of(open_seconds, share))
    return start + timedelta(seconds=_share_of(_seconds(due - start), share))


def _share_of(seconds: int, share: Fraction | float) -> int:
    """The share of the seconds, rounded, halves to even."""
    if not isinstance(share, Fraction):
        return round(seconds * share)
    # As Fraction does it, without making one.
    whole, rest = divmod(seconds * share.numerator, share.denominator)
    twice = 2 * rest
    return whole + (twice > share.denominator or (twice == share.denominator and whole % 2 == 1))


def _due_elapsed(begun: datetime, seconds: int, pauses: Iterable[Pause]) -> datetime | None:
    cursor, left = begun, timedelta(seconds=seconds)
    for from_, to in pauses:
        if from_ >= cursor + left or not left:
            break
        if to is None:
            return None
        left -= max(from_ - cursor, timedelta())
        cursor = max(cursor, to)
    return cursor + left


def _due_business_time(
    schedule: Schedule, begun: datetime, seconds: int, pauses: Iterable[Pause]
) -> datetime | None:
    cursor, left = begun, seconds
    for from_, to in pauses:
        before = max(schedule.elapsed(cursor, from_), 0)
        if before >= left:
            break
        if to is None:
            return None
        left -= before
        cursor = max(cursor, to)
    return schedule.add(cursor, left)


def _due_business_days(
    schedule: Schedule, begun: datetime, days: int, pauses: Iterable[Pause]
) -> datetime | None:
    """A pause that has taken open time before the deadline moves it on by all of its open time: what it moves
    it by lies before the new deadline again, until the whole pause does."""
    deadline = schedule.add_business_days(begun, days)
    for from_, to in pauses:
        since = max(from_, begun)
        if schedule.elapsed(since, deadline) <= 0:
            continue
        if to is None:
            return None
        paused = schedule.elapsed(since, to)
        if paused > 0:
            deadline = schedule.add(deadline, paused)
    return deadline


def _merged(pauses: Iterable[Pause]) -> Iterator[Pause]:
    """Pauses in order, in UTC, overlapping ones joined, empty ones left out."""
    if not pauses:
        return
    held: Pause | None = None
    for from_, to in sorted(((_second(a), b and _second(b)) for a, b in pauses), key=lambda pause: pause[0]):
        if to is not None and to <= from_:
            continue
        if held is None:
            held = (from_, to)
        elif held[1] is None or from_ <= held[1]:
            held = (held[0], None if held[1] is None or to is None else max(held[1], to))
        else:
            yield held
            held = (from_, to)
    if held is not None:
        yield held


def _second(instant: datetime) -> datetime:
    """In UTC, so that differences are real ones, and without parts of a second."""
    if instant.tzinfo is UTC and not instant.microsecond:
        return instant
    if instant.utcoffset() is None:
        raise ValueError(f"expected an aware datetime, got {instant!r}; give it a time zone")
    return instant.astimezone(UTC).replace(microsecond=0)


def _seconds(span: timedelta) -> int:
    return span.days * 86_400 + span.seconds
