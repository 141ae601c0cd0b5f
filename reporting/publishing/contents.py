"""The body of a report: ids and figures only; names, titles and sentences are looked up when it is read."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from typing import Any

from agreements.terms.values import Promise
from core.instants import format_instant
from measurement.enums import ClockState
from measurement.models import Clock
from measurement.states import state_at
from reporting.acting.caps import waivers_of
from reporting.enums import BreachState, BreachType, ToldState
from reporting.feeds import feeds_as_of
from reporting.models import Breach, Dispute
from reporting.publishing.periods import Periods
from reporting.publishing.scope import Scope
from reporting.publishing.sights import Sight, sights
from reporting.publishing.told import Told
from reporting.tiers import tiers_of
from reporting.watching.closed import BY_PERIOD
from reporting.watching.judgements import Natural

NO_TIER = 1_000  # after every tier


def contents(scope: Scope, told: Told) -> dict[str, Any]:
    """All sections of the report; what it counts as kept and missed is noted in ``told``."""
    seen = list(sights(scope))
    owed = [sight for sight in seen if sight.promise.team_id == scope.party.team.id]
    periods = Periods.of(scope)
    restated = [*told.restated(), *periods.restated()]
    kept, missed, left_out = _kept(owed, told), _missed(owed, told), _left_out(owed, scope)
    fix_today, at_risk = _fix_today(scope), [*_at_risk(owed, scope), *periods.at_risk()]
    return {
        "covers": {"after": format_instant(scope.since), "until": format_instant(scope.as_of)},
        "sections": {
            "kept": _figures(scope, periods, kept, missed, left_out),
            "fix_today": fix_today,
            "at_risk": at_risk,
            "decided": _decided(scope),
            "restated": restated,
        },
        "people": _people(kept, missed, periods),
        "others": _others(
            scope, periods, [sight for sight in seen if sight.promise.team_id != scope.party.team.id]
        ),
        "counts": {
            "historic": _historic(scope),
            "left_out": len(left_out),
            "waived": _waived(scope),
        },
        "freshness": feeds_as_of(scope.as_of, silent_since=scope.since),
    }


def _historic(scope: Scope) -> int:
    """Without those that were missed after the report: it may be of a day long past."""
    every = Breach.objects.filter(team=scope.party.team).historic().live()
    return every.count() - every.filter(missed_at__gt=scope.as_of).count()


def _kept(owed: Iterable[Sight], told: Told) -> list[Sight]:
    candidates = {sight.key: sight for sight in owed if sight.is_kept_after(told.scope.horizon)}
    kept = [candidates[key] for key in sorted(told.untold(candidates))]
    for sight in kept:
        told.tell(sight.key, sight.clock.id, ToldState.KEPT)
    return kept


def _missed(owed: Iterable[Sight], told: Told) -> list[tuple[str, int | None]]:
    """(commitment, owner) of each miss that is new: those with a breach of their own by the breach, the
    others, which only count for their period, by the clock."""
    found: dict[Natural, tuple[int, int | None]] = {
        sight.key: (sight.clock.id, sight.clock.owner_id)
        for sight in owed
        if sight.promise.terms.breach == "period" and sight.is_missed_after(told.scope.horizon)
    }
    breaches = Breach.objects.filter(team=told.scope.party.team, type=BreachType.CLOCK).newly_told(
        after=told.scope.horizon, until=told.scope.as_of
    )
    for breach in breaches:
        natural = (breach.commitment_key, breach.subject_id or 0, breach.start_key)
        found[natural] = (breach.clock_id or 0, breach.owner_id)
    new = sorted(told.untold(found))
    for key in new:
        told.tell(key, found[key][0], ToldState.MISSED)
    return [(key[0], found[key][1]) for key in new]


def _left_out(owed: Iterable[Sight], scope: Scope) -> list[Sight]:
    return [sight for sight in owed if sight.is_left_out_after(scope.since)]


def _figures(
    scope: Scope,
    periods: Periods,
    kept: Iterable[Sight],
    missed: Iterable[tuple[str, int | None]],
    left_out: Iterable[Sight],
) -> list[dict[str, Any]]:
    met = Counter(sight.promise.key for sight in kept)
    not_met = Counter(key for key, _ in missed)
    out = Counter(sight.promise.key for sight in left_out)
    rows = {}
    for promise in scope.party.owed:
        key = promise.key
        counts = {"met": met[key], "missed": not_met[key], "left_out": out[key]}
        if promise.kind in BY_PERIOD:
            counts = periods.figures(key)
        if _in_force(promise, scope.as_of) or counts["met"] + counts["missed"] + counts["left_out"]:
            rate = kept_rate(counts["met"], counts["missed"])
            rows[key] = {"commitment": key, **counts, "kept_rate": rate}
    return list(rows.values())


def kept_rate(met: int, missed: int) -> float | None:
    """Met ÷ (met + missed) to four decimals; None when there is nothing to divide."""
    return round(met / (met + missed), 4) if met + missed else None


def _others(scope: Scope, periods: Periods, seen: Sequence[Sight]) -> list[dict[str, Any]]:
    """What the other parties of the same agreements kept since: figures of teams, never of persons."""
    met = Counter(sight.promise.key for sight in seen if sight.is_kept_after(scope.since))
    missed = Counter(sight.promise.key for sight in seen if sight.is_missed_after(scope.since))
    rows = {}
    for promise in scope.party.shared:
        if _in_force(promise, scope.as_of):
            key = promise.key
            counts = {"met": met[key], "missed": missed[key]}
            if promise.kind in BY_PERIOD:
                counts = {name: periods.figures(key)[name] for name in counts}
            rate = kept_rate(counts["met"], counts["missed"])
            rows[key] = {"commitment": key, "team": promise.team_id, **counts, "kept_rate": rate}
    return list(rows.values())


def _people(
    kept: Iterable[Sight], missed: Iterable[tuple[str, int | None]], periods: Periods
) -> list[dict[str, Any]]:
    met = Counter(sight.clock.owner_id for sight in kept if sight.clock.owner_id)
    not_met = Counter(owner for _, owner in missed if owner)
    for member, told in periods.of_people():
        met[member] += told == ToldState.KEPT
        not_met[member] += told == ToldState.MISSED
    return [{"member": m, "met": met[m], "missed": not_met[m]} for m in sorted(met.keys() | not_met.keys())]


def _fix_today(scope: Scope) -> list[dict[str, Any]]:
    """Breaches to deal with: what can still be done first, then important accounts, then the latest."""
    breaches = list(Breach.objects.filter(team=scope.party.team).standing(scope.as_of))
    clocks = Clock.objects.in_bulk([b.clock_id for b in breaches if b.clock_id])
    tiers = tiers_of(b.subject_id for b in breaches)
    disputed = Dispute.objects.open_at(scope.as_of).breach_ids(breaches)
    rows = [
        _to_fix(
            breach,
            clocks.get(breach.clock_id or 0),
            tiers.get(breach.subject_id or 0),
            _handled(breach, disputed, scope),
            scope,
        )
        for breach in breaches
    ]
    return sorted(rows, key=_what_matters)


def _handled(breach: Breach, disputed: Container[int], scope: Scope) -> BreachState:
    """How people dealt with it as of the report."""
    if breach.pk in disputed:
        return BreachState.DISPUTED
    acknowledged = breach.acknowledged_at is not None and breach.acknowledged_at <= scope.as_of
    return BreachState.ACKNOWLEDGED if acknowledged else BreachState.OPEN


def _to_fix(
    breach: Breach, clock: Clock | None, tier: int | None, handled: BreachState, scope: Scope
) -> dict[str, Any]:
    state = state_at(clock, scope.as_of) if clock else None
    return {
        "breach": breach.id,
        "type": breach.type,
        "commitment": breach.commitment_key,
        "subject": breach.subject_id,
        "clock": breach.clock_id,
        "period_start": _text(breach.period_start),
        "each": breach.each,
        "state": state and str(state),
        "handled": str(handled),
        "owner": breach.owner_id,
        "assignee": breach.assignee_id,
        "missed_at": _text(breach.missed_at),
        "new": breach.told_at > scope.since,
        "tier": tier,
    }


def _what_matters(row: dict[str, Any]) -> tuple[Any, ...]:
    recent_first = -datetime.fromisoformat(row["missed_at"]).timestamp()
    return (row["state"] == ClockState.LATE, row["tier"] or NO_TIER, recent_first, row["breach"])


def _at_risk(owed: Iterable[Sight], scope: Scope) -> list[dict[str, Any]]:
    return [
        {
            "clock": sight.clock.id,
            "commitment": sight.promise.key,
            "subject": sight.clock.subject_id,
            "owner": sight.clock.owner_id,
            "due_at": _text(sight.clock.due_at),
            "due_today": sight.is_due_before(scope.day_end),
        }
        for sight in owed
        if sight.is_at_risk(scope.as_of, scope.day_end)
    ]


def _decided(scope: Scope) -> list[dict[str, Any]]:
    """What people and late facts did since; a miss that was withdrawn before it was ever told is left out."""
    breaches = Breach.objects.filter(team=scope.party.team).decided(after=scope.since, until=scope.as_of)
    return [
        _decision(breach, scope)
        for breach in breaches.order_by("id")
        if breach.state != BreachState.WITHDRAWN or breach.told_at <= scope.since
    ]


def _decision(breach: Breach, scope: Scope) -> dict[str, Any]:
    closed = breach.closed_at is not None and breach.closed_at <= scope.as_of
    return {
        "breach": breach.id,
        "commitment": breach.commitment_key,
        "subject": breach.subject_id,
        "period_start": _text(breach.period_start),
        "each": breach.each,
        "decision": breach.state if closed else str(BreachState.ACKNOWLEDGED),
        "at": _text(breach.closed_at if closed else breach.acknowledged_at),
        "root_cause": breach.root_cause if closed else None,
    }


def _waived(scope: Scope) -> list[dict[str, Any]]:
    """How many of the month's misses of each promise were waived; those of which some were."""
    owed = [promise for promise in scope.party.owed if _in_force(promise, scope.as_of)]
    counted = waivers_of(owed, scope.as_of) if owed else {}
    return [
        {"commitment": key, "waived": one.waived, "misses": one.misses, "allowed": one.allowed}
        for key, one in sorted(counted.items())
        if one.waived
    ]


def _in_force(promise: Promise, as_of: datetime) -> bool:
    return promise.starts_at <= as_of and (promise.ends_at is None or as_of < promise.ends_at)


def _text(instant: datetime | None) -> str | None:
    return format_instant(instant) if instant else None
