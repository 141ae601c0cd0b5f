"""Readings of promises that clocks answer: met ÷ (met + missed), of the clocks due in the period.

Every clock that still runs is missed if nothing more happens, so that the stored row counts it as judged.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from agreements.terms import Promise
from measurement.periods import version_at
from measurement.readings.rows import Counted, Row, decimal, wanted
from measurement.readings.shown import share, shown_target
from measurement.targets import Standing, verdict_of

WANTED = """
FROM json_to_recordset(%s::json)
    AS w (commitment_key varchar, period_start timestamptz, period_end timestamptz)
"""
COUNT = f"""
SELECT w.commitment_key, w.period_start, w.period_end, count(*) FILTER (WHERE c.state = 'met'),
    count(*) FILTER (WHERE c.state IN ('met', 'overdue', 'late', 'failed', 'running')),
    count(*) FILTER (WHERE c.state = 'running'),
    count(*) FILTER (WHERE c.state IN ('cancelled', 'excluded', 'unmeasurable'))
{WANTED}
JOIN measurement_clock c ON c.commitment_key = w.commitment_key
    AND COALESCE(c.due_at, c.started_at) >= w.period_start
    AND COALESCE(c.due_at, c.started_at) < w.period_end
GROUP BY w.commitment_key, w.period_start, w.period_end
"""
INSTANTS = "SELECT DISTINCT commitment_key, COALESCE(due_at, started_at) FROM measurement_clock"
NOT_DUE = """
SELECT r.id, count(*) FROM measurement_reading r
JOIN measurement_clock c ON c.commitment_key = r.commitment_key
    AND COALESCE(c.due_at, c.started_at) >= r.period_start
    AND COALESCE(c.due_at, c.started_at) < r.period_end
WHERE r.id = ANY (%s) AND c.state = 'running' AND c.due_at >= %s GROUP BY r.id
"""


def count(counted: Sequence[Counted], versions: Mapping[str, list[Promise]]) -> list[Row]:
    """A row for each of these periods in which a clock is or was due; one statement."""
    if not counted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [wanted(counted)])
        return [_row(found, versions) for found in cursor.fetchall()]


def instants() -> list[tuple[str, datetime]]:
    """(key, instant) at which any clock counts."""
    with connection.cursor() as cursor:
        cursor.execute(INSTANTS)
        return cursor.fetchall()


def not_due(readings: Sequence[int], *, as_of: datetime) -> dict[int, int]:
    """How many clocks of each of these readings still run and are not due yet."""
    with connection.cursor() as cursor:
        cursor.execute(NOT_DUE, [list(readings), as_of])
        return dict(cursor.fetchall())


def _row(found: Sequence[Any], versions: Mapping[str, list[Promise]]) -> Row:
    key, start, end, met, judged, running, left_out = found
    promise = version_at(versions[key], start)
    value, target = share(met, judged), promise.terms.target
    return Row(
        commitment_key=key,
        period_start=start,
        period_end=end,
        commitment_id=promise.commitment_id,
        value=decimal(value),
        numerator=met,
        denominator=judged,
        running=running,
        left_out=left_out,
        target=shown_target(target),
        verdict=verdict_of(value, judged, target, promise.terms.min_sample, Standing.OVER),
        expected=decimal(target.value),
        final_at=end,
    )
