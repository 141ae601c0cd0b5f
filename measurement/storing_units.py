"""Writes units so that those of the judged subjects are exactly the verdicts, in one statement."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from measurement.sealing import sealed_unit
from measurement.staging import listed, rows, stage
from measurement.units import UnitVerdict

#: Columns of a unit with their types, as they are staged; the first four are its identity.
COLUMNS = {
    "commitment_key": "varchar",
    "subject_id": "bigint",
    "unit_key": "varchar",
    "each": "varchar",
    "commitment_id": "bigint",
    "subject_type": "varchar",
    "at": "timestamptz",
    "until": "timestamptz",
    "stretch": "boolean",
    "state": "varchar",
    "reason": "varchar",
    "had_at": "timestamptz",
    "matures_at": "timestamptz",
    "owner_id": "bigint",
    "origin": "varchar",
    "evidence": "jsonb",
}
IDENTITY = list(COLUMNS)[:4]
REST = list(COLUMNS)[4:]
#: What a reading counts by, but for when a stretch ends.
COUNTED = ["commitment_id", "at", "stretch", "state", "reason", "had_at", "matures_at"]

#: The judged units but those that would be new behind the sealed horizon.
STAGE = f"""
SELECT * FROM ({stage(COLUMNS)}) AS judged WHERE NOT {sealed_unit("judged.")} OR EXISTS (
    SELECT FROM measurement_unit u WHERE ({listed(IDENTITY, "u.")}) = ({listed(IDENTITY, "judged.")}))
"""
#: Each staged unit is looked up for itself: a planner that knows little of a young table reads all of it.
#: `was` sees the rows as they were: all parts of a statement read the same snapshot. What is touched: of a
#: unit that came or went all of it, of one that only ends otherwise what lies between both ends, of one that
#: counts otherwise what it was and what it is, of one of which only the evidence changed nothing.
STORE = f"""
WITH stage AS MATERIALIZED ({STAGE}), was AS (
    SELECT u.*, ({listed(COUNTED, "u.")}) IS NOT DISTINCT FROM ({listed(COUNTED, "s.")}) AS alike,
        s.at AS at_now, s.until AS until_now
    FROM stage s CROSS JOIN LATERAL (
        SELECT * FROM measurement_unit u
        WHERE ({listed(IDENTITY, "u.")}) = ({listed(IDENTITY, "s.")}) OFFSET 0
    ) AS u
    WHERE ({listed(REST, "u.")}) IS DISTINCT FROM ({listed(REST, "s.")}) AND NOT {sealed_unit("u.")}
), gone AS (
    DELETE FROM measurement_unit u WHERE u.subject_id = ANY (%(subjects)s) AND NOT {sealed_unit("u.")}
    AND NOT EXISTS (SELECT FROM stage s WHERE ({listed(IDENTITY, "s.")}) = ({listed(IDENTITY, "u.")}))
    RETURNING u.commitment_key, u.at, u.until, u.stretch
), put AS (
    INSERT INTO measurement_unit AS u ({listed(COLUMNS)}, changed_at)
    SELECT {listed(COLUMNS)}, %(as_of)s FROM stage
    ORDER BY subject_id, commitment_key, unit_key, each
    ON CONFLICT ({listed(IDENTITY)}) DO UPDATE
    SET {", ".join(f"{column} = excluded.{column}" for column in REST)}, changed_at = excluded.changed_at
    WHERE ({listed(REST, "u.")}) IS DISTINCT FROM ({listed(REST, "excluded.")}) AND NOT {sealed_unit("u.")}
    RETURNING {listed(IDENTITY, "u.")}, u.at, u.until, u.stretch
)
SELECT 'gone', commitment_key, at, CASE WHEN stretch THEN until ELSE at END FROM gone
UNION ALL
SELECT 'put', p.commitment_key, p.at, CASE WHEN p.stretch THEN p.until ELSE p.at END
FROM put p WHERE NOT EXISTS (
    SELECT FROM was WHERE ({listed(IDENTITY, "was.")}) = ({listed(IDENTITY, "p.")}))
UNION ALL
SELECT CASE WHEN alike AND until IS NOT DISTINCT FROM until_now THEN 'told' ELSE 'was' END, commitment_key,
    CASE WHEN alike THEN COALESCE(LEAST(until, until_now), at) ELSE LEAST(at, at_now) END,
    CASE WHEN NOT stretch THEN GREATEST(at, at_now)
        WHEN until IS NOT NULL AND until_now IS NOT NULL THEN GREATEST(until, until_now) END
FROM was
"""
DIFFERING = f"""
WITH stage AS MATERIALIZED ({STAGE})
SELECT COALESCE(u.subject_id, s.subject_id)
FROM (SELECT * FROM measurement_unit WHERE subject_id = ANY (%(subjects)s)) AS u
FULL JOIN stage s ON ({listed(IDENTITY, "s.")}) = ({listed(IDENTITY, "u.")})
WHERE ({listed(REST, "u.")}) IS DISTINCT FROM ({listed(REST, "s.")}) AND NOT {sealed_unit("u.")}
"""

#: A commitment's key and what of its time is touched: from and to are included, to None is for good.
Range = tuple[str, datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Stored:
    """How many units were written or removed, and the time of which commitments they touch."""

    written: int = 0
    removed: int = 0
    touched: frozenset[Range] = frozenset()

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(
            self.written + other.written, self.removed + other.removed, self.touched | other.touched
        )


def store(verdicts: Iterable[UnitVerdict], *, subjects: Collection[int], as_of: datetime) -> Stored:
    """Make the units of the subjects exactly these verdicts.

    Rows that are equal are not touched and keep their ids. One statement, whatever the number.
    """
    staged: dict[str, Any] = {"rows": rows(verdicts, COLUMNS), "subjects": list(subjects), "as_of": as_of}
    with connection.cursor() as cursor:
        cursor.execute(STORE, staged)
        changed = cursor.fetchall()
    return Stored(
        written=sum(what != "gone" for what, *_ in changed),
        removed=sum(what == "gone" for what, *_ in changed),
        touched=frozenset((key, start, end) for what, key, start, end in changed if what != "told"),
    )


def differing(verdicts: Iterable[UnitVerdict], *, subjects: Collection[int]) -> set[int]:
    """Those of the subjects whose stored units are not exactly these verdicts; nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, {"rows": rows(verdicts, COLUMNS), "subjects": list(subjects)})
        return {subject for (subject,) in cursor.fetchall()}
