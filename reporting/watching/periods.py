"""Breaches of periods: of rates, volumes and coverage, and of clocks where that was agreed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction

from agreements.terms.values import Promise
from measurement.models import Reading
from reporting.acting import reopen_all, withdraw_all
from reporting.enums import BreachType
from reporting.members import users_of_members
from reporting.models import Breach
from reporting.noticing.breaches import tell_opened
from reporting.watching.closed import (
    ClosedPeriod,
    PeriodKey,
    closed_periods,
    is_snapshot,
    promises_by_period,
)
from reporting.watching.judgements import signed_instants
from reporting.watching.lateness import Reports
from reporting.watching.owed_by import owners_of
from reporting.watching.runs import Day, beginnings
from reporting.watching.waived import follow_periods


@transaction.atomic
def sync_periods(*, since: datetime | None, as_of: datetime) -> dict[str, int]:
    """Open, withdraw and reopen breaches of the periods that closed or changed since; the counts of each.

    A period is told once its verdict is final (a cohort's when it is mature) and its settle time over. Where
    records are read every day, a run of missed days is one breach (``reporting.watching.runs``).
    """
    promises = promises_by_period()
    if not promises:
        return {}
    periods = closed_periods(promises, since, as_of)
    breaches = _known(periods)
    missed = {key: period for key, period in periods.items() if period.is_missed}
    news = _News.about(missed.values(), as_of)
    undone = [breach for key, breach in breaches.items() if key not in missed]
    told = {key: missed[key] for key in sorted(_with_a_breach(periods, breaches, news))}
    known = [breaches[key] for key in told if key in breaches and not told[key].is_waived]
    new = [period for key, period in told.items() if key not in breaches and not period.is_waived]
    follow_periods(breaches, told, as_of)
    opened = _open(new, news, as_of)
    tell_opened(opened, as_of=as_of)
    return {
        "opened": len(opened),
        "historic": sum(breach.historic for breach in opened),
        "withdrawn": withdraw_all(undone, as_of=as_of),
        "reopened": reopen_all(known, as_of=as_of),
    }


@dataclass(frozen=True, slots=True)
class _News:
    """What tells news from old news."""

    signed_at: Mapping[int, datetime]
    reports: Reports
    as_of: datetime

    @classmethod
    def about(cls, missed: Iterable[ClosedPeriod], as_of: datetime) -> "_News":
        """For these misses; two statements."""
        told, ids = [as_of], set()
        for period in missed:
            told.append(period.told_at)
            ids.add(period.promise.commitment_id)
        return cls(signed_instants(ids), Reports.since(min(told)), as_of)

    def is_historic(self, period: ClosedPeriod) -> bool:
        """Over before signing, or known more than one report late."""
        promise: Promise = period.promise
        if period.reading.period_end < self.signed_at[promise.commitment_id]:
            return True
        return self.reports.more_than_one_passed(promise.team_id, period.told_at, known=self.as_of)


def _with_a_breach(
    periods: Mapping[PeriodKey, ClosedPeriod], breaches: Mapping[PeriodKey, Breach], news: _News
) -> set[PeriodKey]:
    """Keys of the missed periods that have a breach of their own."""
    single = {key for key, one in periods.items() if one.is_missed and not is_snapshot(one.promise)}
    snapshots = sorted(key for key, one in periods.items() if is_snapshot(one.promise))
    for _key, keys in groupby(snapshots, key=lambda key: (key[0], key[2])):
        days = [_day(periods[key], news, has_a_breach=key in breaches) for key in keys]
        single |= beginnings(days, breaches)
    return single


def _day(period: ClosedPeriod, news: _News, *, has_a_breach: bool) -> Day:
    # A day that was waived with its run begins none: the days after it would never be told.
    missed = period.is_missed and (has_a_breach or not period.is_waived)
    return Day(period.key, period.told_at, missed, period.is_kept, missed and news.is_historic(period))


def _known(periods: Mapping[PeriodKey, ClosedPeriod]) -> dict[PeriodKey, Breach]:
    """Breaches of these periods, and the live ones of periods that have no reading any more."""
    rows = Breach.objects.about_periods(periods).select_for_update(of=("self",))
    breaches = {(row.commitment_key, row.period_start, row.each): row for row in rows if row.period_start}
    elsewhere = {key: breach for key, breach in breaches.items() if key not in periods}
    keys, starts = {key for key, _, _ in elsewhere}, {start for _, start, _ in elsewhere}
    read = Reading.objects.filter(commitment_key__in=keys, period_start__in=starts)
    present = set(read.values_list("commitment_key", "period_start", "each"))
    return {key: breach for key, breach in breaches.items() if key in periods or key not in present}


def _open(missed: list[ClosedPeriod], news: _News, as_of: datetime) -> list[Breach]:
    owners = owners_of(missed)
    users = users_of_members(owners.values())
    return Breach.objects.bulk_create(
        Breach(
            type=BreachType.PERIOD,
            commitment_key=period.promise.key,
            team_id=period.promise.team_id,
            period_start=period.reading.period_start,
            each=period.reading.each,
            owner_id=owners.get(period.key),
            assignee=users.get(owners.get(period.key)),
            missed_at=period.reading.final_at,
            told_at=period.told_at,
            opened_at=as_of,
            historic=news.is_historic(period),
        )
        for period in missed
    )
