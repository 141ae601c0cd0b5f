"""The statements that read facts in bulk; instants come as microseconds since 1970, which are read fast."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

#: Types of the records that an event may name, in the order of its columns; the actor is a member.
NAMED = ("account", "contact", "lead", "deal", "campaign", "content", "call")
#: Contacts, leads and deals that are linked to the seeds within two steps, whichever way; merges are no step.
#: All that are as far away are looked at together: a look for each takes twice as long. ``further`` are those
#: a step further on, while merges are still followed at this distance. (OFFSET 0: the seeds are read once.)
NEAR = """
walk (hops, fresh, further, known) AS (
    SELECT 0, ids, '{}'::bigint[], ids
    FROM (SELECT ARRAY(SELECT DISTINCT id FROM seed) AS ids OFFSET 0) AS first
    UNION ALL
    SELECT walk.hops + (merged = '{}')::int,
        CASE WHEN merged = '{}' THEN linked ELSE merged END,
        CASE WHEN merged = '{}' THEN '{}' ELSE linked END,
        walk.known || CASE WHEN merged = '{}' THEN linked ELSE merged END
    FROM walk CROSS JOIN LATERAL (
        WITH link AS MATERIALIZED (
            SELECT target_id AS id, field = 'merged_into' AS merge FROM leads_link
            WHERE ref_id = ANY (walk.fresh) AND field IN ('contact', 'lead', 'merged_into')
            UNION ALL
            SELECT ref_id, field = 'merged_into' FROM leads_link
            WHERE target_id = ANY (walk.fresh) AND field IN ('contact', 'lead', 'merged_into')
        ), same AS MATERIALIZED (SELECT id FROM link WHERE merge EXCEPT SELECT unnest(walk.known))
        SELECT ARRAY(SELECT id FROM same) AS merged, CASE WHEN walk.hops < 2 THEN ARRAY(
            (SELECT id FROM link WHERE NOT merge UNION SELECT unnest(walk.further))
            EXCEPT (SELECT unnest(walk.known) UNION ALL SELECT id FROM same)
        ) ELSE '{}' END AS linked
    ) AS step WHERE merged <> '{}' OR linked <> '{}'
), near (id) AS (
    SELECT unnest(known) FROM (SELECT known FROM walk ORDER BY cardinality(known) DESC LIMIT 1) AS last
)
"""
NEAR_REFS = f"""
WITH RECURSIVE seed AS (SELECT unnest(%s::bigint[]) AS id), {NEAR}
SELECT id, type FROM leads_ref WHERE id = ANY (ARRAY(SELECT id FROM near))
"""
#: An event that names no record is about its actor, and so is one of a kind about members, whatever it names.
NAMELESS = """e.account_id IS NULL AND e.contact_id IS NULL AND e.lead_id IS NULL AND e.deal_id IS NULL
    AND e.campaign_id IS NULL AND e.content_id IS NULL AND e.call_id IS NULL"""
#: Asked of the few that were withdrawn: as a join, the whole log would be read for them.
NOT_WITHDRAWN = """(e.retracted_by IS NULL OR (
    SELECT withdrawn.occurred_at FROM leads_event withdrawn WHERE withdrawn.id = e.retracted_by
) >= %(end)s)"""
EVENTS = f"""
SELECT e.id, e.source, e.external_id, e.kind, (extract(epoch FROM e.occurred_at) * 1000000)::bigint,
    (extract(epoch FROM e.recorded_at) * 1000000)::bigint, e.actor_id, e.data::text,
    e.account_id, e.contact_id, e.lead_id, e.deal_id, e.campaign_id, e.content_id, e.call_id
FROM leads_event e
WHERE ({{about}}) AND e.kind = ANY (%(kinds)s) AND e.occurred_at < %(end)s AND {NOT_WITHDRAWN}
"""
#: How an event is about records of a type. Only what is asked for is: an empty array has an index read.
ABOUT = {
    **{name: f"e.{name}_id = ANY (%({name})s)" for name in NAMED},
    "member": f"""(e.actor_id = ANY (%(member)s) AND {NAMELESS})
    OR (e.actor_id = ANY (%(member)s) AND e.kind = ANY (%(about_members)s))""",
}
IMPLIED = """
SELECT ref_id, kind, (extract(epoch FROM occurred_at) * 1000000)::bigint,
    (extract(epoch FROM after) * 1000000)::bigint, (extract(epoch FROM before) * 1000000)::bigint,
    first_seen, actor_id, data::text
FROM leads_impliedevent WHERE ref_id = ANY (%s) AND kind = ANY (%s) AND occurred_at < %s
ORDER BY ref_id, kind, occurred_at
"""
#: What the records name, whom that names and so on, and the leads of every contact on the way.
INVOLVED = """
WITH RECURSIVE walk (fresh, known) AS (
    SELECT ids, ids FROM (SELECT ARRAY(SELECT DISTINCT unnest(%s::bigint[])) AS ids OFFSET 0) AS first
    UNION ALL
    SELECT found, walk.known || found FROM walk CROSS JOIN LATERAL (SELECT ARRAY(
        SELECT target_id FROM leads_link WHERE ref_id = ANY (walk.fresh)
        UNION
        SELECT ref_id FROM leads_link
        WHERE target_id = ANY (walk.fresh) AND field IN ('contact', 'merged_into')
        EXCEPT
        SELECT unnest(walk.known)
    ) AS found) AS step WHERE found <> '{}'
)
SELECT id, source, type, external_id FROM leads_ref WHERE id = ANY (
    (SELECT known FROM walk ORDER BY cardinality(known) DESC LIMIT 1)::bigint[])
"""
VERSIONS = """
SELECT ref_id, (extract(epoch FROM valid_from) * 1000000)::bigint, fields::text
FROM leads_recordversion WHERE ref_id = ANY (%s) ORDER BY ref_id, valid_from
"""
MEMBERS = """
SELECT r.id, r.source, r.external_id, m.user_id
FROM leads_ref r LEFT JOIN leads_member m ON m.ref_id = r.id WHERE r.type = 'member'
"""
FIRST_NAMED = f"""
SELECT * FROM (
    SELECT record.id, (
        SELECT (extract(epoch FROM min(e.occurred_at)) * 1000000)::bigint FROM leads_event e
        WHERE e.{{type}}_id = record.id AND {NOT_WITHDRAWN}
    ) AS first FROM unnest(%({{type}})s::bigint[]) AS record (id)
) AS named WHERE first IS NOT NULL
"""
#: To whom leads were assigned; a second holds the order in which facts are told.
ASSIGNED = f"""
SELECT e.lead_id, e.source, (extract(epoch FROM e.occurred_at) * 1000000)::bigint, e.data ->> 'owner'
FROM leads_event e WHERE e.lead_id = ANY (%(leads)s) AND e.kind = 'lead.assigned' AND e.data ? 'owner'
AND e.occurred_at < %(end)s AND {NOT_WITHDRAWN}
ORDER BY date_trunc('second', e.occurred_at), e.source COLLATE "C", e.external_id COLLATE "C"
"""


#: An event of the log: id, source, external id, kind, microseconds of when it occurred and was recorded,
#: actor, data as text; then the records that it names, in the order of leads.timelines.NAMED.
EventRow = tuple[Any, ...]
#: Where the first of those stands.
NAMED_FROM = 8


class ImpliedRow(NamedTuple):
    """What a record's history implies; told already by an explicit event between ``after`` and ``before``."""

    ref: int
    kind: str
    micros: int
    after: int | None
    before: int | None
    first_seen: bool
    actor: int | None
    data: str


def near(seeds: Collection[int]) -> dict[int, str]:
    """Ref id → type of the seeds and the contacts, leads and deals around them."""
    return dict(_rows(NEAR_REFS, [list(seeds)]))


def events(
    near: dict[int, str], kinds: Collection[str], end: datetime, *, about_members: Collection[str] = ()
) -> list[EventRow]:
    """Events of the kinds before ``end`` that are about one of the records and were not withdrawn before it.

    ``about_members`` are kinds that are about their actor although they may name a record.
    """
    parameters: dict[str, Any] = {"kinds": list(kinds), "about_members": list(about_members), "end": end}
    for ref, type_ in near.items():
        parameters.setdefault(type_, []).append(ref)
    about = " OR ".join(one for type_, one in ABOUT.items() if type_ in parameters)
    return _rows(EVENTS.format(about=about), parameters) if about else []


def implied(near: dict[int, str], kinds: Collection[str], end: datetime) -> list[ImpliedRow]:
    """Implied events of the kinds before ``end`` of these records."""
    return [ImpliedRow._make(row) for row in _rows(IMPLIED, [list(near), list(kinds), end])]


def involved(refs: Collection[int]) -> list[tuple[int, str, str, str]]:
    """(id, source, type, external id) of these records and of all whose fields may matter to them."""
    return _rows(INVOLVED, [list(refs)])


def versions(refs: list[tuple[int, str, str, str]]) -> list[tuple[int, int, str]]:
    """(ref, microseconds, fields) of the records, each oldest first."""
    return _rows(VERSIONS, [[row[0] for row in refs]])


def members() -> list[tuple[int, str, str, int | None]]:
    """(ref, source, external id, user) of everybody: few beside the facts, and named in data by text."""
    return _rows(MEMBERS, [])


def first_named(by_type: Mapping[str, list[int]], end: datetime) -> list[tuple[int, int]]:
    """(record, microseconds of the first event of the log that names it); one statement for all types."""
    by_type = {type_: refs for type_, refs in by_type.items() if refs}
    if not by_type:
        return []
    statement = " UNION ALL ".join(FIRST_NAMED.format(type=type_) for type_ in sorted(by_type))
    return _rows(statement, {**by_type, "end": end})


def assigned(leads: Collection[int], end: datetime) -> list[tuple[int, str, int, str | None]]:
    """(lead, source, microseconds, the source's id of the member) of ``lead.assigned`` events, in order."""
    return _rows(ASSIGNED, {"leads": list(leads), "end": end})


def _rows(statement: str, parameters: Sequence[Any] | dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
