"""Keeps the journeys true to the facts: takes what was noted as changed, reads those leads anew, adds up.

One transaction a batch under an advisory lock. A record that is touched while a batch runs is noted by its
own transaction and taken by the next; a process killed anywhere leaves its notes as they were. The tallies
change by exactly what these leads added to them before and add now.
"""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from measurement import judged
from measurement.journeys import zone_of_company
from measurement.kept import gathering, groups, tallying
from measurement.kept.gathering import SOME_ROWS
from measurement.models import Journey, JourneyDeal, JourneyState

BATCH = 10_000
_LOCK = 0x51A2  # any number that nothing else locks

NOTE = """
INSERT INTO measurement_journeymark AS known (ref_id, record)
SELECT ref_id, record FROM unnest(%s::bigint[], %s::boolean[]) AS noted (ref_id, record)
ON CONFLICT (ref_id) DO UPDATE SET record = true WHERE excluded.record AND NOT known.record
"""
TAKE = """
DELETE FROM measurement_journeymark WHERE ref_id = ANY (ARRAY(
    SELECT ref_id FROM measurement_journeymark ORDER BY ref_id LIMIT %s FOR UPDATE SKIP LOCKED
)) RETURNING ref_id, record
"""
#: Contacts exist from the first event that names them where they do not say since when.
UNBORN = "SELECT ref_id FROM leads_contact WHERE ref_id = ANY (%s) AND created_at IS NULL"
LEADS = [str(field.column) for field in Journey._meta.concrete_fields]
DEALS = [str(field.column) for field in JourneyDeal._meta.concrete_fields]
_LEAD_REST, _DEAL_REST = LEADS[1:], DEALS[1:]


def _put(table: str, source: str, columns: list[str]) -> str:
    rest = columns[1:]
    kept, new = (", ".join(f"{of}.{column}" for column in rest) for of in ("kept", "excluded"))
    return f"""
    INSERT INTO measurement_{table} AS kept ({", ".join(columns)})
    SELECT {", ".join(columns)} FROM {source} ORDER BY 1
    ON CONFLICT ({columns[0]}) DO UPDATE SET {", ".join(f"{column} = excluded.{column}" for column in rest)}
    WHERE ({kept}) IS DISTINCT FROM ({new})"""


STORE = f"""{SOME_ROWS}, put_leads AS ({_put("journey", "journey_row", LEADS)}),
put_deals AS ({_put("journeydeal", "deal_row", DEALS)}),
gone_leads AS (DELETE FROM measurement_journey k USING asked_lead a
    WHERE k.lead_id = a.id AND NOT EXISTS (SELECT FROM journey_row n WHERE n.lead_id = a.id)),
gone_deals AS (DELETE FROM measurement_journeydeal k USING asked_deal a
    WHERE k.deal_id = a.id AND NOT EXISTS (SELECT FROM deal_row n WHERE n.deal_id = a.id))
SELECT 1
"""
RANGE = "SELECT id FROM leads_ref WHERE id > %s AND type IN ('lead', 'deal') ORDER BY id LIMIT %s"


@dataclass(frozen=True, slots=True)
class Kept:
    """Records whose leads were read anew; ``complete`` is false when some remain."""

    records: int = 0
    complete: bool = True


def note(records: Collection[int], *, named: Collection[int] = ()) -> None:
    """Note that these records changed, and that events ``named`` those, in the caller's transaction; one
    statement."""
    changed = set(records)
    refs = sorted(changed.union(named))
    if not refs:
        return
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [refs, [ref in changed for ref in refs]])


def keep(*, as_of: datetime, wait: bool = True, seconds: float | None = None) -> Kept:
    """Bring the journeys up to what was noted; the first time, make them all.

    With ``wait=False`` it leaves at once when somebody else is at it; after ``seconds`` it leaves the rest to
    the next call. Another zone of the company adds everything up anew, from the stored rows.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    zone = zone_of_company(as_of=as_of)
    state = JourneyState.objects.first()
    if state is None:
        return rebuild(as_of=as_of, wait=wait, seconds=seconds)
    if state.zone != zone:
        _add_up_anew(zone, wait=wait)
    _follow_definitions(as_of)
    return _keep_noted(as_of=as_of, wait=wait, ends=ends)


def rebuild(*, as_of: datetime, wait: bool = True, seconds: float | None = None) -> Kept:
    """Make every journey and every tally afresh, in one transaction for which nobody waits, and bring them up
    to what was noted; ``seconds`` are for that."""
    made = _make_afresh(as_of=as_of, wait=wait)
    if made is None:
        return Kept(complete=False)
    ends = None if seconds is None else time.monotonic() + seconds
    noted = _keep_noted(as_of=as_of, wait=wait, ends=ends)
    return Kept(made + noted.records, noted.complete)


def _keep_noted(*, as_of: datetime, wait: bool, ends: float | None) -> Kept:
    records = 0
    while True:
        taken = _keep_some(as_of=as_of, wait=wait)
        if taken is None:
            return Kept(records, complete=False)
        if not taken:
            return Kept(records)
        records += taken
        if ends is not None and time.monotonic() > ends:
            return Kept(records, complete=False)


@transaction.atomic
def _make_afresh(*, as_of: datetime, wait: bool) -> int | None:
    """How many records were read; None when somebody else is at it. What is noted stays noted: whoever notes
    more meanwhile would wait for the rows of it, for as long as this takes."""
    if not be_the_only_one(wait=wait):
        return None
    as_of = _no_earlier(as_of, JourneyState.objects.first())
    with connection.cursor() as cursor:
        for table in ("journey", "journeydeal"):
            cursor.execute(f"DELETE FROM measurement_{table}")
    records = 0
    for refs in batches():
        gathering.ask(refs)
        gathering.run(STORE, as_of=as_of)
        records += len(refs)
    zone = zone_of_company(as_of=as_of)
    tallying.afresh(zone)
    groups.follow_definitions(as_of=as_of, afresh=True)
    JourneyState.objects.update_or_create(id=1, defaults={"zone": zone, "as_of": as_of})
    return records


def _no_earlier(as_of: datetime, state: JourneyState | None) -> datetime:
    """The instant to read facts at: all that was noted, now or before, is known by then, whatever the clock
    said when this began."""
    return max(judged.or_later(as_of), state.as_of if state else as_of)


def batches(after: int = 0) -> Iterator[list[int]]:
    """Ids of all leads and deals, some at a time."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(RANGE, [after, BATCH])
            refs = [ref for (ref,) in cursor.fetchall()]
        if not refs:
            return
        yield refs
        after = refs[-1]


@transaction.atomic
def _keep_some(*, as_of: datetime, wait: bool) -> int | None:
    """How many records were taken; None when somebody else is at it."""
    if not be_the_only_one(wait=wait):
        return None
    state = JourneyState.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [BATCH])
        taken = cursor.fetchall()
        as_of = _no_earlier(as_of, state)  # after they were taken: it knows who noted them
        refs = [ref for ref, _ in taken]
        cursor.execute(UNBORN, [refs])
        told = {ref for (ref,) in cursor.fetchall()}.union(ref for ref, record in taken if record)
    if refs:
        gathering.ask(refs)
        tallying.prepare()
        tallying.note(-1, state.zone)
        gathering.run(STORE, as_of=as_of)
        tallying.note(1, state.zone)
        tallying.apply()
        groups.bring_up(told, as_of=as_of)
        JourneyState.objects.update(as_of=as_of)
    return len(refs)


@transaction.atomic
def _follow_definitions(as_of: datetime) -> None:
    if be_the_only_one(wait=False):
        groups.follow_definitions(as_of=max(as_of, JourneyState.objects.get().as_of))


@transaction.atomic
def _add_up_anew(zone: str, *, wait: bool) -> None:
    if be_the_only_one(wait=wait) and not JourneyState.objects.filter(zone=zone).exists():
        tallying.afresh(zone)
        JourneyState.objects.update(zone=zone)


def be_the_only_one(*, wait: bool) -> bool:
    """Nobody else writes journeys until this transaction ends; false, without waiting, when somebody does."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])
