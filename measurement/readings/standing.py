"""Readings as they stand at an instant: what is known of periods that run, or whose cohorts still mature."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, TypeVar

from agreements.enums import Kind
from agreements.promises import history_of
from agreements.terms import (
    ChecklistTerms,
    CoverageTerms,
    Promise,
    RateTerms,
    ResponseTerms,
    Target,
    VolumeTerms,
)
from measurement.enums import UnitState, Verdict
from measurement.in_force import by_key, parts
from measurement.models import Reading
from measurement.periods import Span, version_at
from measurement.readings import clocks, persons, tallies
from measurement.readings.refreshing import BY_CLOCKS
from measurement.readings.rows import Counted
from measurement.readings.shown import share
from measurement.readings.tallies import SECOND, Tally
from measurement.readings.waived import is_waived
from measurement.staffing import staffed
from measurement.targets import Standing, open_days, pace_of, verdict_of
from measurement.units import TEAM

KINDS: Mapping[type, Kind] = {
    ResponseTerms: Kind.RESPONSE,
    ChecklistTerms: Kind.CHECKLIST,
    RateTerms: Kind.RATE,
    VolumeTerms: Kind.VOLUME,
    CoverageTerms: Kind.COVERAGE,
}


@dataclass(frozen=True, slots=True)
class Known:
    """A reading as it stands at an instant.

    ``denominator`` is None of a volume. ``maturing`` counts what is not judged yet: clocks that are not due,
    units of a cohort whose time is not up; they are in neither ``numerator`` nor ``denominator``.
    """

    reading: Reading
    value: Fraction | None
    denominator: int | None
    verdict: Verdict
    numerator: int = 0
    maturing: int = 0


def known(readings: Iterable[Reading], terms: Mapping[int, Any], *, as_of: datetime) -> list[Known]:
    """Readings as they stand; ``terms`` by commitment id.

    A row that is final is as it is stored. Statements only for the others: a few for all their clocks, and a
    few for each kind of promise that units answer, whatever the number of rows.
    """
    rows = list(readings)
    by_clocks = [row for row in rows if row.final_at > as_of and _kind(terms, row) in BY_CLOCKS]
    by_units = [row for row in rows if row.final_at > as_of and _kind(terms, row) not in BY_CLOCKS]
    found = {**_clocks(by_clocks, terms, as_of), **_units(by_units, as_of)}
    return [found[row.pk] if row.pk in found else stored(row) for row in rows]


def stored(row: Reading) -> Known:
    """A reading as it is stored: what it comes to when nothing more happens."""
    value = Fraction(row.numerator) if row.denominator is None else share(row.numerator, row.denominator)
    return Known(row, value, row.denominator, Verdict(row.verdict), row.numerator)


def _kind(terms: Mapping[int, Any], row: Reading) -> Kind:
    return KINDS[type(terms[row.commitment_id])]


def _clocks(rows: Sequence[Reading], terms: Mapping[int, Any], as_of: datetime) -> dict[int, Known]:
    waiting = clocks.not_due(rows, as_of=as_of) if rows else {}
    return {row.pk: _of_clocks(row, terms[row.commitment_id], waiting.get(row.pk, 0)) for row in rows}


def _of_clocks(row: Reading, terms: Any, waiting: int) -> Known:
    """In a running period a clock that is not due yet is not judged yet."""
    judged = (row.denominator or 0) - waiting
    value = share(row.numerator, judged)
    standing = Standing.MATURING if value is None and waiting else Standing.RUNNING
    verdict = verdict_of(value, judged, terms.target, terms.min_sample, standing)
    return Known(row, value, judged, verdict, row.numerator, waiting)


def _units(rows: Sequence[Reading], as_of: datetime) -> dict[int, Known]:
    if not rows:
        return {}
    facts = _Facts.about(rows, by_key(history_of({row.commitment_key for row in rows})), as_of)
    return {row.pk: _of_units(row, facts, as_of) for row in rows}


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is known at an instant about the units of some readings: of each what its kind asks for."""

    versions: Mapping[str, list[Promise]]
    matured: Mapping[Counted, tuple[Tally, int]]
    lasting: Mapping[int, Tally]
    present: Mapping[int, tallies.Presence]
    ahead: Mapping[int, int]

    @classmethod
    def about(
        cls, rows: Sequence[Reading], versions: Mapping[str, list[Promise]], as_of: datetime
    ) -> "_Facts":
        """As many statements for many readings as for one of each kind."""
        kinds: dict[str, list[Reading]] = defaultdict(list)
        for row in rows:
            kinds[_unit_kind(_promise(row, versions))].append(row)
        cohorts = [_counted(row) for row in kinds["cohort"]]
        moments = [(row.commitment_key, as_of + SECOND) for row in kinds["snapshot"]]
        times = [
            (row.commitment_key, row.period_start, min(row.period_end, as_of)) for row in kinds["coverage"]
        ]
        return cls(
            versions,
            tallies.mature(cohorts, as_of=as_of) if cohorts else {},
            _by_row(kinds["snapshot"], tallies.lasting(moments) if moments else []),
            _by_row(kinds["coverage"], tallies.presence(times) if times else []),
            _ahead(kinds["volume"], as_of),
        )


Found = TypeVar("Found")


def _by_row(rows: Sequence[Reading], found: Sequence[Found]) -> dict[int, Found]:
    return {row.pk: one for row, one in zip(rows, found, strict=True)}


def _unit_kind(promise: Promise) -> str:
    if promise.kind is Kind.RATE:
        return "snapshot" if isinstance(promise.terms.of, str) else "cohort"
    return promise.kind.value


def _ahead(rows: Sequence[Reading], as_of: datetime) -> dict[int, int]:
    """What each of these volumes counts that happened after the instant; in most cases there is none."""
    left = {row.pk: Span(max(row.period_start, as_of + SECOND), row.period_end) for row in rows}
    spans = {(row.commitment_key, left[row.pk]) for row in rows if left[row.pk].start < row.period_end}
    happened = tallies.happened(sorted(spans, key=str))
    if not happened:
        return {}
    shown = persons.same_person()
    found: dict[int, int] = {}
    for row in rows:
        tally = happened.get((row.commitment_key, left[row.pk]), {})
        if row.each != TEAM:
            tally = {each: one for each, one in tally.items() if row.each in (each, shown.get(each))}
        found[row.pk] = tallies.of_the_team(tally).having
    return found


def _of_units(row: Reading, facts: _Facts, as_of: datetime) -> Known:
    promise = _promise(row, facts.versions)
    if promise.kind is Kind.VOLUME:
        count = row.numerator - facts.ahead.get(row.pk, 0)
        return _volume(row, count, facts.versions[row.commitment_key], as_of)
    if promise.kind is Kind.COVERAGE:
        return _coverage(row, facts, as_of)
    if row.pk in facts.lasting:
        tally, maturing = facts.lasting[row.pk], 0
    else:
        tally, maturing = facts.matured[_counted(row)]
    standing = Standing.RUNNING if row.period_end > as_of else Standing.OVER
    value = share(tally.having, tally.counted)
    verdict = verdict_of(
        _rounded(value),
        tally.counted,
        target_of(row),
        promise.terms.min_sample,
        Standing.MATURING if maturing else standing,
    )
    return Known(row, value, tally.counted, verdict, tally.having, maturing)


def _volume(row: Reading, count: int, versions: Sequence[Promise], as_of: datetime) -> Known:
    target, value = target_of(row), Fraction(count)
    not_required = row.verdict == Verdict.NOT_REQUIRED and not is_waived(row.detail)
    if not_required or target is None:
        return Known(row, value, None, Verdict.NOT_REQUIRED, count)
    gone, days = days_gone(versions, Span(row.period_start, row.period_end), as_of=as_of)
    return Known(row, value, None, pace_of(count, target, gone=gone, days=days, over=False), count)


def _coverage(row: Reading, facts: _Facts, as_of: datetime) -> Known:
    governed = parts(facts.versions[row.commitment_key], Span(row.period_start, row.period_end))
    covering = [(at, until) for at, until, state in facts.present[row.pk] if state == UnitState.HAVING]
    found = staffed(governed, covering, until=as_of)
    value = share(found.covered, found.agreed)
    standing = Standing.RUNNING if found.agreed else Standing.MATURING
    verdict = verdict_of(_rounded(value), None, target_of(row), 0, standing)
    if row.verdict == Verdict.UNMEASURABLE:
        verdict = Verdict.UNMEASURABLE
    return Known(row, value, found.agreed, verdict, found.covered)


def days_gone(versions: Sequence[Promise], span: Span, *, as_of: datetime) -> tuple[int, int]:
    """(open days of the period that are wholly over, all of its open days)."""
    gone = days = 0
    for part in parts(versions, span):
        schedule = part.promise.schedule
        all_of_it = open_days(schedule, part.start, part.end)
        left = open_days(schedule, max(as_of, part.start), part.end) if as_of < part.end else 0
        days, gone = days + all_of_it, gone + all_of_it - left
    return gone, days


def target_of(row: Reading) -> Target | None:
    """The target that the period came to, as it is stored; None where there is none."""
    if row.expected is None or "op" not in row.detail:
        return None
    return Target(row.detail["op"], Fraction(row.expected), percent=row.denominator is not None)


def _promise(row: Reading, versions: Mapping[str, list[Promise]]) -> Promise:
    return version_at(versions[row.commitment_key], row.period_start)


def _counted(row: Reading) -> Counted:
    return row.commitment_key, Span(row.period_start, row.period_end)


def _rounded(value: Fraction | None) -> Fraction | None:
    """By the rule of what is stored: six decimals."""
    return None if value is None else round(value, 6)
