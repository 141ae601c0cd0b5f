"""Marks of change: written with what they mark, drained in batches by whoever must look again."""

import io
from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Max, Min

from core.enums import MarkKind
from core.models import ChangeMark

INSERT = """
INSERT INTO core_changemark (kind, ref_id, from_instant, ready_at)
SELECT %s, ref_id, %s, %s FROM unnest(%s::bigint[]) AS touched (ref_id)
"""

COPY = "COPY core_changemark (kind, ref_id, from_instant, ready_at) FROM STDIN"

# The array is made once: a plan may run a sub-select under IN again, which then takes more than its limit.
DRAIN = """
WITH gone AS (
    DELETE FROM core_changemark WHERE id = ANY (ARRAY(
        SELECT id FROM core_changemark WHERE kind = ANY (%s) AND ready_at <= %s
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    )) RETURNING id, kind, ref_id, from_instant
)
SELECT kind, ref_id, CASE WHEN count(*) = count(from_instant) THEN min(from_instant) END, count(*)
FROM gone GROUP BY kind, ref_id ORDER BY min(id)
"""


class Mark(NamedTuple):
    """The marks of one thing (``core.models.ChangeMark``): what lies before the earliest ``from_instant`` is
    untouched, none where one of them does not know it."""

    kind: str
    ref_id: int
    from_instant: datetime | None
    times: int = 1


def mark(
    kind: MarkKind,
    ref_ids: Iterable[int],
    *,
    as_of: datetime,
    from_instant: datetime | None = None,
    ready_at: datetime | None = None,
) -> None:
    """Say that these things changed, in one statement of the caller's transaction.

    `from_instant`: what lies before it is untouched; none: unknown. `ready_at` (default `as_of`): the instant
    from which the marks are drained; later than now for a fact dated ahead.
    """
    ids = sorted(set(ref_ids))
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [str(kind), from_instant, ready_at or as_of, ids])


def mark_each(kind: MarkKind, marks: Iterable[tuple[int, datetime | None, datetime]]) -> None:
    """The same for many things, each with a `from_instant` and a `ready_at` of its own."""
    text = _Texts()
    every = sorted(marks, key=itemgetter(0))
    lines = [f"{kind}\t{ref}\t{text[begin]}\t{text[ready]}" for ref, begin, ready in every]
    if lines:
        with connection.cursor() as cursor, connection.wrap_database_errors:
            cursor.copy_expert(COPY, io.StringIO("\n".join(lines)))


class _Texts(dict[datetime | None, str]):
    """Instants as COPY reads them; many marks share theirs."""

    def __missing__(self, instant: datetime | None) -> str:
        self[instant] = text = "\\N" if instant is None else str(instant)
        return text


def drain(kinds: Iterable[MarkKind], *, as_of: datetime, limit: int) -> list[Mark]:
    """Take up to `limit` ready marks of these kinds away, oldest first; a roll-back brings them back. Those
    of one thing come as one.

    Marks that another transaction is draining are skipped, so that no two ever get the same one.

    Raises TransactionManagementError outside a transaction: the marks would be lost with a failing caller.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "drain() belongs into the transaction of the work it asks for"
        )
    with connection.cursor() as cursor:
        cursor.execute(DRAIN, [[str(kind) for kind in kinds], as_of, limit])
        return list(map(Mark._make, cursor.fetchall()))


def newest_mark() -> int:
    """The id of the newest mark of any kind; 0 where there is none."""
    return ChangeMark.objects.aggregate(newest=Max("pk"))["newest"] or 0


def marks_after(newest: int) -> list[Mark]:
    """The marks newer than this id; they stay."""
    newer = ChangeMark.objects.filter(pk__gt=newest)
    return [Mark(*row) for row in newer.values_list("kind", "ref_id", "from_instant")]


def pending(kinds: Iterable[MarkKind], *, as_of: datetime) -> int:
    """How many marks of these kinds wait to be drained."""
    return ChangeMark.objects.filter(kind__in=[str(kind) for kind in kinds], ready_at__lte=as_of).count()


def oldest(kinds: Iterable[MarkKind], *, as_of: datetime) -> datetime | None:
    """Since when the mark that waits longest could have been drained; none where none waits."""
    ready = ChangeMark.objects.filter(kind__in=[str(kind) for kind in kinds], ready_at__lte=as_of)
    since: datetime | None = ready.aggregate(since=Min("ready_at"))["since"]
    return since
