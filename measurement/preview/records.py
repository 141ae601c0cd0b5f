"""The records that a preview looks at: those of which something in the time looked at may be judged, and of
a large company a sample of them, the same one each time."""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection

from leads.known_sources import known_sources
from leads.reading import NAMED, NEAR, near
from measurement.affected import DIMENSIONS
from measurement.interest import Interest


def _told_of(about: Iterable[str] = ("true",), implied: str = "", refs: str = "") -> str:
    """By what happened: records that an event of the time names, and those near them. Members by what they
    did. The arguments narrow it down: one of ``about`` holds of each event, each has an index of its own."""
    events = " UNION ALL ".join(
        f"""SELECT named.id FROM leads_event e
        CROSS JOIN LATERAL (VALUES {DIMENSIONS}, (e.actor_id)) AS named (id)
        WHERE e.kind = ANY (%(starts)s) AND e.occurred_at >= %(since)s AND e.occurred_at < %(until)s
        AND named.id IS NOT NULL AND {one}"""
        for one in about
    )
    return f"""
WITH RECURSIVE seed AS (
    SELECT id FROM ({events}) AS told
    UNION
    SELECT i.ref_id FROM leads_impliedevent i
    WHERE i.kind = ANY (%(starts)s) AND i.occurred_at >= %(since)s AND i.occurred_at < %(until)s {implied}
), {NEAR}
SELECT r.id, count(*) OVER () FROM leads_ref r
WHERE r.id IN (SELECT id FROM near) AND r.type = ANY (%(types)s) {refs}
ORDER BY hashint8(r.id), r.id LIMIT %(limit)s
"""


#: Whatever there is of a type.
THERE = """
SELECT r.id, count(*) OVER () FROM leads_ref r WHERE r.type = ANY (%(types)s)
ORDER BY hashint8(r.id), r.id LIMIT %(limit)s
"""
THERE_OF_SOME = "SELECT id FROM leads_ref WHERE id = ANY (%(ids)s) AND type = ANY (%(types)s)"
#: Events with which something begins, bounded.
FEW_STARTS = """
SELECT count(*) FROM (
    (SELECT 1 FROM leads_event WHERE kind = ANY (%(starts)s)
        AND occurred_at >= %(since)s AND occurred_at < %(until)s LIMIT %(limit)s)
    UNION ALL
    (SELECT 1 FROM leads_impliedevent WHERE kind = ANY (%(starts)s)
        AND occurred_at >= %(since)s AND occurred_at < %(until)s LIMIT %(limit)s)
) AS told
"""
FEW_OF_TYPES = """
SELECT id FROM leads_ref WHERE source = ANY (%(sources)s) AND type = ANY (%(types)s) LIMIT %(limit)s
"""
BATCH = 500
EXACTLY = 200_000
"""Of a company with so many records at most, every one that matters is known before some are chosen."""
FEW = 20_000
"""Of types with so many records at most too."""
RARE = 2_000
"""Where something begins so often at most, it is what begins that is looked up."""
STEP, FURTHEST = 4_096, 524_288
"""Of a larger one, so many ids are gone through at a time, and in all."""
_GOLDEN = (math.sqrt(5) - 1) / 2  # its multiples lie evenly on a circle of 1, however many


@dataclass(frozen=True, slots=True)
class Looked:
    """Ids of the records to look at, and how many there are in all: of a large company about so many."""

    refs: tuple[int, ...]
    of: int

    def batches(self) -> Iterator[list[int]]:
        """The ids, some at a time."""
        for first in range(0, len(self.refs), BATCH):
            yield list(self.refs[first : first + BATCH])


def records(interest: Interest, *, since: datetime, until: datetime, limit: int | None) -> Looked:
    """The records that promises of this interest may judge between two instants.

    More than ``limit`` are sampled by a hash of their ids, which has nothing to do with what became of them.
    The cost does not grow with a large company: there, ids are gone through until enough were found. Without
    a limit it is every record, whatever that costs.
    """
    parameters: dict[str, Any] = {
        "starts": list(interest.starts),
        "since": since,
        "until": until,
        "types": list(interest.types),
        "limit": limit,
    }
    if limit is None or _newest() <= EXACTLY or (not interest.untold and _is_rare(parameters)):
        rows = _rows(THERE if interest.untold else _told_of(), parameters)
        return Looked(tuple(ref for ref, _ in rows), rows[0][1] if rows else 0)
    few = [ref for (ref,) in _rows(FEW_OF_TYPES, parameters | {"sources": known_sources(), "limit": FEW + 1})]
    if len(few) <= FEW:
        found, _ = _gone_through(_spread_of(few), parameters, untold=bool(interest.untold))
        return Looked(tuple(found[:limit]), len(found))
    return _sampled(parameters, limit=limit, untold=bool(interest.untold))


def thinned(refs: Collection[int], *, limit: int) -> Looked:
    """These records; of more than ``limit`` so many, evenly spread, the same ones each time."""
    if len(refs) <= limit:
        return Looked(tuple(refs), len(refs))
    return Looked(tuple(islice(_spread_of(refs), limit)), len(refs))


def _sampled(parameters: dict[str, Any], *, limit: int, untold: bool) -> Looked:
    newest = _newest()
    ids = islice(spread(newest), FURTHEST)
    found, gone = _gone_through(ids, parameters, untold=untold, enough=limit)
    if gone >= newest:
        return Looked(tuple(found[:limit]), len(found))
    about = float(f"{len(found) * newest / gone:.3g}")  # what is not known is not said to the last digit
    return Looked(tuple(found[:limit]), max(int(about), len(found)))


def spread(newest: int) -> Iterator[int]:
    """Every id from 1 to the newest, once, each far from those before it; the same until ids have doubled."""
    size = 1 << newest.bit_length()
    stride = int(size * _GOLDEN) | 1  # odd, so that it comes by every id
    return (place for place in (step * stride % size for step in range(size)) if 1 <= place <= newest)


def _gone_through(
    ids: Iterator[int], parameters: dict[str, Any], *, untold: bool, enough: int | None = None
) -> tuple[list[int], int]:
    """The ids of which something may be judged, in their order, and how many ids were looked at."""
    found: list[int] = []
    gone = 0
    while some := list(islice(ids, STEP)):
        gone += len(some)
        there = {ref for (ref,) in _rows(THERE_OF_SOME, parameters | {"ids": some})}
        told = there if untold else _told(there, parameters)
        found += [ref for ref in some if ref in told]
        if enough is not None and len(found) >= enough:
            break
    return found, gone


def _told(refs: Collection[int], parameters: dict[str, Any]) -> set[int]:
    """Those of the records that are near one of which something was told; members, who are few and do much,
    all of them."""
    around = near(refs)
    by_type: dict[str, list[int]] = defaultdict(list)
    for ref, type_ in around.items():
        by_type[type_].append(ref)
    members = set(by_type.pop("member", ()))
    about = [f"e.{type_}_id = ANY (%({type_})s)" for type_ in NAMED if type_ in by_type] or ["false"]
    statement = _told_of(about, "AND i.ref_id = ANY (%(around)s)", "AND r.id = ANY (%(ids)s)")
    asked = parameters | by_type | {"around": list(around), "ids": list(refs), "limit": len(refs)}
    return members.union(ref for ref, _ in _rows(statement, asked))


def _is_rare(parameters: dict[str, Any]) -> bool:
    """Whether what the promises start with happened so rarely that it is quickly looked up."""
    return int(_rows(FEW_STARTS, parameters | {"limit": RARE + 1})[0][0]) <= RARE


def _spread_of(refs: Collection[int]) -> Iterator[int]:
    """These ids in an order that has nothing to do with theirs."""
    places = sorted(refs)
    return (places[place - 1] for place in spread(len(places)))


def _newest() -> int:
    return int(_rows("SELECT coalesce(max(id), 0) FROM leads_ref", {})[0][0])


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
