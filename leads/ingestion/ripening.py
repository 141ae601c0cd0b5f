"""Versions dated ahead, when their instant has come."""

from datetime import datetime

from django.db import connection, transaction

from core.enums import MarkKind
from core.marks import mark
from leads.enums import RecordType
from leads.ingestion import staging
from leads.ingestion.project import project_current
from leads.ingestion.resources import BY_TYPE

BATCH = 5000

RIPE = """
SELECT id, type, next_change_at FROM leads_ref WHERE next_change_at <= %s
ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""
TOUCH = "INSERT INTO touched (ref_id) SELECT unnest(%s::bigint[])"


def project_ripe(*, as_of: datetime, limit: int = BATCH) -> int:
    """Bring the current columns of records up to the versions that count from before as_of; how many records.

    What must be judged anew was marked with that instant when the version arrived; they are marked again for
    whoever reads the columns.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RIPE, [as_of, limit])
        ripe = cursor.fetchall()
        for type_ in sorted({type_ for _, type_, _ in ripe}):
            staging.prepare("touched")
            cursor.execute(TOUCH, [[ref for ref, of, _ in ripe if of == type_]])
            project_current(BY_TYPE[RecordType(type_)], as_of=as_of)
        if ripe:
            since = min(at for _, _, at in ripe)
            mark(MarkKind.RECORD, [ref for ref, *_ in ripe], as_of=as_of, from_instant=since)
    return len(ripe)
