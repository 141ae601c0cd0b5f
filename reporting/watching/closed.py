"""Periods whose verdict is final: which are to be looked at, and from when each may be told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from agreements.enums import Kind
from agreements.promises import in_force_history
from agreements.terms.values import Promise
from measurement.enums import Verdict
from measurement.models import Reading
from measurement.readings.waived import is_waived
from measurement.units import TEAM
from reporting.watching.judgements import settled_at

#: What a period is known by: commitment key, its start, whose it is.
PeriodKey = tuple[str, datetime, str]

JUDGING_LASTS = timedelta(minutes=15)  # a reading may be stamped so long before it is committed
LONGEST_SETTLE = timedelta(days=400)
BY_PERIOD = frozenset({Kind.RATE, Kind.VOLUME, Kind.COVERAGE})


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
        """Whether the whole period missed its target, waived or not."""
        return self.reading.verdict == Verdict.MISSED or self.is_waived

    @property
    def is_waived(self) -> bool:
        """Whether it missed its target and does not count."""
        return is_waived(self.reading.detail)

    @property
    def is_kept(self) -> bool:
        """Whether it reached its target."""
        return self.reading.verdict == Verdict.KEPT


def is_told_by_period(promise: Promise) -> bool:
    """Whether a missed period is a breach: of rates, volumes and coverage always, of clocks where agreed."""
    return promise.kind in BY_PERIOD or promise.terms.breach == "period"


def is_snapshot(promise: Promise) -> bool:
    """Whether it is the share of records, read at the end of each period, rather than of what happened."""
    return promise.kind == Kind.RATE and isinstance(promise.terms.of, str)


def owes(reading: Reading, promise: Promise) -> bool:
    """Whether the reading is one that the target was promised for: the team's, or each member's or account's.

    What is nobody's was promised by nobody, and the team's total of what each member owes is only a sum.
    """
    if getattr(promise.terms, "each", TEAM) == TEAM:
        return reading.each == TEAM
    return reading.each not in (TEAM, "") and reading.detail.get("owes", True)


def promises_by_period() -> dict[int, Promise]:
    """The signed promises whose periods are told, by commitment."""
    return {p.commitment_id: p for p in in_force_history() if is_told_by_period(p)}


def closed_periods(
    promises: Mapping[int, Promise], since: datetime | None, as_of: datetime
) -> dict[PeriodKey, ClosedPeriod]:
    """Periods that may be told since then, those whose reading changed since then, and their whole runs."""
    floor = since and since - JUDGING_LASTS
    found = {
        period.key: period
        for period in _told(_changed(promises, since, floor, as_of), promises, as_of)
        if floor is None or period.told_at >= floor or period.reading.changed_at >= floor
    }
    if floor is None:
        return found
    runs = _told(_runs_of(found.values(), as_of), promises, as_of)
    return {period.key: period for period in runs} | found


def _changed(
    promises: Mapping[int, Promise], since: datetime | None, floor: datetime | None, as_of: datetime
) -> QuerySet[Reading]:
    final = Reading.objects.filter(commitment_id__in=promises, period_end__lte=as_of, final_at__lte=as_of)
    if since is None or floor is None:
        return final
    settling = [key for key, promise in promises.items() if promise.terms.settle]
    waited = Q(commitment_id__in=settling, final_at__gt=since - LONGEST_SETTLE)
    return final.filter(Q(final_at__gte=floor) | Q(changed_at__gte=floor) | waited)


def _told(
    readings: Iterable[Reading], promises: Mapping[int, Promise], as_of: datetime
) -> Iterator[ClosedPeriod]:
    for reading in readings:
        promise = promises.get(reading.commitment_id)
        if promise is None or not owes(reading, promise):
            continue
        told_at = settled_at(reading.final_at, promise.terms.settle, promise.schedule)
        if told_at <= as_of:
            yield ClosedPeriod(reading, promise, told_at)


def _runs_of(found: Iterable[ClosedPeriod], as_of: datetime) -> Iterable[Reading]:
    """The days around those of snapshots, back to the last kept one before them; two statements."""
    first: dict[str, datetime] = {}
    for period in found:
        if is_snapshot(period.promise):
            start = period.reading.period_start
            first[period.promise.key] = min(first.get(period.promise.key, start), start)
    if not first:
        return []
    before = _any_of(Q(commitment_key=key, period_start__lt=start) for key, start in first.items())
    kept = Reading.objects.filter(before, verdict=Verdict.KEPT).order_by().values_list("commitment_key")
    kept_before = dict(kept.annotate(Max("period_start")))
    wanted = _any_of(
        Q(commitment_key=key, period_start__gte=kept_before[key])
        if key in kept_before
        else Q(commitment_key=key)
        for key in first
    )
    return Reading.objects.filter(wanted, final_at__lte=as_of)


def _any_of(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found
