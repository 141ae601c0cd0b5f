"""Keeps clocks true to the facts: drains the marks of what changed and judges the subjects they concern.

One transaction takes an advisory lock, drains marks, queues the subjects they concern, loads their facts and
writes their clocks, their units and the readings of these. So whoever judges sees every fact whose mark it
drained; no two judge at once, and a slow one can never overwrite a newer verdict with an older; a process
killed anywhere leaves its marks as they were. A fact that is stored while a batch runs has its own mark,
which the next batch drains. A run that began earlier judges as of the latest instant at which anybody did: it
knows the facts whose marks that one drained.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from core import marks
from core.enums import MarkKind
from measurement import affected, readings, storing, storing_units
from measurement.beside_units import beside_units
from measurement.columns.judging import Columns
from measurement.engine import Engine, Judgements
from measurement.excluding import periods_concerned
from measurement.judged import no_earlier
from measurement.looking_ahead import found_of
from measurement.models import TouchedSubject
from measurement.storing_units import Range

KINDS = (MarkKind.EVENT, MarkKind.RECORD, MarkKind.PEOPLE, MarkKind.DEFINITION, MarkKind.EXCLUSION)
#: Records judged at a time by objects, and in a transaction.
BATCH, LARGE = 2_000, 20_000
#: Several marks concern one subject: all are drained before it is judged, so that it is judged once.
MARKS_A_SUBJECT = 5
_LOCK = 0x51A1  # any number that nothing else locks

TAKE = """
DELETE FROM measurement_touchedsubject WHERE subject_id = ANY (ARRAY(
    SELECT subject_id FROM measurement_touchedsubject ORDER BY urgency, subject_id LIMIT %s
)) RETURNING subject_id
"""
#: What may have clocks or units by its type, and what has some whatever its type; by id, batch after batch.
CANDIDATES = """
SELECT id FROM leads_ref
WHERE id > %s AND (
    type = ANY (%s) OR EXISTS (SELECT FROM measurement_clock clock WHERE clock.subject_id = leads_ref.id)
    OR EXISTS (SELECT FROM measurement_unit unit WHERE unit.subject_id = leads_ref.id))
ORDER BY id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """Marks drained, subjects judged, clocks and units written (new or changed) and removed.

    ``complete`` is false when something remains: somebody else was judging, or the time given was over.
    """

    marks: int = 0
    subjects: int = 0
    written: int = 0
    removed: int = 0
    complete: bool = True

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(
            marks=self.marks + other.marks,
            subjects=self.subjects + other.subjects,
            written=self.written + other.written,
            removed=self.removed + other.removed,
            complete=self.complete and other.complete,
        )


Progress = Callable[[Judged], None]


def judge_pending(
    *,
    as_of: datetime,
    limit: int = LARGE,
    wait: bool = True,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> Judged:
    """Judge everything that was marked up to ``as_of``, in batches of at most ``limit`` subjects.

    Each batch is a transaction of a constant number of statements. With ``wait=False`` it leaves at once when
    somebody else is judging; after ``seconds`` it leaves what remains to the next call. ``progress`` gets the
    sum so far after each batch.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    apart = not connection.in_atomic_block
    total = _judge_batch(as_of=as_of, limit=limit, wait=wait, sweep=True, apart=apart)
    batch = total
    while batch.complete and (batch.marks or batch.subjects):
        if ends is not None and time.monotonic() > ends:
            return total + Judged(complete=False)
        batch = _judge_batch(as_of=as_of, limit=limit, wait=wait, sweep=False, apart=apart)
        total += batch
        if progress:
            progress(total)
    return total


def judge_all(*, as_of: datetime, store: bool = True, progress: Progress | None = None) -> Judged:
    """Judge every record afresh, whether or not anything changed, and certify the readings.

    Gives the rows that judging change by change gives, and removes those that should not exist. With
    ``store=False`` nothing is written, ``written`` counts the clocks and units there are.
    """
    total = Judged()
    engine = Engine()
    apart = not connection.in_atomic_block
    for refs in candidates(engine, LARGE if store else BATCH):
        if store:
            with transaction.atomic():
                be_the_only_one()
                # Made anew: what is signed meanwhile is judged by others and must not be undone here.
                total += write(Engine(), refs, as_of=no_earlier(as_of), apart=apart)
        else:
            found = engine.judgements(refs, as_of=as_of)
            total += Judged(subjects=len(refs), written=len(found.clocks) + len(found.units))
        if progress:
            progress(total)
    if store:
        with transaction.atomic():
            be_the_only_one()
            readings.rebuild(Engine().promises, as_of=no_earlier(as_of))
    return total


def judgements_afresh(*, as_of: datetime, engine: Engine | None = None) -> Iterator[Judgements]:
    """Everything as the facts up to ``as_of`` give it, some records at a time.

    Nothing is stored, later facts are not looked at. ``engine``: of other promises than the signed ones.
    """
    engine = Engine() if engine is None else engine
    for refs in candidates(engine):
        yield engine.judgements(refs, as_of=as_of)


def backlog(*, as_of: datetime) -> int:
    """How many marks and subjects wait to be judged."""
    return marks.pending(KINDS, as_of=as_of) + TouchedSubject.objects.count()


def candidates(engine: Engine, size: int = BATCH, after: int = 0) -> Iterator[list[int]]:
    """Ids of all records that may have clocks or units, in batches, in order; only those ``after`` an id."""
    last = after
    while True:
        with connection.cursor() as cursor:
            cursor.execute(CANDIDATES, [last, list(engine.interest.types), size])
            refs = [ref for (ref,) in cursor.fetchall()]
        if not refs:
            return
        yield refs
        last = refs[-1]


def write(
    engine: Engine,
    refs: Collection[int],
    *,
    as_of: datetime,
    beside: Iterable[Range] = (),
    periods: Iterable[tuple[str, datetime]] = (),
    apart: bool = False,
) -> Judged:
    """Judge these records and make their clocks and units, and the readings that those touch, exactly so.

    ``beside``: the time of commitments in which readings may be others although no unit is. ``periods``:
    beginnings of periods of commitments, of whatever kind, that are counted again in any case. ``apart``:
    the transaction wrote no facts, others may look at them meanwhile (``measurement.looking_ahead``).
    """
    periods = list(periods)
    clocks, units = _write_verdicts(engine, refs, as_of, apart=apart)
    readings.refresh(
        clocks.touched.union(periods),
        units.touched.union(beside, ((key, start, start) for key, start in periods)),
        engine.promises,
        as_of=as_of,
    )
    return Judged(
        subjects=len(refs),
        written=clocks.written + units.written,
        removed=clocks.removed + units.removed,
    )


Written = tuple[storing.Stored, storing_units.Stored]


def _write_verdicts(engine: Engine, refs: Collection[int], as_of: datetime, *, apart: bool) -> Written:
    """What is plain by columns, the rest by the measures: the rows are the same either way."""
    columns = Columns(engine.promises, engine.subject_types)
    clocks, units = storing.Stored(), storing_units.Stored()
    with closing(found_of(columns, refs, as_of=as_of, apart=apart)) as every:
        for some, plain, (gone, lines, others) in every:
            if gone or lines:
                clocks += storing.store_copied(lines, gone=gone, as_of=as_of)
            rest = sorted(set(some).difference(plain))
            for without, others_too, those in ((columns.keys, others, plain), (frozenset(), True, rest)):
                for first in range(0, len(those), BATCH):
                    part = those[first : first + BATCH]
                    more, more_units = _write_by_objects(engine, part, as_of, without, others=others_too)
                    clocks, units = clocks + more, units + more_units
    return clocks, units


def _write_by_objects(
    engine: Engine, refs: list[int], as_of: datetime, without: frozenset[str], *, others: bool
) -> Written:
    """All but these commitments; ``others``: clocks of others may be stored, of which some may have to go."""
    found = engine.judgements(refs, as_of=as_of, without=without)
    clocks = storing.Stored()
    if found.clocks or others:
        clocks = storing.store(found.clocks, subjects=refs, as_of=as_of, without=without)
    return clocks, storing_units.store(found.units, subjects=refs, as_of=as_of)


def be_the_only_one(*, wait: bool = True) -> bool:
    """Nobody else judges until this transaction ends; false, without waiting, when somebody does already."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def _judge_batch(*, as_of: datetime, limit: int, wait: bool, sweep: bool, apart: bool) -> Judged:
    if not be_the_only_one(wait=wait):
        return Judged(complete=False)
    as_of = no_earlier(as_of)
    if sweep:
        affected.queue_given_up(as_of=as_of.replace(microsecond=0))
    drained = marks.drain(KINDS, as_of=as_of, limit=MARKS_A_SUBJECT * limit)
    if not sweep and not drained and not TouchedSubject.objects.exists():
        return Judged()
    engine = Engine()  # after the marks were drained: it knows the versions that they name
    affected.expand(drained, engine.interest)
    beside = beside_units(drained, engine.promises)
    periods = periods_concerned(drained)
    judged = write(engine, _take(limit), as_of=as_of, beside=beside, periods=periods, apart=apart)
    if sweep:
        readings.begin_periods(engine.promises, as_of=as_of)
    if any(mark.kind == MarkKind.DEFINITION for mark in drained):
        # Another version may count the same clocks by other periods, or hold them against another target.
        readings.rebuild(engine.promises, as_of=as_of, buckets=False)
    return Judged(marks=sum(mark.times for mark in drained)) + judged


def _take(limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [limit])
        return [ref for (ref,) in cursor.fetchall()]
