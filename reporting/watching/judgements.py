"""Which clocks are misses that make a breach of their own, since when, and from when they may be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from agreements.business_time import NeverOpenError, Schedule
from agreements.deadlines import due
from agreements.durations import Duration
from agreements.models import Commitment
from agreements.promises import in_force_history
from agreements.terms.values import Promise
from measurement.models import Clock
from measurement.states import state_at
from reporting.watching.misses import missed_at, owner_at

#: What a clock or a breach is known by when its row is rebuilt: commitment key, subject, start.
Natural = tuple[str, int | None, str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A clock as telling sees it; ``missed_at`` and ``told_at`` are None when there is no miss of its own."""

    clock: Clock
    team_id: int
    signed_at: datetime
    missed_at: datetime | None = None
    told_at: datetime | None = None
    owner_id: int | None = None


def natural(clock: Clock) -> Natural:
    """The natural key of a clock."""
    return (clock.commitment_key, clock.subject_id, clock.start_key)


def judgements(clocks: Iterable[Clock], *, as_of: datetime) -> dict[Natural, Judgement]:
    """Judgements by natural key; clocks of a version that is no longer signed are no misses."""
    rows = list(clocks)
    promises = {promise.commitment_id: promise for promise in in_force_history()} if rows else {}
    commitments = Commitment.objects.filter(id__in={clock.commitment_id for clock in rows})
    signed_at = dict(commitments.values_list("id", "version__signed_at"))
    return {
        natural(clock): _judge(clock, promises[clock.commitment_id], signed_at[clock.commitment_id], as_of)
        for clock in rows
        if clock.commitment_id in promises
    }


def settled_at(missed: datetime, settle: Duration | None, schedule: Schedule) -> datetime:
    """When a miss may be told: its settle time after it, at once where the calendar never opens again."""
    if settle is None:
        return missed
    try:
        return due(schedule, missed, settle) or missed
    except NeverOpenError:
        return missed


def _judge(clock: Clock, promise: Promise, signed_at: datetime, as_of: datetime) -> Judgement:
    missed = missed_at(clock, state_at(clock, as_of))
    if missed is None or promise.terms.breach != "each":
        return Judgement(clock, promise.team_id, signed_at)
    told_at = settled_at(missed, promise.terms.settle, promise.schedule)
    return Judgement(clock, promise.team_id, signed_at, missed, told_at, owner_at(clock, missed))
