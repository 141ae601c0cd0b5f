"""What follows from the histories of the records in ``touched``: columns, links, implied events, marks.

``project_current`` depends on the moment (versions dated ahead wait), ``project_history`` does not.
"""

from datetime import datetime
from typing import Any

from django.db import connection

from leads.enums import RecordType
from leads.ingestion import staging
from leads.ingestion.implied import replace_implied
from leads.ingestion.members import project_members
from leads.ingestion.resources import Field, Resource
from leads.ingestion.state import each_field
from leads.ingestion.survivors import follow_merges, moved_refs

# The values that hold at as_of; where all versions are dated ahead, the earliest, which holds before
# itself.
STATE = f"""
INSERT INTO state (ref_id, updated_at, next_change_at, fields, attributes)
WITH seen AS (
    SELECT ref_id,
        coalesce(max(valid_from) FILTER (WHERE valid_from <= %(as_of)s), min(valid_from)) AS at,
        min(valid_from) FILTER (WHERE valid_from > %(as_of)s) AS next
    FROM leads_recordversion WHERE ref_id = ANY (ARRAY(SELECT ref_id FROM touched)) GROUP BY ref_id
), latest AS (
    SELECT DISTINCT ON (seen.ref_id, said.extra, said.key) seen.*, said.*
    FROM seen CROSS JOIN LATERAL (
        SELECT valid_from, fields FROM leads_recordversion
        WHERE ref_id = seen.ref_id AND valid_from <= seen.at OFFSET 0
    ) version
    LEFT JOIN LATERAL {each_field("version.fields")} said ON true
    ORDER BY seen.ref_id, said.extra, said.key, version.valid_from DESC
)
SELECT ref_id, at, next,
    coalesce(jsonb_object_agg(key, value) FILTER (WHERE NOT extra), '{{}}'),
    coalesce(jsonb_object_agg(key, value) FILTER (WHERE extra AND value <> 'null'), '{{}}')
FROM latest GROUP BY ref_id, at, next
"""

RECORDS = """
INSERT INTO {table} AS record (ref_id, received_at, updated_at, attributes, {columns})
SELECT ref_id, %(as_of)s, updated_at, attributes, {values} FROM state ORDER BY ref_id
ON CONFLICT (ref_id) DO UPDATE SET received_at = excluded.received_at, updated_at = excluded.updated_at,
    attributes = excluded.attributes, {updates}
WHERE (record.updated_at, record.attributes, {old}) IS DISTINCT FROM
    (excluded.updated_at, excluded.attributes, {new})
"""

KNOWN = """
UPDATE leads_ref ref SET placeholder = false, next_change_at = state.next_change_at FROM state
WHERE ref.id = ANY (ARRAY(SELECT ref_id FROM state)) AND ref.id = state.ref_id
AND (ref.placeholder OR ref.next_change_at IS DISTINCT FROM state.next_change_at)
"""

NAMED = """
SELECT DISTINCT version.ref_id, said.key AS field, said.value::bigint AS target_id
FROM leads_recordversion version CROSS JOIN LATERAL jsonb_each(version.fields) said
WHERE version.ref_id = ANY (ARRAY(SELECT ref_id FROM touched))
AND said.key = ANY (%(links)s) AND said.value <> 'null'
"""
UNLINK = """
DELETE FROM leads_link link WHERE ref_id = ANY (ARRAY(SELECT ref_id FROM touched))
AND NOT EXISTS (
    SELECT FROM leads_recordversion version
    WHERE version.ref_id = link.ref_id AND version.fields -> link.field = to_jsonb(link.target_id) OFFSET 0
)
"""
LINK = f"""
INSERT INTO leads_link (ref_id, field, target_id) {NAMED} ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING
"""

# A mark is ready at once, and again at every instant ahead from which a fact counts. What a record says
# of its own past (when it was created, closed …) reaches back beyond the version that says it, and so
# does its first version.
VERSION = """
    SELECT fields FROM leads_recordversion
    WHERE ref_id = touched.ref_id AND valid_from = touched.valid_from OFFSET 0
"""
MARK = f"""
INSERT INTO core_changemark (kind, ref_id, from_instant, ready_at)
SELECT 'record', ref_id,
    CASE WHEN NOT bool_or(version.fields ?| %(dated)s) AND min(valid_from) > min(earliest.at)
        THEN min(valid_from) END,
    %(as_of)s
FROM touched CROSS JOIN LATERAL ({VERSION}) version
CROSS JOIN LATERAL (
    SELECT min(valid_from) AS at FROM leads_recordversion every WHERE every.ref_id = touched.ref_id
) earliest
GROUP BY ref_id
UNION ALL
SELECT 'record', ref_id, valid_from, valid_from FROM touched WHERE valid_from > %(as_of)s
UNION ALL
SELECT 'record', ref_id, gone.at, gone.at
FROM touched CROSS JOIN LATERAL ({VERSION}) version
CROSS JOIN LATERAL (SELECT (version.fields ->> 'deleted_at')::timestamptz AS at) gone
WHERE gone.at > %(as_of)s
UNION ALL
SELECT 'record', ref_id, occurred_at, occurred_at FROM implied WHERE occurred_at > %(as_of)s
"""


def project_current(resource: Resource, *, as_of: datetime) -> None:
    """Bring the current columns of the touched records to what holds at as_of."""
    staging.prepare("state")
    with connection.cursor() as cursor:
        cursor.execute(STATE, {"as_of": as_of})
        moved = moved_refs(resource)
        cursor.execute(_upsert(resource), {"as_of": as_of})
        cursor.execute(KNOWN)
    if resource.type is RecordType.MEMBER:
        project_members()
    follow_merges(resource, moved, as_of=as_of)


def project_history(resource: Resource, *, as_of: datetime) -> None:
    """Replace what the whole histories of the touched records say, and mark these records."""
    dated = [name for name, field in resource.fields.items() if field.cast == "timestamptz"]
    parameters: dict[str, Any] = {
        "as_of": as_of,
        "links": list(resource.links),
        "dated": [*dated, "merged_into", "outcome"],
    }
    with connection.cursor() as cursor:
        cursor.execute(UNLINK, parameters)
        cursor.execute(LINK, parameters)
        replace_implied(resource)
        cursor.execute(MARK, parameters)


def _upsert(resource: Resource) -> str:
    columns = [field.column for field in resource.fields.values()]
    return RECORDS.format(
        table=resource.table,
        columns=", ".join(columns),
        values=", ".join(map(_read, resource.fields.values())),
        updates=", ".join(f"{column} = excluded.{column}" for column in columns),
        old=", ".join(f"record.{column}" for column in columns),
        new=", ".join(f"excluded.{column}" for column in columns),
    )


def _read(field: Field) -> str:
    """The field out of the state, as its column's type."""
    if field.cast == "text[]":
        every = f"ARRAY(SELECT jsonb_array_elements_text(fields -> '{field.name}'))"
        return f"CASE WHEN jsonb_typeof(fields -> '{field.name}') = 'array' THEN {every} END"
    return f"(fields ->> '{field.name}')::{field.cast}"
