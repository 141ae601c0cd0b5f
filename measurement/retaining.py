"""Moves the sealed horizon with time, and lets go of what lies far behind it (docs/adr/0015)."""

import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from core import heartbeats
from core.audit import record
from core.instants import format_instant
from leads import retiring, trimming
from leads.models import Horizon, KeptWhole
from leads.sealing import MARGIN_MONTHS, horizon
from measurement.judging import backlog, be_the_only_one, judge_pending
from measurement.models import Clock, Reading, Unit
from measurement.sealing import sealed_clock, sealed_reading, sealed_unit

HEARTBEAT = "retention"

#: Records about which something was open at one of the two instants: what is told of them goes on to count.
#: Whose history was cut before, it is whole since then.
KEEP_WHOLE = """
WITH open AS (
    SELECT subject_id AS id FROM measurement_clock
    WHERE started_at < %(kept_from)s AND (ended_at IS NULL OR ended_at >= %(kept_from)s)
    OR started_at < %(sealed_before)s AND (ended_at IS NULL OR ended_at >= %(sealed_before)s)
    OR started_at < %(kept_from)s AND state = 'excluded' AND stopped_at IS NULL
    UNION
    SELECT subject_id FROM measurement_unit WHERE NOT stretch
    AND (at < %(kept_from)s AND matures_at >= %(kept_from)s
        OR at < %(sealed_before)s AND matures_at >= %(sealed_before)s)
), closed AS (
    DELETE FROM leads_keptwhole WHERE ref_id NOT IN (SELECT id FROM open)
)
INSERT INTO leads_keptwhole (ref_id, since) SELECT id, (SELECT kept_from FROM leads_horizon) FROM open
ON CONFLICT (ref_id) DO NOTHING
"""
SEALED = f"""
SELECT (SELECT count(*) FROM measurement_clock c WHERE {sealed_clock("c.")}),
    (SELECT count(*) FROM measurement_unit u WHERE {sealed_unit("u.")}),
    (SELECT count(*) FROM measurement_reading r WHERE {sealed_reading("r.")})
"""


@dataclass(slots=True)
class Retained:
    """What a run did: where the horizon is, whether it moved, what was deleted.

    ``complete`` is false when something remains: facts waited to be judged, or the time given was over.
    ``would``: of a dry run, what is sealed, kept whole and would be deleted.
    """

    sealed_before: datetime | None = None
    moved: bool = False
    events: int = 0
    updates: int = 0
    shortened: int = 0
    complete: bool = True

    def as_detail(self) -> dict[str, Any]:
        """What the health page shows."""
        sealed = self.sealed_before
        return {**asdict(self), "sealed_before": None if sealed is None else format_instant(sealed)}


def retain(*, months: int, as_of: datetime, seconds: float | None = None) -> Retained:
    """Seal what is older than so many months, if it is not yet, and let go of facts behind the margin.

    Never moves the horizon back. Interrupted anywhere, or after ``seconds``, the next run goes on.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    wanted = months_before(as_of, months)
    done = Retained()
    known = horizon()
    if known is None or known.sealed_before < wanted:
        judge_pending(as_of=as_of, seconds=seconds)
        done.moved = move(to=wanted, as_of=as_of)
        done.complete = done.moved
        known = horizon()
    if known is not None:
        done.sealed_before = known.sealed_before
        retired = retiring.retire(seconds=_left(ends))
        done.events = retired.deleted
        done.complete = done.complete and retired.complete
        if retired.complete:
            done.updates, done.shortened, trimmed = trimming.trim(seconds=_left(ends))
            done.complete = done.complete and trimmed
    heartbeats.beat(HEARTBEAT, at=as_of, detail=done.as_detail())
    return done


def _left(ends: float | None) -> float | None:
    return None if ends is None else max(ends - time.monotonic(), 0)


@transaction.atomic
def move(*, to: datetime, as_of: datetime, kept_from: datetime | None = None) -> bool:
    """Seal what lies before this instant; false when something waits to be judged or the horizon is there.

    ``kept_from``: the end of the margin, 13 months before if not given.
    """
    be_the_only_one()
    known = horizon()
    if backlog(as_of=as_of) or (known is not None and known.sealed_before >= to):
        return False
    kept_from = months_before(to, MARGIN_MONTHS) if kept_from is None else kept_from
    with connection.cursor() as cursor:
        cursor.execute(KEEP_WHOLE, {"kept_from": kept_from, "sealed_before": to})
    fresh = {"sealed_before": to, "kept_from": kept_from, "moved_at": as_of}
    Horizon.objects.update_or_create(pk=1, defaults={**fresh, "emptied_until": None, "trimmed": False})
    record(
        actor=None,
        verb="horizon.move",
        object_type="leads.horizon",
        object_id=1,
        before=known and {"sealed_before": format_instant(known.sealed_before)},
        after={"sealed_before": format_instant(to), "kept_from": format_instant(kept_from)},
        as_of=as_of,
    )
    return True


@transaction.atomic
def foreseen(*, months: int, as_of: datetime) -> dict[str, Any]:
    """What ``retain`` would do: nothing is changed."""
    wanted = months_before(as_of, months)
    moved = move(to=wanted, as_of=as_of)
    known = horizon()
    found: dict[str, Any] = {"moves": moved, "waiting": backlog(as_of=as_of)}
    if known is not None:
        retiring.look_around()
        with connection.cursor() as cursor:
            cursor.execute(SEALED)
            found["clocks"], found["units"], found["readings"] = cursor.fetchone()
        found |= {
            "sealed_before": known.sealed_before,
            "kept_from": known.kept_from,
            "kept_whole": KeptWhole.objects.count(),
            "events": retiring.retirable(until=known.kept_from),
            "all_clocks": Clock.objects.count(),
            "all_units": Unit.objects.count(),
            "all_readings": Reading.objects.count(),
        }
    transaction.set_rollback(True)
    return found


def months_before(instant: datetime, months: int) -> datetime:
    """The first of the month, in UTC, so many whole months before the instant's."""
    utc = instant.astimezone(UTC)
    years, month = divmod(12 * utc.year + utc.month - 1 - months, 12)
    return datetime(years, month + 1, 1, tzinfo=UTC)
