"""What it would have meant to be bound by a promise on trial: numbers about people, never who; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from agreements.durations import Unit
from agreements.terms import Promise
from measurement.enums import ClockState, Verdict
from measurement.periods import period_around
from measurement.preview.figures import PeriodFigures, count_clocks
from measurement.states import seconds_at, state_at
from measurement.verdicts import ClockVerdict


@dataclass(frozen=True, slots=True)
class Meaning:
    """``breaches`` to deal with, owed by so many ``people`` (``unassigned`` by nobody), told in so many
    ``mails`` (one a person and morning), ``escalations`` past the owner."""

    breaches: int = 0
    people: int = 0
    unassigned: int = 0
    mails: int = 0
    escalations: int = 0


def meaning_of(
    promise: Promise, clocks: Sequence[ClockVerdict], periods: Sequence[PeriodFigures], *, as_of: datetime
) -> Meaning:
    """What the clocks of a response or checklist, or the periods of another kind, would have asked of people.

    A promise that is not told (``notify: none``) sends nothing; one whose breach is its period has one for
    each complete period that missed its target.
    """
    told = promise.terms.notify != "none"
    missed = [(clock, at) for clock in clocks if (at := _missed_at(clock, as_of))]
    if promise.terms.breach == "period" or not clocks:
        count = _missed_periods(promise, clocks, periods, as_of=as_of)
        return Meaning(breaches=count, mails=count if told else 0)
    owners = {clock.owner_id for clock, _ in missed}
    mornings = {(clock.owner_id, _day(promise, at)) for clock, at in missed}
    return Meaning(
        breaches=len(missed),
        people=len(owners - {None}),
        unassigned=sum(clock.owner_id is None for clock, _ in missed),
        mails=len(mornings) if told else 0,
        escalations=_escalations(promise, clocks, as_of) if told else 0,
    )


def weeks_of(promise: Promise, clocks: Iterable[ClockVerdict], *, as_of: datetime) -> list[dict[str, Any]]:
    """Kept and missed by the ISO week in which clocks started, oldest first; weeks without any left out."""
    by_week: dict[date, list[ClockVerdict]] = defaultdict(list)
    for clock in clocks:
        day = _day(promise, clock.started_at)
        by_week[day - timedelta(days=day.weekday())].append(clock)
    found = []
    for monday, some in sorted(by_week.items()):
        counts = count_clocks(some, as_of=as_of)
        found.append({"week": monday.isoformat(), "kept": counts.met, "missed": counts.judged - counts.met})
    return found


def _missed_at(clock: Any, as_of: datetime) -> datetime | None:
    state = state_at(clock, as_of)
    if state is None or state not in ClockState.missed:
        return None
    return min(filter(None, (clock.due_at, clock.ended_at))) if state == ClockState.FAILED else clock.due_at


def _missed_periods(
    promise: Promise, clocks: Sequence[ClockVerdict], periods: Sequence[PeriodFigures], *, as_of: datetime
) -> int:
    if not clocks:
        return sum(period.verdict == Verdict.MISSED and period.span.end <= as_of for period in periods)
    by_period: dict[datetime, Counter[bool]] = defaultdict(Counter)
    for clock in clocks:
        span = period_around(
            clock.due_at or clock.started_at, promise.terms.per, zone=promise.timezone, fiscal_year_start=1
        )
        counts = count_clocks([clock], as_of=as_of)
        if span.end <= as_of and counts.judged:
            by_period[span.start][bool(counts.met)] += 1
    rates = [Fraction(counts[True], counts.total()) for counts in by_period.values()]
    return sum(not promise.terms.target.met_by(rate) for rate in rates)


def _escalations(promise: Promise, clocks: Iterable[ClockVerdict], as_of: datetime) -> int:
    """How often a share of the allowed time passed at which somebody other than the owner hears of it."""
    steps = [step.at for step in promise.terms.escalate if step.to != "owner"]
    return sum(
        _used(promise, clock, as_of) >= step for clock in clocks if clock.allowed_seconds for step in steps
    )


def _used(promise: Promise, clock: Any, as_of: datetime) -> Fraction:
    """The share of the allowed time that has passed, in the promise's own measure."""
    seconds = seconds_at(clock, promise.schedule, as_of)
    within = getattr(promise.terms, "within", None)
    elapsed = within is not None and within.unit in (Unit.MINUTES, Unit.HOURS, Unit.DAYS)
    return Fraction(seconds.elapsed if elapsed else seconds.business, clock.allowed_seconds or 1)


def _day(promise: Promise, at: datetime) -> date:
    return at.astimezone(ZoneInfo(promise.timezone)).date()
