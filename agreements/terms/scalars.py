"""Single values as people write them: shares, targets, durations, dates."""

import re
from contextlib import suppress
from datetime import date
from fractions import Fraction
from typing import Any

from agreements.durations import Duration, Unit, parse_duration
from agreements.terms.kinds import BaselineTarget
from agreements.terms.nodes import near, shown
from agreements.terms.values import Target

_NUMBER = r"([0-9]{1,12}(?:\.[0-9]{1,6})?)"
_SHARE = re.compile(rf"{_NUMBER} ?%", re.ASCII)
_TARGET = re.compile(rf"(>=|>|<=|<) ?{_NUMBER}( ?%)?", re.ASCII)
_BASELINE = re.compile(rf"(>=|>|<=|<) ?baseline(?: ([+-]) ?{_NUMBER}( points?| ?%))?", re.ASCII)
_POINTS = re.compile(rf"{_NUMBER} points?", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_AMOUNT = re.compile(r"[0-9]+")


def parse_share(value: Any) -> Fraction:
    """``75%`` is 3/4; more than 100 % is allowed (an escalation at 150 %)."""
    found = _SHARE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{shown(value)} is not a share; write for example 75%")
    return Fraction(found[1]) / 100


def parse_points(value: Any) -> Fraction:
    """``1 point`` of a rate is 1/100."""
    found = _POINTS.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{shown(value)} is not a number of points; write for example 1 point")
    return Fraction(found[1]) / 100


def parse_target(value: Any, *, percent: bool) -> Target:
    """``>= 95%`` where a share is promised, ``>= 5`` where a number is."""
    example = '">= 95%"' if percent else '">= 5"'
    found = _TARGET.fullmatch(value) if isinstance(value, str) else None
    if not found or bool(found[3]) != percent:
        raise ValueError(f"{shown(value)} is not a target; write for example {example}")
    return Target(found[1], Fraction(found[2]) / (100 if percent else 1), percent=percent)


def parse_rate_target(value: Any) -> Target | BaselineTarget:
    """``> 75%``, or against the baseline: ``>= baseline + 2 points``, ``>= baseline + 2%`` (relative)."""
    found = _BASELINE.fullmatch(value) if isinstance(value, str) else None
    if not found:
        if isinstance(value, str) and "baseline" in value:
            raise ValueError(f'{shown(value)} is not a target; write for example ">= baseline + 2 points"')
        return parse_target(value, percent=True)
    by = Fraction(found[3] or 0) / 100
    return BaselineTarget(found[1], -by if found[2] == "-" else by, points="point" in (found[4] or "point"))


def read_duration(value: Any) -> Duration:
    """A duration; one that cannot be read is answered with the nearest that can."""
    try:
        return parse_duration(value)
    except ValueError as error:
        if "is not a duration" not in str(error):
            raise
        raise ValueError(
            f"{shown(value)} is not a duration; write for example {shown(_nearest_duration(value))}"
        ) from None


def _nearest_duration(value: Any) -> str:
    text = str(value).lower()
    amount = _AMOUNT.search(text)
    units = [*(unit.value for unit in Unit), *(unit.value.removesuffix("s") for unit in Unit)]
    advice = near(" ".join(_AMOUNT.sub(" ", text).split()), units)
    unit = (
        advice.removeprefix("did you mean ").split(" or ")[0].rstrip("?")
        if advice.startswith("did")
        else "business hours"
    )
    return str(
        Duration(int(amount[0]) if amount and len(amount[0]) < 4 else 2, Unit(unit.removesuffix("s") + "s"))
    )


def parse_day(value: Any) -> date:
    """``2026-01-31``."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    raise ValueError(f"{shown(value)} is not a date; write YYYY-MM-DD, for example 2026-01-31")
