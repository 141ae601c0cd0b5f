"""Rows of readings as they are written: exactly these for the periods counted, in two statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from operator import attrgetter
from typing import Any

from django.db import connection
from msgspec import json

from measurement.enums import Verdict
from measurement.periods import Span
from measurement.readings.waived import with_waivers
from measurement.sealing import sealed_reading
from measurement.units import TEAM

#: Columns with their types as they are staged; the first three are a reading's identity.
COLUMNS = {
    "commitment_key": "varchar",
    "period_start": "timestamptz",
    "each": "varchar",
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
_IDENTITY = ", ".join(list(COLUMNS)[:3])
_SAID = list(COLUMNS)[3:]
PUT = f"""
INSERT INTO measurement_reading AS r ({", ".join(COLUMNS)}, changed_at)
SELECT {", ".join(COLUMNS)}, %s
FROM json_to_recordset(%s::json) AS w ({", ".join(f"{c} {t}" for c, t in COLUMNS.items())})
WHERE NOT {sealed_reading("w.")} OR EXISTS (SELECT FROM measurement_reading known
    WHERE (known.commitment_key, known.period_start, known.each) = (w.commitment_key, w.period_start, w.each))
ON CONFLICT ({_IDENTITY}) DO UPDATE
SET {", ".join(f"{c} = excluded.{c}" for c in _SAID)}, changed_at = excluded.changed_at
WHERE ({", ".join(f"r.{c}" for c in _SAID)}) IS DISTINCT FROM ({", ".join(f"excluded.{c}" for c in _SAID)})
AND NOT {sealed_reading("r.")}
"""
#: Each period says whom it has rows for: joined as rows, they would be gone through for every reading where
#: the database does not know yet how many there are.
REMOVE = f"""
DELETE FROM measurement_reading r
USING json_to_recordset(%s::json)
    AS w (commitment_key varchar, period_start timestamptz, eaches varchar[])
WHERE r.commitment_key = w.commitment_key AND r.period_start = w.period_start AND r.each <> ALL (w.eaches)
AND NOT {sealed_reading("r.")}
"""

Counted = tuple[str, Span]
"""A commitment's key and one of its periods."""


@dataclass(frozen=True, slots=True)
class Row:
    """A reading as it is stored; the fields are the columns of ``measurement.models.Reading``."""

    commitment_key: str
    period_start: datetime
    period_end: datetime
    commitment_id: int
    value: float | None
    numerator: int
    denominator: int | None
    target: str
    verdict: Verdict
    final_at: datetime
    expected: float | None = None
    each: str = TEAM
    running: int = 0
    left_out: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)


_row = attrgetter(*COLUMNS)


def write(rows: Collection[Row], counted: Collection[Counted], *, as_of: datetime) -> None:
    """Make the readings of these periods exactly these rows; rows that are equal are not touched.

    Missed ones that both teams agree not to count are written so (``readings.waived``).
    """
    rows = with_waivers(rows)
    staged = json.encode([dict(zip(COLUMNS, _row(row), strict=True)) for row in rows]).decode()
    eaches: dict[tuple[str, datetime], list[str]] = {(key, span.start): [] for key, span in counted}
    for row in rows:
        eaches[row.commitment_key, row.period_start].append(row.each)
    periods = [
        {"commitment_key": key, "period_start": start, "eaches": those}
        for (key, start), those in eaches.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(PUT, [as_of, staged])
        cursor.execute(REMOVE, [json.encode(periods).decode()])


def wanted(counted: Sequence[Counted]) -> str:
    """The periods as JSON for ``json_to_recordset``: commitment_key, period_start, period_end."""
    rows = [
        {"commitment_key": key, "period_start": span.start, "period_end": span.end} for key, span in counted
    ]
    return json.encode(rows).decode()


def decimal(value: Fraction | None) -> float | None:
    """A value as it is stored: rounded to six decimals."""
    return None if value is None else round(float(value), 6)
