"""What a clock's verdict means for telling: was it missed, since when, and who owed it then. No Django."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from measurement.enums import ClockState
from reporting.enums import ToldState


class Judged(Protocol):
    """The columns of a clock that telling looks at."""

    state: str
    due_at: datetime | None
    ended_at: datetime | None
    owner_id: int | None
    owners: Sequence[Mapping[str, Any]]


def missed_at(clock: Judged, state: str | None) -> datetime | None:
    """The instant at which a clock in this state became a miss; None when it is none.

    Overdue and late ones at their deadline; a failed one when it could no longer be done, at the latest then.
    """
    if state is None or state not in ClockState.missed:
        return None
    if state == ClockState.FAILED:
        return min(instant for instant in (clock.due_at, clock.ended_at) if instant)
    return clock.due_at


def owner_at(clock: Judged, instant: datetime) -> int | None:
    """The member (ref id) who owed it at the instant: the span that contains it, else the last owner."""
    for span in clock.owners:
        since, until = _instant(span["from"]), _instant(span["to"])
        if (since is None or since <= instant) and (until is None or instant < until):
            member: int | None = span["member"]
            return member
    return clock.owner_id


def told_state(state: str | None) -> ToldState:
    """What a report says of a clock in this state; None is a clock that no longer exists."""
    if state is None:
        return ToldState.GONE
    if state == ClockState.MET:
        return ToldState.KEPT
    if state in ClockState.missed:
        return ToldState.MISSED
    return ToldState.LEFT_OUT if state in ClockState.left_out else ToldState.OPEN


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
