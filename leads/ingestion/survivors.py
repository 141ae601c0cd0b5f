"""Which record stands for one that was merged away: ``Ref.merged_into``, chains followed to their end."""

from datetime import datetime

from django.db import connection

from core.enums import MarkKind
from core.marks import mark
from leads.ingestion.resources import Resource

MOVED = """
SELECT state.ref_id FROM state
LEFT JOIN LATERAL (SELECT merged_into FROM {table} WHERE ref_id = state.ref_id OFFSET 0) record ON true
WHERE (state.fields ->> 'merged_into')::bigint IS DISTINCT FROM record.merged_into
"""

# Everything that led through the moved ones is followed anew; a circle of merges counts for none of its
# records.
FOLLOW = """
WITH RECURSIVE affected (id) AS (
    SELECT id FROM leads_ref WHERE id = ANY (%(moved)s) OR merged_into = ANY (%(moved)s)
    OR merged_into IN (SELECT merged_into FROM leads_ref WHERE id = ANY (%(moved)s))
), step (id, top, path) AS (
    SELECT id, id, ARRAY[id] FROM affected
    UNION ALL
    SELECT step.id, record.merged_into, step.path || record.merged_into
    FROM step JOIN {table} record ON record.ref_id = step.top
    WHERE record.merged_into IS NOT NULL AND record.merged_into <> ALL (step.path)
), followed AS (
    SELECT DISTINCT ON (id) id, top FROM step ORDER BY id, cardinality(path) DESC
), survivor AS (
    SELECT followed.id,
        CASE WHEN record.merged_into IS NULL AND followed.top <> followed.id THEN followed.top END AS top
    FROM followed LEFT JOIN {table} record ON record.ref_id = followed.top
)
UPDATE leads_ref ref SET merged_into = survivor.top FROM survivor, leads_ref old
WHERE ref.id = survivor.id AND old.id = ref.id AND ref.merged_into IS DISTINCT FROM survivor.top
RETURNING ref.id, old.merged_into, ref.merged_into
"""


def moved_refs(resource: Resource) -> list[int]:
    """The records in ``state`` that are about to be merged into another one than before."""
    with connection.cursor() as cursor:
        cursor.execute(MOVED.format(table=resource.table))
        return [ref for (ref,) in cursor.fetchall()]


def follow_merges(resource: Resource, moved: list[int], *, as_of: datetime) -> None:
    """Name the survivors of the moved records and of all merged into them; marks everyone concerned."""
    if not moved:
        return
    with connection.cursor() as cursor:
        cursor.execute(FOLLOW.format(table=resource.table), {"moved": moved})
        concerned = {ref for row in cursor.fetchall() for ref in row if ref is not None}
    mark(MarkKind.RECORD, concerned, as_of=as_of)
