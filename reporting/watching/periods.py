"""Breaches of periods: where a promise breaches once for a period whose closed reading is a miss."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from agreements.promises import in_force_history
from agreements.terms.values import Promise
from measurement.enums import Verdict
from measurement.models import Reading
from reporting.acting import reopen_all, withdraw_all
from reporting.enums import BreachType
from reporting.models import Breach
from reporting.watching.judgements import settled_at, signed_instants
from reporting.watching.lateness import Reports

#: What a period is known by: commitment key, its start, whose it is.
PeriodKey = tuple[str, datetime, str]

JUDGING_LASTS = timedelta(minutes=15)  # a reading may be stamped so long before it is committed
LONGEST_SETTLE = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A reading that may be told, with what telling needs."""

    reading: Reading
    promise: Promise
    told_at: datetime

    @property
    def key(self) -> PeriodKey:
        """What it is known by."""
        return (self.reading.commitment_key, self.reading.period_start, self.reading.each)

    @property
    def is_missed(self) -> bool:
        """Whether the whole period missed its target."""
        return self.reading.verdict == Verdict.MISSED


@transaction.atomic
def sync_periods(*, since: datetime | None, as_of: datetime) -> dict[str, int]:
    """Open, withdraw and reopen breaches of the periods that closed or changed since; the counts of each.

    A stored reading says what its period comes to when nothing more happens, which is final once it is over.
    """
    promises = {p.commitment_id: p for p in in_force_history() if getattr(p.terms, "breach", "") == "period"}
    if not promises:
        return {}
    periods = {period.key: period for period in _periods(promises, since, as_of)}
    breaches = _known(periods)
    undone = [breach for key, breach in breaches.items() if key not in periods or not periods[key].is_missed]
    missed = {key: period for key, period in periods.items() if period.is_missed}
    known = [breaches[key] for key in missed if key in breaches]
    opened = _open([period for key, period in missed.items() if key not in breaches], as_of)
    return {
        "opened": len(opened),
        "historic": sum(breach.historic for breach in opened),
        "withdrawn": withdraw_all(undone, as_of=as_of),
        "reopened": reopen_all(known, as_of=as_of),
    }


def _periods(
    promises: Mapping[int, Promise], since: datetime | None, as_of: datetime
) -> Iterable[ClosedPeriod]:
    """Periods to look at: those that may be told since then, and those whose reading changed since then."""
    floor = since and since - JUDGING_LASTS
    closed = Reading.objects.filter(commitment_id__in=promises, period_end__lte=as_of)
    if since:
        closed = closed.filter(Q(period_end__gt=since - LONGEST_SETTLE) | Q(changed_at__gte=floor))
    for reading in closed:
        promise = promises[reading.commitment_id]
        told_at = settled_at(reading.period_end, promise.terms.settle, promise.schedule)
        if told_at <= as_of and (floor is None or told_at >= floor or reading.changed_at >= floor):
            yield ClosedPeriod(reading, promise, told_at)


def _known(periods: Mapping[PeriodKey, ClosedPeriod]) -> dict[PeriodKey, Breach]:
    """Breaches of these periods, and the live ones of periods that have no reading any more."""
    rows = Breach.objects.about_periods(periods).select_for_update(of=("self",))
    breaches = {(row.commitment_key, row.period_start, row.each): row for row in rows if row.period_start}
    elsewhere = {key: breach for key, breach in breaches.items() if key not in periods}
    keys, starts = {key for key, _, _ in elsewhere}, {start for _, start, _ in elsewhere}
    read = Reading.objects.filter(commitment_key__in=keys, period_start__in=starts)
    present = set(read.values_list("commitment_key", "period_start", "each"))
    return {key: breach for key, breach in breaches.items() if key in periods or key not in present}


def _open(missed: Sequence[ClosedPeriod], as_of: datetime) -> list[Breach]:
    signed_at = signed_instants({period.promise.commitment_id for period in missed})
    reports = Reports.since(min((period.told_at for period in missed), default=as_of))
    return Breach.objects.bulk_create(
        Breach(
            type=BreachType.PERIOD,
            commitment_key=period.promise.key,
            team_id=period.promise.team_id,
            period_start=period.reading.period_start,
            each=period.reading.each,
            missed_at=period.reading.period_end,
            told_at=period.told_at,
            opened_at=as_of,
            historic=period.reading.period_end < signed_at[period.promise.commitment_id]
            or reports.more_than_one_passed(period.promise.team_id, period.told_at, known=as_of),
        )
        for period in missed
    )
