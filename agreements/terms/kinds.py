"""The kinds beside ``response``, as plain frozen values: checklist, rate, volume, coverage."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from agreements.durations import Duration
from agreements.enums import Period
from agreements.terms.values import Condition, Escalation, Selector, Target

ALL = Target(">=", Fraction(1), percent=True)


@dataclass(frozen=True, slots=True)
class BaselineTarget:
    """``>= baseline + 2 points`` is (">=", 1/50, points=True); ``+ 2%`` is relative (points=False)."""

    op: str
    by: Fraction
    points: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodTerms:
    """What every kind says about its periods, its misses and who hears of them."""

    target: Target | BaselineTarget = ALL
    per: Period = Period.MONTH
    warn_at: Fraction = Fraction(3, 4)
    min_sample: int = 1
    settle: Duration | None = None
    logged_within: Duration | None = None
    breach: str = "each"
    notify: str = "digest"
    announce: bool = False
    playbook: Any = None
    escalate: tuple[Escalation, ...] = ()
    beside: str | None = None
    title: Any = None


@dataclass(frozen=True, slots=True)
class Steps:
    """Events told apart by one field of their data; each value has its own allowed time."""

    event: str
    field: str
    within: tuple[tuple[str, Duration], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistTerms(PeriodTerms):
    """Were all steps done in time after the start?"""

    start: tuple[Selector, ...]
    steps: Steps
    where: tuple[Condition, ...] = ()
    early: Duration | None = None
    give_up: Duration | None = None


@dataclass(frozen=True, slots=True)
class Having:
    """What units of a cohort have: a later event (``within`` its time), or conditions on their own."""

    events: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    by: tuple[str, ...] = ("anyone",)
    within: Duration | None = None


@dataclass(frozen=True, slots=True)
class Ramp:
    """The target rises by so much every period."""

    by: Fraction
    every: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTerms(PeriodTerms):
    """What share of X has Y? ``of`` is a resource ("contacts": a snapshot) or selectors (a cohort of events);
    ``having`` accordingly conditions or a ``Having``. ``baseline`` is a window, both days included."""

    of: str | tuple[Selector, ...]
    having: tuple[Condition, ...] | Having
    where: tuple[Condition, ...] = ()
    baseline: tuple[date, date] | None = None
    ramp: Ramp | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """Events to count: ``distinct`` once per such record, ``unless`` one of these came."""

    selector: Selector
    distinct: str | None = None
    unless: tuple[Selector, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeTerms(PeriodTerms):
    """How many per period?"""

    count: tuple[Count, ...]
    where: tuple[Condition, ...] = ()
    each: str = "team"
    until: str | None = None
    prorate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageTerms(PeriodTerms):
    """What share of the agreed hours was staffed, between these events of presence?"""

    online: str
    offline: str
