"""Which clocks are misses that make a breach of their own, since when, and from when they may be told."""

from collections.abc import Collection, Iterable
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
Natural = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Miss:
    """A promise not kept that makes a breach of its own: since when, when it may be told, who owed it."""

    clock: Clock
    team_id: int
    signed_at: datetime
    missed_at: datetime
    told_at: datetime
    owner_id: int | None


def natural(clock: Clock) -> Natural:
    """The natural key of a clock."""
    return (clock.commitment_key, clock.subject_id, clock.start_key)


def misses_of(clocks: Iterable[Clock], *, as_of: datetime) -> dict[Natural, Miss]:
    """Those of the clocks that are misses, by natural key; one of an unsigned version is none."""
    rows = list(clocks)
    promises = {promise.commitment_id: promise for promise in in_force_history()} if rows else {}
    signed_at = signed_instants({clock.commitment_id for clock in rows})
    found = (
        _miss(clock, promises[clock.commitment_id], signed_at[clock.commitment_id], as_of)
        for clock in rows
        if clock.commitment_id in promises
    )
    return {natural(miss.clock): miss for miss in found if miss}


def signed_instants(commitment_ids: Collection[int]) -> dict[int, datetime]:
    """When the version of each of these commitments was signed."""
    rows = Commitment.objects.signed().filter(id__in=commitment_ids).order_by()
    return {key: at for key, at in rows.values_list("id", "version__signed_at") if at}


def settled_at(missed: datetime, settle: Duration | None, schedule: Schedule) -> datetime:
    """When a miss may be told: its settle time after it, at once where the calendar never opens again."""
    if settle is None:
        return missed
    try:
        return due(schedule, missed, settle) or missed
    except NeverOpenError:
        return missed


def _miss(clock: Clock, promise: Promise, signed_at: datetime, as_of: datetime) -> Miss | None:
    missed = missed_at(clock, state_at(clock, as_of))
    if missed is None or promise.terms.breach != "each":
        return None
    told_at = settled_at(missed, promise.terms.settle, promise.schedule)
    return Miss(clock, promise.team_id, signed_at, missed, told_at, owner_at(clock, missed))
