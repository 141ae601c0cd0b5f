"""The nightly check that judging change by change gives what judging everything afresh gives."""

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from core import heartbeats, marks
from measurement import affected, readings, storing, storing_units
from measurement.engine import Engine
from measurement.judging import KINDS, backlog, be_the_only_one, candidates, judge_pending, no_earlier
from measurement.models import Reading, TouchedSubject

HEARTBEAT = "shadow"
EXAMPLES = 20
_ALL_MARKS = 1_000_000
_READING = ("commitment_key", "period_start", "each")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Compared:
    """Records looked at, and what is stored otherwise than the facts give it.

    ``different``: records with other clocks or units. ``periods``: readings of another content, as
    "commitment start each".
    """

    checked: int = 0
    different: list[int] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)
    complete: bool = True

    def as_detail(self) -> dict[str, Any]:
        """What the health page shows."""
        return {
            "checked": self.checked,
            "mismatches": len(self.different) + len(self.periods),
            "examples": [*self.different, *self.periods][:EXAMPLES],
            "complete": self.complete,
        }


def compare(*, as_of: datetime, seconds: float | None = None) -> Compared:
    """Judge all records afresh beside what is stored, change nothing, and note the outcome as a heartbeat.

    Records about which something waits to be judged are left out. After ``seconds`` it stops incomplete.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    judge_pending(as_of=as_of)
    compared = Compared()
    for refs in candidates(Engine()):
        if ends is not None and time.monotonic() > ends:
            compared.complete = False
            break
        compared.checked += len(refs)
        compared.different += _different(refs, as_of)
    if compared.complete:
        compared.periods = _other_readings(as_of)
    if compared.different or compared.periods:
        log.error("what is stored differs from the facts", extra=compared.as_detail())
    heartbeats.beat(HEARTBEAT, at=as_of, detail=compared.as_detail())
    return compared


@transaction.atomic
def _different(refs: Collection[int], as_of: datetime) -> list[int]:
    """The lock keeps verdicts from being written; facts may still arrive, and mark what they touch."""
    be_the_only_one()
    engine, as_of = Engine(), no_earlier(as_of)
    found = engine.judgements(refs, as_of=as_of)
    different = storing.differing(found.clocks, subjects=refs)
    different |= storing_units.differing(found.units, subjects=refs)
    return sorted(different - _waiting(engine, as_of)) if different else []


def _waiting(engine: Engine, as_of: datetime) -> set[int]:
    """Records that are to be judged anyway; their marks become touched subjects, as judging would do it."""
    affected.expand(marks.drain(KINDS, as_of=as_of, limit=_ALL_MARKS), engine.interest)
    affected.queue_given_up(as_of=as_of.replace(microsecond=0))
    return set(TouchedSubject.objects.values_list("subject_id", flat=True))


@transaction.atomic
def _other_readings(as_of: datetime) -> list[str]:
    """Readings that counting every period afresh would write otherwise: it does, and is rolled back.

    What waits to be judged may still change them, so that nothing can be said then.
    """
    be_the_only_one()
    as_of = no_earlier(as_of)
    if backlog(as_of=as_of):
        return []
    stored = _readings()
    readings.rebuild(Engine().promises, as_of=as_of)
    different = stored ^ _readings()
    transaction.set_rollback(True)
    return sorted({f"{key} {start.isoformat()} {each}" for key, start, each, *_ in different})


def _readings() -> set[tuple[Any, ...]]:
    columns = [field.attname for field in Reading._meta.concrete_fields]
    said = [name for name in columns if name not in ("id", "changed_at", *_READING)]
    rows = Reading.objects.values_list(*_READING, *said)
    return {(*row[:3], *map(repr, row[3:])) for row in rows.iterator()}
