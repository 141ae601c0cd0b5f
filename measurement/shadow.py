"""The nightly check that judging change by change gives what judging everything afresh gives.

What is rolled up (buckets, readings, tallies of days, journeys) is compared every night; records as many as
the night is long, the next night from there on.
"""

import logging
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from core import heartbeats, marks
from core.instants import format_instant, parse_instant
from leads.models import Ref
from measurement import affected, day_tallies, kept, readings, storing, storing_units
from measurement.engine import Engine
from measurement.judged import no_earlier
from measurement.judging import KINDS, backlog, be_the_only_one, candidates, judge_pending
from measurement.models import TouchedSubject
from measurement.readings import bucketing, certifying

HEARTBEAT = "shadow"
EXAMPLES = 20
SHARE = 4  # a quarter of the night is for what is kept of journeys, one for the tallies of days
_REMEMBERED = 1_000
_ALL_MARKS = 1_000_000

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Compared:
    """Records looked at, and what is stored otherwise than the facts give it.

    ``different``: records with other clocks or units, since this pass began, and those of the pass before
    that this one has not come to. ``periods``: readings of another content, as "commitment start each".
    ``rolled_up``: buckets, days and journeys, in words. ``position``: the last record looked at, of ids up to
    ``of``; ``since``: when this pass began.
    """

    since: datetime
    checked: int = 0
    position: int = 0
    of: int = 0
    different: list[int] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)
    rolled_up: list[str] = field(default_factory=list)
    complete: bool = True

    @classmethod
    def going_on(cls, as_of: datetime) -> "Compared":
        """Where the last night's time ended, or at the beginning."""
        last = heartbeats.last(HEARTBEAT)
        said = last.detail if last else {}
        of, different = Ref.objects.aggregate(Max("id"))["id__max"] or 0, said.get("different", [])
        if said.get("complete", True) or not said.get("position"):
            return cls(as_of, of=of, different=different)
        return cls(parse_instant(said["since"]), said["checked"], said["position"], of, different)

    def look_at(self, refs: Collection[int], different: Iterable[int]) -> None:
        """Note the outcome for these records, which follow those looked at before."""
        first, last = self.position, max(refs)
        self.different = [ref for ref in self.different if not first < ref <= last] + list(different)
        self.checked, self.position = self.checked + len(refs), last

    def as_detail(self) -> dict[str, Any]:
        """What the health page shows, and what the next night needs."""
        wrong = [*self.rolled_up, *self.periods, *self.different]
        return {
            "checked": self.checked,
            "mismatches": len(wrong),
            "examples": wrong[:EXAMPLES],
            "complete": self.complete,
            "since": format_instant(self.since),
            "position": self.position,
            "of": self.of,
            "different": self.different[:_REMEMBERED],
        }


def compare(*, as_of: datetime, seconds: float | None = None) -> Compared:
    """Judge records afresh beside what is stored, change nothing, and note the outcome as a heartbeat.

    Records about which something waits to be judged are left out. After ``seconds`` it stops incomplete; the
    next call goes on with the records after those looked at.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    judge_pending(as_of=as_of, seconds=seconds)
    compared = Compared.going_on(as_of)
    compared.rolled_up = [f"bucket {bucket}" for bucket in bucketing.differing()]
    compared.periods = _other_readings(as_of, buckets=bool(compared.rolled_up))
    share = None if seconds is None else seconds / SHARE
    compared.rolled_up += [f"day {day}" for day in day_tallies.differing(as_of=as_of, seconds=share)]
    compared.rolled_up += kept.differing(as_of=as_of, seconds=share)
    compared.complete = _compare_records(compared, as_of, ends)
    detail = compared.as_detail()
    if detail["mismatches"]:
        log.error("what is stored differs from the facts", extra=detail)
    heartbeats.beat(HEARTBEAT, at=as_of, detail=detail)
    return compared


def _compare_records(compared: Compared, as_of: datetime, ends: float | None) -> bool:
    """Whether all of them were looked at before ``ends``; at least one batch is."""
    for refs in candidates(Engine(), after=compared.position):
        compared.look_at(refs, _different(refs, as_of))
        if ends is not None and time.monotonic() > ends:
            return False
    beyond = compared.position
    compared.different = [ref for ref in compared.different if ref <= beyond]  # the others are gone
    return True


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
def _other_readings(as_of: datetime, *, buckets: bool) -> list[str]:
    """Readings that counting every period afresh would write otherwise: it does, and is rolled back.

    What waits to be judged may still change them, so that nothing can be said then. ``buckets``: also what
    they add up is made afresh.
    """
    be_the_only_one()
    as_of = no_earlier(as_of)
    if backlog(as_of=as_of):
        return []
    certifying.remember()
    readings.rebuild(Engine().promises, as_of=as_of, buckets=buckets)
    different = certifying.differing()
    transaction.set_rollback(True)
    return different
