"""What a period's target comes to, and the verdict on what was reached; pure.

A target may be a number, or a baseline and an improvement; it may rise step by step (``ramp``), shrink with
the days that were open (``prorate``), and never exceeds the room that is left (``until: accounts_full``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Any
from zoneinfo import ZoneInfo

from agreements.business_time import Schedule
from agreements.enums import Period
from agreements.terms import Promise, Target
from agreements.terms.kinds import BaselineTarget, Ramp
from measurement.enums import Verdict
from measurement.in_force import Part
from measurement.periods import Span, period_around

_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF: 6, Period.YEAR: 12}
_DAYS = {Period.DAY: 1, Period.WEEK: 7}
_AT_LEAST = frozenset({">=", ">"})


@dataclass(frozen=True, slots=True)
class Sample:
    """So many of so many: a baseline's value and how much it rests on."""

    numerator: int
    denominator: int

    @property
    def value(self) -> Fraction | None:
        """The share; None of nothing."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


class Standing(StrEnum):
    """How far a period is."""

    RUNNING = "running"  # its end is ahead
    MATURING = "maturing"  # what happened in it may still come to have what it should have
    OVER = "over"  # nothing can change any more unless other facts arrive


@dataclass(frozen=True, slots=True)
class Aim:
    """What a period is held against.

    ``target`` is None where it cannot be told (a baseline of nothing); ``required`` is false where nothing is
    asked: no room left, no open day. ``detail`` says how the number came about, as JSON values.
    """

    target: Target | None
    required: bool = True
    detail: dict[str, Any] = field(default_factory=dict)


def rate_aim(promise: Promise, span: Span, *, first_start: datetime, baseline: Sample | None) -> Aim:
    """The target of a rate for a period: its own, or the baseline's improved, and the steps of its ramp.

    ``first_start`` is the beginning of the commitment's first version, from which steps are counted.
    """
    detail: dict[str, Any] = {}
    target = _against(promise.terms.target, baseline)
    if target is None:
        return Aim(None, detail=detail)
    detail["before_ramp"] = _told(target.value)
    ramp = promise.terms.ramp
    if ramp is not None:
        number = steps(first_start, span.start, ramp.every, zone=promise.timezone)
        detail["ramp"] = {"steps": number, "by": _told(ramp.by), "every": ramp.every.value}
        target = _stepped(target, ramp, number)
    return Aim(target, detail=detail)


def steps(first: datetime, at: datetime, every: Period, *, zone: str) -> int:
    """How many whole lengths of ``every`` lie between two instants, by the dates of the zone."""
    begun, day = first.astimezone(ZoneInfo(zone)).date(), at.astimezone(ZoneInfo(zone)).date()
    if every in _DAYS:
        return max((day - begun).days // _DAYS[every], 0)
    months = (day.year - begun.year) * 12 + day.month - begun.month - (day.day < begun.day)
    return max(months // _MONTHS[every], 0)


def volume_aim(
    promise: Promise, governed: Sequence[Part], *, room: int | None, fiscal_year_start: int
) -> Aim:
    """The target of a volume for a period, in whole numbers: the least number that meets it.

    ``governed`` are the parts of the period in force; ``room`` is what is left to fill, None without bound.
    """
    target: Target = promise.terms.target
    detail: dict[str, Any] = {}
    if promise.terms.prorate == "open_days":
        opened, usual = open_share(promise, governed, fiscal_year_start=fiscal_year_start)
        detail["prorate"] = {"open_days": opened, "of": usual}
        target = replace(target, value=target.value * Fraction(opened, usual) if usual else Fraction(0))
    elif target.op in _AT_LEAST:
        days, of = days_in_force(promise, governed, fiscal_year_start=fiscal_year_start)
        if days < of:  # nobody owes a whole month in its last week
            detail["in_force"] = {"days": days, "of": of}
            target = replace(target, value=target.value * Fraction(days, of))
    target = whole(target)
    if room is not None:
        detail["room"] = room
        if target.op in _AT_LEAST and room < target.value:
            target = replace(target, value=Fraction(room))
    required = target.op not in _AT_LEAST or target.value > 0
    return Aim(target, required=required, detail=detail)


def whole(target: Target) -> Target:
    """A target of counts in whole numbers: ``>= 2.4`` and ``> 2`` both become ``>= 3``."""
    match target.op:
        case ">=":
            return Target(">=", Fraction(ceil(target.value)), percent=False)
        case ">":
            return Target(">=", Fraction(floor(target.value) + 1), percent=False)
        case "<=":
            return Target("<=", Fraction(floor(target.value)), percent=False)
        case _:
            return Target("<=", Fraction(ceil(target.value) - 1), percent=False)


def open_share(promise: Promise, governed: Sequence[Part], *, fiscal_year_start: int) -> tuple[int, int]:
    """(open days in the parts in force, open days that the bare week gives the whole period)."""
    opened = sum(open_days(part.promise.schedule, part.start, part.end) for part in governed)
    around = period_around(
        governed[0].start, promise.terms.per, zone=promise.timezone, fiscal_year_start=fiscal_year_start
    )
    return opened, usual_days(promise.schedule, around)


def days_in_force(promise: Promise, governed: Sequence[Part], *, fiscal_year_start: int) -> tuple[int, int]:
    """(dates in the parts in force, dates of the whole period)."""
    around = period_around(
        governed[0].start, promise.terms.per, zone=promise.timezone, fiscal_year_start=fiscal_year_start
    )
    zone = ZoneInfo(promise.timezone)
    days = sum(len(list(_dates(part.start, part.end, zone))) for part in governed)
    return days, len(list(_dates(around.start, around.end, zone)))


def open_days(schedule: Schedule, start: datetime, end: datetime) -> int:
    """How many dates of [start, end) have open time in it; a night counts for the date it starts on."""
    calendar = schedule.calendar
    begun, over = int(start.timestamp()), int(end.timestamp())
    return sum(
        any(opening < over and closing > begun for opening, closing in calendar.segments_of(day))
        for day in _dates(start, end, calendar.zone)
    )


def usual_days(schedule: Schedule, span: Span) -> int:
    """How many dates of a period the bare week opens: holidays and dates of their own do not count."""
    calendar = schedule.calendar
    return sum(bool(calendar.week[day.weekday()]) for day in _dates(span.start, span.end, calendar.zone))


def verdict_of(
    value: Fraction | None, judged: int | None, target: Target | None, min_sample: int, standing: Standing
) -> Verdict:
    """The verdict on a share: of ``judged`` cases, held against the target.

    ``judged`` None: the number of cases does not matter (a count, hours).
    """
    if standing is Standing.MATURING:
        return Verdict.MATURING
    if target is None:
        return Verdict.UNMEASURABLE
    if value is None or (judged is not None and judged < min_sample):
        return Verdict.TOO_FEW
    return _kept(target.met_by(value), over=standing is Standing.OVER)


def pace_of(count: int, target: Target, *, gone: int, days: int, over: bool) -> Verdict:
    """The verdict on a count: while its period runs, whether it keeps pace with the open days that are gone.

    ``gone`` of ``days`` open days are wholly over: so much of the target, in whole numbers, should be there;
    with no day left, all of it. Of a number not to be exceeded the count itself decides.
    """
    if over or target.op not in _AT_LEAST or target.met_by(Fraction(count)):
        return _kept(target.met_by(Fraction(count)), over=over)
    return _kept(days > gone and count >= floor(target.value * gone / days), over=False)


def _kept(is_met: bool, *, over: bool) -> Verdict:
    if is_met:
        return Verdict.KEPT if over else Verdict.ON_PACE
    return Verdict.MISSED if over else Verdict.AT_RISK


def _against(target: Target | BaselineTarget, baseline: Sample | None) -> Target | None:
    if isinstance(target, Target):
        return target
    value = baseline.value if baseline else None
    if value is None:
        return None
    improved = value + target.by if target.points else value * (1 + target.by)
    return Target(target.op, _within_a_whole(improved), percent=True)


def _stepped(target: Target, ramp: Ramp, number: int) -> Target:
    """Each step asks for more: upwards of what should be high, downwards of what should be low."""
    change = ramp.by * number * (1 if target.op in _AT_LEAST else -1)
    return replace(target, value=_within_a_whole(target.value + change))


def _within_a_whole(value: Fraction) -> Fraction:
    return min(max(value, Fraction(0)), Fraction(1))


def _told(value: Fraction) -> float:
    return round(float(value), 6)


def _dates(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[date]:
    day = start.astimezone(zone).date()
    last = (end - timedelta(seconds=1)).astimezone(zone).date()
    while day <= last:
        yield day
        day += timedelta(days=1)
