"""What a measure answers: one clock with its evidence, exactly as it is stored."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from msgspec import json

from measurement.enums import ClockState


class Role(StrEnum):
    """What an event did to a clock."""

    START = "start"
    STOP = "stop"
    STEP = "step"  # one step of a checklist was done
    PART = "part"  # a stop that does not complete what was promised: part of the whole
    MOVED = "moved"  # from here on the clock is judged by a newer version
    CANCEL = "cancel"
    FAIL = "fail"
    PAUSE = "pause"
    RESUME = "resume"
    REPEAT = "repeat"
    IGNORED = "ignored"
    COUNTED = "counted"  # what a rate or a volume counts
    HAVING = "having"  # how a unit of a rate came to have what it should have
    UNLESS = "unless"  # what undoes a counted one
    WAIVED = "waived"  # the other team agreed that the miss does not count
    OMITTED = "omitted"  # so many more repeats and ignored acts that are not listed


class Note(StrEnum):
    """Why an act did not count, or what is special about one that did."""

    EARLY = "early"  # a stop before the start, within the time that allows it
    AUTOMATIC = "automatic"  # a machine's touch does not keep a promise of contact
    NO_ACTOR = "no_actor"
    OTHER_TEAM = "other_team"
    NOT_OWNER = "not_owner"
    NOT_CONTACT = "not_contact"  # the prospect did not do it
    UNEVIDENCED = "unevidenced"  # the events it needs did not come before
    CONDITION = "condition"  # its conditions do not hold; ``field`` names the first
    TOO_EARLY = "too_early"  # before the start, and before what ``early`` allows
    ALREADY_PAUSED = "already_paused"
    NOT_PAUSED = "not_paused"
    NO_EFFECT = "no_effect"  # a pause that no allowed time was left in: the deadline stays known
    AFTER_DUE = "after_due"  # a pause cannot move a deadline that has passed
    LOGGED_LATE = "logged_late"  # entered later than the promise allows
    DONE_ALREADY = "done_already"  # the step was done before


class Reason(StrEnum):
    """Why a clock ended otherwise than by its stop."""

    CANCELLED = "cancelled"
    DELETED = "deleted"
    FAILED = "failed"
    GAVE_UP = "gave_up"
    FIRST_SEEN = "first_seen"  # recorded before we first saw it: nobody knows when
    WAIVED = "waived"  # the other team agreed that the miss does not count
    NEVER_OPENS = "never_opens"  # the calendar has no open time to count in


@dataclass(frozen=True, slots=True)
class ClockVerdict:
    """One clock; the fields are the columns of ``measurement.models.Clock``.

    All instants are UTC and whole seconds, all seconds are whole. ``due_at``, ``warn_at`` and ``gives_up_at``
    are None while a pause keeps the deadline unknown. Seconds (but ``allowed_seconds``) are None while the
    clock runs: ``states.seconds_at`` derives them.

    - ``allowed_seconds``: the promised time in its own measure: elapsed seconds, or open ones; for business
      days the open seconds from the beginning to the deadline that no pause had moved.
    - ``elapsed_seconds``: by the wall clock, from the start to the end; 0 when done before the start.
    - ``business_seconds``: the open ones among them, pauses left out.
    - ``paused_seconds``: by the wall clock, between the start and the end.
    - ``unassigned_seconds``: by the wall clock, with no owner; with the owners' they add up to the elapsed.
    - ``ended_at``: the stop, the cancel, the failure, the deletion, the end of ``give_up`` once passed; the
      start for what was done before it.
    """

    commitment_id: int
    commitment_key: str
    subject_id: int
    subject_type: str
    start_key: str
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    gives_up_at: datetime | None
    stopped_at: datetime | None
    ended_at: datetime | None
    state: ClockState
    reason: str
    owner_id: int | None
    allowed_seconds: int | None
    elapsed_seconds: int | None
    business_seconds: int | None
    paused_seconds: int | None
    unassigned_seconds: int | None
    repeats: int
    evidence: list[dict[str, Any]] = field(default_factory=list)
    owners: list[dict[str, Any]] = field(default_factory=list)
    origin: str | None = None


def written(at: datetime) -> str:
    """An instant as stored in JSON: ``2026-04-02T15:30:00Z``."""
    # The encoder writes an instant twenty times faster than isoformat, in quotes.
    return f"{json.encode(at.astimezone(UTC))[1:20].decode()}Z"


def read(text: str) -> datetime:
    """The instant that ``written`` wrote."""
    return datetime.fromisoformat(text)
