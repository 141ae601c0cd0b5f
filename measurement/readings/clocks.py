"""Readings of promises that clocks answer: met ÷ (met + missed), of the clocks due in the period.

Every clock that still runs is missed if nothing more happens, so that the stored row counts it as judged.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from agreements.terms import Promise
from core.replicas import reading as connection
from measurement.models import Reading
from measurement.periods import Span, version_at
from measurement.readings import summing
from measurement.readings.rows import Counted, Row, decimal
from measurement.readings.shown import share, shown_target
from measurement.readings.summing import ClockSum
from measurement.targets import Standing, verdict_of

DAYS = """
SELECT commitment_key, at FROM measurement_bucket
WHERE counts = 'clocks' AND minutes = 1440
    AND (met, missed, running, undated, paused, left_out) <> (0, 0, 0, 0, 0, 0)
"""


def count(counted: Sequence[Counted], versions: Mapping[str, list[Promise]]) -> list[Row]:
    """A row for each of these periods in which a clock is or was due; a constant number of statements."""
    sums = summing.clocks([(key, span.start, span.end) for key, span in counted])
    return [
        _row(key, span, found, versions)
        for (key, span), found in zip(counted, sums, strict=True)
        if found.any
    ]


def days() -> list[tuple[str, datetime]]:
    """(key, day of UTC) in which any clock counts."""
    with connection.cursor() as cursor:
        cursor.execute(DAYS)
        return cursor.fetchall()


def not_due(readings: Sequence[Reading], *, as_of: datetime) -> dict[int, int]:
    """How many clocks of each of these readings still run and are not due yet, by reading id."""
    times = [(row.commitment_key, max(row.period_start, as_of), row.period_end) for row in readings]
    sums = summing.clocks(times)
    return {row.pk: found.running for row, found in zip(readings, sums, strict=True)}


def _row(key: str, span: Span, found: ClockSum, versions: Mapping[str, list[Promise]]) -> Row:
    promise = version_at(versions[key], span.start)
    value, target = share(found.met, found.judged), promise.terms.target
    return Row(
        commitment_key=key,
        period_start=span.start,
        period_end=span.end,
        commitment_id=promise.commitment_id,
        value=decimal(value),
        numerator=found.met,
        denominator=found.judged,
        running=found.running + found.undated,
        left_out=found.left_out,
        target=shown_target(target),
        verdict=verdict_of(value, found.judged, target, promise.terms.min_sample, Standing.OVER),
        expected=decimal(target.value),
        final_at=span.end,
    )
