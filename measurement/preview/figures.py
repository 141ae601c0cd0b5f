"""What a promise would have given, counted from clocks and units that nobody stores; pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from agreements.terms import Promise, RateTerms, Target
from measurement.enums import ClockState, UnitState, Verdict
from measurement.in_force import Part
from measurement.periods import Span, midnight, period_around, spans_of_days
from measurement.staffing import staffed
from measurement.states import state_at
from measurement.targets import Sample, Standing, pace_of, rate_aim, verdict_of, volume_aim
from measurement.units import UnitVerdict

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Clocks:
    """Clocks that would have started in the time looked at, by what had become of them at its end."""

    met: int = 0
    late: int = 0
    overdue: int = 0
    failed: int = 0
    running: int = 0
    left_out: int = 0

    @property
    def judged(self) -> int:
        """Met and missed: what the kept rate is of."""
        return self.met + self.late + self.overdue + self.failed

    @property
    def kept_rate(self) -> Fraction | None:
        """Met ÷ (met + missed); None of nothing."""
        return Fraction(self.met, self.judged) if self.judged else None


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """One complete period: its value (a share, or a number where ``denominator`` is None) and target.

    Of a number that each member or account owes, ``value`` is the share of those who did anything and
    reached it.
    """

    span: Span
    value: Fraction | None
    numerator: int
    denominator: int | None
    left_out: int
    target: Target | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Window:
    """The time looked at: complete ``periods`` of a promise (none for clocks), and [start, end)."""

    start: datetime
    end: datetime
    periods: tuple[Span, ...]


def window_of(promise: Promise, *, days: int, as_of: datetime, fiscal_year_start: int) -> Window:
    """The last ``days`` days, with the complete periods in them, and the last complete one at least."""
    since = as_of - days * DAY
    periods: list[Span] = []
    span = _around(promise, as_of, fiscal_year_start)
    while True:
        span = _around(promise, span.start - timedelta(seconds=1), fiscal_year_start)
        if periods and span.start < since:
            break
        periods.append(span)
    return Window(min(since, periods[-1].start), as_of, tuple(reversed(periods)))


def as_if_in_force(promise: Promise, window: Window, *, by_clocks: bool) -> Promise:
    """The promise as if it had been signed for the time looked at."""
    start = window.start if by_clocks or not window.periods else window.periods[0].start
    return replace(promise, starts_at=start, ends_at=None)


def baseline_window(promise: Promise) -> Span | None:
    """The baseline's days in the promise's zone; None without one."""
    days = promise.terms.baseline if isinstance(promise.terms, RateTerms) else None
    if days is None:
        return None
    return Span(midnight(days[0], promise.timezone), midnight(days[1] + DAY, promise.timezone))


def count_clocks(clocks: Iterable[Any], *, as_of: datetime) -> Clocks:
    """What had become of these clocks (``ClockVerdict``) at an instant."""
    counts: Counter[str] = Counter()
    for clock in clocks:
        state = state_at(clock, as_of)
        if state is not None:
            counts["left_out" if state in ClockState.left_out else _running(state)] += 1
    return Clocks(**counts)


def count_rate(
    promise: Promise, units: Sequence[UnitVerdict], spans: Iterable[Span], *, as_of: datetime
) -> tuple[list[PeriodFigures], Sample | None]:
    """The shares of these periods, and what the baseline comes to."""
    tally = _at_the_end if isinstance(promise.terms.of, str) else _within
    baseline = _baseline(promise, units, as_of)
    return [_share(promise, span, tally(units, span), baseline, as_of) for span in spans], baseline


def count_volume(
    promise: Promise,
    units: Sequence[UnitVerdict],
    spans: Iterable[Span],
    *,
    room_at: Callable[[datetime], int | None],
    fiscal_year_start: int,
    scale: Fraction = Fraction(1),
) -> list[PeriodFigures]:
    """The numbers of these periods; ``room_at`` says what is left to fill at an instant (None: no bound).

    ``scale``: how many units stand for one that was counted, where only a sample was.
    """
    found = []
    for span in spans:
        part = Part(promise, span.start, span.end)
        aim = volume_aim(promise, [part], room=room_at(span.start), fiscal_year_start=fiscal_year_start)
        target = aim.target if aim.required else None
        found.append(_number(promise, span, _within(units, span), target, scale))
    return found


def count_coverage(
    promise: Promise, units: Sequence[UnitVerdict], spans: Iterable[Span]
) -> list[PeriodFigures]:
    """The shares of the agreed hours that were staffed."""
    present = [(unit.at, unit.until) for unit in units if unit.state is UnitState.HAVING]
    target: Target = promise.terms.target
    found = []
    for span in spans:
        hours = staffed([Part(promise, span.start, span.end)], present, until=span.end)
        value = Fraction(hours.covered, hours.agreed) if hours.agreed else None
        verdict = verdict_of(value, None, target, 0, Standing.OVER) if hours.agreed else Verdict.UNMEASURABLE
        found.append(PeriodFigures(span, value, hours.covered, hours.agreed, 0, target, verdict))
    return found


def _around(promise: Promise, instant: datetime, fiscal_year_start: int) -> Span:
    return period_around(
        instant, promise.terms.per, zone=promise.timezone, fiscal_year_start=fiscal_year_start
    )


def _running(state: ClockState) -> str:
    return "running" if state in ClockState.open else state.value


def _within(units: Iterable[UnitVerdict], span: Span) -> list[UnitVerdict]:
    return [unit for unit in units if not unit.stretch and span.start <= unit.at < span.end]


def _at_the_end(units: Iterable[UnitVerdict], span: Span) -> list[UnitVerdict]:
    return [unit for unit in units if unit.at < span.end and (unit.until is None or unit.until >= span.end)]


def _judged(units: Sequence[UnitVerdict], as_of: datetime) -> list[UnitVerdict]:
    """Without those whose time is not up."""
    return [unit for unit in units if unit.matures_at is None or unit.matures_at <= as_of]


def _baseline(promise: Promise, units: Sequence[UnitVerdict], as_of: datetime) -> Sample | None:
    window = baseline_window(promise)
    if window is None:
        return None
    if isinstance(promise.terms.of, str):
        days = spans_of_days(window, promise.timezone)
        counted = [unit for day in days for unit in _at_the_end(units, day)]
    else:
        counted = _judged(_within(units, window), as_of)
    return Sample(_having(counted), _having(counted) + _number_of(counted, UnitState.LACKING))


def _share(
    promise: Promise, span: Span, units: Sequence[UnitVerdict], baseline: Sample | None, as_of: datetime
) -> PeriodFigures:
    judged = _judged(units, as_of)
    having, lacking = _having(judged), _number_of(judged, UnitState.LACKING)
    aim = rate_aim(promise, span, first_start=span.start, baseline=baseline)
    value = Fraction(having, having + lacking) if having + lacking else None
    ripe = max((unit.matures_at for unit in units if unit.matures_at), default=as_of) <= as_of
    standing = Standing.OVER if ripe else Standing.MATURING
    verdict = verdict_of(value, having + lacking, aim.target, promise.terms.min_sample, standing)
    left_out = _number_of(units, UnitState.LEFT_OUT)
    return PeriodFigures(span, value, having, having + lacking, left_out, aim.target, verdict)


def _number(
    promise: Promise, span: Span, units: Sequence[UnitVerdict], target: Target | None, scale: Fraction
) -> PeriodFigures:
    """A number against its target; None is not required of anybody."""
    counted = [unit for unit in units if unit.state is UnitState.HAVING]
    number, left_out = round(len(counted) * scale), len(units) - len(counted)
    if target is None:
        return PeriodFigures(span, None, number, None, left_out, None, Verdict.NOT_REQUIRED)
    if promise.terms.each == "team":
        verdict = pace_of(number, target, gone=0, days=0, over=True)
        return PeriodFigures(span, Fraction(number), number, None, left_out, target, verdict)
    by_each = Counter(unit.each for unit in counted)
    reached = sum(target.met_by(Fraction(reached)) for reached in by_each.values())
    value = Fraction(reached, len(by_each)) if by_each else None
    verdict = Verdict.KEPT if by_each and reached == len(by_each) else Verdict.MISSED
    return PeriodFigures(span, value, reached, len(by_each), left_out, target, verdict)


def _having(units: Iterable[UnitVerdict]) -> int:
    return _number_of(units, UnitState.HAVING)


def _number_of(units: Iterable[UnitVerdict], state: UnitState) -> int:
    return sum(unit.state is state for unit in units)
