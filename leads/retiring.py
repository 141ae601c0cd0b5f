"""Old facts that nothing asks for any more are deleted, some thousands at a time (docs/adr/0015).

No verdict rests on what goes: judging has hidden it since the horizon moved. So it may be interrupted
anywhere; what was looked at is noted with each commit.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from leads.event_kinds import RETRACTED
from leads.kinds import about_members, subject_types
from leads.models import Horizon
from leads.models.events import SUBJECTS
from leads.reading import NAMELESS, NEAR
from leads.sources import DECLARED

BATCH = 5000

#: A record's history may tell the same, and whether it then counts is decided by these; conversion is made of
#: them. Few beside what people do every day.
LASTING = (
    *("lead.created", "lead.qualified", "lead.assigned", "lead.accepted", "lead.rejected"),
    *("lead.recycled", "lead.converted", "deal.created", "deal.stage_changed", "deal.won", "deal.lost"),
    *("deal.reason_recorded", "account.created", "contact.created", "campaign.ended", "content.published"),
    RETRACTED,
)
#: The records near those that are kept whole: of what names one of them nothing goes.
NEARBY = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS kept_near (id bigint PRIMARY KEY);
TRUNCATE kept_near;
WITH RECURSIVE seed AS (SELECT ref_id AS id FROM leads_keptwhole), {NEAR}
INSERT INTO kept_near SELECT DISTINCT id FROM near;
ANALYZE kept_near;
"""
_NAMES_NOBODY_KEPT = " AND ".join(
    f"NOT EXISTS (SELECT FROM kept_near WHERE kept_near.id = e.{column})" for column in SUBJECTS
)
_NAMED_BEFORE = " AND ".join(
    f"""(e.{column} IS NULL OR EXISTS (SELECT FROM leads_event f
        WHERE f.{column} = e.{column} AND f.occurred_at <= e.occurred_at
        AND (f.occurred_at, f.id) < (e.occurred_at, e.id) AND f.retracted_by IS NULL))"""
    for column in SUBJECTS
)
MAY_GO = f"""e.kind <> ALL (%(lasting)s) AND e.source <> %(declared)s AND {_NAMES_NOBODY_KEPT}
AND NOT (({NAMELESS} OR e.kind = ANY (%(about_members)s))
    AND EXISTS (SELECT FROM kept_near WHERE kept_near.id = e.actor_id))
AND {_NAMED_BEFORE}"""

#: The next events in their order, those of them that go, and where to go on.
DELETE = f"""
WITH looked_at AS MATERIALIZED (
    SELECT * FROM leads_event
    WHERE (occurred_at, id) > (%(after)s, %(after_id)s) AND occurred_at < %(until)s
    ORDER BY occurred_at, id LIMIT %(batch)s
), gone AS (
    DELETE FROM leads_event WHERE id IN (SELECT e.id FROM looked_at e WHERE {MAY_GO}) RETURNING id
), furthest AS (
    SELECT occurred_at, id FROM looked_at ORDER BY occurred_at DESC, id DESC LIMIT 1
)
SELECT (SELECT count(*) FROM looked_at), (SELECT count(*) FROM gone), occurred_at, id FROM furthest
"""
COUNT = f"SELECT count(*) FROM leads_event e WHERE e.occurred_at < %(until)s AND {MAY_GO}"
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Retired:
    """Events looked at and deleted; ``complete`` once all before the horizon's margin were looked at."""

    looked_at: int = 0
    deleted: int = 0
    complete: bool = False


def retire(
    *, seconds: float | None = None, batch: int = BATCH, progress: Callable[[Retired], None] | None = None
) -> Retired:
    """Delete events that lie behind the margin of the horizon and that nothing asks for; each batch is a
    transaction. Goes on where it stopped; after ``seconds`` it stops incomplete."""
    total = Retired()
    known = Horizon.objects.first()
    if known is None or (known.emptied_until is not None and known.emptied_until >= known.kept_from):
        return replace(total, complete=True)
    ends = None if seconds is None else time.monotonic() + seconds
    look_around()
    after, after_id = known.emptied_until or _BEGINNING, -1
    while ends is None or time.monotonic() < ends:
        asked = {"after": after, "after_id": after_id, "until": known.kept_from, "batch": batch, **_words()}
        found = _batch(asked)
        if found is None:
            return replace(total, complete=True)
        looked_at, deleted, after, after_id = found
        total = Retired(total.looked_at + looked_at, total.deleted + deleted)
        if progress:
            progress(total)
    return total


def retirable(*, until: datetime) -> int:
    """How many events would go; ``look_around`` first."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"until": until, **_words()})
        count: int = cursor.fetchone()[0]
        return count


def look_around() -> None:
    """Note, for this connection, which records are near one that is kept whole."""
    with connection.cursor() as cursor:
        cursor.execute(NEARBY)


@transaction.atomic
def _batch(asked: dict[str, Any]) -> tuple[int, int, datetime, int] | None:
    """(looked at, deleted, how far), None when nothing was left to look at."""
    horizon = Horizon.objects.filter(kept_from=asked["until"])
    with connection.cursor() as cursor:
        cursor.execute(DELETE, asked)
        found: tuple[int, int, datetime, int] | None = cursor.fetchone()
    horizon.update(emptied_until=asked["until"] if found is None else found[2])
    return found


def _words() -> dict[str, Any]:
    members = sorted(about_members(subject_types()))
    return {"lasting": list(LASTING), "declared": DECLARED, "about_members": members}
