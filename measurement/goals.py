"""How far a goal is in its period; pure.

What adds up (counts, series of figures) is held against its pace: the target times the share of the
period's days that are over; of a series up to its latest figure, so that who enters it monthly is not behind
meanwhile. What is a state or a share (rates, a series whose latest figure holds) is held against the target
itself. A goal is reached as soon as its target is met, at the latest (``<``, ``≤``) when the period is over;
before that such a goal is on pace while it is met.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from agreements.terms.values import Target


class GoalState(StrEnum):
    """How a goal stands."""

    REACHED = "reached"
    ON_PACE = "on_pace"
    BEHIND = "behind"
    MISSED = "missed"
    NO_FIGURES = "no_figures"
    QUALITATIVE = "qualitative"


@dataclass(frozen=True, slots=True)
class Progress:
    """``value`` in the period from ``start`` to before ``end``; ``expected`` is what the pace asks for by
    the day ``paced_to``, both None where nothing adds up. ``share`` of the target, None where that says
    nothing."""

    start: date
    end: date
    value: Fraction | None
    target: Target | None
    expected: Fraction | None
    state: GoalState
    paced_to: date | None = None

    @property
    def share(self) -> Fraction | None:
        """Value ÷ target, for targets that are to be reached from below."""
        if self.value is None or self.target is None or self.target.value <= 0 or self.target.op[0] == "<":
            return None
        return max(self.value, Fraction(0)) / self.target.value


def progress(
    *,
    target: Target | None,
    value: Fraction | None,
    adds_up: bool,
    start: date,
    end: date,
    today: date,
    told_to: date | None = None,
) -> Progress:
    """How the goal stands on ``today``, that day counted as begun and not over.

    ``told_to``: the day of the latest figure, where the pace is that of the days which figures speak of.
    """
    days = (end - start).days
    paced_to = min(today, end) if told_to is None else min(today, end, told_to + timedelta(days=1))
    over = max((paced_to - start).days, 0)
    expected = target.value * over / days if target and adds_up else None
    state = _state(target, value, expected, today >= end)
    return Progress(start, end, value, target, expected, state, None if expected is None else paced_to)


def _state(
    target: Target | None, value: Fraction | None, expected: Fraction | None, is_over: bool
) -> GoalState:
    if value is None:
        return GoalState.NO_FIGURES
    if target is None:
        return GoalState.QUALITATIVE
    from_below = target.op[0] == ">"
    if target.met_by(value):
        return GoalState.REACHED if from_below or is_over else GoalState.ON_PACE
    if is_over or not from_below:
        return GoalState.MISSED if is_over or expected is not None else GoalState.BEHIND
    return GoalState.ON_PACE if expected is not None and value >= expected else GoalState.BEHIND
