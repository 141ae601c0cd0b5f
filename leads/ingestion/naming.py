"""External ids to references; those never heard of become placeholders."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import connection

from leads.ingestion.erased import erased_names

Name = tuple[str, str]  # type of record, external id

# OFFSET 0 holds the planner to one look into the index a name, however wrong its idea of the table's size
# is.
KNOWN = """
SELECT named.type, named.external_id, ref.id
FROM unnest(%s::text[], %s::text[]) AS named (type, external_id) CROSS JOIN LATERAL (
    SELECT id FROM leads_ref
    WHERE source = %s AND type = named.type AND external_id = named.external_id OFFSET 0
) ref
"""

# Sorted, so that two deliveries which name the same new records never wait for each other in a circle.
CREATE = """
INSERT INTO leads_ref (source, type, external_id, placeholder, first_seen)
SELECT %s, type, external_id, true, %s FROM unnest(%s::text[], %s::text[]) AS named (type, external_id)
ORDER BY type COLLATE "C", external_id COLLATE "C"
ON CONFLICT (source, type, external_id) DO NOTHING
"""


def known_refs(source: str, names: Collection[Name]) -> dict[Name, int]:
    """The ref ids of the names that were heard of before."""
    if not names:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [*_columns(names), source])
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
        with connection.cursor() as cursor:
            cursor.execute(CREATE, [source, as_of, *_columns(missing)])
        known |= known_refs(source, missing)
    return known


def _columns(names: Iterable[Name]) -> tuple[list[str], list[str]]:
    types, external_ids = zip(*names, strict=True)
    return list(types), list(external_ids)
