"""External ids to references; those never heard of become placeholders."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

import msgspec
from django.db import connection

from leads.ingestion.erased import erased_names

Name = tuple[str, str]  # type of record, external id

# An array that a sub-select makes holds the planner to looking into the index, name by name, however many
# there are and however wrong its idea of the table's size is. As JSON names need no quoting one by one.
KNOWN = """
SELECT named.type, ref.external_id, ref.id FROM json_each(%s::json) AS named (type, ids)
CROSS JOIN LATERAL (
    SELECT external_id, id FROM leads_ref
    WHERE source = %s AND type = named.type
    AND external_id = ANY (ARRAY(SELECT json_array_elements_text(named.ids))) OFFSET 0
) ref
"""

# Sorted, so that two deliveries which name the same new records never wait for each other in a circle.
CREATE = """
INSERT INTO leads_ref (source, type, external_id, placeholder, first_seen)
SELECT %s, type, external_id, true, %s
FROM (
    SELECT type, json_array_elements_text(ids) AS external_id FROM json_each(%s::json) AS said (type, ids)
) named
ORDER BY type COLLATE "C", external_id COLLATE "C"
ON CONFLICT (source, type, external_id) DO NOTHING RETURNING type, external_id, id
"""


def known_refs(source: str, names: Collection[Name]) -> dict[Name, int]:
    """The ref ids of the names that were heard of before."""
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [_by_type(names), source])
        return {(type_, external_id): ref for type_, external_id, ref in cursor.fetchall()}


def ensure_refs(source: str, names: Iterable[Name], *, as_of: datetime) -> dict[Name, int]:
    """The ref ids of all these names; a placeholder is made for each new one."""
    wanted = set(names)
    known = known_refs(source, wanted)
    missing = wanted - known.keys()
    if missing:
        known |= erased_names(source, missing)
        missing -= known.keys()
    if missing:
        known |= _create(source, missing, as_of)
        # What another delivery made in the meantime was waited for, and can be seen now.
        known |= known_refs(source, missing - known.keys())
    return known


def _create(source: str, names: Iterable[Name], as_of: datetime) -> dict[Name, int]:
    with connection.cursor() as cursor:
        cursor.execute(CREATE, [source, as_of, _by_type(names)])
        return {(type_, external_id): ref for type_, external_id, ref in cursor.fetchall()}


def _by_type(names: Iterable[Name]) -> str:
    """Type → external ids, as JSON."""
    ids: dict[str, list[str]] = defaultdict(list)
    for type_, external_id in names:
        ids[type_].append(external_id)
    return msgspec.json.encode(ids).decode()
