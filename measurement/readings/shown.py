"""Shares and targets as people write them."""

from fractions import Fraction

from agreements.terms import Target
from agreements.terms.kinds import BaselineTarget


def share(part: int, whole: int) -> Fraction | None:
    """Part of the whole; None of nothing."""
    return Fraction(part, whole) if whole else None


def shown_target(target: Target | BaselineTarget) -> str:
    """A target as people write it: ``>= 95%``, ``>= 5``, ``>= baseline + 2 points``."""
    if isinstance(target, BaselineTarget):
        return f"{target.op} baseline{_change(target)}"
    value = target.value * 100 if target.percent else target.value
    return f"{target.op} {_number(value)}{'%' if target.percent else ''}"


def _change(target: BaselineTarget) -> str:
    if not target.by:
        return ""
    amount = abs(target.by) * 100
    unit = (" point" if amount == 1 else " points") if target.points else "%"
    return f" {'-' if target.by < 0 else '+'} {_number(amount)}{unit}"


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
