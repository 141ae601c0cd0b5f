"""The value of a commitment for a period: met ÷ (met + missed), of the clocks due in it.

Stored is what a period comes to if nothing more happens, for then every clock that still runs is missed;
so waiting changes no row. What is known before a period's end is derived on reading.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import connection
from msgspec import json

from agreements.terms import Promise, ResponseTerms, Target
from measurement.enums import Verdict
from measurement.models import Reading
from measurement.periods import Span, period_of, version_at

COUNT = """
SELECT w.commitment_key, w.period_start, w.period_end, count(*) FILTER (WHERE c.state = 'met'),
    count(*) FILTER (WHERE c.state IN ('met', 'overdue', 'late', 'failed', 'running')),
    count(*) FILTER (WHERE c.state = 'running'),
    count(*) FILTER (WHERE c.state IN ('cancelled', 'excluded', 'unmeasurable')), count(c.id)
FROM json_to_recordset(%s::json)
    AS w (commitment_key varchar, period_start timestamptz, period_end timestamptz)
LEFT JOIN measurement_clock c ON c.commitment_key = w.commitment_key
    AND COALESCE(c.due_at, c.started_at) >= w.period_start
    AND COALESCE(c.due_at, c.started_at) < w.period_end
GROUP BY w.commitment_key, w.period_start, w.period_end
"""
COLUMNS = {
    "commitment_key": "varchar",
    "period_start": "timestamptz",
    "commitment_id": "bigint",
    "period_end": "timestamptz",
    "value": "numeric",
    "numerator": "bigint",
    "denominator": "bigint",
    "running": "bigint",
    "left_out": "bigint",
    "target": "varchar",
    "verdict": "varchar",
    "expected": "numeric",
    "detail": "jsonb",
    "final_at": "timestamptz",
}
_SAID = list(COLUMNS)[2:]
PUT = f"""
INSERT INTO measurement_reading AS r ({", ".join(COLUMNS)}, each, changed_at)
SELECT {", ".join(COLUMNS)}, 'team', %s
FROM json_to_recordset(%s::json) AS w ({", ".join(f"{c} {t}" for c, t in COLUMNS.items())})
ON CONFLICT (commitment_key, period_start, each) DO UPDATE
SET {", ".join(f"{c} = excluded.{c}" for c in _SAID)}, changed_at = excluded.changed_at
WHERE ({", ".join(f"r.{c}" for c in _SAID)}) IS DISTINCT FROM ({", ".join(f"excluded.{c}" for c in _SAID)})
"""
REMOVE = """
DELETE FROM measurement_reading r
USING json_to_recordset(%s::json) AS w (commitment_key varchar, period_start timestamptz)
WHERE r.commitment_key = w.commitment_key AND r.period_start = w.period_start AND r.each = 'team'
"""
INSTANTS = "SELECT DISTINCT commitment_key, COALESCE(due_at, started_at) FROM measurement_clock"
NOT_DUE = """
SELECT r.id, count(*) FROM measurement_reading r
JOIN measurement_clock c ON c.commitment_key = r.commitment_key
    AND COALESCE(c.due_at, c.started_at) >= r.period_start
    AND COALESCE(c.due_at, c.started_at) < r.period_end
WHERE r.id = ANY (%s) AND c.state = 'running' AND c.due_at >= %s GROUP BY r.id
"""
Touched = Collection[tuple[str, datetime]]


@dataclass(frozen=True, slots=True)
class Known:
    """A reading as it stands at an instant."""

    reading: Reading
    value: Fraction | None
    denominator: int
    verdict: Verdict


def refresh(touched: Touched, promises: Sequence[Promise], *, as_of: datetime) -> None:
    """Count again the periods in which clocks of these keys were or are due, in three statements at most."""
    _count(touched, promises, as_of)


def rebuild(promises: Sequence[Promise], *, as_of: datetime) -> None:
    """Count every period afresh and remove readings that should not exist.

    Such are those of no clock any more, and those of periods that another version cut otherwise.
    """
    with connection.cursor() as cursor:
        cursor.execute(INSTANTS)
        touched = cursor.fetchall()
    counted = {(key, span.start) for key, span in _count(touched, promises, as_of)}
    stored = Reading.objects.values_list("pk", "commitment_key", "period_start")
    Reading.objects.filter(pk__in=[pk for pk, *period in stored if tuple(period) not in counted]).delete()


def known(readings: Iterable[Reading], terms: Mapping[int, ResponseTerms], *, as_of: datetime) -> list[Known]:
    """Readings as they stand: in a running period a clock that is not due yet is not judged yet.

    ``terms`` by commitment id. One statement, for the running periods only.
    """
    rows = list(readings)
    running = [row.pk for row in rows if row.period_end > as_of]
    not_due = _not_due(running, as_of) if running else {}
    return [_known(row, terms[row.commitment_id], not_due.get(row.pk, 0), as_of) for row in rows]


def shown_target(target: Target) -> str:
    """A target as people write it: ``>= 95%``."""
    value = target.value * 100 if target.percent else target.value
    number = str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
    return f"{target.op} {number}{'%' if target.percent else ''}"


def share(part: int, whole: int) -> Fraction | None:
    """Part of the whole; None of nothing."""
    return Fraction(part, whole) if whole else None


def _known(row: Reading, terms: ResponseTerms, not_due: int, as_of: datetime) -> Known:
    judged = row.denominator - not_due
    value = share(row.numerator, judged)
    over = row.period_end <= as_of
    return Known(row, value, judged, _verdict(value, judged, terms, over=over, waiting=bool(not_due)))


def _verdict(
    value: Fraction | None, judged: int, terms: ResponseTerms, *, over: bool, waiting: bool
) -> Verdict:
    if value is None and waiting:
        return Verdict.MATURING
    if value is None or judged < terms.min_sample:
        return Verdict.TOO_FEW
    if terms.target.met_by(value):
        return Verdict.KEPT if over else Verdict.ON_PACE
    return Verdict.MISSED if over else Verdict.AT_RISK


def _count(touched: Touched, promises: Sequence[Promise], as_of: datetime) -> list[tuple[str, Span]]:
    """Count the periods of these instants, and tell which they are."""
    by_key = _by_key(promises)
    fiscal = settings.FISCAL_YEAR_START
    found = {
        (key, period_of(by_key[key], instant, fiscal_year_start=fiscal))
        for key, instant in touched
        if key in by_key
    }
    spans = sorted(found, key=lambda pair: (pair[0], pair[1].start))
    if spans:
        _write(spans, by_key, as_of)
    return spans


def _write(spans: Sequence[tuple[str, Span]], by_key: Mapping[str, list[Promise]], as_of: datetime) -> None:
    wanted = [
        {"commitment_key": key, "period_start": span.start, "period_end": span.end} for key, span in spans
    ]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [json.encode(wanted).decode()])
        counted = cursor.fetchall()
        rows = [_row(count, by_key) for count in counted if count[-1]]
        empty = [{"commitment_key": count[0], "period_start": count[1]} for count in counted if not count[-1]]
        if rows:
            cursor.execute(PUT, [as_of, json.encode(rows).decode()])
        if empty:
            cursor.execute(REMOVE, [json.encode(empty).decode()])


def _row(count: Sequence[Any], by_key: Mapping[str, list[Promise]]) -> dict[str, Any]:
    key, start, end, met, judged, running, left_out, _ = count
    promise = version_at(by_key[key], start)
    value = share(met, judged)
    return {
        "commitment_key": key,
        "period_start": start,
        "commitment_id": promise.commitment_id,
        "period_end": end,
        "value": None if value is None else round(float(value), 6),
        "numerator": met,
        "denominator": judged,
        "running": running,
        "left_out": left_out,
        "target": shown_target(promise.terms.target),
        "verdict": _verdict(value, judged, promise.terms, over=True, waiting=False),
        "expected": float(promise.terms.target.value),
        "detail": {},
        "final_at": end,
    }


def _not_due(readings: Sequence[int], as_of: datetime) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(NOT_DUE, [list(readings), as_of])
        return dict(cursor.fetchall())


def _by_key(promises: Iterable[Promise]) -> dict[str, list[Promise]]:
    by_key: dict[str, list[Promise]] = defaultdict(list)
    for promise in sorted(promises, key=lambda promise: promise.starts_at):
        by_key[promise.key].append(promise)
    return by_key
