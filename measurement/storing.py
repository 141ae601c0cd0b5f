"""Writes verdicts so that the clocks of the judged subjects are exactly those, in one statement."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from core.copying import copy_in
from measurement.sealing import sealed_clock
from measurement.staging import listed, rows, stage
from measurement.verdicts import ClockVerdict

#: Columns of a clock with their types, as they are staged; the first three are its identity.
COLUMNS = {
    "commitment_key": "varchar",
    "subject_id": "bigint",
    "start_key": "varchar",
    "commitment_id": "bigint",
    "subject_type": "varchar",
    "started_at": "timestamptz",
    "due_at": "timestamptz",
    "warn_at": "timestamptz",
    "gives_up_at": "timestamptz",
    "stopped_at": "timestamptz",
    "ended_at": "timestamptz",
    "state": "varchar",
    "reason": "varchar",
    "owner_id": "bigint",
    "allowed_seconds": "bigint",
    "elapsed_seconds": "bigint",
    "business_seconds": "bigint",
    "paused_seconds": "bigint",
    "unassigned_seconds": "bigint",
    "repeats": "bigint",
    "evidence": "jsonb",
    "owners": "jsonb",
    "origin": "varchar",
}
IDENTITY = list(COLUMNS)[:3]
REST = list(COLUMNS)[3:]

#: The columns of clocks that are copied in: with what each was judged from (columns.digests).
STAGED = [*COLUMNS, "digest"]


def digest_of(table: str) -> str:
    """What the clocks of a table were judged from, 0 where nobody noted it; another number as soon as any of
    the texts that came of it is not what it was. ``fingerprint`` is the digest with the texts' own hash."""
    return f"CASE WHEN {table}fingerprint IS NULL THEN 0 ELSE {table}fingerprint # {_texts(table)} END"


def _texts(table: str) -> str:
    return f"""(hashtextextended({table}start_key || COALESCE({table}origin, E'\\x1e'), 0)
        # jsonb_hash_extended({table}owners, 1) # jsonb_hash_extended({table}evidence, 2))"""


#: The judged clocks but those that would be new behind the sealed horizon.
STAGE = f"""
SELECT *, NULL::bigint AS digest FROM ({stage(COLUMNS)}) AS judged
WHERE NOT {sealed_clock("judged.")} OR EXISTS (
    SELECT FROM measurement_clock c WHERE ({listed(IDENTITY, "c.")}) = ({listed(IDENTITY, "judged.")}))
"""
#: The same rows of a table that they were copied into.
COPIED = f"""
SELECT * FROM staged_clock AS judged WHERE NOT {sealed_clock("judged.")} OR EXISTS (
    SELECT FROM measurement_clock c WHERE ({listed(IDENTITY, "c.")}) = ({listed(IDENTITY, "judged.")}))
"""
PREPARE = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS staged_clock (
    {", ".join(f"{name} {type_}" for name, type_ in COLUMNS.items())}, digest bigint
) ON COMMIT DELETE ROWS;
DELETE FROM staged_clock;
"""
#: What goes: all others of the subjects, without those of commitments judged as columns; some by their ids.
OTHERS = f"""c.subject_id = ANY (%(subjects)s) AND NOT c.commitment_key = ANY (%(without)s)
    AND NOT EXISTS (SELECT FROM stage s WHERE ({listed(IDENTITY, "s.")}) = ({listed(IDENTITY, "c.")}))"""
THESE = f"""c.id = ANY (%(gone)s)
    AND NOT EXISTS (SELECT FROM stage s WHERE ({listed(IDENTITY, "s.")}) = ({listed(IDENTITY, "c.")}))"""


#: Each staged clock is looked up for itself: a planner that knows little of a young table reads all of it.
#: `was` sees the rows as they were: all parts of a statement read the same snapshot.
def _storing(stage: str, gone: str) -> str:
    """The statement that writes staged clocks and removes those of which ``gone`` holds."""
    return f"""
WITH stage AS MATERIALIZED ({stage}), was AS (
    SELECT c.commitment_key, c.due_at, c.started_at FROM stage s CROSS JOIN LATERAL (
        SELECT * FROM measurement_clock c
        WHERE ({listed(IDENTITY, "c.")}) = ({listed(IDENTITY, "s.")}) OFFSET 0
    ) AS c
    WHERE ({listed(REST, "c.")}) IS DISTINCT FROM ({listed(REST, "s.")}) AND NOT {sealed_clock("c.")}
), gone AS (
    DELETE FROM measurement_clock c WHERE {gone} AND NOT {sealed_clock("c.")}
    RETURNING c.id, c.commitment_key, c.due_at, c.started_at
), put AS (
    INSERT INTO measurement_clock AS c ({listed(COLUMNS)}, changed_at, fingerprint)
    SELECT {listed(COLUMNS)}, %(as_of)s, digest # {_texts("stage.")} FROM stage
    ORDER BY subject_id, commitment_key, start_key
    ON CONFLICT ({listed(IDENTITY)}) DO UPDATE
    SET {", ".join(f"{column} = excluded.{column}" for column in REST)}, changed_at = excluded.changed_at,
        fingerprint = excluded.fingerprint
    WHERE ({listed(REST, "c.")}) IS DISTINCT FROM ({listed(REST, "excluded.")}) AND NOT {sealed_clock("c.")}
    RETURNING c.id, c.commitment_key, c.due_at, c.started_at
), told AS (
    INSERT INTO core_changemark (kind, ref_id, ready_at)
    SELECT 'verdict', id, %(as_of)s FROM (SELECT id FROM gone UNION ALL SELECT id FROM put) AS changed
)
SELECT 'gone', commitment_key, COALESCE(due_at, started_at) FROM gone
UNION ALL SELECT 'put', commitment_key, COALESCE(due_at, started_at) FROM put
UNION ALL SELECT 'was', commitment_key, COALESCE(due_at, started_at) FROM was
"""


STORE, STORE_COPIED = _storing(STAGE, OTHERS), _storing(COPIED, THESE)
DIFFERING = f"""
WITH stage AS MATERIALIZED ({STAGE})
SELECT COALESCE(c.subject_id, s.subject_id)
FROM (SELECT * FROM measurement_clock WHERE subject_id = ANY (%(subjects)s)) AS c
FULL JOIN stage s ON ({listed(IDENTITY, "s.")}) = ({listed(IDENTITY, "c.")})
WHERE ({listed(REST, "c.")}) IS DISTINCT FROM ({listed(REST, "s.")}) AND NOT {sealed_clock("c.")}
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """How many clocks were written or removed, and the (commitment key, due instant) that they touch."""

    written: int = 0
    removed: int = 0
    touched: frozenset[tuple[str, datetime]] = frozenset()

    def __add__(self, other: "Stored") -> "Stored":
        return Stored(
            self.written + other.written, self.removed + other.removed, self.touched | other.touched
        )


def store(
    verdicts: Iterable[ClockVerdict],
    *,
    subjects: Collection[int],
    as_of: datetime,
    without: Collection[str] = (),
) -> Stored:
    """Make the clocks of the subjects exactly these verdicts, and mark every one that changed.

    Rows that are equal are not touched and keep their ids. One statement, whatever the number. ``without``:
    the clocks of these commitments are left as they are.
    """
    judged = rows(verdicts, COLUMNS)
    return _stored(STORE, rows=judged, subjects=list(subjects), without=list(without), as_of=as_of)


def store_copied(lines: Iterable[str], *, gone: Collection[int], as_of: datetime) -> Stored:
    """Write clocks that come as lines of COPY, and remove those of these ids, as ``store`` does it."""
    with connection.cursor() as cursor:
        cursor.execute(PREPARE)
    copy_in("staged_clock", STAGED, lines)
    return _stored(STORE_COPIED, gone=list(gone), as_of=as_of)


def _stored(statement: str, **parameters: Any) -> Stored:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        changed = cursor.fetchall()
    return Stored(
        written=sum(what == "put" for what, _, _ in changed),
        removed=sum(what == "gone" for what, _, _ in changed),
        touched=frozenset((key, instant) for _, key, instant in changed),
    )


def differing(verdicts: Iterable[ClockVerdict], *, subjects: Collection[int]) -> set[int]:
    """Those of the subjects whose stored clocks are not exactly these verdicts; nothing is written."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING, {"rows": rows(verdicts, COLUMNS), "subjects": list(subjects)})
        return {subject for (subject,) in cursor.fetchall()}
