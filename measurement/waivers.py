"""What a waiver makes of a verdict: a miss that both teams agree not to count. Pure.

A waiver forgives what was missed and never what was not: where facts undo the miss they win, waived or not.
It holds for good where it has no end, or where the clock came to its own end by then; what is still not done
at ``until``, or was given up meanwhile, counts again from that instant on. A clock that is waived for good is
let go of once it is missed: the next start is no repeat of it, it opens the next one. Nothing but the facts,
the waiver and the instant decides, so that judging one change and judging everything give the same row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from agreements.business_time import ALWAYS_OPEN, Schedule
from measurement.enums import ClockState
from measurement.states import ClockLike, seconds_at
from measurement.verdicts import ClockVerdict, Reason, Role, written

#: A clock by what it is known by: commitment key, subject, start.
Key = tuple[str, int, str]

#: States that a waiver covers. A clock that runs again (late facts moved its deadline) stays covered, so that
#: no waiting changes what is stored; once it is met it is met.
WAIVABLE = ClockState.missed | ClockState.open


@dataclass(frozen=True, slots=True)
class Waiver:
    """Since when a miss is forgiven and, if not for good, until when it must be done; whole seconds."""

    at: datetime
    until: datetime | None = None


def with_waivers(
    verdicts: Iterable[ClockVerdict],
    waivers: Mapping[Key, Sequence[Waiver]],
    schedules: Mapping[int, Schedule],
    *,
    as_of: datetime,
) -> list[ClockVerdict]:
    """The verdicts, with those excluded that a waiver covers at the instant.

    Of several waivers (their records were merged) the first that holds counts. ``schedules``: by commitment
    id, for the time of a clock that is ended here.
    """
    if not waivers:
        return list(verdicts)
    found = []
    for verdict in verdicts:
        key = (verdict.commitment_key, verdict.subject_id, verdict.start_key)
        waiver = next((one for one in waivers.get(key, ()) if holds(verdict, one, as_of=as_of)), None)
        schedule = schedules.get(verdict.commitment_id, ALWAYS_OPEN)
        found.append(excluded(verdict, waiver, schedule) if waiver else verdict)
    return found


def for_good(waivers: Mapping[Key, Sequence[Waiver]]) -> Mapping[Key, datetime]:
    """The clocks that are waived without an end, and since when."""
    since = ((key, [one.at for one in those if one.until is None]) for key, those in waivers.items())
    return {key: min(instants) for key, instants in since if instants}


def holds(verdict: ClockVerdict, waiver: Waiver, *, as_of: datetime) -> bool:
    """Whether the waiver covers the clock at the instant."""
    if verdict.state not in WAIVABLE:
        return False
    if waiver.until is None or as_of.replace(microsecond=0) < waiver.until:
        return True
    if verdict.ended_at is None or verdict.ended_at > waiver.until:
        return False
    given_up = verdict.reason == Reason.GAVE_UP and verdict.ended_at > waiver.at
    return not given_up  # nobody did it, by then or ever


def excluded(verdict: ClockVerdict, waiver: Waiver, schedule: Schedule) -> ClockVerdict:
    """The clock as it is stored while a waiver covers it: ended at its own end, else at the waiver."""
    entry: dict[str, Any] = {
        "role": Role.WAIVED.value,
        "at": written(waiver.at),
        "kind": "",
        "event": "",
        "actor": None,
        "note": "",
        "until": None if waiver.until is None else written(waiver.until),
    }
    ended_at = verdict.ended_at or max(waiver.at, verdict.started_at)
    ended = replace(
        verdict,
        state=ClockState.EXCLUDED,
        reason=Reason.WAIVED.value,
        ended_at=ended_at,
        evidence=[*verdict.evidence, entry],
    )
    if verdict.ended_at is not None:
        return ended
    seconds = seconds_at(cast("ClockLike", ended), schedule, ended_at)
    return replace(
        ended,
        elapsed_seconds=seconds.elapsed,
        business_seconds=seconds.business,
        paused_seconds=seconds.paused,
        unassigned_seconds=seconds.unassigned,
    )
