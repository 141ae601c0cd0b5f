"""How far a goal is in its period; pure.

What adds up (counts, series of daily figures) is held against its pace: the target times the share of the
period's days that are over. What is a state or a share (rates, a series whose latest figure holds) is held
against the target itself. A goal is reached as soon as its target is met, at the latest (``<``, ``≤``) when
the period is over; before that such a goal is on pace while it is met.
"""

from dataclasses import dataclass
from datetime import date
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
    """``value`` in the period from ``start`` to before ``end``; ``expected`` is what the pace asks for now,
    None where nothing adds up. ``share`` of the target, None where that says nothing."""

    start: date
    end: date
    value: Fraction | None
    target: Target | None
    expected: Fraction | None
    state: GoalState

    @property
    def share(self) -> Fraction | None:
        """Value ÷ target, for targets that are to be reached from below."""
        if self.value is None or self.target is None or self.target.value <= 0 or self.target.op[0] == "<":
            return None
        return max(self.value, Fraction(0)) / self.target.value


def progress(
    *, target: Target | None, value: Fraction | None, adds_up: bool, start: date, end: date, today: date
) -> Progress:
    """How the goal stands on ``today``, that day counted as begun and not over."""
    days = (end - start).days
    over = min(max((today - start).days, 0), days)
    expected = target.value * over / days if target and adds_up else None
    return Progress(start, end, value, target, expected, _state(target, value, expected, today >= end))


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
