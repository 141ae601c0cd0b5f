"""What old updates of records only repeat is taken out of their histories (docs/adr/0015).

A CRM that sends whole records says every field with every update. Of each field are kept: what the record's
first update says, every change, and the last word behind the margin, which decides between two records that
are merged later. So no instant is answered otherwise.
"""

import time
from datetime import datetime

from django.db import connection, transaction

from leads.ingestion.state import each_field
from leads.models import Horizon

BATCH = 2000

NEXT = "SELECT array_agg(id) FROM (SELECT id FROM leads_ref WHERE id > %s ORDER BY id LIMIT %s) AS next"
#: Whoever holds the row of a reference owns its history until the commit.
LOCK = "SELECT id FROM leads_ref WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"
TRIM = f"""
WITH version AS (
    SELECT ref_id, valid_from, fields, row_number() OVER (PARTITION BY ref_id ORDER BY valid_from) AS place
    FROM leads_recordversion WHERE ref_id = ANY (%(refs)s) AND valid_from < %(until)s
), said AS (
    SELECT version.*, field.extra, field.key, field.value,
        lag(field.value) OVER told AS was, lead(field.value) OVER told IS NULL AS is_last
    FROM version CROSS JOIN LATERAL {each_field("fields")} field
    WINDOW told AS (PARTITION BY ref_id, extra, key ORDER BY valid_from)
), shorter AS (
    SELECT ref_id, valid_from,
        coalesce(jsonb_object_agg(key, value) FILTER (WHERE kept AND NOT extra), '{{}}') AS plain,
        jsonb_object_agg(key, value) FILTER (WHERE kept AND extra) AS extras, bool_or(kept) AS says_something
    FROM (SELECT *, place = 1 OR is_last OR was IS DISTINCT FROM value AS kept FROM said) AS weighed
    GROUP BY ref_id, valid_from HAVING NOT bool_and(kept)
), gone AS (
    DELETE FROM leads_recordversion old USING shorter
    WHERE old.ref_id = shorter.ref_id AND old.valid_from = shorter.valid_from AND NOT says_something
    RETURNING 1
), cut AS (
    UPDATE leads_recordversion old SET fields = plain ||
        CASE WHEN extras IS NULL THEN '{{}}' ELSE jsonb_build_object('attributes', extras) END
    FROM shorter
    WHERE old.ref_id = shorter.ref_id AND old.valid_from = shorter.valid_from AND says_something
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM cut)
"""


def trim(*, seconds: float | None = None, batch: int = BATCH) -> tuple[int, int, bool]:
    """(updates deleted, updates shortened, whether all were looked at); each batch is a transaction.

    Begins again when it was interrupted: what is short already stays as it is.
    """
    known = Horizon.objects.first()
    if known is None or known.trimmed:
        return 0, 0, True
    ends = None if seconds is None else time.monotonic() + seconds
    last = deleted = shortened = 0
    while refs := _next(last, batch):
        if ends is not None and time.monotonic() > ends:
            return deleted, shortened, False
        gone, cut = _batch(refs, known.kept_from)
        last, deleted, shortened = refs[-1], deleted + gone, shortened + cut
    Horizon.objects.filter(kept_from=known.kept_from).update(trimmed=True)
    return deleted, shortened, True


def _next(last: int, batch: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [last, batch])
        return cursor.fetchone()[0] or []


@transaction.atomic
def _batch(refs: list[int], until: datetime) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [refs])
        cursor.execute(TRIM, {"refs": refs, "until": until})
        gone, cut = cursor.fetchone()
        return gone, cut
