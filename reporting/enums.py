"""Values of breaches and reports; standard library only."""

from enum import StrEnum, nonmember


class BreachType(StrEnum):
    CLOCK = "clock"
    PERIOD = "period"


class BreachState(StrEnum):
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DISPUTED = "disputed"
    WAIVED = "waived"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"

    live = nonmember(frozenset({"open", "acknowledged", "disputed"}))
    closed = nonmember(frozenset({"waived", "resolved", "withdrawn"}))


class ToldState(StrEnum):
    """What a report said about a clock, and what may have become of it since."""

    KEPT = "kept"
    MISSED = "missed"
    OPEN = "open"  # neither: the time is not up
    LEFT_OUT = "left_out"
    GONE = "gone"  # there is no such promise any more


class RootCause(StrEnum):
    UNASSIGNED = "unassigned"
    ON_LEAVE = "on_leave"
    AFTER_HOURS = "after_hours"
    BAD_DATA = "bad_data"
    OVERLOOKED = "overlooked"
    CAPACITY = "capacity"
    PROCESS = "process"
    NOT_LOGGED = "not_logged"
    RULE_IS_WRONG = "rule_is_wrong"
    FEED_LATE = "feed_late"
