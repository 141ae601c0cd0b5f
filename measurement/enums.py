"""States of clocks and verdicts of readings; standard library only."""

from enum import StrEnum, nonmember


class ClockState(StrEnum):
    """What became of a promise about one record.

    ``overdue`` is derived from the deadline and not stored while the clock is open; stored it is for a clock
    that was ended by a cancel, a deletion or ``give_up`` after its deadline.
    """

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    OVERDUE = "overdue"
    LATE = "late"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXCLUDED = "excluded"
    UNMEASURABLE = "unmeasurable"

    missed = nonmember(frozenset({"overdue", "late", "failed"}))
    left_out = nonmember(frozenset({"cancelled", "excluded", "unmeasurable"}))
    open = nonmember(frozenset({"running", "paused"}))


class Verdict(StrEnum):
    KEPT = "kept"
    MISSED = "missed"
    ON_PACE = "on_pace"
    AT_RISK = "at_risk"
    MATURING = "maturing"
    TOO_FEW = "too_few"
    NOT_REQUIRED = "not_required"
    UNMEASURABLE = "unmeasurable"


class UnitState(StrEnum):
    """What one unit of a rate, a volume or coverage contributes."""

    HAVING = "having"  # counted, and has what it should have: numerator and denominator
    LACKING = "lacking"  # counted, and has it not: denominator only
    LEFT_OUT = "left_out"  # not counted, for its reason

    counted = nonmember(frozenset({"having", "lacking"}))


class Counts(StrEnum):
    """What a bucket of time adds up."""

    CLOCKS = "clocks"  # where they are due, or begin where no deadline is known
    EVENTS = "events"  # units that happened
    CHANGES = "changes"  # of how many units last: where they begin, less where they end


class UnitNote(StrEnum):
    """Why a unit is left out, or what is special about it."""

    REPEAT = "repeat"  # counted once already in this period
    UNLESS = "unless"  # what undoes it came
    DELETED = "deleted"  # the record was deleted
    LEFT_OPEN = "left_open"  # presence without an end: closed with the window
    UNEVIDENCED = "unevidenced"  # the events it needs did not come before
    LOGGED_LATE = "logged_late"  # entered later than the promise allows


class Board(StrEnum):
    """What a tally of journeys is of, and which day puts something on it."""

    CREATED = "created"  # leads by their creation, and by owner
    QUALIFIED = "qualified"  # leads by their handoff, and by owner
    HANDED = "handed"  # what became of leads by their handoff, and by campaign
    CLOSED = "closed"  # deals by the day on which they were won or lost


class Grain(StrEnum):
    """How long the time of a tally is."""

    DAY = "day"
    MONTH = "month"


class Tallied(StrEnum):
    """What a tally of a day counts, and by which instant it lies in the day."""

    DUE = "due"  # clocks, where they are due, or begin where no deadline is known
    HAPPENED = "happened"  # units that happened
    BEGAN = "began"  # units that last, where they begin
    ENDED = "ended"  # units that last, where they end


class TallyBy(StrEnum):
    """What the key of a tally is."""

    OWNER = "owner"
    ORIGIN = "origin"
    REASON = "reason"
