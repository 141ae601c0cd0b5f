"""Events into the log: those that are new straight by COPY, the others against what is stored already."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction
from psycopg2.errors import UniqueViolation

from leads.event_kinds import RETRACTED
from leads.ingestion import staging
from leads.ingestion.event_lines import Columns, constant, lines, numbers
from leads.ingestion.event_marks import MARK

REFS = "account_id, contact_id, lead_id, deal_id, campaign_id, content_id, actor_id, call_id"
COLUMNS = f"external_id, kind, occurred_at, recorded_at, {REFS}, data"

# Both statements that look for ids: the array of a sub-select as in naming.KNOWN.
STORED = """
SELECT external_id, fingerprint FROM leads_event
WHERE source = %s AND external_id = ANY (ARRAY(SELECT json_array_elements_text(%s::json)))
"""

# What is stored already: how many alike, and which with other content. ``said`` is the data without what was
# added to it on arrival. OFFSET 0 holds the planner to one look into the index a row: it would rather read a
# whole table whose growth it has not noticed yet.
COMPARE = """
SELECT count(*) FILTER (WHERE same), array_agg(external_id) FILTER (WHERE NOT same)
FROM (
    SELECT staged.external_id,
        (event.kind, event.occurred_at, event.account_id, event.contact_id, event.lead_id, event.deal_id,
            event.campaign_id, event.content_id, event.actor_id, event.call_id, event.recorded_at)
        IS NOT DISTINCT FROM
        (staged.kind, staged.occurred_at, staged.account_id, staged.contact_id, staged.lead_id,
            staged.deal_id, staged.campaign_id, staged.content_id, staged.actor_id, staged.call_id,
            staged.recorded_at)
        AND (event.data = staged.data OR coalesce(event.data - 'bad_data' = staged.said, false)) AS same
    FROM staged_event staged CROSS JOIN LATERAL (
        SELECT * FROM leads_event WHERE source = %(source)s AND external_id = staged.external_id OFFSET 0
    ) event
) compared
"""

STORE = f"""
WITH changed AS (
    INSERT INTO leads_event (source, received_at, fingerprint, {COLUMNS})
    SELECT %(source)s, %(as_of)s, fingerprint, {COLUMNS} FROM staged_event ORDER BY external_id COLLATE "C"
    ON CONFLICT (source, external_id) DO NOTHING
    RETURNING kind, occurred_at, occurred_at AS counts_at, {REFS}
), marks AS ({MARK})
SELECT count(*) FROM changed
"""

# Of several retractions of one event the earliest is named, whichever came first.
RETRACT = f"""
WITH retraction AS (
    SELECT DISTINCT ON (event.data ->> 'event') event.data ->> 'event' AS external_id,
        event.id, event.occurred_at
    FROM leads_event event
    WHERE event.kind = '{RETRACTED}' AND event.source = %(source)s
    AND event.data ->> 'event' = ANY (ARRAY(
        SELECT json_array_elements_text(%(targets)s::json) WHERE EXISTS (
            SELECT FROM leads_event WHERE kind = '{RETRACTED}' AND source = %(source)s
            ORDER BY data ->> 'event' LIMIT 1
        )
    ))
    ORDER BY event.data ->> 'event', event.occurred_at, event.external_id COLLATE "C"
), target AS (
    SELECT event.id, retraction.id AS retracted_by, retraction.occurred_at
    FROM retraction CROSS JOIN LATERAL (
        SELECT id FROM leads_event
        WHERE source = %(source)s AND external_id = retraction.external_id
        AND kind <> '{RETRACTED}' AND retracted_by IS DISTINCT FROM retraction.id OFFSET 0
    ) event
), changed AS (
    UPDATE leads_event event SET retracted_by = target.retracted_by FROM target WHERE event.id = target.id
    RETURNING event.kind, event.occurred_at, {REFS},
        greatest(event.occurred_at, target.occurred_at) AS counts_at
)
{MARK}
"""


def stored_fingerprints(source: str, external_ids: Collection[str]) -> dict[str, int | None]:
    """Those of these events that are stored, with the fingerprint of the row they came in (none: unknown)."""
    with connection.cursor() as cursor:
        cursor.execute(STORED, [source, _as_json(external_ids)])
        return dict(cursor.fetchall())


def append(source: str, columns: Columns, fingerprints: Iterable[int | None], *, as_of: datetime) -> bool:
    """Store events that were not there a moment ago; False, and none is, when one is there by now.

    To be given in the order of their external ids, so that no two deliveries wait for each other in a circle.
    """
    every = {
        "source": constant(source),
        "received_at": constant(str(as_of)),
        "fingerprint": numbers(fingerprints),
        **{name: texts for name, texts in columns.items() if name != "said"},
    }
    try:
        with transaction.atomic():
            staging.copy("leads_event", ", ".join(every), lines(every))
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            return False
        raise
    return True


def settle(
    source: str,
    columns: Columns,
    fingerprints: Collection[int | None],
    *,
    about_members: Iterable[str],
    as_of: datetime,
) -> tuple[int, int, list[str]]:
    """Store those events that are not there, and mark what they are about.

    How many were stored, how many were there alike, and the external ids of those that are there otherwise.
    """
    staging.prepare("staged_event")
    staged = {"fingerprint": numbers(fingerprints), **columns}
    staging.copy("staged_event", ", ".join(staged), lines(staged))
    parameters: dict[str, Any] = {
        "source": source,
        "about_members": list(about_members),
        "as_of": as_of,
    }
    created = 0
    with connection.cursor() as cursor:
        cursor.execute(COMPARE, parameters)
        same, others = cursor.fetchone()
        if same + len(others or ()) < len(fingerprints):
            cursor.execute(STORE, parameters)
            (created,) = cursor.fetchone()
        if created + same + len(others or ()) < len(fingerprints):
            # Another delivery stored some of these rows in between.
            cursor.execute(COMPARE, parameters)
            all_same, others = cursor.fetchone()
            same = all_same - created
    return created, same, others or []


def retract(source: str, targets: Collection[str], *, about_members: Iterable[str], as_of: datetime) -> None:
    """Withdraw those of these events that a stored retraction names, and mark what they are about."""
    parameters: dict[str, Any] = {
        "source": source,
        "targets": _as_json(targets),
        "about_members": list(about_members),
        "as_of": as_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(RETRACT, parameters)


def _as_json(texts: Iterable[str]) -> str:
    return msgspec.json.encode(list(texts)).decode()
