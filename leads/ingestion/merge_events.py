"""Events into the log: each once, whatever is sent how often and in which order."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from leads.enums import RecordType
from leads.event_kinds import RETRACTED
from leads.ingestion import staging
from leads.ingestion.naming import Name, ensure_refs
from leads.ingestion.resources import EVENT_LINKS
from leads.ingestion.staging import NULL, escaped, nullable
from leads.ingestion.summary import RowError
from leads.ingestion.validate_events import EventRow

CONFLICT = (
    "is already stored with other content, which stays; send a new external_id, or withdraw the stored one"
)
CONFLICT_HERE = (
    "is also sent with other content in this request, and the first one counts; correct one of the two"
)

REFS = "account_id, contact_id, lead_id, deal_id, campaign_id, content_id, actor_id, call_id"
COLUMNS = f"external_id, kind, occurred_at, recorded_at, {REFS}, data, content_hash"

# A retraction and its event may arrive in two deliveries at once, neither of which sees the other's rows: a delivery
# with retractions waits until it is alone with its source.
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
TOGETHER = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))"

# Only what an event is about is marked: that somebody acted changes nothing about the actor's own record, unless
# the event is about nobody else (presence on a chat).
SUBJECTS = """
CROSS JOIN LATERAL unnest(
    CASE WHEN num_nonnulls(account_id, contact_id, lead_id, deal_id, campaign_id, content_id, call_id) = 0
    THEN ARRAY[actor_id]
    ELSE ARRAY[account_id, contact_id, lead_id, deal_id, campaign_id, content_id, call_id] END
) AS named (ref_id)
"""

MARK = f"""
INSERT INTO core_changemark (kind, ref_id, from_instant, ready_at)
SELECT 'event', named.ref_id, min(occurred_at), greatest(counts_at, %(as_of)s)
FROM changed {SUBJECTS}
WHERE named.ref_id IS NOT NULL
GROUP BY named.ref_id, greatest(counts_at, %(as_of)s)
"""

STORE = f"""
WITH changed AS (
    INSERT INTO leads_event (source, received_at, {COLUMNS})
    SELECT %(source)s, %(as_of)s, {COLUMNS} FROM staged_event ORDER BY external_id COLLATE "C"
    ON CONFLICT (source, external_id) DO NOTHING
    RETURNING external_id, occurred_at, occurred_at AS counts_at, {REFS}
), marks AS ({MARK})
SELECT external_id FROM changed
"""

STORED = """
SELECT staged.external_id, event.content_hash = staged.content_hash
FROM staged_event staged
JOIN leads_event event ON event.source = %(source)s AND event.external_id = staged.external_id
"""

# Of several retractions of one event the earliest is named, whichever came first.
RETRACT = f"""
WITH target AS (
    SELECT external_id FROM staged_event UNION SELECT target FROM staged_event WHERE target IS NOT NULL
), retraction AS (
    SELECT DISTINCT ON (event.data ->> 'event') event.data ->> 'event' AS external_id, event.id, event.occurred_at
    FROM target JOIN leads_event event
    ON event.kind = '{RETRACTED}' AND event.source = %(source)s AND event.data ->> 'event' = target.external_id
    ORDER BY event.data ->> 'event', event.occurred_at, event.external_id COLLATE "C"
), changed AS (
    UPDATE leads_event event SET retracted_by = retraction.id FROM retraction
    WHERE event.source = %(source)s AND event.external_id = retraction.external_id
    AND event.kind <> '{RETRACTED}' AND event.retracted_by IS DISTINCT FROM retraction.id
    RETURNING event.occurred_at, greatest(event.occurred_at, retraction.occurred_at) AS counts_at, {REFS}
)
{MARK}
"""


@dataclass(slots=True)
class Merged:
    """Counts of rows, the rows that cannot be stored beside what is, and the external ids of records that are new."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)


def merge_events(source: str, rows: list[EventRow], *, as_of: datetime) -> Merged:
    """Store the new ones and mark what they are about."""
    merged = Merged()
    staged = _once(rows, merged)
    if not staged:
        return merged
    retracting = any(row.target is not None for row in staged.values())
    staging.prepare("staged_event")
    parameters = {"source": source, "as_of": as_of}
    with connection.cursor() as cursor:
        cursor.execute(ALONE if retracting else TOGETHER, [f"events of {source}"])
        refs = ensure_refs(source, _names(staged.values()), as_of=as_of)
        staging.copy("staged_event", f"{COLUMNS}, target", (_line(row, refs) for row in staged.values()))
        cursor.execute(STORE, parameters)
        created = {external_id for (external_id,) in cursor.fetchall()}
        cursor.execute(RETRACT, parameters)
        if len(created) < len(staged):
            cursor.execute(STORED, parameters)
            _compare(staged, created, dict(cursor.fetchall()), merged)
    merged.created = len(created)
    return merged


def _once(rows: list[EventRow], merged: Merged) -> dict[str, EventRow]:
    """The first row of each external id; its repetitions are unchanged, its contradictions errors."""
    first: dict[str, EventRow] = {}
    for row in rows:
        earlier = first.setdefault(row.external_id, row)
        if earlier is row:
            continue
        if earlier.content == row.content:
            merged.unchanged += 1
        else:
            merged.errors.append(_conflict(row, CONFLICT_HERE))
    return first


def _compare(
    staged: Mapping[str, EventRow], created: set[str], same: Mapping[str, bool], merged: Merged
) -> None:
    for external_id, row in staged.items():
        if external_id in created:
            continue
        if same[external_id]:
            merged.unchanged += 1
        else:
            merged.errors.append(_conflict(row, CONFLICT))


def _conflict(row: EventRow, message: str) -> RowError:
    return RowError(row.index, row.external_id, "external_id", "conflict", message)


def _names(rows: Iterable[EventRow]) -> Iterable[Name]:
    types = [str(type_) for type_ in EVENT_LINKS.values()]
    for row in rows:
        for type_, external_id in zip(types, row.links, strict=True):
            if external_id is not None:
                yield type_, external_id
        if row.call is not None:
            yield RecordType.CALL.value, row.call
        if row.owner is not None:
            yield RecordType.MEMBER.value, row.owner


_TYPES = [str(type_) for type_ in EVENT_LINKS.values()]


def _line(row: EventRow, refs: Mapping[Name, int]) -> str:
    """One line for COPY, in the order of COLUMNS."""
    links = "\t".join(
        NULL if external_id is None else str(refs[type_, external_id])
        for type_, external_id in zip(_TYPES, row.links, strict=True)
    )
    call = NULL if row.call is None else refs[RecordType.CALL.value, row.call]
    data = row.data.decode().replace("\\", "\\\\")
    target = NULL if row.target is None else escaped(row.target)
    return (
        f"{escaped(row.external_id)}\t{escaped(row.kind)}\t{row.occurred_at}\t{nullable(row.recorded_at)}\t{links}\t{call}\t"
        f"{data}\t\\\\x{row.content.hex()}\t{target}"
    )
