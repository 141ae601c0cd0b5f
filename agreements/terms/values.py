"""What a promise says, as plain frozen values: no Django, no clock."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from agreements.business_time import Schedule
from agreements.durations import Duration
from agreements.enums import Kind, Period


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of a field. ``op``: eq (any of ``value``, a tuple), not (none of), gt, gte, lt, lte,
    older_than, newer_than (a Duration), present, missing, team (``value`` None)."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Needs:
    """An act counts only when at least so many of these events came before it on the subject."""

    events: tuple[str, ...]
    at_least: int


@dataclass(frozen=True, slots=True)
class Selector:
    """Which events: any of the kinds, all of the conditions, done by any of ``by``
    (team, owner, contact, anyone), with what it needs."""

    events: tuple[str, ...]
    where: tuple[Condition, ...] = ()
    by: tuple[str, ...] = ("anyone",)
    needs: Needs | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """``>= 95%`` is (">=", Fraction(19, 20), percent=True); ``>= 5`` is (">=", Fraction(5), False)."""

    op: str
    value: Fraction
    percent: bool

    def met_by(self, value: Fraction) -> bool:
        """Whether a value (a share when ``percent``) reaches the target."""
        match self.op:
            case ">=":
                return value >= self.value
            case ">":
                return value > self.value
            case "<=":
                return value <= self.value
            case "<":
                return value < self.value
        raise ValueError(f"target: unknown comparison {self.op!r}; use >=, >, <= or <")


@dataclass(frozen=True, slots=True)
class Escalation:
    """At this share of the allowed time, tell this role (owner, manager …)."""

    at: Fraction
    to: str


@dataclass(frozen=True, slots=True)
class Complete:
    """Stops count only together: once the sum of ``count`` over them reaches the share of ``of``."""

    count: str
    of: str
    at_least: Fraction


@dataclass(frozen=True, slots=True)
class ResponseTerms:
    """Did B follow A in time? Every term of CONTRACT §3, defaults filled in; ``beside`` is the key of the
    promise that opposes it."""

    start: tuple[Selector, ...]
    stop: tuple[Selector, ...]
    within: Duration
    pause: tuple[Selector, ...] = ()
    resume: tuple[Selector, ...] = ()
    cancel: tuple[Selector, ...] = ()
    fail: tuple[Selector, ...] = ()
    where: tuple[Condition, ...] = ()
    subject: str | None = None
    early: Duration | None = None
    complete: Complete | None = None
    outside_hours: str = "count"
    target: Target = Target(">=", Fraction(1), percent=True)
    per: Period = Period.MONTH
    warn_at: Fraction = Fraction(3, 4)
    min_sample: int = 1
    settle: Duration | None = None
    logged_within: Duration | None = None
    give_up: Duration | None = None
    breach: str = "each"
    notify: str = "digest"
    announce: bool = False
    playbook: Any = None
    escalate: tuple[Escalation, ...] = ()
    beside: str | None = None
    title: Any = None


@dataclass(frozen=True, slots=True)
class Promise:
    """One commitment of one signed version, ready to be measured.

    In force from ``starts_at`` until ``ends_at`` (None: still). ``team_id`` is the team that owes.
    ``takes_over``: clocks that are open when the version begins are judged by it from then on.
    """

    commitment_id: int
    key: str
    version_number: int
    agreement_key: str
    kind: Kind
    team_id: int
    starts_at: datetime
    ends_at: datetime | None
    terms: Any
    schedule: Schedule
    timezone: str
    takes_over: bool = False
