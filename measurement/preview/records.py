"""The records that a preview looks at: those of which something in the time looked at may be judged, and of
a large company a sample of them, the same one each time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from leads.reading import NEAR
from measurement.affected import DIMENSIONS
from measurement.interest import Interest

#: By what happened: records that an event of the time names, and those near them. Members by what they did.
TOLD = f"""
WITH RECURSIVE seed AS (
    SELECT named.id FROM leads_event e CROSS JOIN LATERAL (VALUES {DIMENSIONS}, (e.actor_id)) AS named (id)
    WHERE e.kind = ANY (%(starts)s) AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s
        AND named.id IS NOT NULL
    UNION
    SELECT ref_id FROM leads_impliedevent
    WHERE kind = ANY (%(starts)s) AND occurred_at >= %(since)s AND occurred_at < %(until)s
), {NEAR}
SELECT r.id, count(*) OVER () FROM leads_ref r
WHERE r.id IN (SELECT id FROM near) AND r.type = ANY (%(types)s)
ORDER BY hashint8(r.id), r.id LIMIT %(limit)s
"""
#: Whatever there is of a type.
THERE = """
SELECT r.id, count(*) OVER () FROM leads_ref r WHERE r.type = ANY (%(types)s)
ORDER BY hashint8(r.id), r.id LIMIT %(limit)s
"""
BATCH = 500


@dataclass(frozen=True, slots=True)
class Looked:
    """Ids of the records to look at, and how many there are in all."""

    refs: tuple[int, ...]
    of: int

    def batches(self) -> Iterator[list[int]]:
        """The ids, some at a time."""
        for first in range(0, len(self.refs), BATCH):
            yield list(self.refs[first : first + BATCH])


def records(interest: Interest, *, since: datetime, until: datetime, limit: int) -> Looked:
    """The records that promises of this interest may judge between two instants; two statements at most.

    More than ``limit`` are sampled by a hash of their ids, which has nothing to do with what became of them.
    """
    parameters: dict[str, Any] = {
        "starts": list(interest.starts),
        "since": since,
        "until": until,
        "types": list(interest.types),
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(THERE if interest.untold else TOLD, parameters)
        rows = cursor.fetchall()
    return Looked(tuple(ref for ref, _ in rows), rows[0][1] if rows else 0)
