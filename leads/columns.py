"""Facts and records read as arrays: what a large batch of plain records needs, in a few statements.

Records and members are ref ids, ``NOBODY`` where there is none. Instants are those of COPY (core.copying).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.copying import Copied, copied, ids

Int64s = NDArray[np.int64]

NOBODY = -1
#: Columns of an event that name records, in the order in which they are read.
NAMED = ("account", "contact", "lead", "deal", "campaign", "content", "call")
#: Fields of records that name others, and the columns before them in ``versions``.
LINKED = ("contact", "lead", "account", "campaign", "owner")

# A planner that knows little of young tables reads all of them for a join, or all events of a kind for each
# record: so each record is looked up for itself (LATERAL with OFFSET 0), and the kind is no key of an index.
_STANDING = """(e.retracted_by IS NULL OR NOT EXISTS (
    SELECT FROM leads_event withdrawn
    WHERE withdrawn.id = e.retracted_by AND withdrawn.occurred_at < %(end)s))"""
_SAID = (
    """CASE WHEN {data} ?| %(keys)s THEN jsonb_strip_nulls(jsonb_build_object({pairs}))::text ELSE '' END"""
)
_EVENTS = """
SELECT e.id, array_position(%(kinds)s, e.kind)::bigint - 1, e.occurred_at,
    COALESCE(e.recorded_at, '-infinity'), COALESCE(e.actor_id, -1), {named}, {said}
FROM unnest(%(refs)s::bigint[]) AS near (id) CROSS JOIN LATERAL (
    SELECT * FROM leads_event e WHERE e.{type}_id = near.id AND e.kind || '' = ANY (%(kinds)s)
    AND e.occurred_at < %(end)s AND {standing} OFFSET 0
) AS e
"""
_IMPLIED = """
SELECT i.ref_id, array_position(%(kinds)s, i.kind)::bigint - 1, i.occurred_at, COALESCE(i.after, '-infinity'),
    COALESCE(i.before, '-infinity'), i.first_seen::int::bigint, COALESCE(i.actor_id, -1), {said}
FROM unnest(%(refs)s::bigint[]) AS near (id) CROSS JOIN LATERAL (
    SELECT * FROM leads_impliedevent i WHERE i.ref_id = near.id AND i.kind = ANY (%(kinds)s)
    AND i.occurred_at < %(end)s OFFSET 0
) AS i
ORDER BY i.ref_id, i.kind, i.occurred_at
"""
_VERSIONS = """
SELECT v.ref_id, v.valid_from, {said}, {links},
    COALESCE((v.fields ->> 'created_at')::timestamptz, '-infinity'),
    (v.fields ->> 'deleted_at' IS NOT NULL)::int::bigint, {texts}
FROM unnest(%(refs)s::bigint[]) AS near (id)
CROSS JOIN LATERAL (SELECT * FROM leads_recordversion v WHERE v.ref_id = near.id OFFSET 0) AS v
"""
_ASSIGNED = f"""
SELECT e.lead_id, e.occurred_at, e.source || E'\\x1f' || COALESCE(E'=' || (e.data ->> 'owner'), '')
FROM unnest(%(refs)s::bigint[]) AS near (id) CROSS JOIN LATERAL (
    SELECT * FROM leads_event e WHERE e.lead_id = near.id AND e.kind || '' = 'lead.assigned'
    AND e.data ? 'owner' AND e.occurred_at < %(end)s AND {_STANDING} OFFSET 0
) AS e
ORDER BY date_trunc('second', e.occurred_at), e.source COLLATE "C", e.external_id COLLATE "C"
"""
_LINKING = """
SELECT link.target_id, link.ref_id FROM unnest(%(refs)s::bigint[]) AS near (id) CROSS JOIN LATERAL (
    SELECT * FROM leads_link link WHERE link.target_id = near.id AND link.field = %(field)s OFFSET 0
) AS link WHERE (SELECT ref.type FROM leads_ref ref WHERE ref.id = link.ref_id) = %(type)s
"""
_LINKED = """
SELECT link.ref_id, link.target_id FROM unnest(%(refs)s::bigint[]) AS near (id) CROSS JOIN LATERAL (
    SELECT * FROM leads_link link WHERE link.ref_id = near.id AND link.field = %(field)s OFFSET 0
) AS link
"""
_TYPES = """
SELECT ref.id, COALESCE(array_position(%(types)s::varchar[], ref.type), 0)::bigint - 1
FROM unnest(%(refs)s::bigint[]) AS near (id)
CROSS JOIN LATERAL (SELECT * FROM leads_ref ref WHERE ref.id = near.id OFFSET 0) AS ref
"""
_MERGED = """
SELECT near.id FROM unnest(%(refs)s::bigint[]) AS near (id)
WHERE (SELECT true FROM leads_link link WHERE link.target_id = near.id AND link.field = 'merged_into' LIMIT 1)
    OR (SELECT true FROM leads_link link WHERE link.ref_id = near.id AND link.field = 'merged_into' LIMIT 1)
"""


def types(refs: Collection[int], among: Sequence[str]) -> Int64s:
    """(ref, place of its type among these, -1 for another) of records."""
    return copied(_TYPES, {"refs": ids(refs), "types": list(among)}, numbers=2).numbers


def linking(refs: Collection[int], field: str, type_: str) -> Int64s:
    """(target, record) of every record of the type that ever named one of these in the field."""
    return copied(_LINKING, {"refs": ids(refs), "field": field, "type": type_}, numbers=2).numbers


def linked(refs: Collection[int], field: str) -> Int64s:
    """(record, target) of everything that these ever named in the field."""
    return copied(_LINKED, {"refs": ids(refs), "field": field}, numbers=2).numbers


def merged(refs: Collection[int]) -> Int64s:
    """Those of the records that were ever merged into another, or another into them."""
    return copied(_MERGED, {"refs": ids(refs)}, numbers=1).numbers[:, 0]


def events(
    by_type: Mapping[str, Collection[int]], kinds: Sequence[str], keys: Sequence[str], end: datetime
) -> Copied:
    """Events of the kinds before ``end`` that name one of the records and were not withdrawn before it.

    (id, kind, instant, when it was entered, actor, the records it names), and as text what the data say of
    these keys. One that names several of the records comes several times.
    """
    said = _SAID.format(data="e.data", pairs=_pairs("e.data", keys))
    named = ", ".join(f"COALESCE(e.{type_}_id, {NOBODY})" for type_ in NAMED)
    parts = []
    for type_, refs in by_type.items():
        statement = _EVENTS.format(named=named, said=said, type=type_, standing=_STANDING)
        parameters = {"refs": ids(refs), "kinds": list(kinds), "keys": list(keys), "end": end}
        parts.append(copied(statement, parameters, numbers=5 + len(NAMED), text=True))
    return _together(parts, 5 + len(NAMED))


def implied(refs: Collection[int], kinds: Sequence[str], keys: Sequence[str], end: datetime) -> Copied:
    """What these records imply: (ref, kind, instant, after, before, first seen, actor), as text its data."""
    statement = _IMPLIED.format(said=_SAID.format(data="i.data", pairs=_pairs("i.data", keys)))
    parameters = {"refs": ids(refs), "kinds": list(kinds), "keys": list(keys), "end": end}
    return copied(statement, parameters, numbers=7, text=True)


def assigned(leads: Collection[int], end: datetime) -> Copied:
    """(lead, instant) of ``lead.assigned`` events in their order, and as text ``source␟=owner``."""
    return copied(_ASSIGNED, {"refs": ids(leads), "end": end}, numbers=2, text=True)


def versions(refs: Collection[int], fields: Sequence[str]) -> Copied:
    """What updates said of records: (ref, instant, which fields were said as bits, records named in
    ``LINKED``, created at, whether it tells of a deletion), and as text the values of ``fields``
    as a list; ``attributes.x`` is one of the free fields. The bits: ``LINKED``, created at, the fields.
    """
    bits = [*(f"(v.fields ? '{name}')" for name in (*LINKED, "created_at")), *map(_says, fields)]
    statement = _VERSIONS.format(
        said=" + ".join(
            f"COALESCE({said}, false)::int::bigint * {1 << place}" for place, said in enumerate(bits)
        ),
        links=", ".join(f"COALESCE((v.fields ->> '{name}')::bigint, {NOBODY})" for name in LINKED),
        texts=f"jsonb_build_array({', '.join(map(_value, fields))})::text",
    )
    return copied(statement, {"refs": ids(refs)}, numbers=5 + len(LINKED), text=True)


def _says(name: str) -> str:
    if name.startswith("attributes."):
        return f"(v.fields -> 'attributes' ? {_literal(name[11:])})"
    return f"(v.fields ? {_literal(name)})"


def _value(name: str) -> str:
    if name.startswith("attributes."):
        return f"v.fields -> 'attributes' -> {_literal(name[11:])}"
    return f"v.fields -> {_literal(name)}"


def _pairs(data: str, keys: Iterable[str]) -> str:
    return ", ".join(f"{_literal(key)}, {data} -> {_literal(key)}" for key in keys)


def _literal(text: str) -> str:
    """A text as SQL writes it, in a statement that still gets its parameters."""
    quoted = text.replace("'", "''").replace("%", "%%")
    return f"'{quoted}'" if "\\" not in text else "E'" + quoted.replace("\\", "\\\\") + "'"


def _together(parts: Sequence[Copied], width: int) -> Copied:
    none: list[Any] = [np.zeros((0, width), np.int64)]
    return Copied(
        np.concatenate([*none, *(part.numbers for part in parts)]),
        [text for part in parts for text in part.texts],
    )
