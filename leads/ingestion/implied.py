"""The events that the histories of records imply (CONTRACT §4 "Implied events"), recomputed as a whole.

``course`` holds, for each touched record and field, the values it took one after the other: repetitions
are no change (statuses are folded: ``MQL`` after ``mql`` is none), and the earliest version says null of what
it leaves out. ``after`` and ``before`` are the instants of the neighbouring changes: within them an explicit
event of the kind tells the same thing.
"""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from psycopg2.extras import Json

from leads.enums import RecordType
from leads.ingestion import staging
from leads.ingestion.resources import Resource
from leads.kinds import bad_data_flags
from leads.values import BLANKS, LOST, STATUS_IMPLIES, WON

COURSE = """
INSERT INTO course (ref_id, field, at, after, before, value, first, received_at)
WITH version AS (
    SELECT * FROM leads_recordversion WHERE ref_id = ANY (ARRAY(SELECT ref_id FROM touched))
), earliest AS (
    SELECT DISTINCT ON (ref_id) * FROM version ORDER BY ref_id, valid_from
), said AS (
    SELECT ref_id, field.key AS field, valid_from AS at,
        CASE WHEN field.key = 'status' AND jsonb_typeof(field.value) = 'string'
        THEN to_jsonb(lower(btrim(field.value #>> '{}', %(blanks)s))) ELSE field.value END AS value,
        received_at
    FROM version CROSS JOIN LATERAL jsonb_each(fields) field WHERE field.key = ANY (%(fields)s)
    UNION ALL
    SELECT ref_id, field, valid_from, 'null', received_at
    FROM earliest CROSS JOIN unnest(%(fields)s) AS named (field) WHERE NOT fields ? field
), compared AS (
    SELECT *, lag(value) OVER (PARTITION BY ref_id, field ORDER BY at) AS was FROM said
)
SELECT ref_id, field, at, lag(at) OVER course, lead(at) OVER course, value,
    lag(at) OVER course IS NULL, received_at
FROM compared WHERE was IS DISTINCT FROM value
WINDOW course AS (PARTITION BY ref_id, field ORDER BY at)
"""


def _then(field: str, instant: str) -> str:
    """Joins the value that a field had at an instant; the first value also holds before itself."""
    return f"""LEFT JOIN course {field}_then ON {field}_then.ref_id = change.ref_id
        AND {field}_then.field = '{field}'
        AND ({field}_then.first OR {field}_then.at <= {instant})
        AND ({field}_then.before IS NULL OR {field}_then.before > {instant})"""


ACTOR = "nullif(owner_then.value, 'null')::bigint"

REASON_THEN = "lower(btrim(reason_then.value #>> '{}', %(blanks)s))"

STATUS = f"""
SELECT change.ref_id, implied.kind, change.at, change.after, change.before, change.first, {ACTOR},
    CASE WHEN implied.kind <> 'lead.rejected' OR coalesce(reason_then.value, 'null') = 'null' THEN '{{}}'
    ELSE jsonb_build_object('reason', reason_then.value) ||
        CASE WHEN %(bad_data)s ? {REASON_THEN}
        THEN jsonb_build_object('bad_data', %(bad_data)s -> {REASON_THEN}) ELSE '{{}}' END
    END,
    change.received_at
FROM course change
JOIN jsonb_each_text(%(statuses)s) implied (status, kind) ON implied.status = change.value #>> '{{}}'
{_then("owner", "change.at")} {_then("reason", "change.at")}
WHERE change.field = 'status'
"""

ASSIGNED = """
SELECT change.ref_id, 'lead.assigned', change.at, change.after, change.before, change.first, member.id,
    jsonb_build_object('owner', member.external_id), change.received_at
FROM course change
CROSS JOIN LATERAL (
    SELECT id, external_id FROM leads_ref
    WHERE id = CASE WHEN change.field = 'owner' THEN nullif(change.value, 'null')::bigint END OFFSET 0
) member
"""

STAGE = f"""
SELECT change.ref_id, 'deal.stage_changed', change.at, change.after, change.before, change.first, {ACTOR},
    jsonb_build_object('stage', change.value), change.received_at
FROM course change {_then("owner", "change.at")}
WHERE change.field = 'stage' AND change.value <> 'null'
"""

# First seen closed and with a reason: nobody knows when the reason was recorded.
REASON = f"""
SELECT DISTINCT ON (change.ref_id) change.ref_id, 'deal.reason_recorded', change.at, change.after,
    change.before, change.first AND coalesce(outcome_then.value, 'null') IN ('"{WON}"', '"{LOST}"'), {ACTOR},
    jsonb_build_object('reason', change.value), change.received_at
FROM course change {_then("owner", "change.at")} {_then("outcome", "change.at")}
WHERE change.field = 'reason' AND change.value <> 'null' ORDER BY change.ref_id, change.at
"""


def _dated(field: str) -> str:
    """What a record says of an instant holds once, as it was said last."""
    return f"""(
        SELECT ref_id, received_at,
            CASE WHEN field = '{field}' THEN (value #>> '{{}}')::timestamptz END AS instant
        FROM course WHERE field = '{field}' AND before IS NULL AND value <> 'null'
    ) change"""


def _happened(kind: str, field: str) -> str:
    """The event that a record says happened at the instant in this field."""
    return f"""
SELECT change.ref_id, '{kind}', change.instant, NULL::timestamptz, NULL::timestamptz, false, {ACTOR},
    '{{}}'::jsonb, change.received_at
FROM {_dated(field)} {_then("owner", "change.instant")}
"""


CLOSED = f"""
SELECT change.ref_id, 'deal.' || (outcome.value #>> '{{}}'), change.instant, NULL::timestamptz,
    NULL::timestamptz, false, {ACTOR}, '{{}}'::jsonb, greatest(change.received_at, outcome.received_at)
FROM {_dated("closed_at")}
JOIN course outcome ON outcome.ref_id = change.ref_id AND outcome.field = 'outcome' AND outcome.before IS NULL
    AND outcome.value IN ('"{WON}"', '"{LOST}"')
{_then("owner", "change.instant")}
"""


#: Type of record → the fields whose course matters, and the statements that tell what it implies.
IMPLIED: Mapping[RecordType, tuple[tuple[str, ...], tuple[str, ...]]] = {
    RecordType.LEAD: (
        ("status", "reason", "owner", "created_at"),
        (STATUS, ASSIGNED, _happened("lead.created", "created_at")),
    ),
    RecordType.DEAL: (
        ("stage", "reason", "outcome", "owner", "created_at", "closed_at"),
        (
            STAGE,
            REASON,
            CLOSED,
            _happened("deal.created", "created_at"),
        ),
    ),
    RecordType.CONTACT: (("owner", "created_at"), (_happened("contact.created", "created_at"),)),
    RecordType.ACCOUNT: (("owner", "created_at"), (_happened("account.created", "created_at"),)),
    RecordType.CAMPAIGN: (("owner", "ends_at"), (_happened("campaign.ended", "ends_at"),)),
    RecordType.CONTENT: (("owner", "published_at"), (_happened("content.published", "published_at"),)),
}

COLUMNS = "ref_id, kind, occurred_at, after, before, first_seen, actor_id, data, received_at"

VANISHED = """
DELETE FROM leads_impliedevent old WHERE ref_id = ANY (ARRAY(SELECT ref_id FROM touched))
AND NOT EXISTS (
    SELECT FROM implied new
    WHERE new.ref_id = old.ref_id AND new.kind = old.kind AND new.occurred_at = old.occurred_at OFFSET 0
)
"""

# The flag of a reason holds for rejections that arrive from then on: one that is here with this reason keeps
# its own, whatever else of the record is said later.
DATA = "CASE WHEN old.data -> 'reason' = excluded.data -> 'reason' THEN old.data ELSE excluded.data END"

REPLACE = f"""
INSERT INTO leads_impliedevent AS old ({COLUMNS})
SELECT {COLUMNS} FROM implied ORDER BY ref_id, kind, occurred_at
ON CONFLICT (ref_id, kind, occurred_at) DO UPDATE SET after = excluded.after, before = excluded.before,
    first_seen = excluded.first_seen, actor_id = excluded.actor_id, data = {DATA},
    received_at = excluded.received_at
WHERE (old.after, old.before, old.first_seen, old.actor_id, old.data, old.received_at) IS DISTINCT FROM
    (excluded.after, excluded.before, excluded.first_seen, excluded.actor_id, {DATA}, excluded.received_at)
"""


def replace_implied(resource: Resource) -> None:
    """Replace the implied events of the records in ``touched``; ``implied`` still has them afterwards."""
    staging.prepare("course", "implied")
    if resource.type not in IMPLIED:
        return
    fields, statements = IMPLIED[resource.type]
    parameters: dict[str, Any] = {
        "fields": list(fields),
        "bad_data": Json(bad_data_flags()),
        "statuses": Json(dict(STATUS_IMPLIES)),
        "blanks": BLANKS,
    }
    with connection.cursor() as cursor:
        cursor.execute(COURSE, parameters)
        for statement in statements:
            cursor.execute(f"INSERT INTO implied ({COLUMNS}) {_typed(statement)}", parameters)
        cursor.execute(VANISHED)
        cursor.execute(REPLACE)


def _typed(statement: str) -> str:
    return statement.replace("%(bad_data)s", "%(bad_data)s::jsonb").replace(
        "%(statuses)s", "%(statuses)s::jsonb"
    )
