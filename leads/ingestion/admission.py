"""Which rows may come in, given what is known: required fields of new records, no merges in a circle."""

from collections import defaultdict
from collections.abc import Mapping

from django.db import connection

from leads.ingestion.naming import known_refs
from leads.ingestion.resources import Resource
from leads.ingestion.summary import RowError
from leads.ingestion.validate_records import RecordRow

MISSING = "is missing; the first row of a record must have it (updates may leave it out)"
INTO_ITSELF = "names the record itself; name the record that survived"
CIRCLE = "would make the records of a merge survive each other; name the one that survived"

COMPLETE = """
SELECT ref.external_id FROM leads_ref ref
WHERE ref.source = %s AND ref.type = %s AND ref.external_id = ANY (%s) AND NOT ref.placeholder
"""

# Where merges that were stored lead to from these records, step by step.
MERGES = """
WITH RECURSIVE step (ref_id, target) AS (
    SELECT record.ref_id, record.merged_into FROM {table} record
    WHERE record.ref_id = ANY (%s) AND record.merged_into IS NOT NULL
    UNION
    SELECT record.ref_id, record.merged_into FROM step JOIN {table} record ON record.ref_id = step.target
    WHERE record.merged_into IS NOT NULL
)
SELECT ref.external_id, target.external_id FROM step
JOIN leads_ref ref ON ref.id = step.ref_id JOIN leads_ref target ON target.id = step.target
"""


def admit(resource: Resource, source: str, rows: list[RecordRow]) -> tuple[list[RecordRow], list[RowError]]:
    """The rows that may be stored, and the errors of the others."""
    errors = _incomplete(resource, source, rows) + _circles(resource, source, rows)
    refused = {error.index for error in errors}
    return [row for row in rows if row.index not in refused], errors


def _incomplete(resource: Resource, source: str, rows: list[RecordRow]) -> list[RowError]:
    """Rows that lack a required field which nobody gave yet, neither before nor in this delivery."""
    given: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        given[row.external_id].update(row.fields)
    doubtful = [name for name, fields in given.items() if not fields.issuperset(resource.required)]
    if not doubtful:
        return []
    with connection.cursor() as cursor:
        cursor.execute(COMPLETE, [source, str(resource.type), doubtful])
        complete = {external_id for (external_id,) in cursor.fetchall()}
    return [
        RowError(row.index, row.external_id, field, "required", MISSING)
        for row in rows
        if row.external_id not in complete
        for field in resource.required
        if field not in given[row.external_id]
    ]


def _circles(resource: Resource, source: str, rows: list[RecordRow]) -> list[RowError]:
    merging = [row for row in rows if row.fields.get("merged_into")]
    if not merging:
        return []
    into = _stored_merges(resource, source, [row.fields["merged_into"] for row in merging])
    errors = []
    for row in merging:
        target = row.fields["merged_into"]
        if target == row.external_id:
            errors.append(RowError(row.index, row.external_id, "merged_into", "merge_circle", INTO_ITSELF))
        elif _leads_to(row.external_id, target, into):
            errors.append(RowError(row.index, row.external_id, "merged_into", "merge_circle", CIRCLE))
        else:
            into[row.external_id] = target
    return errors


def _stored_merges(resource: Resource, source: str, targets: list[str]) -> dict[str, str]:
    refs = known_refs(source, {(str(resource.type), target) for target in targets})
    with connection.cursor() as cursor:
        cursor.execute(MERGES.format(table=resource.table), [list(refs.values())])
        return dict(cursor.fetchall())


def _leads_to(wanted: str, start: str, into: Mapping[str, str]) -> bool:
    seen = set()
    while start not in seen:
        seen.add(start)
        if start not in into:
            return False
        start = into[start]
        if start == wanted:
            return True
    return False
