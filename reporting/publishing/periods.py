"""What a report tells of rates, volumes and coverage: the periods that closed, those off the pace, and what
an earlier report said of one that later facts changed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from agreements.terms.values import Promise
from core.instants import format_instant
from measurement.enums import Verdict
from measurement.models import Reading
from measurement.readings import known
from reporting.enums import ToldState
from reporting.models import DailyReport
from reporting.publishing.scope import Scope
from reporting.watching.closed import BY_PERIOD, LONGEST_SETTLE, ClosedPeriod, owes
from reporting.watching.judgements import settled_at
from reporting.watching.owed_by import owners_of

RESTATED_FOR = timedelta(days=40)  # how far back reports are searched for what they said

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Periods:
    """The readings of the promises that concern the team, as of the report: ``closed`` are those told since
    the report before, ``off_pace`` those that run and lie behind."""

    scope: Scope
    closed: tuple[ClosedPeriod, ...]
    off_pace: tuple[ClosedPeriod, ...]
    owners: Mapping[tuple[str, datetime, str], int | None]

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """A constant number of statements."""
        promises = {
            p.commitment_id: p for p in (*scope.party.owed, *scope.party.shared) if p.kind in BY_PERIOD
        }
        if not promises:
            return cls(scope, (), (), {})
        closed, off_pace = tuple(_closed(promises, scope)), tuple(_off_pace(promises, scope))
        return cls(scope, closed, off_pace, owners_of([*closed, *off_pace]))

    def figures(self, key: str) -> Row:
        """met, missed and left out of the periods of a commitment that closed, and these periods."""
        rows = [period for period in self.closed if period.promise.key == key]
        states = Counter(_told(period.reading.verdict) for period in rows)
        return {
            "met": states[ToldState.KEPT],
            "missed": states[ToldState.MISSED],
            "left_out": states[ToldState.LEFT_OUT],
            "periods": [_figure(period.reading) for period in rows],
        }

    def of_people(self) -> Iterator[tuple[int, ToldState]]:
        """(member, kept or missed) of each closed period that was one person's to keep."""
        for period in self.closed:
            owner = self.owners.get(period.key)
            if owner and period.promise.team_id == self.scope.party.team.pk:
                yield owner, _told(period.reading.verdict)

    def at_risk(self) -> list[Row]:
        """The running periods of the team's own promises that lie behind, the first to end first."""
        own = [period for period in self.off_pace if period.promise.team_id == self.scope.party.team.pk]
        return [self._risk(period) for period in sorted(own, key=lambda one: one.reading.period_end)]

    def _risk(self, period: ClosedPeriod) -> Row:
        reading = period.reading
        return {
            "clock": None,
            "reading": reading.pk,
            "commitment": reading.commitment_key,
            "subject": None,
            "owner": self.owners.get(period.key),
            "due_at": format_instant(reading.period_end),
            "due_today": reading.period_end <= self.scope.day_end,
            **_figure(reading),
        }

    def restated(self) -> list[Row]:
        """Periods of which an earlier report of the team said something else than is known now."""
        since = self.scope.as_of - RESTATED_FOR
        own = [p.commitment_id for p in self.scope.party.owed if p.kind in BY_PERIOD]
        changed = Reading.objects.filter(
            commitment_id__in=own, changed_at__gt=self.scope.horizon, final_at__gt=since,
            final_at__lte=self.scope.since,
        )  # fmt: skip
        by_key = {(row.commitment_key, format_instant(row.period_start), row.each): row for row in changed}
        return _restatements(by_key, _said_before(self.scope, since)) if by_key else []


def _closed(promises: Mapping[int, Promise], scope: Scope) -> Iterator[ClosedPeriod]:
    """Those that may be told since the report before, the earliest first."""
    settles = any(promise.terms.settle for promise in promises.values())
    since = scope.since - LONGEST_SETTLE if settles else scope.since
    readings = Reading.objects.filter(
        commitment_id__in=promises, final_at__gt=since, final_at__lte=scope.as_of
    ).order_by("final_at", "id")
    for reading in readings:
        promise = promises[reading.commitment_id]
        told_at = settled_at(reading.final_at, promise.terms.settle, promise.schedule)
        if owes(reading, promise) and scope.since < told_at <= scope.as_of:
            yield ClosedPeriod(reading, promise, told_at)


def _off_pace(promises: Mapping[int, Promise], scope: Scope) -> Iterator[ClosedPeriod]:
    running = Reading.objects.filter(
        commitment_id__in=promises, period_start__lte=scope.as_of, period_end__gt=scope.as_of
    )
    terms = {key: promise.terms for key, promise in promises.items()}
    for one in known(running, terms, as_of=scope.as_of):
        promise = promises[one.reading.commitment_id]
        if one.verdict == Verdict.AT_RISK and owes(one.reading, promise):
            yield ClosedPeriod(one.reading, promise, scope.as_of)


def _figure(reading: Reading) -> Row:
    """What is frozen of a reading: ids and figures."""
    return {
        "period_start": format_instant(reading.period_start),
        "each": reading.each,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "expected": None if reading.expected is None else float(reading.expected),
        "verdict": reading.verdict,
    }


def _told(verdict: str) -> ToldState:
    told = {Verdict.KEPT: ToldState.KEPT, Verdict.MISSED: ToldState.MISSED}
    return told.get(Verdict(verdict), ToldState.LEFT_OUT)


def _said_before(
    scope: Scope, since: datetime
) -> Mapping[tuple[str, str, str], tuple[DailyReport, ToldState]]:
    """What the latest report that spoke of a period said of it."""
    said: dict[tuple[str, str, str], tuple[DailyReport, ToldState]] = {}
    reports = DailyReport.objects.filter(team=scope.party.team, day__lt=scope.day, as_of__gt=since)
    for report in reports.order_by("day"):
        for row in report.body["sections"]["kept"]:
            for period in row.get("periods", ()):
                key = (row["commitment"], period["period_start"], period["each"])
                said[key] = (report, _told(period["verdict"]))
        for row in report.body["sections"]["restated"]:
            if row.get("period_start"):
                key = (row["commitment"], row["period_start"], row["each"])
                said[key] = (report, ToldState(row["now"]))
    return said


def _restatements(
    now: Mapping[tuple[str, str, str], Reading],
    said: Mapping[tuple[str, str, str], tuple[DailyReport, ToldState]],
) -> list[Row]:
    rows = []
    for key in sorted(now.keys() & said.keys()):
        (report, reported), reading = said[key], now[key]
        if _told(reading.verdict) != reported:
            rows.append(
                {
                    "commitment": reading.commitment_key,
                    "subject": None,
                    "clock": None,
                    "reading": reading.pk,
                    "period_start": key[1],
                    "each": reading.each,
                    "reported": str(reported),
                    "reported_on": report.day.isoformat(),
                    "reported_as_of": format_instant(report.as_of),
                    "now": str(_told(reading.verdict)),
                }
            )
    return rows
